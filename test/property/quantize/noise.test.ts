import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import type { ParaboundError } from '../../../src/errors.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { loadModel } from '../../../src/network/load.js';
import type { Activation, Model } from '../../../src/network/model.js';
import { isWithin, mayFlush, underflow, unitRoundoff, type Device } from '../../../src/quantize/device.js';
import { BF16, FP16, FP32, isFloat, roundToFloat, type FloatFormat } from '../../../src/quantize/float.js';
import { noiseOf } from '../../../src/quantize/noise.js';
import { parsePoints } from '../../../src/quantize/points.js';
import { random, type Random } from '../../support/random.js';

const exact = (value: number): Dyadic => Dyadic.fromDouble(value);
const factor = (by: number): Dyadic => exact(1).plus(exact(by));

/**
 * The worst that the standard model of rounding allows, in exact numbers: one row, every error of a size of u and towards `d`. A
 * direction is enough, for each error comes but once into the sum.
 */
function worstSum(d: 1 | -1, weights: number[], bias: number, h: number[], place: { at: number; activation: Activation; scale: number | null }, { arithmetic: format, points, ulps }: Device, wide: boolean): Dyadic {
  const u = format === null ? 0 : unitRoundoff(format), least = format === null ? 0 : underflow(format);
  const flush = format !== null && mayFlush(format) ? least : 0;
  const convert = (p: number, towards: number): Dyadic => {
    const held = format === null || (isFloat(p, format) && (!mayFlush(format) || p === 0 || Math.abs(p) >= least));
    return held ? exact(p) : exact(p).times(factor(u * Math.sign(p) * towards)).plus(exact(towards * least));
  };
  const read = (value: number, towards: number): Dyadic => {
    let v = exact(value);
    const off = (by: number, absolute: number): void => { v = v.times(factor(by * towards * (v.sign || 1))).plus(exact(towards * absolute)); };
    let held: FloatFormat | null = place.at > 0 ? format : null;
    if (place.at > 0 && format !== null && (place.activation === 'sigmoid' || place.activation === 'tanh')) off(2 * ulps * u, 2 * ulps * least);
    const point = points[place.at];
    if (point?.format.kind === 'float') {
      const { float } = point.format;
      if (held === null || !isWithin(held, float)) { off(unitRoundoff(float), underflow(float)); held = float; }
    } else if (point !== null) {
      v = v.plus(exact(towards * place.scale! / 2));
      held = null;
    }
    if (format !== null && (held === null || !isWithin(held, format))) off(u, least);
    return v.plus(exact(towards * flush));
  };
  // A quarter of u where the sum is accumulated in a format of two more bits, and a conversion at its end.
  const each = wide ? u / 4 : u;
  let sum = Dyadic.ZERO, first = true;
  const plus = (term: Dyadic): void => {
    sum = sum.plus(term);
    if (!first) sum = sum.times(factor(each * d * sum.sign)).plus(exact(d * flush));
    first = false;
  };
  const terms = weights.map((w, j) => {
    if (w === 0 || (h[j] === 0 && place.activation !== 'sigmoid' && place.activation !== 'tanh')) return null; // exact
    const towards = Math.sign(w) * d;
    const value = read(h[j], towards);
    const term = convert(w, d * (value.sign || 1)).times(value);
    return term.times(factor(u * d * term.sign)).plus(exact(d * least));
  });
  for (const term of terms) if (term !== null) plus(term);
  if (bias !== 0) plus(convert(bias, d));
  return wide ? sum.times(factor(u * d * sum.sign)) : sum;
}

function randomDevice(r: Random, layers: number): Device {
  const words = ['fp16', 'bf16', 'int8', 'int3', 'fixed:6.3'];
  const points = r.uniform() < 0.5 ? parsePoints(r.pick(words), layers) : Array.from({ length: layers }, () => null);
  return { arithmetic: r.pick([null, FP16, FP16, BF16, FP32]), points, ulps: 1 + r.below(3) };
}

