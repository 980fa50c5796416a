import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, evaluate } from '../../../src/index.js';
import { fixedInEither, movable } from '../../../src/network/fixed.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { parameterBox } from '../../../src/query/box.js';
import type { QueryOptions } from '../../../src/query/settings.js';

/** 2-2-2-1: layer 0 is fixed (parameters 0 to 5), of layer 1 the biases (10, 11), of layer 2 nothing (12 to 14). */
const file = fileURLToPath(new URL('../../fixtures/fixed-scaling.json', import.meta.url));
const MOVES = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1];

let fixed: Model;
let free: Model;
const object = (model: Model, changes: object[] = []): ModelObject => {
  let at = 0;
  const take = (count: number): number[] => [...model.parameters.subarray(at, at += count)];
  return {
    format: 'parabound-model@1',
    inputs: Array.from({ length: model.inputCount }, (_, i) => ({ lower: model.domain![2 * i], upper: model.domain![2 * i + 1] })),
    layers: model.layers.map(({ inputs, outputs, activation }, l) => ({ weights: Array.from({ length: outputs }, () => take(inputs)), bias: take(outputs), activation, ...changes[l] })),
  };
};
beforeAll(async () => {
  fixed = await loadModel(file);
  free = await loadModel(object(fixed));
});
const refused = (model: Model, options: object, code: string, message: RegExp): void => {
  expect(() => parameterBox(model, options as QueryOptions)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error);
};

describe('what is fixed', () => {
  it('is read from the file, and does not change the network', () => {
    expect(fixed.layers.map((layer) => layer.fixed)).toEqual([true, 'bias', undefined]);
    expect([...movable(fixed.layers)]).toEqual(MOVES);
    expect([...movable(free.layers)]).toEqual(MOVES.map(() => 1));
    expect(fixed.hash).toBe(free.hash);
    expect(evaluate(fixed, { at: [0.5, 0.25] }).nominal).toEqual(evaluate(free, { at: [0.5, 0.25] }).nominal);
  });
  it('is that of either of two networks', () => {
    const other = free.layers.map((layer, l) => (l === 2 ? { ...layer, fixed: true as const } : l === 0 ? { ...layer, fixed: 'bias' as const } : layer));
    expect(fixedInEither(fixed.layers, other).map((layer) => layer.fixed)).toEqual([true, 'bias', true]);
    expect(fixedInEither(other, fixed.layers).map((layer) => layer.fixed)).toEqual([true, 'bias', true]);
    expect(fixedInEither(free.layers, free.layers)).toEqual(free.layers);
  });
});

describe('a box of parameters', () => {
  it('has no width there', () => {
    expect(parameterBox(fixed, { delta: 0.5 }).spec).toEqual({ kind: 'radius', center: fixed.parameters, radius: Float64Array.from(MOVES, (moves) => moves * 0.5) });
    expect(parameterBox(fixed, { deltaRelative: 0.1 }).spec).toEqual({ kind: 'relative', center: fixed.parameters, ratio: 0.1, mask: Uint8Array.from(MOVES) });
  });
  it.each([
    ['weights', [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]],
    ['biases', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['1', [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0]],
    ['1-2', MOVES],
  ])('nor with --perturb %s, which counts all layers', (perturb, expected) => {
    expect([...(parameterBox(fixed, { deltaRelative: 1, perturb }).spec as { mask: Uint8Array }).mask]).toEqual(expected);
  });
  it.each([['0', 'of layer 0 '], ['0-2', 'of layer 0 '], ['2,0', 'of layer 0 '], ['biases,1', 'of layer 1 '], ['weights,biases,0', 'of layer 0 ']])('--perturb %s names what is fixed', (perturb, where) => {
    refused(fixed, { delta: 1, perturb }, 'OPTION_INVALID', new RegExp(`"${perturb}", --perturb, expected parameters that may move; all that it names ${where}is fixed in .*fixed-scaling.json`));
  });
  it('--perturb of a kind that is fixed everywhere', async () => {
    const model = await loadModel(object(free, [{ fixed: 'bias' }, { fixed: 'bias' }, { fixed: true }]));
    refused(model, { delta: 1, perturb: 'biases' }, 'OPTION_INVALID', /all that it names is fixed/);
  });
  it('given as a file lists all parameters, and those that are fixed without width', () => {
    const { parameters } = fixed;
    const upper = parameters.map((p, i) => p + MOVES[i]);
    expect(parameterBox(fixed, { parameters: { lower: parameters, upper } }).spec).toMatchObject({ kind: 'bounds', upper });
    refused(fixed, { parameters: { lower: parameters, upper: upper.with(10, 1e-300) } }, 'BOX_INVALID', /\[0, 1e-300\], parameters\[10\], expected lower = upper: .* has this parameter fixed/);
    refused(fixed, { parameters: { lower: parameters.with(0, 0), upper } }, 'BOX_INVALID', /\[0, 0.5\], parameters\[0\]/);
  });
  it('around a copy: fixed in the copy or in the model', () => {
    const radius = Float64Array.from(MOVES, (moves) => moves * 0.5);
    expect(parameterBox(fixed, { against: free, delta: 0.5 }).spec).toMatchObject({ radius });
    expect(parameterBox(free, { against: fixed, delta: 0.5 }).spec).toMatchObject({ radius });
    refused(fixed, { against: free, delta: 0.5, perturb: '0' }, 'OPTION_INVALID', /layer 0/);
  });
});

describe('a query', () => {
  it('has the answer of one that leaves the same parameters alone', async () => {
    const own = await estimateEpsilon(fixed, { delta: 0.01, at: [0.5, -0.25], output: 'logit' });
    const lower = free.parameters.map((p, i) => p - 0.01 * MOVES[i]);
    const upper = free.parameters.map((p, i) => p + 0.01 * MOVES[i]);
    const box = await estimateEpsilon(free, { parameters: { lower, upper }, at: [0.5, -0.25], output: 'logit' });
    const all = await estimateEpsilon(free, { delta: 0.01, at: [0.5, -0.25], output: 'logit' });
    expect(Math.abs(own.lower - box.lower)).toBeLessThan(3e-6);
    expect(Math.abs(own.upper - box.upper)).toBeLessThan(3e-6);
    expect(all.lower).toBeGreaterThan(own.upper * 1.1);
    expect([...own.witness!.parameters!].every((p, i) => MOVES[i] === 1 || p === fixed.parameters[i])).toBe(true);
  });
  it('may be about a copy that differs there, and says so', async () => {
    const parameters = fixed.parameters.with(3, -1.5);
    const copy = await loadModel(object({ ...fixed, parameters, inputCount: 2 } as unknown as Model));
    const result = await estimateEpsilon(fixed, { against: copy, at: [0.5, -0.25], output: 'logit' });
    expect(result.upper).toBeGreaterThan(0.1);
    expect(result.notes).toEqual([expect.stringMatching(/^model object differs from .*fixed-scaling.json in parameters that are fixed, such as number 3, of layer 0$/)]);
    expect(evaluate(fixed, { against: copy, at: [0.5, -0.25] }).notes).toHaveLength(1);
    const same = await estimateEpsilon(fixed, { against: free, at: [0.5, -0.25] });
    expect([same.upper, same.notes]).toEqual([0, []]);
  });
});
