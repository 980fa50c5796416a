/** What a claim's thresholds mean, each against a network where the truth is known: one output moves by at most a known change of a bias. */
import { describe, expect, it } from 'vitest';
import { PRICE_ONE } from '../../../src/certificate/leaf.js';
import { preimage, Prover, type Claim } from '../../../src/check/claims.js';
import type { Activation } from '../../../src/check/functions.js';
import type { BoxedLayer } from '../../../src/check/network.js';
import { label as exactLabel, margin as exactMargin } from '../../../src/exact/witness.js';
import { biased, layer } from '../../support/checking.js';
import { random } from '../../support/random.js';

const act: Record<string, (z: number) => number> = {
  linear: (z) => z, relu: (z) => Math.max(z, 0), sigmoid: (z) => 1 / (1 + Math.exp(-z)), tanh: Math.tanh,
};
const inverse: Record<string, (y: number) => number> = { linear: (y) => y, relu: (y) => y, sigmoid: (y) => Math.log(y / (1 - y)), tanh: Math.atanh };

const ONE = (rule: { level: number; smallest?: boolean }) => ({ smallest: false, ...rule });
const proved = (layers: BoxedLayer[], claim: Claim, rule: { level: number; smallest?: boolean }, lo: number, hi: number, code = PRICE_ONE): boolean => {
  const prover = new Prover(layers, claim, ONE(rule));
  return prover.proves(prover.bound([lo], [hi], [code, code, code]));
};

