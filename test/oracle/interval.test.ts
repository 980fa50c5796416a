/** The interval kernel against exact rationals, and its exp, sigmoid and tanh against series in BigInt: where MPFR is not installed too. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Intervals } from '../../src/interval/kernel.js';
import { addon } from '../../src/native.js';
import { random, type Random } from '../support/random.js';
import { compare, minus, ofDouble, over, plus, rational, times, type Rational } from '../support/rational.js';

const kernel = addon().interval();

afterEach(() => { expect(addon().roundingMode()).toBe('nearest'); });

/** Doubles of ordinary size, of any exponent, and those that end the range. */
function operand(r: Random): number {
  const kind = r.below(8);
  if (kind === 0) return r.pick([0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, -Number.MAX_VALUE, 1, -1, 2 ** -537]);
  if (kind === 1) return r.anyDouble();
  return kind === 2 ? r.below(9) - 4 : r.normal();
}

function intervals(r: Random, count: number, draw = operand): Intervals {
  const lo = new Float64Array(count);
  const hi = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const a = draw(r);
    const b = r.uniform() < 0.3 ? a : draw(r);
    lo[i] = Math.min(a, b);
    hi[i] = Math.max(a, b);
  }
  return { lo, hi };
}

const points = (values: number[]): Intervals => ({ lo: Float64Array.from(values), hi: Float64Array.from(values) });

function expectInside(value: Rational, { lo, hi }: Intervals, i: number, what: string): void {
  const above = lo[i] === -Infinity || compare(ofDouble(lo[i]), value) <= 0;
  const below = hi[i] === Infinity || compare(value, ofDouble(hi[i])) <= 0;
  if (!above || !below) expect.fail(`${what} is not in [${lo[i]}, ${hi[i]}]`);
}

type Binary = 'add' | 'sub' | 'mul' | 'div';
const exact: Record<Binary, (a: Rational, b: Rational) => Rational> = { add: plus, sub: minus, mul: times, div: over };

describe('interval arithmetic', () => {
  it.each(['add', 'sub', 'mul', 'div'] as const)('%s holds every corner', (name) => {
    const r = random(1);
    const a = intervals(r, 4000);
    const b = intervals(r, 4000);
    const c = kernel[name](a, b);
    for (let i = 0; i < a.lo.length; i++) {
      if (name === 'div' && b.lo[i] <= 0 && b.hi[i] >= 0) {
        expect([c.lo[i], c.hi[i]]).toEqual([-Infinity, Infinity]);
        continue;
      }
      for (const x of [a.lo[i], a.hi[i]]) {
        for (const y of [b.lo[i], b.hi[i]]) expectInside(exact[name](ofDouble(x), ofDouble(y)), c, i, `${x} ${name} ${y}`);
      }
    }
  });

  it('rounds no further than to the next double', () => {
    const { lo, hi } = kernel.add(points([1, 1, 1]), points([2 ** -60, -(2 ** -60), 1]));
    expect([...lo]).toEqual([1, 1 - 2 ** -53, 2]);
    expect([...hi]).toEqual([1 + 2 ** -52, 1, 2]);
  });

  it('relu and sqr hold every end', () => {
    const a = intervals(random(2), 4000);
    const positive = kernel.relu(a);
    const square = kernel.sqr(a);
    for (let i = 0; i < a.lo.length; i++) {
      expect([positive.lo[i] + 0, positive.hi[i] + 0]).toEqual([Math.max(a.lo[i], 0), Math.max(a.hi[i], 0)]);
      for (const x of [a.lo[i], a.hi[i]]) expectInside(times(ofDouble(x), ofDouble(x)), square, i, `${x} squared`);
      expect(square.lo[i]).toBeGreaterThanOrEqual(0);
    }
  });

  it('dot products hold the sums of corners', () => {
    const r = random(3);
    for (let round = 0; round < 300; round++) {
      const a = intervals(r, 1 + r.below(20));
      const b = intervals(r, a.lo.length);
      const c = kernel.dot(a, b);
      for (let corner = 0; corner < 4; corner++) {
        let sum = rational(0n);
        for (let i = 0; i < a.lo.length; i++) {
          sum = plus(sum, times(ofDouble(r.pick([a.lo[i], a.hi[i]])), ofDouble(r.pick([b.lo[i], b.hi[i]]))));
        }
        expectInside(sum, c, 0, 'the dot product');
      }
    }
  });
});

describe('the back ends', () => {
  const ordinary = (r: Random): number => (r.uniform() < 0.2 ? r.anyDouble() : r.normal());
  const corner = (r: Random, x: Intervals, i: number): Rational => ofDouble(r.pick([x.lo[i], x.hi[i]]));

  it.each(kernel.backends().map((backend) => backend.name))('%s: dense layers hold W x + b', (name) => {
    const r = random(4);
    for (let round = 0; round < 40; round++) {
      const [inputs, outputs, columns] = [1 + r.below(12), 1 + r.below(5), 1 + r.below(20)];
      const weights = intervals(r, inputs * outputs, ordinary);
      const biases = intervals(r, outputs, ordinary);
      const x = intervals(r, inputs * columns, ordinary);
      const wide = kernel.denseInterval(name, weights, biases, x, columns);
      const narrow = kernel.densePoint(name, weights.lo, biases.lo, x, columns);
      for (let sample = 0; sample < 10; sample++) {
        const [row, column] = [r.below(outputs), r.below(columns)];
        let sum = corner(r, biases, row);
        let pointSum = ofDouble(biases.lo[row]);
        for (let j = 0; j < inputs; j++) {
          const input = corner(r, x, j * columns + column);
          sum = plus(sum, times(corner(r, weights, row * inputs + j), input));
          pointSum = plus(pointSum, times(ofDouble(weights.lo[row * inputs + j]), input));
        }
        expectInside(sum, wide, row * columns + column, 'an output over interval weights');
        expectInside(pointSum, narrow, row * columns + column, 'an output over point weights');
      }
    }
  });

  it('one of them is in use, and others are refused by name', () => {
    expect(kernel.backends().map((backend) => backend.name)).toContain(kernel.chosenBackend());
    expect(() => kernel.fmaPeak('abacus', 1)).toThrow(/abacus/);
  });

  it('compute upward, and leave JavaScript to nearest', () => {
    expect(kernel.roundingInside()).toBe(1);
    expect(addon().roundingMode()).toBe('nearest');
  });

  it('leave JavaScript to nearest when they refuse their arguments', () => {
    expect(() => kernel.add(points([1]), points([1, 2]))).toThrow(TypeError);
    expect(() => kernel.exp([1] as unknown as Intervals)).toThrow(TypeError);
  });
});

