/** The search against exact arithmetic: local answers against the closed form, global ones at points that attack them. */
import { afterAll, describe, expect, it } from 'vitest';
import { toDouble } from '../../src/exact/rounding.js';
import type { Objective } from '../../src/search/native.js';
import { WorkerPool } from '../../src/search/pool.js';
import { search } from '../../src/search/search.js';
import { type BoxKind, boxKinds } from '../support/boxes.js';
import { type Case, type CaseOptions, randomCase } from '../support/cases.js';
import { faults } from '../support/verdict.js';
import { exactLocalEpsilon } from './local.js';

const pool = new WorkerPool({ threads: 1 });
afterAll(() => pool.close());

async function run(given: Case, gaps = { gap: 1e-7, relativeGap: 1e-6 }, limits: object = { maxBoxes: 2000, timeoutMs: 500 }) {
  const { network, box, domain, objective } = given;
  const outcome = await search({ network, box, domain, objective, ...gaps, ...limits, threads: 1, seed: 1, pool });
  return { outcome, found: faults(given, outcome, gaps) };
}

const exact: CaseOptions = { hiddenLayers: [0, 1], heads: [['sigmoid', 1], ['linear', 1], ['linear', 3], ['softmax', 2], ['sigmoid', 2]] };
const seeds = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('local epsilon with at most one hidden layer', () => {
  it.each(boxKinds)('is the closed form, to a few ulp of its terms, for boxes of kind %s', async (kind: BoxKind) => {
    for (const seed of seeds(1000, 12)) {
      const given = randomCase(seed, { ...exact, boxes: [kind], local: true, queries: ['epsilon'], spoilers: ['none'] });
      const { outcome, found } = await run(given, { gap: 1e-10, relativeGap: 0 });
      expect(found).toEqual([]);
      const { outputs, measure } = given.objective as Extract<Objective, { query: 'epsilon' }>;
      const x = given.domain.filter((_, i) => i % 2 === 0);
      const value = toDouble(exactLocalEpsilon(given.network, given.box, x, outputs, measure).hi, 'up');
      expect(outcome.status).toBe('complete');
      expect(outcome.upper - value).toBeLessThan(1e-10);
      expect(value - outcome.lower).toBeLessThan(1e-10);
    }
  });
});

describe('global queries with at most one hidden layer', () => {
  it.each(seeds(2000, 60))('hold and are attained, case %d', async (seed) => {
    expect((await run(randomCase(seed, { ...exact, local: false }))).found).toEqual([]);
  });
});

describe('an epsilon of zero', () => {
  it('is exactly [0, 0] where nothing can move', async () => {
    for (const seed of seeds(3000, 8)) {
      const given = randomCase(seed, { boxes: ['zero'], queries: ['epsilon'] });
      const { outcome, found } = await run(given, { gap: 1e-9, relativeGap: 0 });
      expect(found).toEqual([]);
      expect(outcome.lower).toBe(0);
    }
  });
});