describe('sigma of one output: z = x + b, |b| <= 1/4', () => {
  const b = 0.25;
  const cases: [Activation, number][] = [['linear', 0], ['linear', -1.5], ['relu', 0.75], ['relu', 0.125], ['sigmoid', 0.5], ['sigmoid', 0.2], ['sigmoid', 0.9], ['tanh', 0], ['tanh', 0.4], ['tanh', -0.6]];

  it.each(cases)('%s above %d', (activation, level) => {
    const layers = [biased(layer(activation, [[1]], [0]), { radius: Float64Array.of(b) })], f = act[activation], edge = inverse[activation](level);
    for (const label of [0, 1]) {
      // Where a label may still change: up to b from the edge.
      const far = label === 1 ? edge + b : edge - b, margins = { logit: b, confidence: Math.abs(f(far) - level) };
      for (const measure of ['logit', 'confidence'] as const) {
        const claim = (upper: number): Claim => ({ property: 'sigma', measure, label, upper });
        const whole = [edge - 3, edge + 3] as const;
        expect([measure, label, proved(layers, claim(margins[measure] + 1e-9), { level }, ...whole)]).toEqual([measure, label, true]);
        expect([measure, label, proved(layers, claim(margins[measure] - 1e-9), { level }, ...whole)]).toEqual([measure, label, false]);
        // Just this side of it and beyond, by every price: a margin above the claim's, and a flip.
        for (const code of [0, 1, 64, 128, 192, 255]) {
          const at = label === 1 ? far - 1e-10 : far + 1e-10, beyond = label === 1 ? far + 1e-10 : far - 1e-10;
          expect([measure, label, code, proved(layers, claim(margins[measure] - 1e-9), { level }, at, at, code)]).toEqual([measure, label, code, false]);
          expect([measure, label, code, proved(layers, { property: 'label', label }, { level }, at, at, code)]).toEqual([measure, label, code, false]);
          if (code < 2) expect([measure, label, code, proved(layers, { property: 'label', label }, { level }, beyond, beyond, 0)]).toEqual([measure, label, code, true]);
        }
      }
      // Inputs of the other label are none of the claim's business.
      const other = label === 1 ? edge - 1 : edge + 1;
      expect(proved(layers, { property: 'label', label }, { level }, other, other, 255)).toBe(true);
    }
  });

  it('is proved at once where no confidence is above the level, or none is that far from it', () => {
    const at = (activation: Activation, label: number, level: number, upper: number): boolean =>
      proved([biased(layer(activation, [[1]], [0]), { radius: Float64Array.of(b) })], { property: 'sigma', measure: 'confidence', label, upper }, { level }, -9, 9);
    expect([at('sigmoid', 1, 1, 0), at('sigmoid', 0, 0, 0), at('sigmoid', 1, 0.5, 0.5), at('sigmoid', 0, 0.5, 0.5), at('sigmoid', 0, 0.25, 0.3), at('tanh', 1, 0.5, 0.5), at('relu', 0, 0.5, 0.5), at('relu', 1, -0.1, 0)]).toEqual(Array(8).fill(true));
    expect([at('sigmoid', 1, 0.5, 0.03), at('sigmoid', 0, 0.5, 0.03), at('tanh', 0, 0.5, 0.03), at('relu', 0, 0.5, 0.2), at('relu', 1, 0.5, 0.2), at('relu', 1, 0, 0.2)]).toEqual(Array(6).fill(false));
  });

  it.each([['sigmoid', 2], ['tanh', 3]] as const)('counts the edge of %s by the end that a flip may reach', (activation, code) => {
    const r = random(12);
    for (let n = 0; n < 40; n++) {
      const level = activation === 'tanh' ? r.between(-0.9, 0.9) : r.between(0.05, 0.95), rule = { level, decision: 'max' as const };
      const shape = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: code }] };
      // The two neighbouring doubles between which the label changes.
      let [below, above] = [inverse[activation](level) - 1e-9, inverse[activation](level) + 1e-9];
      for (let middle = 0.5 * (below + above); middle > below && middle < above; middle = 0.5 * (below + above)) {
        if (exactLabel(shape, [1, 0], [middle], rule) === 1) above = middle;
        else below = middle;
      }
      for (const [label, from, to] of [[1, above + 1, below], [0, below - 1, above]] as const) {
        const shift = to - from, layers = [biased(layer(activation, [[1]], [0]), { shift: Float64Array.of(shift) })];
        if (exactLabel(shape, [1, shift], [from], rule) === label) continue; // from + shift is rounded past the edge
        for (const upper of [0, 1e-3]) {
          for (const price of [0, 1, 60, 100, 128, 160]) {
            expect([level, label, upper, price, proved(layers, { property: 'sigma', measure: 'logit', label, upper }, { level }, from, from, price)]).toEqual([level, label, upper, price, false]);
            expect([level, label, upper, price, proved(layers, { property: 'sigma', measure: 'confidence', label, upper }, { level }, from, from, price)]).toEqual([level, label, upper, price, false]);
          }
        }
      }
    }
  });

  it.each([['sigmoid', 2], ['tanh', 3]] as const)('counts the margin of %s by the end that leaves more inputs', (activation, code) => {
    const r = random(13);
    for (let n = 0; n < 40; n++) {
      const level = activation === 'tanh' ? r.between(-0.5, 0.5) : r.between(0.3, 0.7), upper = r.between(0.05, 0.2), shape = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: code }] };
      for (const label of [0, 1]) {
        // The first double beyond the margin, which flips by far.
        const sign = label === 1 ? 1 : -1, edge = inverse[activation](level + sign * upper);
        let [near, far] = [edge - sign * 1e-9, edge + sign * 1e-9];
        for (let middle = 0.5 * (near + far); middle !== near && middle !== far; middle = 0.5 * (near + far)) {
          if (exactMargin(shape, [1, 0], [middle], { level, decision: 'max' }, 'confidence').lower > upper) far = middle;
          else near = middle;
        }
        const layers = [biased(layer(activation, [[1]], [0]), { shift: Float64Array.of(-sign * 3) })];
        for (const price of [0, 128, 200, 254, 255]) expect([level, label, price, proved(layers, { property: 'sigma', measure: 'confidence', label, upper }, { level }, far, far, price)]).toEqual([level, label, price, false]);
      }
    }
  });

  it('has no hint where nothing can flip', () => {
    const layers = [biased(layer('sigmoid', [[1]], [0]), { radius: Float64Array.of(b) })];
    expect(new Prover(layers, { property: 'label', label: 1 }, ONE({ level: 1 })).hintSize).toBe(0);
    expect(new Prover(layers, { property: 'label', label: 1 }, ONE({ level: 0.5 })).hintSize).toBe(1);
  });
});