const BITS = 600n;
const ONE = 1n << BITS;

/** e^x to some 500 fractional bits, for |x| < 60: the series of x / 2^40, squared 40 times. */
function exponential(x: number): Rational {
  const { n, d } = ofDouble(x);
  const small = (n << (BITS - 40n)) / d;
  let sum = ONE;
  for (let k = 1n, term = ONE; term !== 0n; k++) {
    term = (term * small) / (k * ONE);
    sum += term;
  }
  for (let i = 0; i < 40; i++) sum = (sum * sum) / ONE;
  return rational(sum, ONE);
}

const one = rational(1n);
const oracles: Record<'exp' | 'sigmoid' | 'tanh', (x: number) => Rational> = {
  exp: exponential,
  sigmoid: (x) => over(one, plus(one, exponential(-x))),
  tanh: (x) => minus(one, over(rational(2n), plus(one, exponential(2 * x)))),
};

/** Where the value is so near to a double that an enclosure without its error term misses it; found with that term taken out. */
const nearMisses = {
  exp: [-34.96815842734629, 30.88388264482451, 0.96750512339624],
  sigmoid: [-3.725290298461915e-09, -9.313225746154781e-10, -7.4505805969238265e-09],
  tanh: [-0.0020416856666389746, 0.0011744467849099788, -0.024456530951816546, -0.0009186991518190152],
};

describe('exp, sigmoid and tanh', () => {
  it.each(['exp', 'sigmoid', 'tanh'] as const)('%s holds its value, at most 4 ulps wide', (name) => {
    const r = random(5);
    const step = Math.LN2 / 64;
    const drawn = Array.from({ length: 800 }, () =>
      r.pick([r.normal(), r.between(-19, 19), step * (r.below(2000) - 1000), step * (r.below(2000) - 999.5), r.normal() * 2 ** -r.below(60)]),
    );
    const inputs = [...nearMisses[name], ...drawn];
    const y = kernel[name](points(inputs));
    inputs.forEach((x, i) => {
      expectInside(oracles[name](x), y, i, `${name}(${x})`);
      expect(y.hi[i] - y.lo[i]).toBeLessThanOrEqual(4 * 2 ** -52 * Math.max(Math.abs(y.lo[i]), Math.abs(y.hi[i])));
    });
  });

  it('end where doubles do', () => {
    const inputs = [710, -800, Infinity, -Infinity, NaN];
    const exp = kernel.exp(points(inputs));
    expect([...exp.lo].map((v) => v + 0)).toEqual([Number.MAX_VALUE, 0, Number.MAX_VALUE, 0, 0]);
    expect([...exp.hi]).toEqual([Infinity, Number.MIN_VALUE, Infinity, Number.MIN_VALUE, Infinity]);
    const sigmoid = kernel.sigmoid(points(inputs));
    expect([...sigmoid.hi]).toEqual([1, Number.MIN_VALUE, 1, Number.MIN_VALUE, 1]);
    const tanh = kernel.tanh(points(inputs));
    expect([tanh.hi[0], tanh.lo[1], tanh.hi[2], tanh.lo[3], tanh.lo[4], tanh.hi[4]]).toEqual([1, -1, 1, -1, -1, 1]);
  });

  it('are exact at 0, and logit at 1/2', () => {
    const zero = points([0, -0]);
    for (const [name, value] of [['exp', 1], ['sigmoid', 0.5], ['tanh', 0]] as const) {
      const { lo, hi } = kernel[name](zero);
      expect([...lo, ...hi].map((v) => v + 0)).toEqual([value, value, value, value]);
    }
    const { lo, hi } = kernel.logit(Float64Array.of(0.5));
    expect([lo[0] + 0, hi[0] + 0]).toEqual([0, 0]);
  });

  it('softmax and logit agree with exp', () => {
    const { lo, hi } = kernel.softmax(points([1, 2, 3]));
    const e = [1, 2, 3].map(exponential);
    const sum = e.reduce(plus);
    e.forEach((term, i) => { expectInside(over(term, sum), { lo, hi }, i, `softmax ${i}`); });
    const levels = [0.1, 0.3, 0.499, 0.75, 1e-9];
    const x = kernel.logit(Float64Array.from(levels));
    levels.forEach((level, i) => {
      // sigmoid is increasing: below the level at lo, above it at hi.
      expect(compare(oracles.sigmoid(x.lo[i]), ofDouble(level))).toBeLessThanOrEqual(0);
      expect(compare(oracles.sigmoid(x.hi[i]), ofDouble(level))).toBeGreaterThanOrEqual(0);
    });
  });
});
