import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { isInsideBox } from '../../../src/exact/membership.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { parseFormat } from '../../../src/quantize/format.js';
import { gridOf, prunedBox, quantizedBox, quantizedCopy, type QuantizeSettings } from '../../../src/quantize/quantize.js';
import { heNetwork, modelFile, random, type Random } from '../../support/random.js';

const FORMATS = ['int2', 'int4', 'int8', 'int11', 'int16', 'fp16', 'bf16', 'fp32', 'fixed:0.7', 'fixed:3.12', 'fixed:31.0', 'fixed:0.31', 'none'] as const;

async function randomModel(r: Random): Promise<Model> {
  const network = heNetwork(r, [1 + r.below(4), 1 + r.below(6), 1 + r.below(3)], 'relu', 'linear');
  const size = r.pick([1, 1, 1e-5, 100, 2 ** -126]);
  network.parameters.forEach((value, i, p) => { p[i] = r.uniform() < 0.2 ? 0 : size * (r.uniform() < 0.5 ? Math.fround(value) : value); });
  return loadModel(modelFile(network, [-1, 1, -1, 1, -1, 1, -1, 1].slice(0, 2 * network.inputs)) as ModelObject);
}

const settings = (r: Random): QuantizeSettings => ({
  quantize: r.uniform() < 0.5 ? r.pick(FORMATS) : `${r.pick(FORMATS)},${r.pick(FORMATS)}`,
  granularity: r.pick(['tensor', 'channel'] as const), scheme: r.pick(['symmetric', 'affine'] as const), quantizeBiases: r.uniform() < 0.5,
  ...(r.uniform() < 0.3 ? { prune: `magnitude:${r.below(101)}%` } : {}),
});

describe('the box of a format', () => {
  it('contains the copy, always', async () => {
    const r = random(11);
    for (let round = 0; round < 1500; round++) {
      const model = await randomModel(r);
      const how = settings(r);
      const copy = quantizedCopy(model, how).parameters;
      const inside = isInsideBox(copy, quantizedBox(model, how));
      expect([how, inside]).toEqual([how, true]);
    }
  });
  it('has the values of the grid next to p for its ends: one step apart, and the nearest is the copy', () => {
    const r = random(12);
    for (let round = 0; round < 3000; round++) {
      const format = parseFormat(r.pick(FORMATS.filter((name) => name !== 'none')));
      if (format.kind === 'none') continue;
      const values = Float64Array.from({ length: 5 }, () => r.normal() * r.pick([1, 1, 50, 1e-3]));
      const grid = gridOf(format, values, r.pick(['symmetric', 'affine'] as const), 'here');
      const p = r.uniform() < 0.2 ? grid.nearest(r.pick([...values])) : r.pick([...values]);
      const [lower, upper] = grid.around(p);
      const exact = (value: number): Dyadic => Dyadic.fromDouble(value);
      expect(lower <= upper).toBe(true);
      for (const end of [lower, upper]) expect([end, grid.nearest(end)]).toEqual([end, end]); // both are on the grid
      if (grid.scale !== undefined && lower < upper) expect(exact(upper).minus(exact(lower)).equals(exact(grid.scale))).toBe(true);
      const saturated = lower === upper && lower !== p;
      if (saturated) expect([grid.nearest(p), grid.nearest(2 * p)]).toEqual([lower, lower]);
      else expect(lower <= p && p <= upper).toBe(true);
      // To nearest of the exact p, but for what the framework's own quotient is off.
      const slack = 2 ** -20 * Math.max(Math.abs(p), Math.abs(upper - lower));
      if (!saturated) expect(Math.abs(grid.nearest(p) - p)).toBeLessThanOrEqual(Math.min(p - lower, upper - p) + slack);
    }
  });
});

describe('the box of a pruning', () => {
  it('contains the pruning of any of the weights', async () => {
    const r = random(13);
    for (let round = 0; round < 300; round++) {
      const model = await randomModel(r);
      const prune = `magnitude:${r.below(101)}%${r.pick(['', '/layer'])}`;
      const { box } = prunedBox(model, prune);
      const copy = quantizedCopy(model, { prune }).parameters;
      const some = copy.map((value, i) => (r.uniform() < 0.5 ? value : model.parameters[i]));
      expect([isInsideBox(copy, box), isInsideBox(some, box), isInsideBox(model.parameters, box)]).toEqual([true, true, true]);
    }
  });
});
