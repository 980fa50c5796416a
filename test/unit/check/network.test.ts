/** Boxes of parameters as a shift and a radius: what the box holds, they hold. */
import { describe, expect, it } from 'vitest';
import { Bounds } from '../../../src/check/bound.js';
import { Prover } from '../../../src/check/claims.js';
import { boxedLayers, place, type BoxedLayer } from '../../../src/check/network.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { boxEnds } from '../../../src/exact/membership.js';
import { boxKinds, randomBox } from '../../support/boxes.js';
import type { BoxSpec } from '../../../src/search/native.js';
import { boxed, boxOf } from '../../support/checking.js';
import { heNetwork, random } from '../../support/random.js';

const at = (x: number): Dyadic => Dyadic.fromDouble(x);

/** Of every parameter of one layer, in the order of the flat parameters: value, shift and radius. */
function flat(layer: BoxedLayer): { value: number; shift: number; radius: number }[] {
  const { inputs, outputs, weights, shift, radius } = layer, all: { value: number; shift: number; radius: number }[] = [];
  for (let i = 0; i < outputs; i++) for (let j = 0; j <= inputs; j++) {
    const k = i * (inputs + 1) + j;
    all[place(layer, i, j)] = { value: weights[k], shift: shift?.[k] ?? 0, radius: radius?.[k] ?? 0 };
  }
  return all;
}

const single = (inputs: number) => [{ inputs, outputs: 1, activation: 'linear' as const }];

/** Of parameter i: nominal + shift - radius and nominal + shift + radius. */
function hulls(box: BoxSpec, nominal: Float64Array, inputs = nominal.length - 1): { lo: Dyadic; hi: Dyadic }[] {
  const [layer] = boxedLayers(single(inputs), nominal, boxOf(box, nominal));
  return flat(layer).map(({ value, shift, radius }) => {
    const middle = at(value).plus(at(shift));
    return { lo: middle.minus(at(radius)), hi: middle.plus(at(radius)) };
  });
}

describe('shift and radius', () => {
  it('hold the box of every kind, and little more', () => {
    for (let seed = 0; seed < 400; seed++) {
      const r = random(seed), network = heNetwork(r, [3, 2, 1], 'relu', 'linear');
      network.parameters.forEach((v, i, p) => { p[i] = r.pick([v, v, 0, v * 2 ** 24, v * 1e-12]); });
      const box = randomBox(r, network, r.pick(boxKinds), r.pick([0.01, 1e-9, 1e-17, 0, 3, Number.MIN_VALUE]));
      const all = boxed(network, box).flatMap(flat);
      expect(all.map(({ value }) => value)).toEqual([...network.parameters]);
      all.forEach(({ value: p, shift: s, radius }, i) => {
        const { lo, hi } = boxEnds(box, i), middle = at(p).plus(at(s));
        expect([seed, i, middle.minus(at(radius)).compare(lo) <= 0, middle.plus(at(radius)).compare(hi) >= 0]).toEqual([seed, i, true, true]);
        const width = hi.minus(lo).scaled(-1);
        const slack = at(radius).minus(width).compare(at(2 ** -48 * (Math.abs(p) + Math.abs(s) + radius) + 1e-322));
        expect([seed, i, slack <= 0]).toEqual([seed, i, true]);
      });
    }
  });

  it('hold ends that are sums of two doubles which no double is', () => {
    for (let seed = 0; seed < 4000; seed++) {
      const r = random(seed), double = (): number => r.pick([r.normal(), r.normal() * 2 ** (r.below(120) - 60), r.anyDouble() * 2 ** -600, 0]);
      const nominal = Float64Array.of(double(), double());
      const center = nominal.map((v) => r.pick([v, double(), v + 2 ** -40])), radius = center.map(() => Math.abs(double()));
      hulls({ kind: 'radius', center, radius }, nominal).forEach(({ lo, hi }, i) => {
        expect([seed, lo.compare(at(center[i]).minus(at(radius[i]))) <= 0, hi.compare(at(center[i]).plus(at(radius[i]))) >= 0]).toEqual([seed, true, true]);
      });
      const ratio = Math.abs(double());
      hulls({ kind: 'relative', center, ratio, mask: Uint8Array.of(1, 0) }, nominal).forEach(({ lo, hi }, i) => {
        const reach = i === 0 ? at(ratio).times(at(center[0]).abs()) : Dyadic.ZERO;
        if (reach.top > 1023) return;
        expect([seed, lo.compare(at(center[i]).minus(reach)) <= 0, hi.compare(at(center[i]).plus(reach)) >= 0]).toEqual([seed, true, true]);
      });
    }
  });

  it('are exact, and null where they are zero, for a box about the nominal point or a copy that moves', () => {
    const nominal = Float64Array.of(1, -3, 0.1), radius = Float64Array.of(0.1, 0, 1e-20);
    const [layer] = boxedLayers(single(2), nominal, boxOf({ kind: 'radius', center: nominal, radius }, nominal));
    expect(layer).toEqual({ ...single(2)[0], weights: nominal, shift: null, radius });
    const copy = Float64Array.of(1.5, -3, 0.1);
    const [moved] = boxedLayers(single(2), nominal, boxOf({ kind: 'bounds', lower: copy, upper: copy }, nominal));
    expect([moved.shift, moved.radius]).toEqual([Float64Array.of(0.5, 0, 0), null]);
  });
});

