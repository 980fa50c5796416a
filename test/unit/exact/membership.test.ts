import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { boxEnds, isInsideBox, isInsideDomain } from '../../../src/exact/membership.js';
import { random } from '../../support/random.js';
import { compare, minus, ofDouble, ofDyadic, plus, rational, times, type Rational } from '../../support/rational.js';

const abs = (a: Rational): Rational => rational(a.n < 0n ? -a.n : a.n, a.d);

describe('isInsideBox', () => {
  it('knows the ends of a radius that no double sits on', () => {
    const box = (c: number, r: number) => ({ kind: 'radius', center: [c], radius: [r] }) as const;
    expect(isInsideBox([1 + 2 ** -60], box(1, 2 ** -60))).toBe(true);
    // c + r rounds up past the real end: the rounded sum is outside.
    const c = 1;
    const r = 2 ** -53 + 2 ** -54;
    expect(c + r).toBe(1 + 2 ** -52);
    expect(isInsideBox([c + r], box(c, r))).toBe(false);
    expect(isInsideBox([c], box(c, r))).toBe(true);
    expect(isInsideBox([c - 2 ** -53], box(c, r))).toBe(true);
    expect(isInsideBox([c - 2 ** -52], box(c, r))).toBe(false);
  });

  it('agrees with fractions at and beside the rounded ends', () => {
    const r = random(31);
    let outside = 0;
    for (let i = 0; i < 3000; i++) {
      const c = r.normal() * 2 ** r.below(12);
      const radius = Math.abs(r.normal()) * 2 ** -r.below(30);
      for (const p of [c + radius, c - radius, nextUp(c + radius), nextDown(c + radius), nextDown(c - radius)]) {
        const inside = compare(abs(minus(ofDouble(p), ofDouble(c))), ofDouble(radius)) <= 0;
        expect(isInsideBox([p], { kind: 'radius', center: [c], radius: [radius] })).toBe(inside);
        const ratio = radius / Math.abs(c);
        const relative = compare(abs(minus(ofDouble(p), ofDouble(c))), times(ofDouble(ratio), abs(ofDouble(c)))) <= 0;
        expect(isInsideBox([p], { kind: 'relative', center: [c], ratio, mask: [1] })).toBe(relative);
        if (p === c + radius && !inside) outside += 1;
      }
    }
    // The rounded end c + r is often outside the real box: that is what this function is for.
    expect(outside).toBeGreaterThan(300);
  });

  it('freezes a zero radius and an unmasked parameter', () => {
    expect(isInsideBox([0.1, 0.2], { kind: 'radius', center: [0.1, 0.2], radius: [0, 1] })).toBe(true);
    expect(isInsideBox([nextUp(0.1), 0.2], { kind: 'radius', center: [0.1, 0.2], radius: [0, 1] })).toBe(false);
    expect(isInsideBox([nextUp(0.1)], { kind: 'relative', center: [0.1], ratio: 1, mask: [0] })).toBe(false);
    expect(isInsideBox([-0], { kind: 'relative', center: [0], ratio: 1, mask: [1] })).toBe(true);
    expect(isInsideBox([Number.MIN_VALUE], { kind: 'relative', center: [0], ratio: 1, mask: [1] })).toBe(false);
  });

  it('survives underflow and overflow of the rounded test', () => {
    const tiny = Number.MIN_VALUE;
    // ratio * |c| underflows to 0 or to the least subnormal: only exact products tell.
    expect(isInsideBox([2 * tiny], { kind: 'relative', center: [tiny], ratio: 1, mask: [1] })).toBe(true);
    expect(isInsideBox([2 * tiny], { kind: 'relative', center: [tiny], ratio: 0.75, mask: [1] })).toBe(false);
    expect(isInsideBox([0], { kind: 'relative', center: [tiny], ratio: 0.75, mask: [1] })).toBe(false);
    expect(isInsideBox([1.7e308], { kind: 'radius', center: [-1.7e308], radius: [Number.MAX_VALUE] })).toBe(false);
    expect(isInsideBox([1.7e308], { kind: 'relative', center: [-1.7e308], ratio: 2, mask: [1] })).toBe(true);
    expect(isInsideBox([1.7e308], { kind: 'relative', center: [-1.7e308], ratio: nextDown(2), mask: [1] })).toBe(false);
  });

  it('takes bounds as they are, and nothing that is not a number or of another length', () => {
    const box = { kind: 'bounds', lower: [-1, 2], upper: [1, 2] } as const;
    expect(isInsideBox([1, 2], box)).toBe(true);
    expect(isInsideBox([nextUp(1), 2], box)).toBe(false);
    expect(isInsideBox([NaN, 2], box)).toBe(false);
    expect(isInsideBox([1], box)).toBe(false);
    expect(isInsideBox([Infinity], { kind: 'radius', center: [0], radius: [Infinity] })).toBe(false);
  });

  it('has exact ends', () => {
    const r = random(32);
    for (let i = 0; i < 200; i++) {
      const [c, radius] = [r.anyDouble(), Math.abs(r.normal())];
      const { lo, hi } = boxEnds({ kind: 'radius', center: [c], radius: [radius] }, 0);
      expect(compare(ofDyadic(lo), minus(ofDouble(c), ofDouble(radius)))).toBe(0);
      expect(compare(ofDyadic(hi), plus(ofDouble(c), ofDouble(radius)))).toBe(0);
      const reach = times(ofDouble(radius), abs(ofDouble(c)));
      expect(compare(ofDyadic(boxEnds({ kind: 'relative', center: [c], ratio: radius, mask: [1] }, 0).hi), plus(ofDouble(c), reach))).toBe(0);
    }
  });
});

it('isInsideDomain is closed, and false for NaN or another dimension', () => {
  expect(isInsideDomain([1, -0], [0, 1, 0, 0])).toBe(true);
  expect(isInsideDomain([nextUp(1), 0], [0, 1, 0, 0])).toBe(false);
  expect(isInsideDomain([NaN], [0, 1])).toBe(false);
  expect(isInsideDomain([1], [0, 1, 0, 1])).toBe(false);
});