describe('sigma of several outputs: z_0 - z_1 = x + b, |b| <= 1/4', () => {
  const b = 0.25;
  // The margin of a confidence where z_0 - z_1 = b, at its largest over what z_0 + z_1 may be.
  const most: Record<string, (t: number) => number> = { linear: (t) => t, softmax: (t) => Math.tanh(t / 2), sigmoid: (t) => Math.tanh(t / 4), tanh: (t) => 2 * Math.tanh(t / 2) };

  it.each(['linear', 'softmax', 'sigmoid', 'tanh'] as const)('%s', (activation) => {
    for (const third of [false, true]) {
      for (const smallest of [false, true]) {
        for (const label of [0, 1]) {
          const rows = [[0.5], [-0.5], ...(third ? [[0]] : [])], bias = [0, 0, ...(third ? [smallest ? 60 : -60] : [])];
          const layers = [biased(layer(activation, rows, bias), { radius: Float64Array.of(b / 2, b / 2, 0).slice(0, rows.length) })];
          for (const measure of ['logit', 'confidence'] as const) {
            const edge = measure === 'logit' ? b : most[activation](b), given = JSON.stringify([activation, third, smallest, label, measure]);
            // Exact for two outputs and for three of a softmax; elsewhere the third is far away, and the margin the least of two.
            const claim = (upper: number): Claim => ({ property: 'sigma', measure, label, upper });
            expect([given, proved(layers, claim(edge + 1e-9), { level: 0.5, smallest }, -2, 2)]).toEqual([given, true]);
            expect([given, proved(layers, claim(edge - 1e-9), { level: 0.5, smallest }, -2, 2)]).toEqual([given, false]);
          }
          // Label 0 is that of x > 0 (of the smallest: of x < 0), and of 0 itself.
          const own = (label === 0) === smallest ? -1 : 1;
          expect([label, smallest, proved(layers, { property: 'label', label }, { level: 0.5, smallest }, own * 0.2, own * 0.2, 0)]).toEqual([label, smallest, false]);
          expect([label, smallest, proved(layers, { property: 'label', label }, { level: 0.5, smallest }, own * 0.26, own * 0.26, 0)]).toEqual([label, smallest, true]);
          expect([label, smallest, proved(layers, { property: 'label', label }, { level: 0.5, smallest }, -own * 0.2, -own * 0.2, 255)]).toEqual([label, smallest, true]);
        }
      }
    }
  });

  it('is at most 1, or 2: nothing has a margin above that', () => {
    for (const [activation, limit] of [['softmax', 1], ['sigmoid', 1], ['tanh', 2]] as const) {
      const layers = [layer(activation, [[1], [-1]], [0, 0], 5)];
      expect(proved(layers, { property: 'sigma', measure: 'confidence', label: 0, upper: limit }, { level: 0 }, -9, 9)).toBe(true);
      expect(proved(layers, { property: 'sigma', measure: 'confidence', label: 0, upper: limit - 0.01 }, { level: 0 }, -9, 9)).toBe(false);
      expect(proved(layers, { property: 'sigma', measure: 'logit', label: 0, upper: limit }, { level: 0 }, -9, 9)).toBe(false);
    }
  });

  it('leaves a box alone where another class is ahead, whatever flips behind it', () => {
    // Class 2 leads by 5; classes 0 and 1 change places.
    const layers = [biased(layer('linear', [[1], [-1], [0]], [0, 0, 9]), { radius: Float64Array.of(b, b, b) })];
    for (const label of [0, 1]) expect(proved(layers, { property: 'label', label }, { level: 0 }, -1, 1)).toBe(true);
    expect([0, 1].map((label) => proved(layers, { property: 'label', label }, { level: 0 }, -1, 9.5))).toEqual([false, true]);
    expect(proved([biased(layer('linear', [[1], [-1], [0]], [0, 0, 1]), { radius: Float64Array.of(b, b, b) })], { property: 'label', label: 2 }, { level: 0 }, 0, 0.9)).toBe(false);
    // Class 2 is exactly level with class 0 somewhere: an input of label 0.
    for (const [leading, label, idle] of [[0, 0, false], [1e-9, 0, true]] as const) {
      const tie = [biased(layer('linear', [[0], [0], [0]], [0, 0, leading]), { radius: Float64Array.of(0, b, 0) })];
      expect(proved(tie, { property: 'label', label }, { level: 0 }, 0, 0)).toBe(idle);
    }
  });

  it('is not told of relu outputs, of which many tie at zero', () => {
    expect(() => new Prover([layer('relu', [[1], [-1]], [0, 0])], { property: 'label', label: 0 }, ONE({ level: 0 }))).toThrow(RangeError);
  });
});

