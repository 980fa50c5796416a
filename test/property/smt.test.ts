/** What the library says of random networks where Z3 has most of the work: after few boxes, and at ties. Checked in exact arithmetic. */
import { describe, expect, it } from 'vitest';
import { type CaseOptions, randomCase } from '../support/cases.js';
import { available } from '../support/smt.js';
import { sayable, verdictFaults } from '../support/verifying.js';

const CASES = process.env.PARABOUND_ALL_TESTS === undefined ? 4 : 8;

async function foundIn(from: number, options: CaseOptions): Promise<string[]> {
  const all: string[] = [];
  for (let seed = from; seed < from + CASES; seed++) {
    const given = randomCase(seed, { boxes: sayable, width: 2, ...options });
    all.push(...(await verdictFaults(given, { smt: 'always', smtTimeout: 0.2, maxBoxes: 3, timeout: 0.4 })));
  }
  return all;
}

describe.skipIf(!available)('verdicts that Z3 has a part in hold', () => {
  it.each([0, 1, 2])('epsilon of relu networks with %d hidden layers', async (depth) => {
    expect(await foundIn(200_000, { hiddenLayers: [depth], hidden: ['relu'], queries: ['epsilon'] })).toEqual([]);
  }, 600_000);
  it.each([0, 1, 2])('sigma and labels of relu networks with %d hidden layers', async (depth) => {
    expect(await foundIn(210_000, { hiddenLayers: [depth], hidden: ['relu'], queries: ['sigma'] })).toEqual([]);
  }, 600_000);
  it('of networks with exact ties', async () => {
    expect(await foundIn(220_000, { hiddenLayers: [0, 1, 2], hidden: ['relu', 'linear'], spoilers: ['integers', 'duplicated', 'dead', 'zeros', 'cancelling'], deltas: [0.25, 0.5, 2 ** -20], queries: ['sigma', 'epsilon'] })).toEqual([]);
  }, 600_000);
  it('of networks with sigmoid and tanh', async () => {
    expect(await foundIn(230_000, { hiddenLayers: [0, 1], hidden: ['sigmoid', 'tanh'], queries: ['sigma', 'epsilon'] })).toEqual([]);
  }, 600_000);
});
