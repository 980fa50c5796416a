/** Random deep cases, and what is false of an outcome on one: attacked with gradients, checked in exact arithmetic. */
import { differenceAbove, isInsideBox, isInsideDomain } from '../../src/exact/witness.js';
import type { Objective } from '../../src/search/native.js';
import type { SearchOutcome } from '../../src/search/request.js';
import { ascend, type Candidate } from './ascent.js';
import { innerEnds, randomParameters } from './attack.js';
import { type Case, type CaseOptions, randomCase } from './cases.js';
import { random, randomInput } from './random.js';
import { faults } from './verdict.js';

/** One and its neighbours of a vector's width are where padding goes wrong. */
export const WIDTHS = [1, 2, 7, 8, 9, 16, 17, 33];
export const REGIONS = ['point', 'box', 'domain'] as const;
export type Region = (typeof REGIONS)[number];

/** Epsilon of two to five hidden layers, at a point, on a box of radius 0.01 round one, or on the whole domain. */
export function deepCase(seed: number, region: Region, options: CaseOptions = {}): Case {
  const given = randomCase(seed, {
    hiddenLayers: [2, 3, 4, 5], hidden: ['relu', 'relu', 'sigmoid', 'tanh'], widths: WIDTHS, inputs: [1, 2, 5, 9],
    heads: [['linear', 1], ['linear', 3], ['sigmoid', 1], ['tanh', 2], ['relu', 2], ['softmax', 3]],
    deltas: [1e-9, 1e-4, 1e-3, 0.01, 0.1], queries: ['epsilon'], local: region === 'point', ...options,
  });
  if (region !== 'box') return given;
  const { domain } = given;
  const middle = randomInput(random(seed + 5), domain);
  const side = (i: number): number => middle[i >> 1] + (i % 2 === 0 ? -0.01 : 0.01);
  return { ...given, name: `${given.name} box`, domain: domain.map((end, i) => (i % 2 === 0 ? Math.max(end, side(i)) : Math.min(end, side(i)))) };
}

/** Points of the boxes with large differences, the largest first, as doubles have them. */
export function attacks({ network, box, domain, objective, seed }: Case, ascents = 8, samples = 40): Candidate[] {
  const { outputs, measure } = objective as Extract<Objective, { query: 'epsilon' }>;
  const r = random(seed + 31);
  const ends = innerEnds(box);
  const target = { network, ends, domain, outputs, measure };
  const found = Array.from({ length: ascents }, () => ascend(r, target));
  for (let i = 0; i < samples; i++) found.push(ascend(r, target, 0));
  // Far apart numbers can be NaN or infinite in doubles, where exact arithmetic has a value.
  found.push({ x: randomInput(r, domain), p: randomParameters(r, ends), value: NaN });
  return found.filter(({ x, p }) => isInsideDomain(x, domain) && isInsideBox(p, box)).sort((a, b) => b.value - a.value);
}

/** Every claim of `outcome` that is false, seen at its witness and at the best of `tried`. */
export function deepFaults(given: Case, outcome: SearchOutcome, tried: readonly Candidate[], exactly = 2): string[] {
  const { network, objective } = given;
  const { outputs, measure } = objective as Extract<Objective, { query: 'epsilon' }>;
  const found = faults(given, outcome, { gap: Infinity, relativeGap: 0 }, 0);
  if (outcome.upper === Infinity) return found;
  for (const { x, p, value } of tried.slice(0, exactly)) {
    if (differenceAbove({ shape: network, nominal: network.parameters, parameters: p, x, outputs, measure }, outcome.upper, 1024) === true) {
      found.push(`${given.name}: upper ${String(outcome.upper)} is below an attained value near ${String(value)}, ${String(outcome.boxes)} boxes`);
    }
  }
  return found;
}