describe('epsilon: z = x + b', () => {
  const bound = (activation: Activation, lo: number, hi: number, b: [number, number]): number => {
    const layers = [biased(layer(activation, [[1]], [0]), { shift: Float64Array.of(0.5 * (b[0] + b[1])), radius: Float64Array.of(0.5 * (b[1] - b[0])) })];
    return new Prover(layers, { property: 'epsilon', measure: 'confidence', outputs: [0], upper: 0 }, ONE({ level: 0 })).bound([lo], [hi], []);
  };

  it.each(['sigmoid', 'tanh', 'relu', 'linear'] as const)('is the largest change of %s, which is exact where one line says it', (activation) => {
    const f = act[activation];
    for (const [lo, hi, b] of [[-2, -2, [-0.5, 1]], [1, 1, [-2, 0.25]], [0, 0, [-1, 1]], [3, 3, [-4, -3.5]], [-1, -1, [0.5, 0.75]]] as const) {
      const exact = Math.max(...b.map((v) => Math.abs(f(lo + v) - f(lo))));
      expect([lo, bound(activation, lo, hi, [...b])]).toEqual([lo, expect.closeTo(exact, 9)]);
    }
    // Over a range of z0 the widest change, wherever it is.
    for (const [lo, hi, b] of [[-3, 3, [0, 1]], [-3, 3, [-1, 0]], [0.2, 3, [-1, 1]], [-3, -0.2, [-1, 1]]] as const) {
      let exact = 0;
      for (let k = 0; k <= 1000; k++) for (const v of b) exact = Math.max(exact, Math.abs(f(lo + ((hi - lo) * k) / 1000 + v) - f(lo + ((hi - lo) * k) / 1000)));
      const found = bound(activation, lo, hi, [...b]);
      expect([activation, lo, found >= exact - 1e-12, found <= 1.001 * exact]).toEqual([activation, lo, true, true]);
    }
  });

  it('of a relu that is off throughout is zero, whatever was bounded before', () => {
    const layers = [biased(layer('relu', [[1], [1]], [5, -5]), { radius: Float64Array.of(0.5, 0.5) })];
    const of = (outputs: number[]): number => new Prover(layers, { property: 'epsilon', measure: 'confidence', outputs, upper: 0 }, ONE({ level: 0 })).bound([-1], [1], []);
    expect([of([1]), of([0, 1])]).toEqual([0, expect.closeTo(0.5, 12)]);
  });

  it('of softmax is that of sigmoid for two outputs, and bounds every change of more', () => {
    const softmax = (z: number[]): number[] => z.map((v) => Math.exp(v) / z.reduce((sum, w) => sum + Math.exp(w), 0));
    for (const [rows, at, b] of [[[[1], [-1]], 0.3, 0.2], [[[1], [-1], [0.5]], 0.3, 0.2], [[[1], [-1], [0.5], [0]], -2, 0.01], [[[1], [400], [-400]], 3, 0.1], [[[0], [900]], 1, 0.5], [[[0], [900], [-900]], 1, 0.5]] as [number[][], number, number][]) {
      const layers = [biased(layer('softmax', rows, rows.map(() => 0)), { radius: Float64Array.from(rows, () => b) })];
      rows.forEach((_, o) => {
        const found = new Prover(layers, { property: 'epsilon', measure: 'confidence', outputs: [o], upper: 0 }, ONE({ level: 0 })).bound([at], [at], []);
        const z = rows.map(([w]) => w * at), before = softmax(z)[o];
        let most = 0;
        for (let corner = 0; corner < 2 ** rows.length; corner++) most = Math.max(most, Math.abs(softmax(z.map((v, j) => v + ((corner >> j) & 1 ? b : -b)))[o] - before));
        if (Number.isFinite(most)) expect([rows, o, found >= most * (1 - 1e-12), found <= 1.5 * most + 1e-12]).toEqual([rows, o, true, true]);
        else expect(found).toBeLessThan(1e-14);
      });
    }
  });

  it('of softmax bounds rivals that move apart, one of them alone, or up or down only', () => {
    const r = random(14), softmax = (z: number[]): number[] => z.map((v) => Math.exp(v) / z.reduce((sum, w) => sum + Math.exp(w), 0));
    for (let n = 0; n < 200; n++) {
      const count = 3 + r.below(2), z = Array.from({ length: count }, () => r.normal()), b = z.map(() => r.pick([0, 0, 0.1 * r.uniform()]));
      const shift = z.map(() => r.pick([0, 0, r.normal(), -r.uniform()])), o = r.below(count);
      const layers = [biased(layer('softmax', z.map(() => [0]), z), { shift: Float64Array.from(shift), radius: Float64Array.from(b) })];
      const found = new Prover(layers, { property: 'epsilon', measure: 'confidence', outputs: [o], upper: 0 }, ONE({ level: 0 })).bound([0], [0], []), before = softmax(z)[o];
      for (let corner = 0; corner < 2 ** count; corner++) {
        const change = Math.abs(softmax(z.map((v, j) => v + shift[j] + ((corner >> j) & 1 ? b[j] : -b[j])))[o] - before);
        expect([z, shift, b, o, change <= found + 1e-13]).toEqual([z, shift, b, o, true]);
      }
    }
  });

  it.each([['sigmoid', 1], ['sigmoid', -1], ['tanh', 1], ['tanh', -1]] as const)('of %s is less than the widest change where the change is far from it, times %d', (activation, sign) => {
    // r grows from 0 at |z0| = 0.3 to its largest at |z0| = 0.8, where slopes are less.
    for (const side of [1, -1]) {
      const [lo, hi] = side > 0 ? [0.3, 0.8] : [-0.8, -0.3], layers = [biased({ ...layer(activation, [[1]], [0]), shift: Float64Array.of(0.2 * sign * side, 0) }, { shift: [-0.06 * sign] })];
      const prover = new Prover(layers, { property: 'epsilon', measure: 'confidence', outputs: [0], upper: 0 }, ONE({ level: 0 })), found = prover.bound([lo], [hi], []), f = act[activation];
      let exact = 0;
      for (let x = lo; x <= hi; x += 0.001) exact = Math.max(exact, Math.abs(f(x + sign * (0.2 * side * x - 0.06)) - f(x)));
      expect([side, found >= exact - 1e-12, found < 0.97 * Math.max(prover.head.dhi, -prover.head.dlo)]).toEqual([side, true, true]);
    }
  });

  it('is no number if that of one output is none, be it the first or the last', () => {
    const layers = [biased(layer('linear', [[1], [1]], [0, 0]), { radius: Float64Array.of(NaN, 0.1) })];
    for (const outputs of [[0, 1], [1, 0]]) expect(new Prover(layers, { property: 'epsilon', measure: 'logit', outputs, upper: 1 }, ONE({ level: 0 })).bound([0], [1], [])).toBeNaN();
    for (const label of [0, 1, 2]) {
      const three = [biased(layer('linear', [[0], [0], [0]], [0, 1, 2].map((o) => (o === label ? 5 : 0))), { radius: Float64Array.of(0.1, 0.1, 0.1) })];
      expect(proved(three, { property: 'label', label }, { level: 0 }, 0, 1, 0)).toBe(true);
      for (const other of [0, 1, 2]) if (other !== label) expect(proved([biased(three[0], { radius: [0, 1, 2].map((b) => (b === other ? NaN : 0.1)) })], { property: 'label', label }, { level: 0 }, 0, 1, 0)).toBe(false);
    }
  });

  it('takes the outputs that are named, each a whole number below how many there are', () => {
    const layers = [biased(layer('linear', [[1], [1]], [0, 0]), { radius: Float64Array.of(0.1, 0.7) })];
    const of = (...outputs: number[]): number => new Prover(layers, { property: 'epsilon', measure: 'logit', outputs, upper: 0 }, ONE({ level: 0 })).bound([0], [1], []);
    expect([of(0), of(1), of(0, 1), of(1, 0)]).toEqual([0.1, 0.7, 0.7, 0.7].map((v) => expect.closeTo(v, 12) as number));
    for (const outputs of [[], [2], [-1], [0.5], [NaN]]) expect(() => of(...outputs)).toThrow(RangeError);
  });

  it('is proved by a bound up to the claim, and by no other', () => {
    const prover = new Prover([layer('linear', [[1]], [0], 0.1)], { property: 'epsilon', measure: 'logit', outputs: [0], upper: 0.5 }, ONE({ level: 0 }));
    expect([0.5, 0.4, 0.5 + 2 ** -52, NaN, Infinity].map((bound) => prover.proves(bound))).toEqual([true, true, false, false, false]);
    const label = new Prover([layer('linear', [[1]], [0], 0.1)], { property: 'label', label: 1 }, ONE({ level: 0 }));
    expect([0, -1, Number.MIN_VALUE, NaN].map((bound) => label.proves(bound))).toEqual([true, true, false, false]);
  });
});

