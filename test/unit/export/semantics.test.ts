/**
 * What an export says of a point is what exact arithmetic says of it: the file is read back, its assertions are evaluated at points
 * (x, p), and their truth is that of the violation asked about.
 */
import { describe, expect, it } from 'vitest';
import { differenceAbove, difference } from '../../../src/exact/difference.js';
import { trace } from '../../../src/exact/evaluate.js';
import { flips, label } from '../../../src/exact/label.js';
import { margin } from '../../../src/exact/margin.js';
import { exportSmt2, type ExportQuery } from '../../../src/export/export.js';
import { loadModel } from '../../../src/network/load.js';
import type { Activation, Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { parameterBox } from '../../../src/query/box.js';
import { seededRandom } from '../../../src/random.js';
import { holdsAt, objectiveAt, type At } from '../../support/exported.js';
import { cats } from '../../support/models.js';

function network(sizes: number[], hidden: Activation, last: Activation, seed: number): ModelObject {
  const random = seededRandom(seed);
  const draw = (): number => 2 * random() - 1;
  return {
    format: 'parabound-model@1',
    inputs: Array.from({ length: sizes[0] }, (_, j) => (j === 0 ? { lower: -1, upper: 0.5 } : { lower: 0, upper: 1 })),
    layers: sizes.slice(1).map((outputs, l) => ({
      weights: Array.from({ length: outputs }, () => Array.from({ length: sizes[l] }, draw)),
      bias: Array.from({ length: outputs }, draw),
      activation: l === sizes.length - 2 ? last : hidden,
    })),
  };
}

/** Points of the domain and the box; every other one at a corner of the box. */
function points(model: Model, query: ExportQuery, count: number, seed: number): At[] {
  const random = seededRandom(seed);
  const { spec: box, of } = parameterBox(model, query);
  const radius = box.kind === 'radius' ? box.radius : new Float64Array(of.parameters.length);
  const domain = query.domain ?? Array.from({ length: model.inputCount }, (_, j) => [model.domain![2 * j], model.domain![2 * j + 1]]);
  return Array.from({ length: count }, (_, n) => {
    const x = query.at !== undefined ? Array.from(query.at) : domain.map(([lo, hi]) => lo + (hi - lo) * random());
    const p = of.parameters.map((value, i) => value + radius[i] * (n % 2 === 0 ? 2 * random() - 1 : (random() < 0.5 ? -1 : 1) * (1 - 2 ** -20)));
    return { model, of, box, x, p, changes: query.form === 'deviation' || query.form === 'hyperbolic' };
  });
}

/** The violation at the point, exactly. */
function violated(query: ExportQuery, { model, of, x, p }: At): boolean {
  const measure = query.output ?? 'confidence';
  if (query.property === 'epsilon') {
    const outputs = query.outputs ?? Array.from({ length: model.outputCount }, (_, i) => i);
    const rises = (): boolean => {
      const [before, after] = [trace(model.spec, model.parameters, x, 256), trace(of.spec, p, x, 256)].map(({ logits }) => logits[0]);
      return after.lo.compare(before.hi) > 0;
    };
    if (query.direction !== undefined && rises() !== (query.direction === 'up')) return false;
    return differenceAbove({ shape: model.spec, perturbed: of.spec, nominal: model.parameters, parameters: p, x, outputs, measure }, query.epsilon!)!;
  }
  const rule = { level: query.level ?? model.level, decision: query.decision ?? model.decision };
  if (query.class !== undefined && label(model.spec, model.parameters, x, rule) !== query.class) return false;
  const after = label(of.spec, p, x, rule);
  const flipped = of === model ? flips(model.spec, model.parameters, p, x, rule)! : label(model.spec, model.parameters, x, rule) !== after;
  return flipped && (query.property === 'label' || margin(model.spec, model.parameters, x, rule, measure).lower >= query.sigma!);
}

const DELTA = 0.25;
const RELU = network([2, 3, 1], 'relu', 'sigmoid', 11);
const DEEP = network([2, 3, 3, 1], 'relu', 'sigmoid', 4);
const LINEAR = network([2, 3, 1], 'linear', 'linear', 5);
const TANH = network([2, 2, 1], 'tanh', 'tanh', 6);
const SMOOTH = network([2, 2, 1], 'sigmoid', 'sigmoid', 7);
const CLASSES = network([2, 4, 3], 'relu', 'linear', 8);
const SOFTMAX = network([2, 3, 3], 'relu', 'softmax', 9);
const RELU_SCORES = network([2, 3, 3], 'relu', 'relu', 10);
const NONE = network([2, 1], 'relu', 'sigmoid', 12);

type Partial = Omit<ExportQuery, 'property'>;
const epsilon = (more: Partial): ExportQuery => ({ property: 'epsilon', delta: DELTA, ...more });
const margins = (more: Partial): ExportQuery => ({ property: 'sigma', delta: DELTA, sigma: 0.02, ...more });
const labels = (more: Partial): ExportQuery => ({ property: 'label', delta: DELTA, ...more });

/** Thresholds are near the middle of what random points reach, so that both answers occur. */
const CASES: [string, ModelObject, ExportQuery][] = [
  ...(['plain', 'absolute', 'product', 'deviation', 'hyperbolic'] as const).flatMap((form): [string, ModelObject, ExportQuery][] => [
    [`${form}, 2-1`, NONE, epsilon({ form, epsilon: 0.04 })],
    [`${form}, 2-3-1`, RELU, epsilon({ form, epsilon: 0.04 })],
    [`${form}, 2-3-3-1`, DEEP, epsilon({ form, epsilon: 0.04 })],
  ]),
  ...(['plain', 'product', 'logit'] as const).flatMap((form) => (['up', 'down'] as const).map((direction): [string, ModelObject, ExportQuery] =>
    [`${form}, ${direction}`, RELU, epsilon({ form, direction, epsilon: 0.03 })])),
  ['neurons', RELU, epsilon({ encoding: 'neurons', epsilon: 0.04 })],
  ['neurons, deep', DEEP, epsilon({ encoding: 'neurons', epsilon: 0.04 })],
  ['relu by ite', RELU, epsilon({ relu: 'ite', epsilon: 0.04 })],
  ['cvc5', RELU, epsilon({ target: 'cvc5', epsilon: 0.04 })],
  ['cvc5, parameters', RELU, epsilon({ target: 'cvc5', encoding: 'parameters', epsilon: 0.04 })],
  ['tanh', TANH, epsilon({ epsilon: 0.1 })],
  ['tanh, neurons', TANH, epsilon({ epsilon: 0.1, encoding: 'neurons' })],
  ['sigmoid', SMOOTH, epsilon({ epsilon: 0.03, encoding: 'neurons' })],
  ['softmax, outputs', SOFTMAX, epsilon({ epsilon: 0.04, outputs: [0, 2] })],
  ['logits in rationals', RELU, epsilon({ output: 'logit', target: 'rational', epsilon: 0.2 })],
  ['logits in rationals, parameters', DEEP, epsilon({ output: 'logit', target: 'rational', encoding: 'parameters', epsilon: 0.2 })],
  ['logits, deviation', DEEP, epsilon({ output: 'logit', form: 'deviation', epsilon: 0.2 })],
  ['linear in rationals', LINEAR, epsilon({ target: 'rational', epsilon: 0.4 })],
  ['linear, weights alone', LINEAR, epsilon({ target: 'rational', epsilon: 0.05, perturb: 'weights,0' })],
  ['one input in rationals', RELU, epsilon({ target: 'rational', at: [0.25, 0.5], epsilon: 0.04 })],
  ['one input in rationals, up', RELU, epsilon({ target: 'rational', at: [0.25, 0.5], epsilon: 0.02, direction: 'up' })],
  ['one input, to be sat', RELU, epsilon({ target: 'rational', at: [0.25, 0.5], epsilon: 0.04, conclusive: 'sat' })],
  ['three outputs in rationals', CLASSES, epsilon({ target: 'rational', epsilon: 0.5 })],
  ['relu outputs', RELU_SCORES, epsilon({ target: 'rational', epsilon: 0.3 })],
  ['a smaller domain', RELU, epsilon({ domain: [[0, 0], [0.25, 0.75]], epsilon: 0.04 })],

  ['label', RELU, labels({})],
  ['label, plain', RELU, labels({ form: 'plain' })],
  ['label in rationals', RELU, labels({ target: 'rational' })],
  ['label in rationals, deep', DEEP, labels({ target: 'rational', encoding: 'parameters', level: 0.6 })],
  ['label, a level', RELU, labels({ level: 0.55 })],
  ['label, a level, in rationals', RELU, labels({ level: 0.55, target: 'rational' })],
  ['label, a level that nothing reaches', RELU, labels({ level: 1.5, target: 'rational' })],
  ['label, tanh', TANH, labels({ level: 0.875 })],
  ['label, class 1, a level', RELU, labels({ class: 1, level: 0.42, target: 'rational' })],
  ['label, three classes', CLASSES, labels({ target: 'rational' })],
  ['label, three classes, the smallest', CLASSES, labels({ target: 'rational', decision: 'min', class: 0, delta: 0.5 })],
  ['label, softmax', SOFTMAX, labels({ target: 'rational' })],
  ['label, relu outputs', RELU_SCORES, labels({})],

  ['sigma', RELU, margins({})],
  ['sigma, plain', RELU, margins({ form: 'plain' })],
  ['sigma in rationals', RELU, margins({ target: 'rational', level: 0.6 })],
  ['sigma on logits', RELU, margins({ target: 'rational', output: 'logit', sigma: 0.1, level: 0.6 })],
  ['sigma, tanh', TANH, margins({ output: 'logit', sigma: 0.02, level: 0.875 })],
  ['sigma, linear', LINEAR, margins({ target: 'rational', sigma: 0.05, level: -0.8 })],
  ['sigma beyond the outputs', RELU, margins({ target: 'rational', sigma: 0.75 })],
  ['sigma, three classes', CLASSES, margins({ target: 'rational', sigma: 0.1 })],
  ['sigma, softmax', SOFTMAX, margins({ sigma: 0.03 })],
];

describe('decisions', () => {
  it.each(CASES)('%s', async (_name, object, query) => {
    const model = await loadModel(object);
    const { text } = exportSmt2(model, query);
    const counts = { true: 0, false: 0 };
    for (const at of points(model, query, 80, 1)) {
      const truth = violated(query, at);
      expect(holdsAt(text, at), JSON.stringify({ x: at.x, p: Array.from(at.p) })).toBe(truth);
      counts[String(truth) as 'true' | 'false']++;
    }
    expect(counts.false).toBeGreaterThan(0);
    if (!['label, a level that nothing reaches', 'sigma beyond the outputs'].includes(_name)) expect(counts.true, 'violations among the points').toBeGreaterThan(0);
  });
});

describe('against a copy', () => {
  it('of other widths', async () => {
    const [model, against] = [await loadModel(RELU), await loadModel(network([2, 2, 1], 'relu', 'sigmoid', 21))];
    for (const encoding of ['parameters', 'neurons'] as const) {
      const query: ExportQuery = { property: 'label', against, delta: 0.1, encoding };
      const { text } = exportSmt2(model, query);
      for (const at of points(model, query, 40, 3)) expect(holdsAt(text, at)).toBe(violated(query, at));
    }
  });
  it('of its own widths, as deviations', async () => {
    const [model, against] = [await loadModel(RELU), await loadModel(network([2, 3, 1], 'relu', 'sigmoid', 22))];
    const query: ExportQuery = { property: 'epsilon', epsilon: 0.1, against, delta: 0.1, form: 'deviation' };
    const { text } = exportSmt2(model, query);
    for (const at of points(model, query, 40, 3)) expect(holdsAt(text, at)).toBe(violated(query, at));
  });
});

describe('normalised inputs', () => {
  it.each(['physical', 'normalised'] as const)('%s', async (units) => {
    const model = await loadModel(new URL('../../fixtures/scaled.nnet', import.meta.url));
    const { inUnits } = await import('../../../src/query/units.js');
    for (const target of ['dreal', 'rational'] as const) {
      const query: ExportQuery = { property: 'label', delta: 0.5, units, target };
      const { text } = exportSmt2(model, query);
      if (units === 'physical') expect(text).toMatch(/physical units/);
      const own = inUnits(model, units);
      for (const at of points(own, query, 40, 5)) expect(holdsAt(text, at)).toBe(violated(query, at));
    }
  });
  it('clamps where the domain is wider than the limits', async () => {
    const model = await loadModel(new URL('../../fixtures/scaled.nnet', import.meta.url));
    const domain = Array.from({ length: model.inputCount }, (_, j): [number, number] => [model.domain![2 * j] - 3, model.domain![2 * j + 1] + 3]);
    const query: ExportQuery = { property: 'epsilon', epsilon: 0.5, delta: 0.5, domain };
    const { text } = exportSmt2(model, query);
    expect(text).toMatch(/\(max .*\(min /);
    for (const at of points(model, query, 60, 6)) expect(holdsAt(text, at)).toBe(violated(query, at));
  });
});

describe('optima', () => {
  it.each(['plain', 'deviation', 'hyperbolic'] as const)('epsilon, %s: the objective is the difference', async (form) => {
    const model = await loadModel(RELU);
    const query = epsilon({ form });
    const { text, task } = exportSmt2(model, query);
    expect(task).toBe('optimise');
    for (const at of points(model, query, 30, 2)) {
      const { lower, upper } = difference({ shape: model.spec, nominal: model.parameters, parameters: at.p, x: at.x, outputs: [0], measure: 'confidence' });
      const value = Number(objectiveAt(text, at).lo.mantissa) * 2 ** objectiveAt(text, at).lo.exponent;
      expect(value).toBeGreaterThanOrEqual(lower - 1e-15);
      expect(value).toBeLessThanOrEqual(upper + 1e-15);
    }
  });
  it('epsilon as an equation, its minus minimised', async () => {
    const model = await loadModel(RELU);
    const query = epsilon({ form: 'equation' });
    const { text } = exportSmt2(model, query);
    expect(text).toMatch(/\(minimize \(- eps\)\)/);
    for (const at of points(model, query, 10, 2)) {
      expect(objectiveAt(text, at).hi.sign).toBeLessThanOrEqual(0);
      expect(holdsAt(text, at)).toBe(true);
    }
  });
  it('sigma: the constraints are a flip of the class', async () => {
    const model = await loadModel(RELU);
    for (const form of ['plain', 'logit'] as const) {
      for (const label of [0, 1]) {
        const query: ExportQuery = { property: 'sigma', delta: DELTA, class: label, form };
        const { text } = exportSmt2(model, query);
        for (const at of points(model, query, 60, 2)) expect(holdsAt(text, at)).toBe(violated({ property: 'label', delta: DELTA, class: label }, at));
      }
    }
  });
});

describe('the comparison', () => {
  it('fails for a file with another weight, threshold or direction', async () => {
    const model = await loadModel(cats());
    const query: ExportQuery = { property: 'epsilon', epsilon: 0.02, delta: 0.01, target: 'cvc5', encoding: 'parameters' };
    const { text } = exportSmt2(model, query);
    const doctored = [text.replaceAll('2659790091271981.0', '2759790091271981.0'), text.replaceAll('(> d0', '(< d0'), text.replaceAll('(- pz0_0)', 'pz0_0')];
    for (const file of doctored) {
      expect(file).not.toBe(text);
      expect(points(model, query, 200, 1).some((at) => holdsAt(file, at) !== violated(query, at))).toBe(true);
    }
  });
  it('holds a point outside the box to be none', async () => {
    const model = await loadModel(cats());
    const query: ExportQuery = { property: 'epsilon', epsilon: 0, delta: 0.01 };
    const [at] = points(model, query, 1, 1);
    const outside = { ...at, p: Float64Array.from(at.p).map((value) => value + 0.03) };
    for (const encoding of ['parameters', 'neurons'] as const) {
      for (const target of ['dreal', 'cvc5'] as const) {
        const { text } = exportSmt2(model, { ...query, encoding, target });
        expect([holdsAt(text, at), holdsAt(text, outside)]).toEqual([true, false]);
      }
    }
  });
});
