/** No (z0, r) of a neuron's ranges is beyond its lines, or beyond the ranges of its activations: random ranges, exact arithmetic. */
import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../src/check/functions.js';
import { Neuron, type Line } from '../../../src/check/lines.js';
import { activate } from '../../../src/exact/activations.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { type Enclosure, point, subtract } from '../../../src/exact/real.js';
import { isAbove, isBelow } from '../../support/checking.js';
import { activationCodes, random, type Random } from '../../support/random.js';

const at = (x: number): Dyadic => Dyadic.fromDouble(x);
const BITS = 150;

type Size = readonly [name: string, scale: (r: Random) => number];
const SIZES: readonly Size[] = [
  ['ordinary', (r) => r.pick([0.1, 1, 4])],
  ['saturated', () => 30],
  ['tiny', (r) => 10 ** -r.pick([3, 9, 17])],
  ['subnormal', (r) => r.pick([Number.MIN_VALUE, 2 ** -1050, 2 ** -1021])],
  ['huge', (r) => r.pick([1e6, 2 ** 24, 1e100, 1e300])],
];

/** A range: a point, on one side of zero or at it, across it, or about a number that is large for its width. */
function range(r: Random, scale: number): [number, number] {
  const [a, b] = [r.normal() * scale, r.normal() * scale];
  const size = Math.abs(a);
  return r.pick<() => [number, number]>([
    () => [Math.min(a, b), Math.max(a, b)], () => [a, a], () => [0, size], () => [-size, 0], () => [0, 0], () => [-Math.abs(b), size], () => [-size, 1e-7 * Math.abs(b)], () => [-1e-7 * Math.abs(b), size],
    () => [size, size + Math.abs(b)], () => [-size - Math.abs(b), -size], () => [Math.min(a, nextUp(a)), Math.max(a, nextUp(a))], () => [a, a + 1e-9 * size],
  ])();
}

function neuron(r: Random, activation: Activation, scale: number): Neuron {
  const n = new Neuron();
  [n.z0lo, n.z0hi] = range(r, scale);
  [n.rlo, n.rhi] = range(r, r.pick([scale, scale, 0.1 * scale, 1e-9 * scale, 1e-9]));
  [n.zlo, n.zhi] = [-Infinity, Infinity];
  // What back-substitution may know of z: a part of the sums z0 + r.
  if (r.uniform() < 0.4) {
    const middle = r.between(n.z0lo, n.z0hi) + r.between(n.rlo, n.rhi), width = (n.rhi - n.rlo) * r.uniform() * 0.6;
    [n.zlo, n.zhi] = r.pick([[middle - width, middle + width], [middle - width, Infinity], [-Infinity, middle + width], [0, Infinity], [-Infinity, 0]]);
  }
  n.settle(activation);
  n.activate(activation);
  return n;
}

/** z0 and r in their ranges, as often as not at an end or where the neuron changes sign. */
function sample(r: Random, n: Neuron, ends: { z0: [number, number]; r: [number, number] }): [number, number] {
  const clamp = (x: number, [lo, hi]: [number, number]): number => Math.min(hi, Math.max(lo, x));
  const z0 = clamp(r.pick([ends.z0[0], ends.z0[1], 0, -ends.r[0] / 2, -ends.r[1] / 2, -ends.r[1], r.between(ends.z0[0], ends.z0[1])]), ends.z0);
  const change = clamp(r.pick([ends.r[0], ends.r[1], 0, -z0, n.zlo - z0, n.zhi - z0, r.between(ends.r[0], ends.r[1])]), ends.r);
  return [z0, change];
}

const numeric = ({ slope, by0, constant }: Line): boolean => Number.isFinite(slope) && Number.isFinite(by0) && Number.isFinite(constant);

function faults(activation: Activation, n: Neuron, z0: number, change: number): string[] {
  const z = at(z0).plus(at(change));
  if ((Number.isFinite(n.zlo) && z.compare(at(n.zlo)) < 0) || (Number.isFinite(n.zhi) && z.compare(at(n.zhi)) > 0)) return [];
  const [h0, h] = activate(activationCodes[activation], [point(at(z0)), point(z)], BITS);
  const d = activation === 'sigmoid' || activation === 'tanh' ? subtract(h, h0, BITS) : subtract(h, h0);
  const found: string[] = [];
  const expectTrue = (holds: boolean, what: string): void => {
    if (!holds) found.push(`${activation} ${what} at z0=${z0} r=${change} of ${JSON.stringify(n)}`);
  };
  const ranges = { z0: [n.z0lo, n.z0hi, point(at(z0))], r: [n.rlo, n.rhi, point(at(change))], h0: [n.h0lo, n.h0hi, h0], h: [n.hlo, n.hhi, h], d: [n.dlo, n.dhi, d] } as const;
  for (const [name, [lo, hi, value]] of Object.entries(ranges)) expectTrue(isBelow(lo, value) && isAbove(hi, value), `range of ${name}`);
  if (n.on) expectTrue(h.lo.equals(z) && h0.lo.equals(at(z0)), 'on');
  if (n.off) expectTrue(h.hi.sign === 0 && h0.hi.sign === 0, 'off');
  if (n.on || n.off) return found;
  const on = (line: Line): Dyadic => at(line.slope).times(at(change)).plus(at(line.by0).times(at(z0))).plus(at(line.constant));
  const lines: [string, Line, Line, Enclosure][] = [['h0', n.h0Upper, n.h0Lower, h0], ['h', n.hUpper, n.hLower, h], ['d', n.dUpper, n.dLower, d]];
  for (const [name, upper, lower, value] of lines) {
    if (numeric(upper)) expectTrue(on(upper).compare(value.lo) >= 0, `upper line of ${name}`);
    else expectTrue(upper.constant !== -Infinity, `upper line of ${name} is infinite`);
    if (numeric(lower)) expectTrue(on(lower).compare(value.hi) <= 0, `lower line of ${name}`);
    else expectTrue(lower.constant !== Infinity, `lower line of ${name} is infinite`);
  }
  if (n.flat) expectTrue(activation === 'relu', 'flat');
  return found;
}