function number(r: Random, format: FloatFormat): number {
  const value = r.pick([r.normal(), r.normal(), r.uniform(), 1e-6 * r.normal(), 0, 1e-39 * r.normal()]);
  return r.uniform() < 0.4 ? roundToFloat(value, format) : value;
}

describe('the box of all runs', () => {
  it('has the worst that rounding can do to each sum, in both directions', async () => {
    const r = random(31);
    let sharp = 0;
    for (let round = 0; round < 2500; round++) {
      const [n, m] = [1 + r.below(3), 1 + r.below(3)];
      const hidden = r.pick(['relu', 'linear', 'sigmoid', 'tanh'] as const);
      const device = randomDevice(r, 2);
      const format = device.arithmetic ?? FP16;
      const row = (count: number): number[] => Array.from({ length: count }, () => number(r, format) * r.pick([1, -1, 30]));
      const model: Model = await loadModel({
        format: 'parabound-model@1', inputs: Array.from({ length: n }, () => ({ lower: -1, upper: 2 })),
        layers: [{ weights: Array.from({ length: m }, () => row(n)), bias: row(m), activation: hidden }, { weights: [row(m)], bias: row(1), activation: 'linear' }],
      });
      const p = model.parameters;
      const far = r.pick([2, 2, 500]);
      let noise;
      try {
        noise = noiseOf(model, { lower: p, upper: p }, Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? -1 : far)), device);
      } catch (error) {
        expect((error as ParaboundError).code).toBe('QUANTIZATION_INVALID'); // fp16 may overflow
        continue;
      }
      const { box, conversions } = noise;
      const at = r.below(2);
      const [inputs, start, bias] = at === 0 ? [n, 0, n * m] : [m, (n + 1) * m, (n + 1) * m + m];
      const [least, most] = at === 0 ? [-1, far] : conversions[1].range;
      const x = Array.from({ length: n }, () => r.pick([far, -1, 0, 3 * r.uniform() - 1]));
      const h = at === 0 ? x : Array.from({ length: m }, (_, i) => {
        if (hidden === 'sigmoid' || hidden === 'tanh') return Math.max(least, 0) + 0.9 * r.uniform() * (Math.min(most, 1) - Math.max(least, 0));
        const z = x.reduce((sum, value, j) => sum.plus(exact(p[n * i + j]).times(exact(value))), exact(p[n * m + i]));
        return hidden === 'relu' && z.sign < 0 ? 0 : toDouble(z, 'nearest');
      });
      const weights = [...p.subarray(start, start + inputs)];
      for (const d of [1, -1] as const) {
        const off = worstSum(d, weights, p[bias], h, { at, activation: at === 0 ? 'linear' : hidden, scale: Math.max(...conversions[at].range.map(Math.abs)) < 2 ** -126 ? 0 : conversions[at].grid?.scale ?? null }, device, r.uniform() < 0.3);
        const end = (i: number, value: number): Dyadic => {
          const [a, b] = [exact(box.lower[i]).times(exact(value)), exact(box.upper[i]).times(exact(value))];
          return (d > 0) === (a.compare(b) > 0) ? a : b;
        };
        const reach = h.reduce((sum, value, j) => sum.plus(end(start + j, value)), end(bias, 1));
        const over = off.minus(reach);
        expect([round, d, over.sign === 0 || over.sign === -d]).toEqual([round, d, true]);
        if (at === 0) { // the first row's sum, behind its activation
          const [low, high] = conversions[1].range;
          const value = hidden === 'linear' ? off : hidden === 'relu' && off.sign > 0 ? off : null;
          if (value !== null) expect([round, value.compare(exact(low)) >= 0, value.compare(exact(high)) <= 0]).toEqual([round, true, true]);
        }
        const nominal = h.reduce((sum, value, j) => sum.plus(exact(weights[j]).times(exact(value))), exact(p[bias]));
        const [allowed, taken] = [reach.minus(nominal).abs(), off.minus(nominal).abs()];
        if (allowed.sign > 0 && taken.times(exact(1.05)).compare(allowed) > 0) sharp++;
      }
    }
    expect(sharp).toBeGreaterThan(600); // within a twentieth of the worst: a term that is left out shows
  });
});
