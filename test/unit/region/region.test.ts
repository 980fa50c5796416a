/** The flip region, through the built addon: against a closed form, sampled inputs in exact arithmetic, and single queries. */
import { describe, expect, it } from 'vitest';
import { isInsideBox, label } from '../../../src/exact/witness.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { parameterBox } from '../../../src/query/box.js';
import type { QueryOptions } from '../../../src/query/settings.js';
import { verifyLabel } from '../../../src/query/sigma.js';
import { inUnits } from '../../../src/query/units.js';
import { flipRegion, type RegionOptions, type RegionProgress } from '../../../src/region/region.js';
import type { RegionResult } from '../../../src/region/result.js';
import { innerEnds, randomParameters } from '../../support/attack.js';
import { scratch } from '../../support/files.js';
import { cats, threeClasses } from '../../support/models.js';
import { nnetText, physicalDomain, randomNnet } from '../../support/nnet.js';
import { heNetwork, modelFile, random, randomInput } from '../../support/random.js';
import { moved, randomDraft, without } from '../../support/widths.js';

const { write } = scratch();
const catsModel = await loadModel(cats());
const r = random(23);

/** The part of the domain with |z| <= delta (1 + x + y), by a fine sum over x of the exact stretch of y. */
function catsFlippable(delta: number): number {
  const steps = 200_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const x = 6.3 + (i + 0.5) / steps * 14.2;
    const end = (d: number): number => Math.min(3.9, Math.max(2, (3.51518067 + d - (0.07577862 - d) * x) / (1.18118408 - d)));
    sum += end(delta) - end(-delta);
  }
  return sum / steps / 1.9;
}

/** Every listed box is what it is said to be, at inputs tried in it: in exact arithmetic, and by single queries. */
async function checkBoxes(model: Model, result: RegionResult, options: RegionOptions, tries = 2): Promise<void> {
  const network = inUnits(model, options.units);
  const box = parameterBox(network, options as QueryOptions);
  const ends = innerEnds(box.spec);
  const rule = { level: options.level ?? network.level, decision: options.decision ?? network.decision };
  const at = (x: ArrayLike<number>, p: ArrayLike<number>): number | undefined => label(box.of.spec, p, x, rule);
  for (const { verdict, lower, upper, nominalLabel, by } of result.boxes) {
    for (let n = 0; n < tries; n++) {
      const x = randomInput(r, lower.flatMap((lo, j) => [lo, upper[j]]));
      const nominal = label(network.spec, network.parameters, x, rule)!;
      if (nominalLabel !== null) expect(nominal).toBe(nominalLabel);
      if (verdict === 'safe') {
        for (let k = 0; k < 3; k++) expect(at(x, randomParameters(r, ends))).toBe(nominal);
        if (n === 0) expect((await verifyLabel(model, { ...asked(options), at: x, smt: 'off', threads: 1 })).verdict).not.toBe('violated');
      }
      if (verdict === 'flippable') {
        const { copy } = by!.find((each) => each.nominalLabel === nominal)!;
        const parameters = Float64Array.from(result.copies![copy] ?? box.of.parameters);
        expect(isInsideBox(parameters, box.spec)).toBe(true);
        expect(at(x, parameters)).not.toBe(nominal);
      }
    }
  }
}

function asked(options: RegionOptions): QueryOptions {
  const { resolution: _, boxes: __, domain: ___, maxBoxes: ____, onProgress: _____, ...rest } = options;
  return rest;
}

const total = ({ safe, flippable, undecided }: RegionResult, end: 'lower' | 'upper'): number =>
  end === 'lower' ? safe.lower + flippable.lower + undecided.lower : safe.upper + flippable.upper;