describe.each(['relu', 'sigmoid', 'tanh', 'linear'] as const)('lines of %s', (activation) => {
  it.each(SIZES)('hold on %s ranges', (name, scale) => {
    const r = random(7 + 100 * name.length);
    const found: string[] = [];
    let numbers = 0;
    for (let count = 0; count < 400; count++) {
      const before = { z0: [0, 0] as [number, number], r: [0, 0] as [number, number] };
      const n = neuron(r, activation, scale(r));
      before.z0 = [n.z0lo, n.z0hi];
      before.r = [n.rlo, n.rhi];
      if (!(before.z0[0] <= before.z0[1] && before.r[0] <= before.r[1])) continue; // cut until nothing was left
      if (numeric(n.dUpper) && numeric(n.dLower)) numbers++;
      for (let k = 0; k < 12; k++) found.push(...faults(activation, n, ...sample(r, n, before)));
      if (found.length > 3) break;
    }
    expect(found).toEqual([]);
    expect(numbers).toBeGreaterThan(200);
  });
});

describe('settle', () => {
  it('cuts no point off: z0 and r of the first ranges, whose z is in its own, remain', () => {
    const r = random(5);
    for (let count = 0; count < 4000; count++) {
      const scale = r.pick([1, 1e-9, 2 ** 30]);
      const n = new Neuron();
      const z0 = r.normal() * scale, change = r.normal() * r.pick([scale, 1e-9 * scale]), z = z0 + change;
      if (!at(z).equals(at(z0).plus(at(change)))) continue;
      const about = (x: number): [number, number] => [r.pick([x, nextDown(x), x - Math.abs(r.normal()) * scale]), r.pick([x, nextUp(x), x + Math.abs(r.normal()) * scale])];
      [n.z0lo, n.z0hi] = about(z0);
      [n.rlo, n.rhi] = about(change);
      [n.zlo, n.zhi] = r.uniform() < 0.3 ? [-Infinity, Infinity] : about(z);
      n.settle('relu');
      for (const [lo, x, hi] of [[n.z0lo, z0, n.z0hi], [n.rlo, change, n.rhi], [n.zlo, z, n.zhi]]) expect([lo <= x, x <= hi]).toEqual([true, true]);
      if (n.on) expect(z0 >= 0 && z >= 0).toBe(true);
      if (n.off) expect(z0 <= 0 && z <= 0).toBe(true);
    }
  });
});

describe('lines are close', () => {
  const made = (activation: Activation, z0: [number, number], change: [number, number]): Neuron => {
    const n = new Neuron();
    [n.z0lo, n.z0hi, n.rlo, n.rhi, n.zlo, n.zhi] = [...z0, ...change, -Infinity, Infinity];
    n.settle(activation);
    n.activate(activation);
    return n;
  };
  const slack = (n: Neuron): number => n.dUpper.slope * n.rhi + n.dUpper.by0 * n.z0lo + n.dUpper.constant;

  it.each(['sigmoid', 'tanh'] as const)('to the change itself at a point: %s', (activation) => {
    for (const [z0, rise] of [[0.3, 0.1], [-2, 0.5], [4, 1e-6], [-4, 1e-6], [0, 1e-3]]) {
      const f = (x: number): number => (activation === 'tanh' ? Math.tanh(x) : 1 / (1 + Math.exp(-x)));
      const n = made(activation, [z0, z0], [-rise, rise]);
      expect(Math.abs(slack(n) - (f(z0 + rise) - f(z0)))).toBeLessThan(1e-7 * rise + 1e-12);
      expect(Math.abs(n.dLower.slope * -rise + n.dLower.by0 * z0 + n.dLower.constant - (f(z0 - rise) - f(z0)))).toBeLessThan(1e-7 * rise + 1e-12);
      expect([n.dhi - (f(z0 + rise) - f(z0)), f(z0 - rise) - f(z0) - n.dlo].map((v) => v < 1e-7 * rise + 1e-12)).toEqual([true, true]);
    }
  });

  it.each(['sigmoid', 'tanh', 'relu'] as const)('in proportion to the least of changes: %s', (activation) => {
    for (const [lo, hi] of [[0.3, 0.3], [-1, 2], [-2, -1], [1, 2]] as const) {
      for (const rise of [1e-3, 1e-9, 1e-15, 1e-30, 1e-200]) {
        const n = made(activation, [lo, hi], [-rise, rise]);
        expect([n.dhi <= 1.001 * rise, n.dlo >= -1.001 * rise, slack(n) <= 1.01 * rise]).toEqual([true, true, true]);
      }
    }
  });

  it('of relu: the chord of the largest change, which is none where all are off and remain so', () => {
    const n = made('relu', [-2, -1], [-3, 2]);
    expect([n.dUpper.slope, n.dUpper.constant]).toEqual([expect.closeTo(0.2, 12), expect.closeTo(0.6, 12)]);
    expect([n.dLower.slope, n.dLower.constant]).toEqual([0, 0]);
    const m = made('relu', [1, 2], [-3, 2]);
    expect([m.dUpper.slope, m.dUpper.constant]).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.8, 12)]);
    expect([m.dLower.slope, m.dLower.constant]).toEqual([1, 0]);
  });
});
