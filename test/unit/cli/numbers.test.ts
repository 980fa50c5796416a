import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsFor, directed, directedBeside, interval, plain } from '../../../src/cli/text/numbers.js';

/** A numeral or a double as an exact fraction num / den, den > 0. */
function fraction(numeral: string): [bigint, bigint] {
  const [, sign, whole, , part = '', , power = '0'] = /^(-?)(\d+)(\.(\d+))?(e([+-]?\d+))?$/.exec(numeral)!;
  const exponent = Number(power) - part.length;
  const digits = BigInt(`${sign}${whole}${part}`);
  return exponent >= 0 ? [digits * 10n ** BigInt(exponent), 1n] : [digits, 10n ** BigInt(-exponent)];
}
function exactly(x: number): [bigint, bigint] {
  let power = 0;
  while (!Number.isInteger(x)) { x *= 2; power++; }
  return [BigInt(x), 2n ** BigInt(power)];
}
const sign = ([a, b]: [bigint, bigint], [c, d]: [bigint, bigint]): number => (a * d < c * b ? -1 : a * d > c * b ? 1 : 0);

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => (Math.abs(x) > 1e-290 && Math.abs(x) < 1e300) || x === 0);

describe('directed decimals', () => {
  it('lie on their side of the double, within one unit of the last digit', () => {
    fc.assert(fc.property(doubles, fc.integer({ min: 1, max: 17 }), (x, digits) => {
      const [down, up] = [fraction(directed(x, digits, 'down')), fraction(directed(x, digits, 'up'))];
      expect(sign(down, exactly(x))).toBeLessThanOrEqual(0);
      expect(sign(up, exactly(x))).toBeGreaterThanOrEqual(0);
      const width = (Number(directed(x, digits, 'up')) - Number(directed(x, digits, 'down'))) / (Math.abs(x) || 1);
      expect(width).toBeLessThanOrEqual(1.001 * 10 ** (1 - digits) + 5e-16);
    }), { numRuns: 5000 });
  });
  it.each([
    [0.1, 3, 'down', '0.1'], [0.1, 3, 'up', '0.101'], [-0.1, 3, 'up', '-0.1'], [-0.1, 3, 'down', '-0.101'],
    [0.5, 5, 'up', '0.5'], [1, 3, 'down', '1'], [0, 3, 'up', '0'], [9.996, 3, 'up', '10'], [9.996, 3, 'down', '9.99'],
    [123456, 3, 'down', '123000'], [123456, 3, 'up', '124000'], [1e-7, 4, 'up', '1e-7'], [1.5e22, 2, 'down', '1.5e22'],
    [Infinity, 4, 'up', '+inf'], [-Infinity, 4, 'down', '-inf'],
  ] as const)('%d to %d digits %s is %s', (x, digits, direction, text) => { expect(directed(x, digits, direction)).toBe(text); });
});

describe('intervals', () => {
  it('show enough digits to tell the ends apart, and no more than tell', () => {
    expect(interval({ lower: 0.05752576155, upper: 0.05752576288 })).toBe('[0.05752576154, 0.05752576288]');
    expect(interval({ lower: 0, upper: 1 })).toBe('[0, 1]');
    expect(interval({ lower: 0.1234567, upper: Infinity })).toBe('[0.123456, +inf]');
    expect([digitsFor(1, 1), digitsFor(0, Infinity), digitsFor(0, 0)]).toEqual([17, 6, 6]);
  });
  it('of no width show both sides of the double', () => { expect(interval({ lower: 0.1, upper: 0.1 })).toBe('[0.1, 0.10000000000000001]'); });
});

describe('numbers beside a threshold', () => {
  it('are on the side of it that they are on, and rounded outward all the same', () => {
    const next = (x: number, ulps: number): number => new Float64Array(new BigInt64Array([new BigInt64Array(new Float64Array([x]).buffer)[0] + BigInt(ulps)]).buffer)[0];
    fc.assert(fc.property(doubles.filter((x) => x > 0), fc.integer({ min: -3, max: 3 }), fc.integer({ min: 1, max: 17 }), fc.constantFrom('down', 'up'), (threshold, ulps, digits, direction) => {
      const x = next(threshold, ulps);
      const text = directedBeside(x, digits, direction, threshold);
      expect(sign(fraction(text), fraction(String(threshold)))).toBe(Math.sign(ulps)); // as decimals: what is read beside what was typed
      if (ulps !== 0) expect(sign(fraction(text), exactly(x)) * (direction === 'up' ? 1 : -1)).toBeGreaterThanOrEqual(0);
    }), { numRuns: 3000 });
  });
  it('have no more digits than that takes', () => {
    expect(interval({ lower: 0.000999, upper: 0.0009999996 }, 0.001)).toBe('[0.000999, 0.0009999997]');
    expect(interval({ lower: 0.000999, upper: 0.0009999996 })).toBe('[0.000999, 0.001]');
    expect(interval({ lower: 0.1 + 1e-15, upper: 0.2 }, 0.1)).toBe('[0.100000000000001, 0.2001]');
    expect(interval({ lower: 0.05, upper: 0.05 }, 0.05)).toBe('[0.05, 0.05]');
    expect(interval({ lower: 0.0575, upper: 0.0576 }, 0.06)).toBe(interval({ lower: 0.0575, upper: 0.0576 }));
    expect(interval({ lower: 0, upper: Infinity }, 1)).toBe('[0, +inf]');
  });
});

describe('text from files', () => {
  it('cannot drive the terminal', () => { expect(plain('a\x1b[2Jb\nc\u202ed')).toBe('a?[2Jb?c?d'); });
});
