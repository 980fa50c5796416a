/** Random networks behind random headers: what is said of them, in either unit, against exact arithmetic at sampled points. */
import { describe, expect, it } from 'vitest';
import { normalise } from '../../src/exact/normalise.js';
import { Dyadic } from '../../src/exact/dyadic.js';
import { difference, differenceAtLeast, isInsideBox, isInsideDomain, label, margin } from '../../src/exact/witness.js';
import { parseNnet } from '../../src/formats/nnet.js';
import { Model } from '../../src/network/model.js';
import { estimateEpsilon } from '../../src/query/epsilon.js';
import { estimateEpsilonBatch } from '../../src/query/batch.js';
import { estimateSigma } from '../../src/query/sigma.js';
import { imageOf, inUnits } from '../../src/query/units.js';
import { nnetText, physicalDomain, randomNnet } from '../support/nnet.js';
import { random, type Random, randomInput } from '../support/random.js';

const SIZES = [[2, 1], [2, 3], [1, 3, 2], [2, 4, 1], [3, 4, 3, 2], [2, 3, 3, 3]];
const limits = { maxBoxes: 400, timeout: 1, threads: 1 };

function given(seed: number): { r: Random; model: Model; domain: [number, number][]; flat: Float64Array; delta: number } {
  const r = random(seed);
  const parts = randomNnet(r, r.pick(SIZES));
  const domain = physicalDomain(r, parts);
  return { r, model: new Model(parseNnet(nnetText(parts), `#${seed}`)), domain, flat: Float64Array.from(domain.flat()), delta: r.pick([0, 1e-9, 0.01, 0.2]) };
}

const moved = (r: Random, { parameters }: Model, delta: number): Float64Array =>
  parameters.map((p) => r.pick([p, Math.min(p + delta, p + delta * 0.999999), p - delta * 0.999999, p + delta * r.between(-0.9, 0.9)]));

describe('epsilon', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i))('holds at sampled inputs and parameters, and is attained, case %d', async (seed) => {
    const { r, model, domain, flat, delta } = given(seed);
    const result = await estimateEpsilon(model, { delta, domain, ...limits, gap: 1e-7 });
    const outputs = Array.from({ length: model.outputCount }, (_, i) => i);
    const at = (x: ArrayLike<number>, parameters: ArrayLike<number>) => ({ shape: model.spec, nominal: model.parameters, parameters, x, outputs, measure: 'confidence' as const });
    if (result.witness) {
      const { input, parameters, value } = result.witness;
      expect(isInsideDomain(input, flat)).toBe(true);
      expect(isInsideBox(parameters!, { kind: 'radius', center: model.parameters, radius: model.parameters.map(() => delta) })).toBe(true);
      expect(value).toBe(result.lower);
      expect(differenceAtLeast(at(input, parameters!), value)).toBe(true);
    } else {
      expect(result.lower).toBe(0);
    }
    for (let n = 0; n < 25; n++) expect(difference(at(randomInput(r, flat), moved(r, model, delta))).lower).toBeLessThanOrEqual(result.upper);
    if (model.layers.length <= 2) expect(['complete', 'limit']).toContain(result.status);
  });

  it.each(Array.from({ length: 20 }, (_, i) => 100 + i))('is the same in both units, case %d', async (seed) => {
    const { model, domain, flat, delta } = given(seed);
    const options = { delta, ...limits, gap: 1e-7 };
    const physical = await estimateEpsilon(model, { ...options, domain });
    const image = imageOf(model, flat).domain;
    const pairs = Array.from({ length: image.length / 2 }, (_, j): [number, number] => [image[2 * j], image[2 * j + 1]]);
    const normalised = await estimateEpsilon(model, { ...options, domain: pairs, units: 'normalised' });
    // The normalised domain is larger by roundings only.
    if (physical.status === 'complete' && normalised.status === 'complete') expect(Math.abs(normalised.upper - physical.upper)).toBeLessThan(2e-7);
    expect(physical.lower).toBeLessThanOrEqual(normalised.upper);
    expect(normalised.lower).toBeLessThanOrEqual(physical.upper);
    expect(normalised.model).toBe(physical.model);
    expect([physical.units, normalised.units]).toEqual([model.normalisation && 'physical', model.normalisation && 'normalised'].map((units) => units ?? undefined));
  });

  it.each(Array.from({ length: 12 }, (_, i) => 200 + i))('at one input encloses its batch entry and the exact value of its witness, case %d', async (seed) => {
    const { r, model, flat, delta } = given(seed);
    const inputs = Array.from({ length: 3 }, () => randomInput(r, flat));
    const batch = await estimateEpsilonBatch(model, inputs, { delta, ...limits, gap: 1e-9 });
    for (const [i, at] of inputs.entries()) {
      const one = await estimateEpsilon(model, { delta, at, ...limits, gap: 1e-9 });
      expect(Math.max(one.lower, batch.lower[i])).toBeLessThanOrEqual(Math.min(one.upper, batch.upper[i]));
      if (model.layers.length <= 2) expect([one.status, batch.status]).toEqual(['complete', 'complete']);
      if (one.witness) expect(one.witness.input).toEqual([...at]);
    }
  });
});