describe('known answers', () => {
  const cats = (delta: number): Omit<Case, 'objective' | 'name'> => {
    const parameters = Float64Array.of(0.07577862, 1.18118408, -3.51518067);
    return {
      seed: 1,
      network: { inputs: 2, layers: [{ inputs: 2, outputs: 1, activation: 2 }], parameters },
      box: { kind: 'radius', center: parameters, radius: parameters.map(() => delta) },
      domain: Float64Array.of(6.3, 20.5, 2, 3.9),
    };
  };
  // Table 1 of the paper (its epsilon cannot be a maximum: docs/reproduction.md).
  it.each([[0.005, 0.0285255, 0.024355, 0.021344], [0.01, 0.05752576, 0.052263, 0.040138]])('cats, delta %d', async (delta, epsilon, male, female) => {
    const gaps = { gap: 1e-9, relativeGap: 0 };
    const e = await run({ ...cats(delta), name: 'cats', objective: { query: 'epsilon', outputs: [0], measure: 'confidence' } }, gaps);
    expect(e.found).toEqual([]);
    expect(e.outcome.lower).toBeCloseTo(epsilon, 7);
    expect(e.outcome.witness?.input).toEqual(Float64Array.of(20.5, 2));
    for (const [label, sigma] of [[1, male], [0, female]]) {
      const s = await run({ ...cats(delta), name: 'cats', objective: { query: 'sigma', label, measure: 'confidence', level: 0.5, decision: 'max' } }, gaps);
      expect(s.found).toEqual([]);
      expect(s.outcome.status).toBe('complete');
      expect(s.outcome.lower).toBeCloseTo(sigma, 6);
    }
  });

  it('an exact tie: class 0 of z = x - 1, bias delta 1/2, cannot flip on [0, 1/2], whatever the search can prove', async () => {
    const network = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 2 }], parameters: Float64Array.of(1, -1) };
    const box = { kind: 'radius' as const, center: network.parameters, radius: Float64Array.of(0, 0.5) };
    const given: Case = { name: 'tie', seed: 1, network, box, domain: Float64Array.of(0, 0.5), objective: { query: 'sigma', label: 0, measure: 'confidence', level: 0.5, decision: 'max' } };
    const { outcome, found } = await run(given, { gap: 0, relativeGap: 0 });
    expect(found).toEqual([]);
    expect(outcome.lower).toBe(0);
    const longer: Case = { ...given, domain: Float64Array.of(0, 0.5 + 2 ** -40) };
    expect((await run(longer, { gap: 1e-9, relativeGap: 0 })).found).toEqual([]);
  });

  it('a deep softmax is bounded on the whole box, also after a local search has moved the forms to a point', async () => {
    const layers = [[2, 4, 0], [4, 2, 0], [2, 3, 4]].map(([inputs, outputs, activation]) => ({ inputs, outputs, activation }));
    const parameters = Float64Array.of(
      -1, 2, 0, -1, 0, -1, -1, -2, 2, 0, 2, -2,
      -1, -1, 2, 0, 2, -2, -1, 1, 1, 0,
      1, -2, -1, 0, -1, -2, 2, 1, 1,
    );
    const box = { kind: 'radius' as const, center: parameters, radius: parameters.map(() => 0.001) };
    for (const output of [0, 1, 2]) {
      const given: Case = { name: 'deep softmax', seed: 5, network: { inputs: 2, layers, parameters }, box, domain: Float64Array.of(0.5, 0.5, -1, 1), objective: { query: 'epsilon', outputs: [output], measure: 'confidence' } };
      expect((await run(given, { gap: 1e-4, relativeGap: 0 })).found).toEqual([]);
    }
  });

  it('a softmax of three whose maximum lies inside the hidden box: z = (0, h, -h)', async () => {
    // Softmax confidences use each hidden parameter in every logit: f_0 is largest at h = 0, not at an end of h's range.
    const network = {
      inputs: 1,
      layers: [{ inputs: 1, outputs: 1, activation: 0 }, { inputs: 1, outputs: 3, activation: 4 }],
      parameters: Float64Array.of(0, 1, 0, 1, -1, 0, 0, 0),
    };
    const box = { kind: 'radius' as const, center: network.parameters, radius: Float64Array.of(0, 2, 0, 0, 0, 0, 0, 0) };
    const given: Case = { name: 'softmax', seed: 1, network, box, domain: Float64Array.of(1, 1), objective: { query: 'epsilon', outputs: [0], measure: 'confidence' } };
    const { outcome, found } = await run(given, { gap: 1e-6, relativeGap: 0 }, { maxBoxes: 100_000, timeoutMs: 5000 });
    expect(found).toEqual([]);
    // f_0(h) = 1 / (1 + 2 cosh h): the nominal h is 1, the box [-1, 3]; the larger of the two differences is at h = 0 or h = 3.
    const f = (h: number): number => 1 / (1 + 2 * Math.cosh(h));
    expect(outcome.upper).toBeGreaterThanOrEqual(Math.max(f(0) - f(1), f(1) - f(3)) - 1e-12);
    expect(outcome.lower).toBeGreaterThan(Math.max(f(0) - f(1), f(1) - f(3)) - 1e-5);
  });
});
