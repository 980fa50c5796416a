/** Copies with other widths of hidden layers, as the library compares them, against exact arithmetic on the networks as they are. */
import { describe, expect, it } from 'vitest';
import { difference, differenceAbove, differenceAtLeast, isInsideBox, isInsideDomain, label, margin } from '../../src/exact/witness.js';
import { estimateEpsilon, estimateEpsilonBatch, estimateSigma, loadModel, verifyEpsilon, verifyLabel, type Model, type QueryOptions } from '../../src/index.js';
import type { Measure } from '../../src/search/native.js';
import { parameterBox } from '../../src/query/box.js';
import { innerEnds, randomParameters } from '../support/attack.js';
import { type ActivationName, random, type Random, randomDomain, randomInput } from '../support/random.js';
import { type Draft, randomCopy, randomDraft, split, without } from '../support/widths.js';

const SIZES = [[2, 3, 1], [2, 4, 1], [3, 4, 2], [2, 3, 3], [2, 3, 4, 1], [2, 4, 3, 2], [2, 3, 3, 3, 1]];
const LIMITS = { maxBoxes: 300, timeout: 0.5, threads: 1, gap: 1e-6 };

interface Given {
  r: Random;
  draft: Draft;
  domain: Float64Array;
  options: QueryOptions;
}

function given(seed: number, heads: readonly ActivationName[] = ['sigmoid', 'linear', 'softmax']): Given {
  const r = random(seed);
  const sizes = r.pick(SIZES);
  const head = r.pick(heads);
  const draft = randomDraft(r, sizes, r.pick(['relu', 'relu', 'tanh', 'sigmoid']), head === 'softmax' && sizes.at(-1) === 1 ? 'sigmoid' : head);
  const domain = randomDomain(r, sizes[0]);
  return { r, draft, domain, options: { ...LIMITS, domain: Array.from({ length: sizes[0] }, (_, j) => [domain[2 * j], domain[2 * j + 1]]), output: r.pick(['confidence', 'logit']) } };
}

/** Nominal network and copy, in either order. */
async function loaded(r: Random, drafts: [Draft, Draft]): Promise<[Model, Model]> {
  const both = await Promise.all(drafts.map((each) => loadModel(each)));
  return r.uniform() < 0.5 ? [both[0], both[1]] : [both[1], both[0]];
}

const at = (model: Model, copy: Model, parameters: ArrayLike<number>, x: ArrayLike<number>, measure: Measure = 'confidence') =>
  ({ shape: model.spec, perturbed: copy.spec, nominal: model.parameters, parameters, x, outputs: Array.from({ length: model.outputCount }, (_, o) => o), measure });

/** What may move about the copy: nothing, or some of it. */
const moves = (r: Random): QueryOptions => r.pick([{}, {}, { delta: 0.01 }, { delta: 0.1, perturb: 'weights' }, { deltaRelative: 0.02 }, { delta: 0.3, perturb: '1' }]);

describe('a unit that was split in two', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i))('leaves no difference, case %d', async (seed) => {
    const { r, draft, options } = given(seed);
    const layer = r.below(draft.layers.length - 1);
    const width = draft.layers[layer].bias.length;
    const [model, against] = await loaded(r, [draft, split(draft, layer, r.below(width), r.below(width + 1))]);
    expect(await estimateEpsilon(model, { ...options, against })).toMatchObject({ lower: 0, upper: 0, status: 'complete' });
    expect(await verifyLabel(model, { ...options, against })).toMatchObject({ verdict: 'robust' });
  });
  it.each(Array.from({ length: 20 }, (_, i) => 50 + i))('in other parts than halves leaves what rounding leaves, case %d', async (seed) => {
    const { r, draft, domain, options } = given(seed);
    const width = draft.layers[0].bias.length;
    const [model, against] = await loaded(r, [draft, split(draft, 0, r.below(width), r.below(width + 1), r.between(-1, 1))]);
    const { lower, upper } = await estimateEpsilon(model, { ...options, against });
    expect(upper).toBeLessThan(1e-12);
    for (let n = 0; n < 10; n++) expect(difference(at(model, against, against.parameters, randomInput(r, domain), options.output)).lower).toBeLessThanOrEqual(upper);
    expect(lower).toBeLessThanOrEqual(upper);
  });
});