describe('sigma', () => {
  it.each(Array.from({ length: 20 }, (_, i) => 300 + i))('flips at its witnesses, and bounds every flip that is sampled, case %d', async (seed) => {
    const { r, model, domain, flat } = given(seed);
    const delta = 0.05;
    const rule = { level: model.level, decision: r.pick(['max', 'min'] as const) };
    const result = await estimateSigma(model, { delta, domain, ...limits, ...(model.outputCount > 1 ? { decision: rule.decision } : {}), gap: 1e-6 });
    for (const { witness, label: nominal } of result.classes) {
      if (!witness) continue;
      expect(isInsideDomain(witness.input, flat)).toBe(true);
      expect(label(model.spec, model.parameters, witness.input, rule)).toBe(nominal);
      expect(label(model.spec, witness.parameters!, witness.input, rule)).toBe(witness.label);
      expect(witness.label).not.toBe(nominal);
      expect(margin(model.spec, model.parameters, witness.input, rule, 'confidence').lower).toBeGreaterThanOrEqual(witness.value);
    }
    for (let n = 0; n < 25; n++) {
      const x = randomInput(r, flat);
      const before = label(model.spec, model.parameters, x, rule);
      if (before === undefined) continue;
      expect(result.classes[before].reachable).not.toBe(false);
      if (label(model.spec, moved(r, model, delta), x, rule) === before) continue;
      expect(margin(model.spec, model.parameters, x, rule, 'confidence').lower).toBeLessThanOrEqual(result.classes[before].upper);
    }
  });
});

describe('the image of an input', () => {
  it('is enclosed: x\' range = clamped x - mean, exactly', () => {
    for (let seed = 400; seed < 480; seed++) {
      const { r, model, flat } = given(seed);
      const { normalisation } = model;
      if (normalisation === null) continue;
      const { mean, range, lower, upper } = normalisation;
      const x = randomInput(r, flat);
      const { domain } = imageOf(model, Float64Array.from([...x].flatMap((value) => [value, value])));
      for (let j = 0; j < x.length; j++) {
        const numerator = Dyadic.fromDouble(Math.min(Math.max(x[j], lower[j]), upper[j])).minus(Dyadic.fromDouble(mean[j]));
        const reached = (end: Dyadic) => end.times(Dyadic.fromDouble(range[j])).compare(numerator);
        for (const bits of [8, 53, 200]) {
          const { lo, hi } = normalise(normalisation, j, x[j], bits);
          expect([reached(lo) <= 0, reached(hi) >= 0]).toEqual([true, true]);
        }
        expect([reached(Dyadic.fromDouble(domain[2 * j])) <= 0, reached(Dyadic.fromDouble(domain[2 * j + 1])) >= 0]).toEqual([true, true]);
      }
      expect(inUnits(model, 'normalised')).toBe(inUnits(model, 'normalised'));
    }
  });
});
