import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { joined, shareOut, twinOf } from '../../../src/network/twins.js';
import { random } from '../../support/random.js';

const twin = { unit: 1, of: 0 };
function shared(whole: number, like: number): [number, number] {
  const row = Float64Array.of(whole, 0);
  shareOut(row, twin, Float64Array.of(NaN, like));
  return [row[0], row[1]];
}

describe('an outgoing weight is shared out', () => {
  it('so that both parts sum to it exactly, whatever they are', () => {
    const r = random(1);
    for (let n = 0; n < 20_000; n++) {
      const whole = r.pick([r.normal(), r.anyDouble(), r.normal() * 2 ** -1070]);
      const like = r.pick([whole * r.uniform(), whole * r.between(-3, 3), r.normal(), r.anyDouble(), whole / 2]);
      const [rest, part] = shared(whole, like);
      expect(Dyadic.fromDouble(rest).plus(Dyadic.fromDouble(part)).equals(Dyadic.fromDouble(whole))).toBe(true);
      // A part of the weight is met but for a rounding of the weight.
      if (Math.abs(like) <= Math.abs(whole)) expect(Math.abs(part - like)).toBeLessThanOrEqual(Math.abs(whole) * 2 ** -52 + Number.MIN_VALUE);
    }
  });
  it('as the other network has it, where that can be', () => {
    expect(shared(3, 1.5)).toEqual([1.5, 1.5]);
    expect(shared(3, -1)).toEqual([4, -1]);
    expect(shared(0, 2)).toEqual([-2, 2]);
  });
  it('not at all where no double is the rest', () => {
    expect(shared(1, 2 ** 60)).toEqual([1, 0]);
    expect(shared(2 ** 1023, -Number.MAX_VALUE)).toEqual([2 ** 1023, 0]);
  });
});

describe('twins', () => {
  it('are of the first unit that reads the same', () => {
    const rows = [[1, 2], [3, 4], [3, 4], [3, 4]].map((row) => Float64Array.from(row));
    expect(twinOf(3, [0, 1, 2], rows)).toEqual({ unit: 3, of: 1 });
    expect(twinOf(0, [1, 2], rows)).toBeUndefined();
  });
  it('are compared as one', () => {
    const row = Float64Array.of(1, 2, 4, 8);
    expect([...joined(row, [{ unit: 1, of: 0 }, { unit: 3, of: 0 }])]).toEqual([11, 0, 4, 0]);
    expect([...row]).toEqual([1, 2, 4, 8]);
  });
});
