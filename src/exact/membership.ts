/**
 * Exact membership of doubles in the real box of the parameters and in the domain of the inputs.
 *
 * Rounding to nearest is monotone, so with fl the rounded difference, fl(|p - c|) < r proves |p - c| < r
 * and fl(|p - c|) > r proves |p - c| > r; only fl(|p - c|) = r needs exact arithmetic. The same holds with a rounded
 * right-hand side.
 */
import { Dyadic } from './dyadic.js';
import type { Numbers } from './evaluate.js';

/** The exact real box of the parameters; all arrays flat. */
export type ExactBox =
  | { readonly kind: 'radius'; readonly center: Numbers; readonly radius: Numbers }
  | { readonly kind: 'relative'; readonly center: Numbers; readonly ratio: number; readonly mask: Numbers }
  | { readonly kind: 'bounds'; readonly lower: Numbers; readonly upper: Numbers };

/** True iff every parameter lies in the closed real box; false for a wrong length or a NaN. */
export function isInsideBox(parameters: Numbers, box: ExactBox): boolean {
  const size = box.kind === 'bounds' ? box.lower.length : box.center.length;
  if (parameters.length !== size) return false;
  for (let i = 0; i < size; i++) {
    if (!isInside(parameters[i], box, i)) return false;
  }
  return true;
}

function isInside(p: number, box: ExactBox, i: number): boolean {
  if (!Number.isFinite(p)) return false;
  switch (box.kind) {
    case 'bounds':
      return box.lower[i] <= p && p <= box.upper[i];
    case 'radius':
      return isWithin(p, box.center[i], box.radius[i], 1);
    case 'relative':
      return box.mask[i] === 0 ? p === box.center[i] : isWithin(p, box.center[i], box.ratio, Math.abs(box.center[i]));
  }
}

/** |p - c| <= a b, over the reals, for a, b >= 0. */
function isWithin(p: number, c: number, a: number, b: number): boolean {
  const distance = Math.abs(p - c);
  const reach = a * b;
  if (distance < reach) return true;
  if (distance > reach) return false;
  if (Number.isNaN(distance) || Number.isNaN(reach)) return false;
  if (a === Infinity) return b > 0 || p === c;
  const exact = Dyadic.fromDouble(p).minus(Dyadic.fromDouble(c)).abs();
  return exact.compare(Dyadic.fromDouble(a).times(Dyadic.fromDouble(b))) <= 0;
}

/** The exact ends of parameter i's interval. */
export function boxEnds(box: ExactBox, i: number): { lo: Dyadic; hi: Dyadic } {
  if (box.kind === 'bounds') return { lo: Dyadic.fromDouble(box.lower[i]), hi: Dyadic.fromDouble(box.upper[i]) };
  const center = Dyadic.fromDouble(box.center[i]);
  const radius = box.kind === 'radius'
    ? Dyadic.fromDouble(box.radius[i])
    : box.mask[i] === 0 ? Dyadic.ZERO : Dyadic.fromDouble(box.ratio).times(center.abs());
  return { lo: center.minus(radius), hi: center.plus(radius) };
}

/** True iff x lies in the closed domain lo0,hi0,lo1,hi1,... */
export function isInsideDomain(x: Numbers, domain: Numbers): boolean {
  if (2 * x.length !== domain.length) return false;
  for (let i = 0; i < x.length; i++) {
    if (!(domain[2 * i] <= x[i] && x[i] <= domain[2 * i + 1])) return false;
  }
  return true;
}
