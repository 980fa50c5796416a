/** The checker of outcomes: an honest outcome passes, each kind of lie is caught. */
import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../src/exact/bounds.js';
import { toDoubles } from '../../src/exact/real.js';
import { difference, flips, label, margin } from '../../src/exact/witness.js';
import type { NativeWitness, Objective } from '../../src/search/native.js';
import type { SearchOutcome } from '../../src/search/request.js';
import { climb, differenceScore, innerEnds, randomParameters } from '../support/attack.js';
import { type Case, type CaseOptions, randomCase } from '../support/cases.js';
import { random, randomInput } from '../support/random.js';
import { faults } from '../support/verdict.js';
import { exactLocalEpsilon } from './local.js';

const gaps = { gap: 1, relativeGap: 1 };
const exact: CaseOptions = {
  hiddenLayers: [0, 1], heads: [['sigmoid', 1], ['linear', 3], ['softmax', 2]], boxes: ['delta', 'relative', 'asymmetric'], deltas: [0.05, 0.3], spoilers: ['none'],
};

function outcomeOf(lower: number, upper: number, witness: NativeWitness | null): SearchOutcome {
  return { lower, upper, witness, status: 'limit', nothing: false, boxes: 1, seconds: 0, threads: 1, remaining: { boxes: 0, volumeFraction: 0 }, undecided: [] };
}

/** What a perfect search would say of a local epsilon. */
function honestEpsilon(seed: number): { given: Case; honest: SearchOutcome; witness: NativeWitness } {
  const given = randomCase(seed, { ...exact, queries: ['epsilon'], local: true });
  const { outputs, measure } = given.objective as Extract<Objective, { query: 'epsilon' }>;
  const x = given.domain.filter((_, i) => i % 2 === 0);
  const { p } = climb(random(seed), given.box, given.domain, differenceScore(given.network, outputs, measure));
  const { lower: value, output } = difference({ shape: given.network, nominal: given.network.parameters, parameters: p, x, outputs, measure });
  const { upper } = toDoubles(exactLocalEpsilon(given.network, given.box, x, outputs, measure));
  const witness: NativeWitness = { input: x, parameters: p, value, output, nominalLabel: -1, label: -1 };
  return { given, honest: outcomeOf(value, upper, witness), witness };
}

describe('faults of an epsilon', () => {
  it('are none for what is true', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { given, honest } = honestEpsilon(seed);
      expect(faults(given, honest, gaps)).toEqual([]);
    }
  });

  it('are found in a value one ulp too large, an upper bound a little too small, a point outside', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const { given, honest, witness } = honestEpsilon(seed);
      // A difference that is a double is attained; the next one is not.
      expect(faults(given, { ...honest, upper: honest.upper + 1, lower: nextUp(nextUp(honest.lower)), witness: { ...witness, value: nextUp(nextUp(honest.lower)) } }, gaps)).not.toEqual([]);
      expect(faults(given, { ...honest, upper: honest.upper * (1 - 1e-9), lower: 0, witness: null }, gaps)).not.toEqual([]);
      expect(faults(given, { ...honest, lower: honest.lower * 0.5, witness: null }, gaps)).not.toEqual([]);
      const ends = innerEnds(given.box);
      const outside = { ...witness, parameters: ends.hi.map(nextUp), value: 0 };
      expect(faults(given, { ...honest, lower: 0, witness: outside }, gaps)).not.toEqual([]);
      expect(faults(given, { ...honest, witness: { ...witness, input: witness.input.map(nextUp), value: 0 }, lower: 0 }, gaps)).not.toEqual([]);
      expect(faults(given, { ...honest, status: 'complete' }, { gap: (honest.upper - honest.lower) / 2 - Number.MIN_VALUE, relativeGap: 0 }).length > 0).toBe(honest.upper > honest.lower);
      expect(faults(given, { ...honest, upper: NaN }, gaps)).not.toEqual([]);
    }
  });
});

describe('faults of a sigma', () => {
  it('are found in a flip that is none, a margin too large, and an upper bound below a flip', () => {
    let checked = 0;
    for (let seed = 100; seed < 160; seed++) {
      const given = randomCase(seed, { ...exact, queries: ['sigma'], local: false });
      const { network, box, domain } = given;
      const objective = given.objective as Extract<Objective, { query: 'sigma' }>;
      const r = random(seed);
      const ends = innerEnds(box);
      for (let i = 0; i < 80; i++) {
        const [x, p] = [randomInput(r, domain), randomParameters(r, ends)];
        if (label(network, network.parameters, x, objective) !== objective.label || flips(network, network.parameters, p, x, objective) !== true) continue;
        const value = margin(network, network.parameters, x, objective, objective.measure).lower;
        if (value === 0) continue;
        const witness: NativeWitness = { input: x, parameters: p, value, output: 0, nominalLabel: objective.label, label: -1 };
        const honest = outcomeOf(value, Infinity, witness);
        expect(faults(given, honest, gaps, 1)).toEqual([]);
        expect(faults(given, { ...honest, witness: { ...witness, value: nextUp(value) } }, gaps, 1)).not.toEqual([]);
        expect(faults(given, { ...honest, witness: { ...witness, parameters: network.parameters } }, gaps, 1)).not.toEqual([]);
        expect(faults(given, { ...honest, witness: { ...witness, nominalLabel: objective.label + 1 } }, gaps, 1)).not.toEqual([]);
        expect(faults(given, outcomeOf(0, nextDown(value) / 2, null), gaps, 6)).not.toEqual([]);
        checked += 1;
        break;
      }
    }
    expect(checked).toBeGreaterThan(15);
  });
});

it('faults of a reach are found', () => {
  const given = randomCase(7, { ...exact, heads: [['linear', 3]], queries: ['reach'], local: false });
  const objective = given.objective as Extract<Objective, { query: 'reach' }>;
  const { network, domain } = given;
  const input = randomInput(random(8), domain);
  const reached = label(network, network.parameters, input, objective) ?? 0;
  const asked: Case = { ...given, objective: { ...objective, label: reached } };
  expect(faults(asked, outcomeOf(0, 0, null), gaps)).not.toEqual([]);
  const witness: NativeWitness = { input, parameters: network.parameters, value: 1, output: 0, nominalLabel: reached, label: reached };
  expect(faults(asked, outcomeOf(1, 1, witness), gaps)).toEqual([]);
  expect(faults({ ...given, objective: { ...objective, label: (reached + 1) % 3 } }, outcomeOf(1, 1, witness), gaps)).not.toEqual([]);
});