describe('a claim', () => {
  it('is refused with a label that there is not, a margin below zero, or one that is none', () => {
    const layers = [layer('linear', [[1]], [0])], rule = ONE({ level: 0 });
    for (const label of [-1, 2, 0.5, NaN]) expect(() => new Prover(layers, { property: 'label', label }, rule)).toThrow(RangeError);
    for (const upper of [-1e-9, NaN]) expect(() => new Prover(layers, { property: 'sigma', measure: 'logit', label: 0, upper }, rule)).toThrow(RangeError);
  });

  it('is not proved by a hint that is no price', () => {
    const layers = [biased(layer('linear', [[1]], [0]), { radius: Float64Array.of(0.1) })];
    for (const code of [undefined, NaN, -1, 256] as number[]) expect(proved(layers, { property: 'label', label: 1 }, { level: 0 }, 1, 2, code)).toBe(false);
    expect(proved(layers, { property: 'label', label: 1 }, { level: 0 }, 1, 2, 0)).toBe(true);
  });
});

describe('preimages', () => {
  it('are exact where they are doubles, enclosures elsewhere, and none where nothing is crossed', () => {
    expect([preimage('sigmoid', 0.5), preimage('tanh', 0), preimage('relu', 0.25), preimage('linear', -3)]).toEqual([[0, 0], [0, 0], [0.25, 0.25], [-3, -3]]);
    expect([preimage('sigmoid', 0), preimage('sigmoid', 1), preimage('tanh', 1), preimage('tanh', -1), preimage('relu', -0.1)]).toEqual([-Infinity, Infinity, Infinity, -Infinity, -Infinity].map((end) => [end, end]));
    const [lo, hi] = preimage('sigmoid', 0.9);
    expect([lo < Math.log(9), hi > Math.log(9), hi - lo < 1e-10]).toEqual([true, true, true]);
  });
});
