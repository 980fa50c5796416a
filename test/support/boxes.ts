/** Random parameter boxes of every kind that the engine takes. */
import type { FlatNetwork, Random } from './random.js';
import { layout } from './random.js';

export type FlatBox =
  | { kind: 'radius'; center: Float64Array; radius: Float64Array }
  | { kind: 'relative'; center: Float64Array; ratio: number; mask: Uint8Array }
  | { kind: 'bounds'; lower: Float64Array; upper: Float64Array };

export const boxKinds = ['delta', 'zero', 'frozenBiases', 'frozenLayer', 'perParameter', 'relative', 'relativeWeights', 'against', 'againstDelta', 'asymmetric', 'away'] as const;
export type BoxKind = (typeof boxKinds)[number];

export function randomBox(r: Random, network: FlatNetwork, kind: BoxKind, delta: number): FlatBox {
  const p = network.parameters;
  const places = layout(network);
  const moved = (): Float64Array => p.map((v) => v + delta * r.normal());
  const mask = (keep: (i: number) => boolean): Uint8Array => Uint8Array.from(p, (_, i) => (keep(i) ? 1 : 0));
  const isWeight = (i: number): boolean => places.some(({ weights, biases }) => weights <= i && i < biases);
  const lastStart = places[places.length - 1].weights;
  const radius = (value: (i: number) => number): FlatBox => ({ kind: 'radius', center: p, radius: p.map((_, i) => value(i)) });
  switch (kind) {
    case 'delta':
      return radius(() => delta);
    case 'zero':
      return radius(() => 0);
    case 'frozenBiases':
      return radius((i) => (isWeight(i) ? delta : 0));
    case 'frozenLayer':
      return radius((i) => (i >= lastStart ? delta : 0));
    case 'perParameter':
      return radius(() => (r.uniform() < 0.2 ? 0 : delta * r.uniform() * 2));
    case 'relative':
      return { kind: 'relative', center: p, ratio: delta, mask: mask(() => true) };
    case 'relativeWeights':
      return { kind: 'relative', center: p, ratio: delta, mask: mask(isWeight) };
    case 'against':
      return { kind: 'radius', center: moved(), radius: new Float64Array(p.length) };
    case 'againstDelta':
      return { kind: 'radius', center: moved(), radius: p.map(() => delta / 2) };
    case 'asymmetric':
      return { kind: 'bounds', lower: p.map((v) => v - delta * r.uniform()), upper: p.map((v) => v + 2 * delta * r.uniform()) };
    case 'away': {
      // The nominal parameters lie outside: the difference is never zero.
      const lower = p.map((v) => v + delta * (1 + r.uniform()));
      return { kind: 'bounds', lower, upper: lower.map((v) => v + delta * r.uniform()) };
    }
  }
}