describe('the flip region of the cats', () => {
  it.each([0.005, 0.01, 0.1])('at delta %d encloses the closed form', async (delta) => {
    const options = { delta, resolution: 0.004 };
    const result = await flipRegion(catsModel, options);
    const area = catsFlippable(delta);
    expect(result).toMatchObject({ schema: 'parabound/region@1', query: 'region', status: 'complete' });
    expect(result.flippable.lower).toBeLessThanOrEqual(area + 1e-8);
    expect(result.flippable.upper).toBeGreaterThanOrEqual(area - 1e-8);
    expect(result.safe.lower).toBeLessThanOrEqual(1 - area + 1e-8);
    expect(result.safe.upper).toBeGreaterThanOrEqual(1 - area - 1e-8);
    expect(result.undecided.upper).toBeLessThanOrEqual(0.004);
    expect(result.flippable.upper - result.flippable.lower).toBeLessThanOrEqual(0.0041);
    expect(total(result, 'lower')).toBeLessThanOrEqual(1);
    expect(total(result, 'upper')).toBeGreaterThanOrEqual(1);
    expect(result.stats.boxes).toBeLessThan(6000);
    expect(result.boxes.length).toBe(Math.min(1000, result.counts.safe + result.counts.flippable + result.counts.undecided));
    await checkBoxes(catsModel, { ...result, boxes: result.boxes.slice(0, 150) }, options);
  });
  it('boxes that are listed are disjoint, inside, and the largest come first', async () => {
    const { boxes, counts } = await flipRegion(catsModel, { delta: 0.01, resolution: 0.05, boxes: 1e6 });
    expect(boxes).toHaveLength(counts.safe + counts.flippable + counts.undecided);
    const areas = boxes.map(({ lower, upper }) => (upper[0] - lower[0]) * (upper[1] - lower[1]));
    expect(areas.reduce((sum, each) => sum + each, 0)).toBeCloseTo(14.2 * 1.9, 9);
    areas.slice(1).forEach((each, i) => { expect(each).toBeLessThanOrEqual(areas[i] * (1 + 1e-9)); });
    const overlap = (a: typeof boxes[0], b: typeof boxes[0]): boolean => [0, 1].every((j) => a.lower[j] < b.upper[j] && b.lower[j] < a.upper[j]);
    for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) expect(overlap(boxes[i], boxes[j])).toBe(false);
  });
  it('where nothing moves everything is safe; where all moves far nothing is', async () => {
    expect(await flipRegion(catsModel, { delta: 0 })).toMatchObject({ safe: { lower: 1, upper: 1 }, flippable: { lower: 0, upper: 0 }, undecided: { lower: 0, upper: 0 }, status: 'complete' });
    expect(await flipRegion(catsModel, { delta: 10 })).toMatchObject({ safe: { lower: 0, upper: 0 }, flippable: { lower: 1, upper: 1 }, undecided: { lower: 0, upper: 0 } });
  });
  it('says what was proved when it is cut short', async () => {
    const limited = await flipRegion(catsModel, { delta: 0.01, maxBoxes: 100 });
    expect(limited.status).toBe('limit');
    expect(limited.stats.boxes).toBeLessThan(1000);
    expect(limited.safe.lower).toBeGreaterThan(0.5);
    expect(limited.undecided.upper).toBeGreaterThan(0.01);
    const aborted = await flipRegion(catsModel, { delta: 0.01, signal: AbortSignal.abort() });
    expect(aborted).toMatchObject({ status: 'interrupted', safe: { lower: 0, upper: 1 }, flippable: { lower: 0, upper: 1 }, undecided: { lower: 1, upper: 1 }, counts: { undecided: 1 } });
    expect((await flipRegion(catsModel, { delta: 0.01, resolution: 0, timeout: 0.3 })).status).toBe('timeout');
  });
  it('reports progress, and narrows', async () => {
    const seen: RegionProgress[] = [];
    await flipRegion(catsModel, { delta: 0.01, resolution: 1e-4, timeout: 0.4, onProgress: (each) => seen.push(each) });
    expect(seen.length).toBeGreaterThan(0);
    for (let i = 1; i < seen.length; i++) expect(seen[i].undecided.upper).toBeLessThanOrEqual(seen[i - 1].undecided.upper);
  });
  it('of one input held still is that of the others', async () => {
    const { safe, flippable, picture } = await flipRegion(catsModel, { delta: 0.01, domain: [[6.3, 20.5], [2.2, 2.2]], resolution: 1e-6 });
    // |z| <= 0.01 (1 + x + 2.2) between two ends of x.
    const end = (d: number): number => (3.51518067 - 1.18118408 * 2.2 + d * 3.2) / (0.07577862 - d);
    const part = (end(0.01) - end(-0.01)) / 14.2;
    expect(flippable.lower).toBeLessThanOrEqual(part + 1e-12);
    expect(flippable.upper).toBeGreaterThanOrEqual(part - 1e-12);
    expect(safe.upper - safe.lower).toBeLessThan(2e-6);
    expect(picture).toBeNull();
  });
});

