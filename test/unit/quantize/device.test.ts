import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { toDoubles } from '../../../src/exact/real.js';
import { isWithin, underflow, unitRoundoff, type Device } from '../../../src/quantize/device.js';
import { BF16, FP16, FP32, type FloatFormat } from '../../../src/quantize/float.js';
import { integerGrid } from '../../../src/quantize/grid.js';
import { parsePoints } from '../../../src/quantize/points.js';
import { plainly, provably, runInDoubles, runInReals } from '../../../src/quantize/simulate.js';
import type { LayerShape } from '../../../src/network/model.js';
import { random, type Random } from '../../support/random.js';

describe('what is known of formats', () => {
  it('roundings, with subnormals and without', () => {
    expect([FP16, BF16, FP32].map(unitRoundoff)).toEqual([2 ** -11, 2 ** -8, 2 ** -24]);
    expect([FP16, BF16, FP32].map(underflow)).toEqual([2 ** -25, 2 ** -126, 2 ** -126]); // bf16 and fp32 may be flushed
  });
  it('which has all numbers of which', () => {
    const formats = [FP16, BF16, FP32];
    expect(formats.map((inner) => formats.map((outer) => isWithin(inner, outer)))).toEqual([[true, false, true], [false, true, true], [false, false, true]]);
    expect(isWithin({ ...FP32, precision: 12 }, BF16)).toBe(false);
  });
});

const exact = (value: number): Dyadic => Dyadic.fromDouble(value);

/** To nearest even, by whole numbers. */
function evenly(value: Dyadic, { precision, leastExponent }: FloatFormat): number {
  if (value.sign === 0) return 0;
  const quantum = Math.max(value.abs().top - 1, leastExponent) - precision + 1;
  const units = value.scaled(-quantum);
  const drop = Math.max(0, -units.exponent);
  const whole = drop === 0 ? units.mantissa << BigInt(units.exponent) : units.mantissa >> BigInt(drop);
  const side = units.minus(Dyadic.of(whole)).compare(Dyadic.HALF);
  return toDouble(Dyadic.of(side > 0 || (side === 0 && whole % 2n !== 0n) ? whole + 1n : whole, quantum), 'nearest');
}

function layersAndParameters(r: Random): { layers: LayerShape[]; parameters: Float64Array } {
  const layers: LayerShape[] = [{ inputs: 2, outputs: 3, activation: r.pick(['relu', 'linear']) }, { inputs: 3, outputs: 2, activation: 'linear' }];
  return { layers, parameters: Float64Array.from({ length: 17 }, () => r.normal() * r.pick([1, 1, 1e-4, 0])) };
}

describe('a run of a device', () => {
  it.each([FP16, BF16, FP32])('in $name: each conversion, product and sum rounded to nearest even', (format) => {
    const r = random(41);
    for (let round = 0; round < 200; round++) {
      const { layers, parameters } = layersAndParameters(r);
      const x = [r.normal(), r.normal()];
      const p = Array.from(parameters, (value) => evenly(exact(value), format));
      const row = (weights: number[], bias: number, h: number[]): number => weights.reduce((sum, w, j) => evenly(exact(sum).plus(exact(evenly(exact(w).times(exact(h[j])), format))), format), bias);
      const h0 = x.map((value) => evenly(exact(value), format));
      const z0 = [0, 1, 2].map((i) => row(p.slice(2 * i, 2 * i + 2), p[6 + i], h0));
      const h1 = layers[0].activation === 'relu' ? z0.map((z) => Math.max(z, 0)) : z0;
      const z1 = [0, 1].map((i) => row(p.slice(9 + 3 * i, 12 + 3 * i), p[15 + i], h1));
      const device: Device = { arithmetic: format, points: [null, null], ulps: 4 };
      expect(Array.from(runInDoubles(layers, parameters, x, device, [null, null], provably), (z) => z + 0)).toEqual(z1.map((z) => z + 0));
    }
  });
  it('in exact sums, values rounded at their places', () => {
    const r = random(42);
    for (let round = 0; round < 200; round++) {
      const { layers, parameters: p } = layersAndParameters(r);
      const x = [r.normal(), r.normal()];
      const points = parsePoints(r.pick(['int8@0', 'fp16@0', 'fp16', 'fixed:3.3']), 2);
      const grids = points.map((point) => point === null || point.format.kind === 'float' ? null : integerGrid(Float64Array.of(-3, 5), 8, 'affine', 'here'));
      const device: Device = { arithmetic: null, points, ulps: 4 };
      const placed = (value: Dyadic, at: number): Dyadic => {
        const point = points[at];
        if (point === null) return value;
        return exact(point.format.kind === 'float' ? evenly(value, FP16) : grids[at]!.nearest(toDouble(value, 'nearest')));
      };
      const row = (start: number, bias: number, h: Dyadic[]): Dyadic => h.reduce((sum, value, j) => sum.plus(value.times(exact(p[start + j]))), exact(p[bias]));
      const h0 = x.map((value) => placed(exact(value), 0));
      const h1 = [0, 1, 2].map((i) => row(2 * i, 6 + i, h0)).map((z) => placed(layers[0].activation === 'relu' && z.sign < 0 ? Dyadic.ZERO : z, 1));
      const z1 = [0, 1].map((i) => row(9 + 3 * i, 15 + i, h1));
      const run = runInReals(layers, p, x, device, grids);
      expect(run?.map(({ lo, hi }, i) => [lo.equals(z1[i]), hi.equals(z1[i])])).toEqual([[true, true], [true, true]]);
      for (const [i, z] of runInDoubles(layers, p, x, device, grids, plainly).entries()) expect(z).toBeCloseTo(toDoubles(run![i]).lower, 1);
    }
  });
  it('sigmoid and tanh: to nearest of the exact value', () => {
    for (const z of [-3, 0.1, 20, -90]) {
      expect(Math.abs(provably('sigmoid', z) * (1 + Math.exp(-z)) - 1)).toBeLessThan(1e-15);
      expect(Math.abs(provably('tanh', z) - Math.tanh(z))).toBeLessThan(1e-15);
    }
  });
});
