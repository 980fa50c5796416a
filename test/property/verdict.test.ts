/** robust, violated: what the library says of a property, asked where one ulp decides, holds in exact arithmetic. */
import { describe, expect, it } from 'vitest';
import { type CaseOptions, randomCase } from '../support/cases.js';
import type { Spoiler } from '../support/random.js';
import { sayable, verdictFaults } from '../support/verifying.js';

async function foundIn(from: number, count: number, options: CaseOptions): Promise<string[]> {
  const all: string[] = [];
  for (let seed = from; seed < from + count; seed++) all.push(...(await verdictFaults(randomCase(seed, { boxes: sayable, ...options }))));
  return all;
}

describe('verdicts hold', () => {
  it.each([0, 1, 2])('for epsilon, with %d hidden layers', async (depth) => {
    expect(await foundIn(100_000, 15, { hiddenLayers: [depth], queries: ['epsilon'] })).toEqual([]);
  });

  it.each([0, 1, 2])('for sigma and labels, with %d hidden layers', async (depth) => {
    expect(await foundIn(110_000, 15, { hiddenLayers: [depth], queries: ['sigma'] })).toEqual([]);
  });

  it.each<Spoiler>(['integers', 'zeros', 'duplicated', 'dead', 'cancelling'])('at ties and kinks of networks spoiled by %s', async (spoiler) => {
    expect(await foundIn(120_000, 12, { hiddenLayers: [0, 1], spoilers: [spoiler], deltas: [0.25, 0.5, 1, 2 ** -20], queries: ['sigma', 'epsilon'] })).toEqual([]);
  });

  it('at single inputs, boundaries among them', async () => {
    expect(await foundIn(130_000, 30, { local: true, spoilers: ['integers', 'none'], deltas: [0.5, 0.01] })).toEqual([]);
  });
});