describe('the flip region of any network', () => {
  it.each([
    [[2, 3, 1], 'relu', 'sigmoid', 0.05], [[3, 4, 3], 'tanh', 'softmax', 0.03], [[2, 4], 'relu', 'linear', 0.1], [[2, 3, 3], 'relu', 'relu', 0.05], [[2, 5, 5, 1], 'relu', 'tanh', 0.01], [[2, 4, 4, 3], 'sigmoid', 'softmax', 0.01],
  ] as const)('%j %s %s', async (sizes, hidden, last, delta) => {
    const model = await loadModel(modelFile(heNetwork(r, sizes, hidden, last), sizes[0] === 2 ? [-1, 1, -0.5, 2] : [-1, 1, -1, 1, 0, 1]) as ModelObject);
    const options = { delta, maxBoxes: 400, ...(model.outputCount > 1 ? { decision: r.pick(['max', 'min'] as const) } : {}) };
    const result = await flipRegion(model, options);
    expect(result.counts.safe + result.counts.flippable).toBeGreaterThan(0);
    await checkBoxes(model, { ...result, boxes: result.boxes.slice(0, 120) }, options);
  });
  it('a copy, of other widths too', async () => {
    const nominal = randomDraft(r, [2, 4, 3], 'relu', 'linear');
    const model = await loadModel(nominal);
    const against = await loadModel(without(moved(r, nominal, 0.05), 0, 1));
    for (const options of [{ against, maxBoxes: 600 }, { against, delta: 0.05, maxBoxes: 400 }]) {
      const result = await flipRegion(model, options);
      if (!('delta' in options)) expect(result.copies!.every((each) => each === null)).toBe(true);
      await checkBoxes(model, { ...result, boxes: result.boxes.slice(0, 120) }, options);
    }
  });
  it('inputs in the units of a .nnet: volumes are of what is asked about, beyond its limits too', async () => {
    for (let n = 0; n < 5; n++) {
      const parts = randomNnet(r, [2, 4, 3]);
      const model = await loadModel(write(`${n}.nnet`, nnetText(parts)));
      const domain = physicalDomain(r, parts);
      const options = { delta: 0.05, domain, decision: 'min', maxBoxes: 200, units: 'physical' } as const;
      const result = await flipRegion(model, options);
      expect(result.units).toBe('physical');
      await checkBoxes(model, { ...result, boxes: result.boxes.slice(0, 80) }, options);
    }
  });
  it('beyond a limit inputs are fed alike: one box decides them', async () => {
    const parts = { sizes: [1, 1], lower: [0], upper: [1], mean: [0], range: [1], parameters: [1, -0.5] };
    const model = await loadModel(write('limit.nnet', nnetText(parts)));
    // z = clamp(x) - 0.5, biases within 0.25: flips between 0.25 and 0.75, on [-9, 11] a fortieth.
    const { safe, flippable } = await flipRegion(model, { delta: 0.25, perturb: 'biases', domain: [[-9, 11]], resolution: 1e-5 });
    expect(flippable.lower).toBeLessThanOrEqual(0.025);
    expect(flippable.upper).toBeGreaterThanOrEqual(0.025);
    expect(flippable.upper - flippable.lower).toBeLessThan(2e-5);
    expect(safe.lower).toBeGreaterThan(0.97);
  });
  it('boxes cover the domain, though calls to the addon end before their chunk does', async () => {
    const model = await loadModel(modelFile(heNetwork(r, [2, 40, 40, 3], 'relu', 'linear'), [-1, 1, -1, 1]) as ModelObject);
    const { boxes, counts } = await flipRegion(model, { delta: 1e-3, maxBoxes: 500, boxes: 1e6 });
    expect(boxes).toHaveLength(counts.safe + counts.flippable + counts.undecided);
    expect(boxes.reduce((sum, { lower, upper }) => sum + (upper[0] - lower[0]) * (upper[1] - lower[1]), 0)).toBeCloseTo(4, 12);
  });
  it('what cannot be split stays undecided, and is not everything\'s kind', async () => {
    // 0.1 + 0.2 - 0.3, of doubles, is 2.8e-17: real parameters within 1e-17 change the label, doubles within it are these alone.
    const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 1, upper: 1 }, { lower: 1, upper: 1 }], layers: [{ weights: [[0.1, 0.2]], bias: [-0.3], activation: 'linear' }] });
    expect(await flipRegion(model, { delta: 1e-17 })).toMatchObject({ status: 'stalled', safe: { lower: 0, upper: 1 }, flippable: { lower: 0, upper: 1 }, undecided: { lower: 1, upper: 1 }, counts: { safe: 0, flippable: 0, undecided: 1 } });
  });
  it('the smallest domains there are', async () => {
    const three = await loadModel(threeClasses());
    expect(await flipRegion(three, { delta: 0.1, domain: [[2, 2]] })).toMatchObject({ safe: { lower: 1, upper: 1 }, counts: { safe: 1 } });
    expect(await flipRegion(three, { delta: 0.1, domain: [[0, 0]] })).toMatchObject({ flippable: { lower: 1, upper: 1 } });
  });
});

describe('what a region does not take', () => {
  it.each([
    [{ delta: 0.01, at: [1, 2] }, 'OPTION_UNKNOWN'], [{ delta: 0.01, resolution: 2 }, 'OPTION_INVALID'], [{ delta: 0.01, boxes: -1 }, 'OPTION_INVALID'], [{}, 'BOX_REQUIRED'],
    [{ delta: 0.01, domain: [[0, 1]] }, 'DOMAIN_INVALID'], [{ delta: 0.01, smt: 'auto' }, 'OPTION_UNKNOWN'],
  ])('%j', async (options, code) => {
    await expect(flipRegion(catsModel, options as RegionOptions)).rejects.toMatchObject({ code });
  });
});
