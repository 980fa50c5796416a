/** Where f_p0 changes its label over two inputs, in plain doubles: for drawing only, nothing proved rests on it. */
import type { Model } from '../network/model.js';
import { layerRanges } from '../network/layout.js';
import { levelCurves, type Curve } from './levels.js';
import type { Rule } from '../query/witness.js';

/** Networks that one point takes longer for are drawn without it. */
const MOST_PARAMETERS = 50_000;

/** @param at the input for two coordinates; @param domain x_lo, x_hi, y_lo, y_hi */
export function boundaryOf(model: Model, rule: Rule, at: (x: number, y: number) => number[], domain: readonly number[]): Curve[] {
  if (model.parameters.length > MOST_PARAMETERS) return [];
  const outputs = plainOutputs(model);
  if (model.outputCount === 1) return levelCurves(([x, y]) => outputs(at(x, y))[0], domain, levelOf(model, rule.level));
  const sign = rule.decision === 'min' ? -1 : 1;
  const ahead = (label: number) => ([x, y]: readonly number[]): number => {
    const z = outputs(at(x, y));
    return z.reduce((least, value, j) => (j === label ? least : Math.min(least, sign * (z[label] - value))), Infinity);
  };
  // Two labels share their curve.
  return Array.from({ length: model.outputCount === 2 ? 1 : model.outputCount }, (_, label) => levelCurves(ahead(label), domain, 0)).flat();
}

/** The last layer before its activation, unless that is relu, which makes ties. */
function plainOutputs({ layers, parameters, normalisation }: Model): (x: readonly number[]) => number[] {
  const ranges = layerRanges(layers);
  return (x) => {
    let values = normalisation === null ? [...x] : x.map((value, j) =>
      (Math.min(Math.max(value, normalisation.lower[j]), normalisation.upper[j]) - normalisation.mean[j]) / normalisation.range[j]);
    for (const [l, { inputs, outputs, activation }] of layers.entries()) {
      const { weights, biases } = ranges[l];
      const last = l === layers.length - 1;
      values = Array.from({ length: outputs }, (_, i) => {
        let z = parameters[biases + i];
        for (let j = 0; j < inputs; j++) z += parameters[weights + i * inputs + j] * values[j];
        if (activation === 'relu') return Math.max(0, z);
        if (last || activation === 'linear') return z;
        return activation === 'tanh' ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
      });
    }
    return values;
  };
}

function levelOf({ outputActivation }: Model, level: number): number {
  switch (outputActivation) {
    case 'sigmoid':
      return level <= 0 ? -Infinity : level >= 1 ? Infinity : Math.log(level / (1 - level));
    case 'tanh':
      return level <= -1 ? -Infinity : level >= 1 ? Infinity : Math.atanh(level);
    default:
      return level;
  }
}
