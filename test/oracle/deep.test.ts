/** Deep bounds where other tools were seen to be wrong, in exact arithmetic: no change, tiny changes, large weights that cancel. */
import { afterAll, describe, expect, it } from 'vitest';
import { difference, type DifferenceQuery, differenceAbove } from '../../src/exact/witness.js';
import type { BoxSpec } from '../../src/search/native.js';
import { WorkerPool } from '../../src/search/pool.js';
import { search } from '../../src/search/search.js';
import { acasxu, flatOf, recordedBox, there } from '../support/acasxu.js';
import { evaluateDoubles, innerEnds } from '../support/attack.js';
import { cancellingCase, remainders } from '../support/cancelling.js';
import type { Case } from '../support/cases.js';
import { attacks, deepCase, deepFaults, REGIONS } from '../support/deep.js';
import { type FlatNetwork, random, randomInput } from '../support/random.js';

const pool = new WorkerPool({ threads: 1 });
afterAll(() => pool.close());

const run = ({ network, box, domain, objective }: Omit<Case, 'name' | 'seed'>, maxBoxes = 1) =>
  search({ network, box, domain, objective, gap: 0, relativeGap: 0, maxBoxes, timeoutMs: 5000, threads: 1, seed: 1, pool });

const within = ({ parameters }: FlatNetwork, delta: number): BoxSpec => ({ kind: 'radius', center: parameters, radius: parameters.map(() => delta) });
const pointOf = (x: ArrayLike<number>): Float64Array => Float64Array.from(Array.from(x).flatMap((v) => [v, v]));
const middleOf = (domain: Float64Array): Float64Array => pointOf(domain.filter((_, i) => i % 2 === 0).map((lo, j) => (lo + domain[2 * j + 1]) / 2));

describe('no change', () => {
  it.each(REGIONS)('has the bound 0, and not nearly 0: %s', async (region) => {
    for (let seed = 300_000; seed < 300_012; seed++) {
      const given = deepCase(seed, region, { boxes: ['zero'] });
      for (const maxBoxes of [1, 9]) {
        const { lower, upper } = await run(given, maxBoxes);
        expect([given.name, lower, upper]).toEqual([given.name, 0, 0]);
      }
    }
  });
});

describe('a change that shrinks', () => {
  const DELTAS = [1e-3, 1e-5, 1e-7, 1e-9];
  it.each(REGIONS)('has a bound that shrinks at least as fast, and never rises: %s', async (region) => {
    for (let seed = 310_000; seed < 310_012; seed++) {
      const given = deepCase(seed, region, { boxes: ['delta'], spoilers: ['none'], deltas: [1e-9] });
      expectShrinking(DELTAS, await boundsFor(given, DELTAS), given.name);
    }
  });
});

const boundsFor = async (given: Omit<Case, 'name' | 'seed'>, deltas: readonly number[]): Promise<number[]> => {
  const uppers: number[] = [];
  for (const delta of deltas) uppers.push((await run({ ...given, box: within(given.network, delta) })).upper);
  return uppers;
};

/** Once second-order terms are small the bound per delta is nearly a constant; sums of rounding errors are far below 1e-12 here. */
function expectShrinking(deltas: readonly number[], uppers: readonly number[], name: string): void {
  for (let i = 1; i < deltas.length; i++) {
    expect(uppers[i], `${name}, from delta ${String(deltas[i - 1])} to ${String(deltas[i])}`).toBeLessThanOrEqual(uppers[i - 1]);
    if (i > 1) expect(uppers[i] / deltas[i], name).toBeLessThanOrEqual((1.5 * uppers[i - 1]) / deltas[i - 1] + 1e-12 / deltas[i]);
  }
}

describe('weights of 2^24 that cancel', () => {
  it.each(remainders)('and leave a remainder that doubles lose: %s', async (remainder) => {
    let lost = 0;
    for (let seed = 320_000; seed < 320_024; seed++) {
      const given = cancellingCase(seed, remainder, seed % 3 === 0 ? 'tanh' : 'relu', seed % 4, seed % 2 === 0);
      const { network, box, domain } = given;
      const x = randomInput(random(seed), domain);
      const parameters = innerEnds(box).hi;
      const query: DifferenceQuery = { shape: network, nominal: network.parameters, parameters, x, outputs: [0], measure: 'confidence' };
      const [before, after] = [network.parameters, parameters].map((p) => evaluateDoubles(network, p, x).f[0]);
      const { lower: attained } = difference(query);
      expect(attained).toBeGreaterThan(2 ** -8);
      if (Math.abs(after - before) < attained * (1 - 1e-6)) lost += 1;
      for (const maxBoxes of [1, 9]) {
        const outcome = await run(given, maxBoxes);
        expect(deepFaults(given, outcome, [{ x, p: parameters, value: attained }])).toEqual([]);
      }
    }
    // Else this would be a test of nothing.
    expect(lost).toBeGreaterThan(remainder === 'ulp of a large weight' ? 4 : 20);
  });
});

describe.skipIf(!there)('ACAS Xu 1_1', () => {
  const objective = { query: 'epsilon', measure: 'logit', outputs: [0, 1, 2, 3, 4] } as const;
  const asked = async (domain: Float64Array, box?: (network: FlatNetwork) => BoxSpec) => {
    const network = flatOf(await acasxu('1_1'));
    return { network, domain, box: box?.(network) ?? within(network, 0), objective: { ...objective, outputs: [...objective.outputs] } };
  };
  const box = there ? recordedBox('1_1') : new Float64Array();

  it('does not differ from itself', async () => {
    for (const domain of [box, middleOf(box), Float64Array.from(box, (_, i) => (i % 2) - 0.5)]) {
      expect(await run(await asked(domain))).toMatchObject({ lower: 0, upper: 0 });
    }
  });

  it.each([['box', box], ['point', middleOf(box)]])('has a bound that goes to 0 with delta on the recorded %s, and is not exceeded', async (region, domain) => {
    const deltas = [1e-4, 1e-5, 1e-7, 1e-9];
    const given = await asked(domain);
    expectShrinking(deltas, await boundsFor(given, deltas), region);
    for (const delta of [1e-9, 1e-4]) {
      const each: Case = { ...given, box: within(given.network, delta), name: `1_1 ${region} ${String(delta)}`, seed: 4 };
      expect(deepFaults(each, await run(each), attacks(each, 10, 4))).toEqual([]);
    }
  });

  it('differs from its 16-bit copy at single inputs by what exact arithmetic says', async () => {
    const { parameters } = flatOf(await acasxu('1_1', '_16bit'));
    const r = random(330_000);
    for (let n = 0; n < 12; n++) {
      const x = Array.from({ length: 5 }, () => r.between(-0.5, 0.5));
      const given = await asked(pointOf(x), (network) => ({ kind: 'radius', center: parameters, radius: network.parameters.map(() => 0) }));
      const query = { shape: given.network, nominal: given.network.parameters, parameters, x, ...objective };
      const outcome = await run(given);
      expect(differenceAbove(query, outcome.upper)).toBe(false);
      const exact = difference(query);
      expect(outcome.lower).toBeLessThanOrEqual(exact.upper);
      expect(outcome.upper - exact.lower).toBeLessThan(1e-9);
    }
  });
});
