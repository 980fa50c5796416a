import { layerRanges } from '../../network/layout.js';
import type { Model } from '../../network/model.js';

/** Why a .nnet file cannot hold the model; null where it can. */
export function nnetObstacle({ layers, outputCount, level, decision, outputActivation }: Model): string | null {
  const hidden = layers.findIndex(({ activation }, l) => l + 1 < layers.length && activation !== 'relu');
  if (hidden >= 0) return `layer ${hidden} is ${layers[hidden].activation}: hidden layers are relu in a .nnet file`;
  if (outputActivation !== 'linear') return `the last layer is ${outputActivation}: it is linear in a .nnet file`;
  const fixed = layers.findIndex((layer) => layer.fixed !== undefined);
  if (fixed >= 0) return `layer ${fixed} has fixed parameters, which a .nnet file cannot say`;
  if (outputCount === 1 && level !== 0) return `the level is ${level}: it is 0 in a .nnet file`;
  return outputCount > 1 && decision === 'min' ? 'the decision is min, which a .nnet file cannot say' : null;
}

/** The text of a .nnet file, numbers as the shortest decimals that are these doubles. The output's mean and range, which are not read here, are 0 and 1. */
export function nnetText(model: Model): string {
  const { layers, parameters, inputCount, outputCount, normalisation } = model;
  const row = (values: Iterable<number>): string => `${Array.from(values, numeral).join(',')},`;
  const all = (value: number): number[] => new Array<number>(inputCount).fill(value);
  const lines = [
    row([layers.length, inputCount, outputCount, Math.max(inputCount, ...layers.map(({ outputs }) => outputs))]),
    row([inputCount, ...layers.map(({ outputs }) => outputs)]),
    row([0]),
    row(normalisation?.lower ?? all(-Infinity)),
    row(normalisation?.upper ?? all(Infinity)),
    row([...(normalisation?.mean ?? all(0)), 0]),
    row([...(normalisation?.range ?? all(1)), 1]),
  ];
  for (const [l, { weights, biases, end }] of layerRanges(layers).entries()) {
    for (let at = weights; at < biases; at += layers[l].inputs) lines.push(row(parameters.subarray(at, at + layers[l].inputs)));
    for (let at = biases; at < end; at++) lines.push(row([parameters[at]]));
  }
  return `// written by parabound\n${lines.join('\n')}\n`;
}

function numeral(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}
