/** Parts of a box of parameters: some of them as in the box, the others at their nominal values. The exact real boxes, as ever. */
import type { BoxSpec } from '../search/native.js';

/** As in the box where `inside` is 1; the nominal parameter elsewhere, wherever the box had it. */
export function restricted(box: BoxSpec, nominal: Float64Array, inside: Uint8Array): BoxSpec {
  const kept = (values: Float64Array, rest: (i: number) => number): Float64Array => values.map((value, i) => (inside[i] === 1 ? value : rest(i)));
  const ofNominal = (i: number): number => nominal[i];
  switch (box.kind) {
    case 'radius':
      return { ...box, center: kept(box.center, ofNominal), radius: kept(box.radius, () => 0) };
    case 'relative':
      return { ...box, center: kept(box.center, ofNominal), mask: box.mask.map((moves, i) => moves & inside[i]) };
    case 'bounds':
      return { ...box, lower: kept(box.lower, ofNominal), upper: kept(box.upper, ofNominal) };
  }
}

/** How many of the parameters from..end have more, or something else, in the box than their nominal value. */
export function movingIn(box: BoxSpec, nominal: Float64Array, from: number, end: number): number {
  let count = 0;
  for (let i = from; i < end; i++) if (!isFixed(box, i) || valueAt(box, i) !== nominal[i]) count++;
  return count;
}

/** Is the nominal network in the box? Then so are the boxes of all parts. */
export function holdsNominal(box: BoxSpec, nominal: Float64Array): boolean {
  return nominal.every((p, i) => (box.kind === 'bounds' ? box.lower[i] <= p && p <= box.upper[i] : box.center[i] === p));
}

function isFixed(box: BoxSpec, i: number): boolean {
  switch (box.kind) {
    case 'radius':
      return box.radius[i] === 0;
    case 'relative':
      return box.mask[i] === 0 || box.ratio === 0 || box.center[i] === 0;
    case 'bounds':
      return box.lower[i] === box.upper[i];
  }
}

function valueAt(box: BoxSpec, i: number): number {
  return box.kind === 'bounds' ? box.lower[i] : box.center[i];
}
