/** Queries that interval bounds leave open, at exact ties; worked out by hand or in fractions. */
import type { ModelObject } from '../../src/network/parse.js';

const model = (inputs: [number, number][], layers: [number[][], number[], 'relu' | 'linear' | 'sigmoid'][]): ModelObject => ({
  format: 'parabound-model@1',
  inputs: inputs.map(([lower, upper]) => ({ lower, upper })),
  layers: layers.map(([weights, bias, activation]) => ({ weights, bias, activation })),
});
const SQUARE: [number, number][] = [[-1, 1], [-1, 1]];

/** 2-2-2-1, all numbers multiples of 1/4. With weights within 1/8: the largest difference is 1.40625 exactly. */
export const deep = (): ModelObject => model(SQUARE, [[[[1, 0.5], [-0.75, 1]], [0.25, 0], 'relu'], [[[1, -1], [0.5, 0.5]], [0.25, 0], 'relu'], [[[1, -1]], [0.5], 'linear']]);
export const DEEP_WEIGHTS = { delta: 0.125, perturb: 'weights' } as const;
export const DEEP_EPSILON = 1.40625;

/** 0.7 x + 0.1 as 0.7 relu(x) - 0.7 relu(-x) + 0.1 */
export const identity = (): ModelObject => model([[-1, 1]], [[[[1], [-1]], [0, 0], 'relu'], [[[0.7, -0.7]], [0.1], 'linear']]);
/** The same, as 0.35 relu(x + 1) - 0.35 relu(1 - x) + 0.1. */
export const shifted = (bias = 0.1): ModelObject => model([[-1, 1]], [[[[1], [-1]], [1, 1], 'relu'], [[[0.35, -0.35]], [bias], 'linear']]);

/** With all within 1/10 the largest difference is a little below 0.9 and two ulps; intervals prove four ulps. */
export const awkward = (): ModelObject => model(SQUARE, [[[[1, 0.5], [-0.75, 1], [0, 0]], [0.25, 0, -1], 'relu'], [[[1, -1, 2]], [0.5], 'linear']]);
