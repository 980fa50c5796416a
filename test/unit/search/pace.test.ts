import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/search/pace.js';

describe('the pace of a search', () => {
  it('is not known before the boxes have doubled once from the first that tell', () => {
    const pace = new Pace();
    for (const boxes of [1, 10, 63, 64, 127]) {
      pace.note(boxes, 8 / boxes);
      expect(pace.doublings(8 / boxes, 1e-3)).toBeUndefined();
    }
  });
  it('is what the bound fell by lately, whatever it did before', () => {
    const pace = new Pace();
    for (const boxes of [64, 128]) pace.note(boxes, 1 / boxes);
    expect(pace.doublings(1, 1 / 8)).toBeCloseTo(3, 12);
    pace.note(200, 1e-9); // not twice as many yet
    expect(pace.doublings(1, 1 / 8)).toBeCloseTo(3, 12);
    pace.note(512, 1 / 256); // half of it in two doublings
    expect(pace.doublings(1, 1 / 8)).toBeCloseTo(6, 12);
  });
  it('leads nowhere where the bound stands still, or where the goal is nothing; and is over at the goal', () => {
    const pace = new Pace();
    pace.note(64, 1);
    pace.note(128, 0.5);
    expect(pace.doublings(0.5, 0)).toBe(Infinity);
    expect(pace.doublings(0.5, -Infinity)).toBe(Infinity);
    expect(pace.doublings(0.5, 0.5)).toBe(0);
    pace.note(256, 0.5);
    expect(pace.doublings(0.5, 0.4)).toBe(Infinity);
    expect(pace.doublings(0.4, 0.4)).toBe(0);
  });
  it('is unknown while there is no bound at all', () => {
    const pace = new Pace();
    pace.note(64, Infinity);
    pace.note(128, 1);
    expect(pace.doublings(1, 0.5)).toBeUndefined();
    pace.note(256, 0.5);
    expect(pace.doublings(0.5, 0.25)).toBeCloseTo(1, 12);
  });
});
