/** A box of parameters, as a certificate states it: the exact real box, whose ends are seldom doubles. */
import { up } from './rounding.js';
import type { Ends } from './network.js';

export type ParameterBox =
  /** center - radius to center + radius. */
  | { readonly kind: 'radius'; readonly center: Float64Array; readonly radius: Float64Array }
  /** center -+ ratio |center| where the mask is 1, the center alone where it is 0. */
  | { readonly kind: 'relative'; readonly center: Float64Array; readonly ratio: number; readonly mask: Uint8Array }
  | { readonly kind: 'bounds'; readonly lower: Float64Array; readonly upper: Float64Array };

/** Ends, each as the sum of two doubles; outward where that is not exact. */
export function endsOf(box: ParameterBox): { lower: Ends; upper: Ends } {
  switch (box.kind) {
    case 'bounds':
      return { lower: (i) => [box.lower[i], 0], upper: (i) => [box.upper[i], 0] };
    case 'radius':
      return { lower: (i) => [box.center[i], -box.radius[i]], upper: (i) => [box.center[i], box.radius[i]] };
    case 'relative': {
      const reach = (i: number): number => (box.mask[i] === 0 || box.center[i] === 0 || box.ratio === 0 ? 0 : up(box.ratio * Math.abs(box.center[i])));
      return { lower: (i) => [box.center[i], -reach(i)], upper: (i) => [box.center[i], reach(i)] };
    }
  }
}