describe('epsilon of a copy with other widths', () => {
  it.each(Array.from({ length: 80 }, (_, i) => 100 + i))('holds at sampled points and is attained, case %d', async (seed) => {
    const { r, draft, domain, options } = given(seed);
    const layer = r.below(draft.layers.length - 1);
    const copy = seed % 2 === 0 && draft.layers[layer].bias.length > 1 ? without(draft, layer, r.below(draft.layers[layer].bias.length)) : randomCopy(r, draft, 1 + r.below(4), r.pick([0, 0.01]));
    const [model, against] = await loaded(r, [draft, copy]);
    const all = { ...options, ...moves(r), against };
    const { spec, isCopy } = parameterBox(model, all);
    const result = await estimateEpsilon(model, all);
    const { lower, upper, witness } = result;
    expect(lower).toBeLessThanOrEqual(upper);
    if (lower > 0) {
      expect(witness!.value).toBe(lower);
      expect(isInsideDomain(witness!.input, domain)).toBe(true);
      expect(witness!.parameters === null).toBe(isCopy);
      const p = witness!.parameters ?? against.parameters;
      expect(isInsideBox(p, spec)).toBe(true);
      expect(differenceAtLeast(at(model, against, p, witness!.input, options.output), lower)).toBe(true);
      expect(witness!.nominalLabel).toBe(label(model.spec, model.parameters, witness!.input, model) ?? null);
      expect(witness!.label).toBe(label(against.spec, p, witness!.input, model) ?? null);
    }
    const ends = innerEnds(spec);
    for (let n = 0; n < 25; n++) {
      const p = isCopy ? against.parameters : randomParameters(r, ends);
      if (isInsideBox(p, spec)) expect(difference(at(model, against, p, randomInput(r, domain), options.output)).lower).toBeLessThanOrEqual(upper);
    }
    // One copy, at most one hidden layer: the enclosure closes.
    if (isCopy && model.layers.length <= 2) expect(['complete', 'limit']).toContain(result.status);
    for (const epsilon of [lower * 0.999, lower + (upper - lower) / 2, upper]) {
      const { verdict, witness: violation } = await verifyEpsilon(model, { ...all, epsilon });
      if (epsilon < lower) expect(verdict).not.toBe('robust');
      if (epsilon >= upper) expect(verdict).not.toBe('violated');
      if (verdict === 'violated') expect(differenceAbove(at(model, against, violation!.parameters ?? against.parameters, violation!.input, options.output), epsilon)).toBe(true);
    }
  });

  it.each(Array.from({ length: 15 }, (_, i) => 200 + i))('is the same input by input, case %d', async (seed) => {
    const { r, draft, domain, options: { output } } = given(seed);
    const [model, against] = await loaded(r, [draft, randomCopy(r, draft, 1 + r.below(3), 0.01)]);
    const inputs = Array.from({ length: 3 }, () => randomInput(r, domain));
    const options = { ...LIMITS, against, ...moves(r), output: output! };
    const batch = await estimateEpsilonBatch(model, inputs, options);
    for (const [i, x] of inputs.entries()) {
      const one = await estimateEpsilon(model, { ...options, at: x });
      expect(Math.max(one.lower, batch.lower[i])).toBeLessThanOrEqual(Math.min(one.upper, batch.upper[i]));
      if (!('delta' in options || 'deltaRelative' in options)) {
        const exact = difference(at(model, against, against.parameters, x, output));
        expect(batch.lower[i]).toBeLessThanOrEqual(exact.upper);
        expect(batch.upper[i]).toBeGreaterThanOrEqual(exact.lower);
      }
    }
  });
});

describe('sigma of a copy with other widths', () => {
  it.each(Array.from({ length: 40 }, (_, i) => 300 + i))('flips at its witnesses, and bounds every flip that is sampled, case %d', async (seed) => {
    const { r, draft, domain, options } = given(seed);
    const [model, against] = await loaded(r, [draft, randomCopy(r, draft, 1 + r.below(4), r.pick([0, 0.05]))]);
    const all = { ...options, ...moves(r), against };
    const measure = options.output!;
    const { spec, isCopy } = parameterBox(model, all);
    const { classes } = await estimateSigma(model, all);
    for (const { witness, label: nominal } of classes) {
      if (!witness) continue;
      const p = witness.parameters ?? against.parameters;
      expect(isInsideDomain(witness.input, domain)).toBe(true);
      expect(isInsideBox(p, spec)).toBe(true);
      expect(label(model.spec, model.parameters, witness.input, model)).toBe(nominal);
      expect(label(against.spec, p, witness.input, model)).toBe(witness.label);
      expect(witness.label).not.toBe(nominal);
      expect(margin(model.spec, model.parameters, witness.input, model, measure).lower).toBeGreaterThanOrEqual(witness.value);
    }
    const ends = innerEnds(spec);
    for (let n = 0; n < 25; n++) {
      const [x, p] = [randomInput(r, domain), isCopy ? against.parameters : randomParameters(r, ends)];
      const before = label(model.spec, model.parameters, x, model);
      const after = label(against.spec, p, x, model);
      if (before === undefined || after === undefined || before === after || !isInsideBox(p, spec)) continue;
      expect(classes[before].flips).not.toBe(false);
      expect(margin(model.spec, model.parameters, x, model, measure).lower).toBeLessThanOrEqual(classes[before].upper);
    }
  });
});
