import { createHash } from 'node:crypto';
import { exactnessOf } from '../network/exactness.js';
import { sameShape } from '../network/layout.js';
import type { Model } from '../network/model.js';
import type { ParameterBox } from '../query/box.js';
import type { Query } from '../query/query.js';
import { productUp, sumUp } from './rounding.js';
import type { BoxSummary, Question, Subject } from './results.js';

export function subjectOf({ given, rule }: Query): Subject {
  const { domain } = given;
  return {
    source: given.source,
    shape: shapeOf(given),
    activations: given.layers.map((layer) => layer.activation),
    parameters: given.parameters.length,
    inputs: Array.from({ length: given.inputCount }, (_, i) => ({ name: given.inputName(i), ...(domain === null ? {} : { lower: domain[2 * i], upper: domain[2 * i + 1] }) })),
    labels: given.labels,
    ...(given.outputCount === 1 ? { level: rule.level } : { decision: rule.decision }),
    normalised: given.normalisation !== null,
    exactness: exactnessOf(given),
  };
}

export function questionOf(query: Query, properties: { epsilon?: number | undefined; sigma?: number | undefined }): Question {
  const { region: { domain }, options, measure, outputs, units } = query;
  const pairs = Array.from({ length: domain.length / 2 }, (_, i): [number, number] => [domain[2 * i], domain[2 * i + 1]]);
  return {
    box: boxOf(query),
    ...(options.at === undefined ? { domain: pairs } : { at: pairs.map(([value]) => value) }),
    measure,
    outputs,
    ...(units === null ? {} : { units }),
    ...(properties.epsilon === undefined ? {} : { epsilon: properties.epsilon }),
    ...(properties.sigma === undefined ? {} : { sigma: properties.sigma }),
  };
}

function boxOf({ model, box, options }: Query): BoxSummary {
  const { delta, deltaRelative, perturb, against, quantize, granularity = 'tensor', scheme = 'symmetric', quantizeBiases = false, prune, pruneBox } = options;
  const size = deltaRelative ?? delta;
  const furthest = sameShape(model.layers, box.of.layers) ? furthestOf(model, box) : undefined;
  return {
    kind: box.spec.kind === 'bounds' ? 'bounds' : deltaRelative !== undefined ? 'relative' : delta !== undefined ? 'absolute' : against === undefined && box.quantization === undefined ? 'nominal' : 'copy',
    ...(size === undefined ? {} : { size }),
    ...(perturb === undefined ? {} : { perturb }),
    parameters: box.of.parameters.length,
    moving: movingOf(model, box),
    ...(furthest === undefined ? {} : { furthest }),
    ...(against === undefined ? {} : { against: { source: against.source, model: against.hash, shape: shapeOf(against) } }),
    ...(box.quantization === undefined ? {} : { made: {
      ...(quantize === undefined ? {} : { quantize, granularity, scheme, quantizeBiases }),
      ...(prune === undefined ? {} : { prune }), ...(pruneBox === undefined ? {} : { pruneBox }), ...box.quantization,
    } }),
    ...(box.spec.kind === 'bounds' ? { hash: createHash('sha256').update(bytes(box.spec.lower)).update(bytes(box.spec.upper)).digest('hex') } : {}),
  };
}

/** From the nominal value to the farther end of each parameter's interval, rounded up. */
function distances(nominal: Float64Array, { spec }: ParameterBox): Float64Array {
  switch (spec.kind) {
    case 'radius':
      return nominal.map((p, i) => sumUp(apart(spec.center[i], p), spec.radius[i]));
    case 'relative':
      return nominal.map((p, i) => sumUp(apart(spec.center[i], p), spec.mask[i] === 0 ? 0 : productUp(spec.ratio, Math.abs(spec.center[i]))));
    case 'bounds':
      return nominal.map((p, i) => Math.max(sumUp(p, -spec.lower[i]), sumUp(spec.upper[i], -p), 0));
  }
}

/** |a - b|, rounded up. */
function apart(a: number, b: number): number {
  return a > b ? sumUp(a, -b) : sumUp(b, -a);
}

function furthestOf(model: Model, box: ParameterBox): number {
  return distances(model.parameters, box).reduce((most, each) => Math.max(most, each), 0);
}

/** Parameters that may differ from the nominal ones; where shapes differ, from the second network's own. */
function movingOf(model: Model, box: ParameterBox): number {
  const nominal = sameShape(model.layers, box.of.layers) ? model.parameters : box.of.parameters;
  return distances(nominal, box).reduce((count, each) => count + (each > 0 ? 1 : 0), 0);
}

function shapeOf(model: Model): number[] {
  return [model.inputCount, ...model.layers.map((layer) => layer.outputs)];
}

function bytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat64(8 * i, values[i], true);
  return new Uint8Array(view.buffer);
}
