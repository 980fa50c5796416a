import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { plainText } from '../../../src/report/html.js';
import { questionOf, subjectOf } from '../../../src/report/question.js';
import { productUp, sumUp } from '../../../src/report/rounding.js';
import { boxWords } from '../../../src/report/words.js';
import { loadModel } from '../../../src/index.js';
import { prepare } from '../../../src/query/query.js';
import type { QueryOptions } from '../../../src/query/settings.js';
import { cats, numbered } from '../../support/models.js';

const model = await loadModel(cats());
const box = async (options: QueryOptions, object = cats()) => questionOf(prepare(await loadModel(object), options, []), {}).box;
const words = async (options: QueryOptions, object = cats()): Promise<string> => plainText(boxWords(await box(options, object)));

describe('sums and products rounded up', () => {
  const moderate = fc.double({ noNaN: true, min: -1e100, max: 1e100 });
  const exact = (x: number): Dyadic => Dyadic.fromDouble(x);
  it('are never below the exact ones', () => {
    fc.assert(fc.property(moderate, moderate, (a, b) => {
      expect(exact(sumUp(a, b)).minus(exact(a).plus(exact(b))).sign).toBeGreaterThanOrEqual(0);
      if (Math.abs(a * b) > 1e-290) expect(exact(productUp(a, b)).minus(exact(a).times(exact(b))).sign).toBeGreaterThanOrEqual(0);
    }), { numRuns: 2000 });
  });
  it('stay as they are where they are exact', () => {
    expect([sumUp(0, 0.01), sumUp(0.25, 0.5), sumUp(0.1, 0.2), productUp(0, 5)]).toEqual([0.01, 0.75, 0.30000000000000004, 0]);
    expect(sumUp(1, 2 ** -60)).toBe(1 + 2 ** -52);
    expect(sumUp(1, -(2 ** -60))).toBe(1);
  });
});

describe('the box in words and numbers', () => {
  it('of one distance for all', async () => {
    expect(await words({ delta: 0.01 })).toBe('Each of the 3 parameters may take any value within \u00b10.01 of its stored value, all at once and independently of each other.');
    expect(await box({ delta: 0.01 })).toEqual({ kind: 'absolute', size: 0.01, parameters: 3, moving: 3, furthest: 0.01 });
  });
  it('of some alone', async () => {
    expect(await words({ delta: 0.01, perturb: 'biases' })).toBe('Of the 3 parameters, 1 (those that --perturb biases names) may each take any value within \u00b10.01 of its stored value, all at once and independently of each other. The others stay as they are.');
  });
  it('of a part of each: zeros do not move', async () => {
    expect(await words({ deltaRelative: 0.5 }, numbered())).toContain('Of the 13 parameters, 12 may each take any value within \u00b10.5 times its own size');
    expect((await box({ deltaRelative: 0.5 }, numbered())).furthest).toBeGreaterThanOrEqual(6);
  });
  it('of intervals', async () => {
    const { parameters: p } = model;
    const given = await box({ parameters: { lower: p.map((x) => x - 0.5), upper: p.map((x, i) => x + i) } });
    expect(given).toMatchObject({ kind: 'bounds', moving: 3, furthest: 2 });
    expect(given.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(plainText(boxWords(given))).toMatch(/^Each of the 3 parameters may take any value in an interval of its own/);
  });
  it('of a copy, with room and without', async () => {
    const other = cats();
    other.layers[0].bias = [-3.25];
    const against = await loadModel(other);
    expect(await words({ against })).toBe('The parameters become exactly those of a second network, model object (shape 2-1): one known change, with no room round it.');
    expect(await words({ against, delta: 0.001 })).toContain('within \u00b10.001 of its value in a second network');
    expect(await box({ against })).toMatchObject({ kind: 'copy', moving: 1, against: { model: against.hash } });
  });
});

describe('the subject and the inputs', () => {
  it('are those of the query', () => {
    const query = prepare(model, { delta: 0.01, at: [10, 3] }, []);
    expect(subjectOf(query)).toMatchObject({ shape: [2, 1], activations: ['sigmoid'], parameters: 3, labels: ['female', 'male'], level: 0.5, exactness: 'exact', inputs: [{ name: 'heart weight (g)', lower: 6.3, upper: 20.5 }, { name: 'body weight (kg)' }] });
    expect(questionOf(query, { sigma: 0.1 })).toMatchObject({ at: [10, 3], sigma: 0.1, measure: 'confidence', outputs: [0] });
    expect(questionOf(prepare(model, { delta: 0.01 }, []), {}).domain).toEqual([[6.3, 20.5], [2, 3.9]]);
  });
});

describe('formats and prunings in words', () => {
  it('as the copy that they make', async () => {
    expect(await words({ quantize: 'int8' })).toBe('Weights are rounded to int8, symmetric, with one scale a tensor. One known change, with no room round it.');
    expect(await words({ quantize: 'int4', granularity: 'channel', scheme: 'affine', delta: 0.01 }))
      .toBe('Weights are rounded to int4, affine, with one scale a channel. Each parameter may then take any value within \u00b10.01 of what came out.');
    expect(await words({ quantize: 'fp16', quantizeBiases: true })).toBe('Weights and biases are rounded to fp16. One known change, with no room round it.');
    expect(await words({ prune: 'magnitude:50%' })).toBe('The smallest weights (magnitude:50%) become zero. One known change, with no room round it.');
    expect(await words({ prune: 'magnitude:50%', quantize: 'bf16' })).toMatch(/^The smallest weights \(magnitude:50%\) become zero, and then weights are rounded to bf16\./);
  });
  it('as the box of all that they could make', async () => {
    expect(await words({ quantize: 'int8', as: 'box' })).toMatch(/^Weights may take any value between the two that int8 has next to them, symmetric, with one scale a tensor: /);
    expect(await words({ pruneBox: 'magnitude:50%' })).toMatch(/^Each of the smallest weights \(magnitude:50%\) may take any value between 0 and its own/);
  });
  it('with what they do to each tensor in the results', async () => {
    expect(await box({ quantize: 'int8' })).toMatchObject({ kind: 'copy', moving: 2, made: { quantize: 'int8', granularity: 'tensor', as: 'copy', tensors: [{ layer: 0, tensor: 'weights', format: 'int8' }] } });
    expect((await box({ quantize: 'int8', as: 'box' })).hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
