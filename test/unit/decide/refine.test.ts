import { describe, expect, it } from 'vitest';
import { refine, totalOf, type Sizes } from '../../../src/decide/refine.js';
import { random } from '../../support/random.js';

/** Every width from `least` to `most`. */
const widths = (counts: readonly number[], least: number, most: number): Sizes => ({ counts, bits: Array.from({ length: most - least + 1 }, (_, i) => least + i) });

/** In bits; all formats of `sizes` differ in them. */
async function refined(start: readonly number[], sizes: Sizes, holds: (bits: readonly number[]) => boolean | undefined): Promise<{ best: readonly number[]; asked: string[] }> {
  const inBits = (places: readonly number[]): number[] => places.map((place) => sizes.bits[place]);
  let best = start.map((bits) => sizes.bits.indexOf(bits));
  const asked: string[] = [];
  await refine(best, sizes, (places) => { asked.push(inBits(places).join()); return Promise.resolve(holds(inBits(places))); }, (places) => {
    expect(totalOf(places, sizes)).toBeLessThan(totalOf(best, sizes));
    expect(holds(inBits(places))).toBe(true);
    best = [...places];
  });
  return { best: inBits(best), asked };
}

/** Errors of layers add up; a bit halves a layer's. */
const additive = (weights: readonly number[], bound: number) => (bits: readonly number[]): boolean => bits.reduce((sum, b, l) => sum + weights[l] * 2 ** -b, 0) <= bound;

function* assignments(length: number, least: number, most: number): Generator<number[]> {
  if (length === 0) return void (yield []);
  for (const rest of assignments(length - 1, least, most)) for (let b = least; b <= most; b++) yield [...rest, b];
}

describe('assignments layer by layer', () => {
  it('never gets worse than the start, and nothing one step away is better', async () => {
    const draw = random(1);
    let found = 0, least = 0;
    for (let n = 0; n < 60; n++) {
      const length = 1 + draw.below(3);
      const counts = Array.from({ length }, () => 1 + draw.below(50));
      const sizes = widths(counts, 2, 10);
      const total = (bits: readonly number[]): number => totalOf(bits.map((each) => each - 2), sizes);
      const holds = additive(counts.map(() => 10 ** draw.between(-1, 1)), 10 ** draw.between(-2, -0.5));
      const start = Array.from({ length }, () => 10);
      if (!holds(start)) continue;
      const { best, asked } = await refined(start, sizes, holds);
      expect(new Set(asked).size).toBeGreaterThan(0);
      for (const l of best.keys()) expect(best[l] === 2 || !holds(best.map((b, i) => (i === l ? b - 1 : b)))).toBe(true);
      const all = [...assignments(length, 2, 10)].filter((bits) => holds(bits)).map(total);
      found += total(best);
      least += Math.min(...all);
    }
    expect(found).toBeLessThan(1.03 * least); // brute force over every assignment
  });
  it('swaps: one layer takes a bit so that another gives up more', async () => {
    // Lowering layer 0 needs the bit in layer 1: taking alone ends at [8, 4].
    const holds = ([a, b]: readonly number[]): boolean => a >= 8 ? b >= 4 : a >= 6 && b >= 5;
    expect((await refined([8, 8], widths([10, 10], 2, 16), holds)).best).toEqual([6, 5]);
  });
  it('passes a width that is worse than the next one down', async () => {
    expect((await refined([8], widths([10], 2, 16), ([b]) => b === 8 || b === 6)).best).toEqual([6]);
  });
  it('leaves layers alone of which nothing is rounded, and respects the ends', async () => {
    const { best, asked } = await refined([4, 4], widths([0, 3], 3, 4), () => true);
    expect([best, asked]).toEqual([[4, 3], ['4,3']]);
  });
  it('goes from size to size, however far apart, and tries all formats of one size', async () => {
    const sizes: Sizes = { counts: [10, 3], bits: [4, 8, 16, 16, 32] };
    const asked: string[] = [];
    let best: readonly number[] = [4, 4];
    // Layer 0 needs the second of the formats of 16 bits; layer 1 gives up all but 8.
    const holds = ([a, b]: readonly number[]): boolean => (a === 4 || a === 3) && b >= 1;
    await refine(best, sizes, (places) => { asked.push(places.join()); return Promise.resolve(holds(places)); }, (places) => { best = places; });
    expect(best).toEqual([3, 1]);
    expect(asked.slice(0, 2)).toEqual(['2,4', '3,4']);
    expect(asked).not.toContain('4,4'); // no step that saves nothing
  });
  it('gives a layer the next size up, where another then gives up more', async () => {
    const sizes: Sizes = { counts: [10, 10], bits: [4, 8, 16] };
    const holds = ([a, b]: readonly number[]): boolean => a === 2 ? b >= 1 : a === 0 && b === 2; // 16,8 or 4,16
    let best: readonly number[] = [2, 1];
    await refine(best, sizes, (places) => Promise.resolve(holds(places)), (places) => { best = places; });
    expect(best).toEqual([0, 2]);
  });
  it('stops where deciding does', async () => {
    const { best, asked } = await refined([16, 16], widths([1, 1], 2, 16), () => undefined);
    expect([best, asked.length]).toEqual([[16, 16], 1]);
  });
});
