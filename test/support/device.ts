/**
 * Devices for tests, independent of src/quantize/simulate.ts: sums in random trees, fused or not, accumulated in the format or a wider
 * one, subnormals flushed or not, ties either way; and the worst that the standard model of rounding allows, in exact numbers.
 */
import { Dyadic } from '../../src/exact/dyadic.js';
import { toDouble } from '../../src/exact/rounding.js';
import { type FloatFormat } from '../../src/quantize/float.js';
import type { Device, Grids } from '../../src/quantize/device.js';
import type { Smooth } from '../../src/quantize/simulate.js';
import type { LayerShape } from '../../src/network/model.js';
import type { Random } from './random.js';

const exact = (value: number): Dyadic => Dyadic.fromDouble(value);

/** The exact number rounded to nearest in the format; at a tie either neighbour. */
export function nearest(value: Dyadic, format: FloatFormat, r: Random): number {
  if (value.sign === 0) return 0;
  const quantum = Math.max(value.abs().top - 1, format.leastExponent) - format.precision + 1;
  const units = value.scaled(-quantum);
  const drop = -units.exponent;
  const floor = drop <= 0 ? units.mantissa << BigInt(-drop) : units.mantissa >> BigInt(drop);
  const rest = units.minus(Dyadic.of(floor));
  const side = rest.compare(Dyadic.HALF);
  const up = side > 0 || (side === 0 && r.uniform() < 0.5);
  return toDouble(Dyadic.of(up ? floor + 1n : floor, quantum), 'nearest');
}

/** A device with habits of its own, drawn once or at each step. */
export function someDevice(r: Random, layers: readonly LayerShape[], parameters: ArrayLike<number>, { arithmetic, points, ulps }: Device, grids: Grids, smooth: Smooth): (x: ArrayLike<number>) => Float64Array {
  const flushes = arithmetic !== null && arithmetic.name !== 'fp16' && r.uniform() < 0.5;
  const flushed = (value: number, format: FloatFormat): number => (flushes && Math.abs(value) < 2 ** format.leastExponent ? 0 : value);
  const round = (value: Dyadic, format: FloatFormat): number => flushed(nearest(value, format, r), format);
  const convert = (value: number): number => (arithmetic === null ? value : round(exact(value), arithmetic));
  const wide = arithmetic === null ? null : r.uniform() < 0.3 ? { ...arithmetic, precision: Math.min(2 * arithmetic.precision + 1, 50), leastExponent: -1022, largest: Number.MAX_VALUE } : arithmetic;

  function sum(terms: { a: number; b: number }[]): number {
    if (arithmetic === null || wide === null) return toDouble(terms.reduce((total, { a, b }) => total.plus(exact(a).times(exact(b))), Dyadic.ZERO), 'nearest');
    const style = r.pick(['forward', 'backward', 'tree', 'fused'] as const);
    if (style === 'fused') {
      const order = terms.map((term) => ({ term, key: r.uniform() })).sort((p, q) => p.key - q.key);
      return convert(order.reduce((total, { term: { a, b } }) => round(exact(total).plus(exact(a).times(exact(b))), wide), 0));
    }
    const values = terms.map(({ a, b }) => (a === 1 ? b : round(exact(a).times(exact(b)), arithmetic)));
    if (style === 'backward') values.reverse();
    while (values.length > 1) {
      const i = style === 'tree' ? r.below(values.length - 1) : 0;
      const [a, b] = values.splice(i, 2);
      values.splice(i, 0, round(exact(a).plus(exact(b)), wide));
    }
    return convert(values[0]);
  }

  return (x) => {
    let values = Float64Array.from(x);
    let at = 0;
    layers.forEach(({ inputs, outputs }, l) => {
      values = values.map((z) => {
        let value = z;
        if (l > 0) {
          const { activation } = layers[l - 1];
          if (activation === 'relu') value = Math.max(z, 0);
          if (activation === 'sigmoid' || activation === 'tanh') {
            value = smooth(activation, z);
            // Off by up to that many units in the last place.
            if (arithmetic !== null) value = convert(value * (1 + (2 * r.uniform() - 1) * (ulps - 0.6) * 2 ** -arithmetic.precision));
          }
        }
        const point = points[l];
        if (point !== null) value = point.format.kind === 'float' ? nearest(exact(value), point.format.float, r) : grids[l]!.nearest(value);
        return convert(value);
      });
      const biases = at + inputs * outputs;
      values = Float64Array.from({ length: outputs }, (_, row) => sum([
        { a: 1, b: convert(parameters[biases + row]) }, ...Array.from(values, (value, j) => ({ a: convert(parameters[at + row * inputs + j]), b: value })),
      ]));
      at = biases + outputs;
    });
    return values;
  };
}
