import { describe, expect, it } from 'vitest';
import { Bracket } from '../../../src/decide/bracket.js';
import { random } from '../../support/random.js';

interface Truth {
  threshold: number;
  /** Candidates at this distance of the threshold, as a ratio, are left undecided. */
  blind?: number;
  /** The part of the way from a violated candidate back to the threshold that its witness can be followed. */
  followed?: number;
}

/** Searches as searchDelta does, with a property that holds up to the threshold. */
function search({ threshold, blind = 1, followed = 0 }: Truth, { gap = 0.01, lower = 0 }: { gap?: number; lower?: number | null } = {}): { bracket: Bracket; tried: number[] } {
  const bracket = new Bracket(lower, { gap, first: 1e-3, cap: 1e6, floor: 1e-9 });
  const tried: number[] = [];
  for (let delta = bracket.next(); delta !== null && tried.length < 500; delta = bracket.next()) {
    expect(tried).not.toContain(delta);
    tried.push(delta);
    if (delta * blind <= threshold) bracket.proved(delta);
    else if (delta > threshold * blind) bracket.violated(delta, threshold + (1 - followed) * (delta - threshold));
    else bracket.unknown(delta);
    expect(bracket.lower ?? 0).toBeLessThanOrEqual(threshold);
    expect(bracket.upper).toBeGreaterThanOrEqual(threshold);
  }
  return { bracket, tried };
}

describe('the bracket', () => {
  it('closes on any threshold, whatever witnesses tell', () => {
    const draw = random(1);
    for (let n = 0; n < 300; n++) {
      const threshold = 10 ** draw.between(-8, 5);
      for (const followed of [0, 0.5, 0.9, 1]) {
        const { bracket, tried } = search({ threshold, followed });
        expect(bracket.complete).toBe(true);
        expect(bracket.upper - bracket.lower!).toBeLessThanOrEqual(0.01 * bracket.upper);
        expect(tried.length).toBeLessThan(35);
      }
    }
  });
  it('needs few candidates where witnesses lead to the threshold', () => {
    expect(search({ threshold: 0.0123, followed: 1 }).tried.length).toBeLessThanOrEqual(7);
  });
  it('ends at a threshold of 0, or of none at all', () => {
    const zero = search({ threshold: 0 });
    expect([zero.bracket.lower, zero.bracket.complete]).toEqual([0, true]);
    expect(zero.bracket.upper).toBeLessThanOrEqual(1e-9);
    const none = search({ threshold: Infinity });
    expect([none.bracket.lower, none.bracket.upper, none.bracket.complete, none.bracket.next()]).toEqual([1e6, Infinity, false, null]);
    expect(none.tried.length).toBeLessThan(12);
  });
  it('narrows from both sides what stays undecided in the middle', () => {
    const { bracket, tried } = search({ threshold: 0.02, blind: 1.5 });
    expect(bracket.complete).toBe(false);
    expect(bracket.lower).toBeGreaterThan((0.02 / 1.5) * 0.98);
    expect(bracket.upper).toBeLessThan(0.02 * 1.5 * 1.02);
    expect(bracket.undecided.length).toBeGreaterThan(1);
    expect(tried.length).toBeLessThan(45);
  });
  it('forgets what was undecided once it lies outside, or is to be tried again', () => {
    const bracket = new Bracket(0, { gap: 0.01, first: 1, cap: 1e6, floor: 1e-9 });
    for (const delta of [1, 2, 8, 3]) bracket.unknown(delta);
    bracket.forget([3]);
    expect(bracket.undecided).toEqual([1, 2, 8]);
    bracket.proved(2);
    expect(bracket.undecided).toEqual([8]);
    bracket.violated(6, 5);
    expect(bracket.undecided).toEqual([]);
  });
  it('gives up where nothing can be decided', () => {
    for (const lower of [0, null]) {
      const { bracket, tried } = search({ threshold: 1, blind: Infinity }, { lower });
      expect([bracket.lower, bracket.upper, bracket.complete]).toEqual([lower, Infinity, false]);
      expect(tried.length).toBeLessThan(60);
    }
  });
  it('with a gap of 0 ends at neighbouring doubles', () => {
    const { bracket, tried } = search({ threshold: 0.3, followed: 0.3 }, { gap: 0 });
    expect(bracket.upper - bracket.lower!).toBeLessThan(1e-16);
    expect(tried.length).toBeLessThan(120);
  });
});