describe('what is no finite number proves nothing', () => {
  const shapes = [{ inputs: 2, outputs: 2, activation: 'relu' }, { inputs: 2, outputs: 1, activation: 'linear' }] as const;
  const nominal = Float64Array.of(1, 2, -1, 1, 0.5, 0, 1, -1, 0);
  const ways = [NaN, Infinity, -Infinity, 1.5e308, -1.5e308];
  const bounds = (one: (typeof shapes)[number][], p: Float64Array, lower: Float64Array, upper: Float64Array, domain: [number, number][]): number[] => {
    let layers: BoxedLayer[];
    try {
      layers = boxedLayers(one, p, boxOf({ kind: 'bounds', lower, upper }, p));
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return [NaN, NaN, NaN];
    }
    const [lo, hi] = [domain.map(([a]) => a), domain.map(([, b]) => b)];
    const epsilon = new Prover(layers, { property: 'epsilon', measure: 'logit', outputs: [0], upper: 1e300 }, { level: 0.5, smallest: false });
    const label = new Prover(layers, { property: 'label', label: 1 }, { level: -1e300, smallest: false });
    const other = new Prover(layers, { property: 'label', label: 0 }, { level: -1e300, smallest: false });
    return [epsilon, label, other].map((prover) => prover.bound(lo, hi, [128])).map((bound, k) => ([epsilon, label, other][k].proves(bound) ? bound : NaN));
  };

  it.each(ways)('%d for a parameter, an end of its range or an input', (way) => {
    for (const one of [[...shapes], [shapes[0]].map((shape) => ({ ...shape, outputs: 1, activation: 'linear' as const }))] as never[]) {
      const p = nominal.slice(0, (one as unknown[]).length === 2 ? 9 : 3), [lo, hi] = [p.map((v) => v - 0.1), p.map((v) => v + 0.1)];
      const domain: [number, number][] = [[-1, 1], [0.5, 2]];
      for (let i = 0; i < p.length; i++) {
        const put = (values: Float64Array): Float64Array => values.map((v, k) => (k === i ? way : v));
        if (!Number.isFinite(way)) expect(bounds(one, put(p), lo, hi, domain).slice(0, 1)).toEqual([NaN]);
        for (const [l, u] of [[put(lo), hi], [lo, put(hi)], [put(lo), put(hi)], [put(lo).map((v, k) => (k === i ? -way : v)), put(hi)]]) {
          if (i % 3 === 2 && one === shapes) continue;
          const found = bounds(one, p, l, u, domain);
          if (way > 0 || !Number.isFinite(way)) expect([way, i, found[0]]).toEqual([way, i, NaN]);
        }
      }
      for (const side of [[Math.min(way, 0), Math.max(way, 0)], [way, way]] as [number, number][]) {
        if (Number.isFinite(way)) continue;
        // That a label is out of reach may be seen on inputs without end.
        for (const sides of [[side, [0, 1]], [[0, 1], side]] as [number, number][][]) expect(bounds(one, p, lo, hi, sides).slice(0, 2)).toEqual([NaN, NaN]);
      }
    }
  });

  it('not even where it meets a zero, in a column of its own', () => {
    // One radius is no number: the sum of its column is none, and may not be taken for no noise at all.
    const layer = { ...single(2)[0], weights: Float64Array.of(1, 1, 0), shift: null };
    for (const radius of [Float64Array.of(0.1, NaN, 0), Float64Array.of(Infinity, 0.1, 0), Float64Array.of(0.1, 0.1, NaN)]) {
      for (const domain of [[-1, 1], [0, 1], [-1, 0], [0, 0]]) {
        const one = new Bounds([{ ...layer, radius }]);
        one.moveTo([domain[0], domain[0]], [domain[1], domain[1]]);
        expect(one.upper(Float64Array.of(1), Float64Array.of(0), 0) < Infinity).toBe(false);
        const behind = new Bounds([{ ...layer, radius: null }, { ...single(1)[0], weights: Float64Array.of(1, 0), shift: null, radius: Float64Array.of(radius[0] === Infinity ? Infinity : NaN, 0) }]);
        behind.moveTo([domain[0], domain[0]], [domain[1], domain[1]]);
        expect(behind.upper(Float64Array.of(1), Float64Array.of(0), 1) < Infinity).toBe(false);
      }
    }
  });
});

describe('a network', () => {
  it('has softmax on its last layer only', () => {
    const zero = new Float64Array(4), shapes = [{ ...single(1)[0], activation: 'softmax' as const }, ...single(1)];
    const layers = boxedLayers(shapes, zero, boxOf({ kind: 'bounds', lower: zero, upper: zero }, zero));
    expect(() => new Bounds(layers)).toThrow(RangeError);
    expect(() => new Bounds(layers.slice(0, 1))).not.toThrow();
  });
});
