/**
 * Lines that hold over a neuron's ranges. A neuron has the pre-activations z0 (nominal) and z = z0 + r, and the activations
 * h0 = act(z0), h = act(z) and d = h - h0. Why each line holds: docs/certificates.md, "Lines".
 */
import { SMOOTH, type Activation, type Smooth } from './functions.js';
import { down, up } from './rounding.js';

/** A bound of d, h or h0 by slope * r + by0 * z0 + constant. */
export type Line = Readonly<Record<'slope' | 'by0' | 'constant', number>>;

/** Slope and constant. */
type Affine = readonly [number, number];

const NONE: Affine = [0, 0], SAME: Affine = [1, 0];
const ofR = ([slope, constant]: Affine, by0 = 0): Line => ({ slope, by0, constant });
const ofZ = ([slope, constant]: Affine): Line => ({ slope, by0: slope, constant });
const ofZ0 = ([by0, constant]: Affine): Line => ({ slope: 0, by0, constant });
/** What is above -f, turned over, is below f. */
const negated = ([slope, constant]: Affine): Affine => [-slope, -constant];
export const ZERO: Line = ofZ(NONE);

const relu = (t: number): number => Math.max(t, 0);

/** Above every convex function that is at most f and g at a and b. */
function chord(a: number, f: number, b: number, g: number): Affine {
  const slope = b > a ? (g - f) / (b - a) : 0;
  return [slope, Math.max(up(f - down(slope * a)), up(g - down(slope * b)))];
}

const reluAbove = (lo: number, hi: number): Affine => (lo >= 0 ? SAME : hi <= 0 ? NONE : chord(lo, 0, hi, hi));

/** What the slope of f is between over [lo, hi]: it is even and falls with |t|. */
const slopes = (f: Smooth, lo: number, hi: number): [number, number] => [Math.max(0, f.slopeDown(Math.max(-lo, hi))), f.slopeUp(lo > 0 ? lo : hi < 0 ? hi : 0)];

/** Above a function that is at most `atLo` and `atHi` at the ends and whose slope lies in [least, most]. */
function above(lo: number, atLo: number, hi: number, atHi: number, least: number, most: number): Affine {
  const fromLo = up(atLo - down(most * lo)), fromHi = up(atHi - down(least * hi)), middle = 0.5 * (lo + hi);
  return fromLo + most * middle < fromHi + least * middle ? [most, fromLo] : [least, fromHi];
}

/** Above f, and below it. */
function smoothLines(f: Smooth, lo: number, hi: number): [Affine, Affine] {
  const [least, most] = slopes(f, lo, hi);
  return [above(lo, f.up(lo), hi, f.up(hi), least, most), negated(above(lo, -f.down(lo), hi, -f.down(hi), -most, -least))];
}

/** Bounds of f(t + r) - f(t). */
const changeUp = (f: Smooth, t: number, r: number): number => up(f.up(up(t + r)) - f.down(t));

/** What is known of a neuron: ranges, ends included, and the lines that follow from them. */
export class Neuron {
  z0lo = 0; z0hi = 0; rlo = 0; rhi = 0; zlo = 0; zhi = 0;
  h0lo = 0; h0hi = 0; dlo = 0; dhi = 0; hlo = 0; hhi = 0;
  /** h = z and h0 = z0 throughout; or both are zero. */
  on = false; off = false;
  /** A relu whose z may have either sign: h >= 0 as well as hLower. */
  flat = false;
  h0Upper = ZERO; h0Lower = ZERO; hUpper = ZERO; hLower = ZERO; dUpper = ZERO; dLower = ZERO;

  /** An input, or the 1 that biases are weights of. */
  fix(lo: number, hi: number): void {
    this.z0lo = this.zlo = this.h0lo = this.hlo = lo;
    this.z0hi = this.zhi = this.h0hi = this.hhi = hi;
    this.on = true;
  }

  /** Nothing is known of it. */
  open(): void {
    this.z0lo = this.zlo = this.rlo = -Infinity;
    this.z0hi = this.zhi = this.rhi = Infinity;
  }

  /** Narrows the ranges by one another and tells whether the neuron is linear. */
  settle(activation: Activation): void {
    this.zlo = Math.max(this.zlo, down(this.z0lo + this.rlo));
    this.zhi = Math.min(this.zhi, up(this.z0hi + this.rhi));
    this.rlo = Math.max(this.rlo, down(this.zlo - this.z0hi));
    this.rhi = Math.min(this.rhi, up(this.zhi - this.z0lo));
    this.on = activation === 'linear' || (activation === 'relu' && this.z0lo >= 0 && this.zlo >= 0);
    this.off = activation === 'relu' && this.z0hi <= 0 && this.zhi <= 0;
    this.flat = activation === 'relu' && this.zlo < 0 && this.zhi > 0;
  }

  /** Settles, and sets the activations' ranges and lines. */
  activate(activation: Activation): void {
    this.settle(activation);
    const f = SMOOTH[activation], of = activation === 'relu' ? relu : (z: number): number => z;
    if (f !== undefined) {
      this.#smooth(f);
    } else {
      [this.h0lo, this.h0hi, this.hlo, this.hhi] = [of(this.z0lo), of(this.z0hi), of(this.zlo), of(this.zhi)];
      [this.dlo, this.dhi] = this.on ? [this.rlo, this.rhi] : [Math.min(this.rlo, 0), relu(this.rhi)];
      if (!this.on && !this.off) this.#relu();
    }
    this.dlo = Math.max(this.dlo, down(this.hlo - this.h0hi));
    this.dhi = Math.min(this.dhi, up(this.hhi - this.h0lo));
  }

  #relu(): void {
    const { z0lo, z0hi, zlo, zhi, rlo, rhi } = this;
    this.h0Upper = ofZ0(reluAbove(z0lo, z0hi));
    this.h0Lower = ofZ0(z0hi > -z0lo ? SAME : NONE);
    this.hUpper = ofZ(reluAbove(zlo, zhi));
    this.hLower = ofZ(zhi > 0 ? SAME : NONE);
    // For each z0, d is convex in r; the largest over z0 is so too, and is this at r:
    const most = (r: number): number => (r >= 0 ? (z0hi >= 0 ? r : relu(up(r + z0hi))) : z0lo <= 0 ? 0 : Math.max(r, -z0lo));
    this.dUpper = ofR(chord(rlo, most(rlo), rhi, most(rhi)));
    // d >= 0 where z0 <= 0, d >= r where z0 >= 0, and -d <= relu(-r), which is convex.
    this.dLower = ofR(z0hi <= 0 ? NONE : z0lo >= 0 ? SAME : negated(chord(rlo, relu(-rlo), rhi, relu(-rhi))));
  }

  #smooth(f: Smooth): void {
    const { z0lo, z0hi, zlo, zhi, rlo, rhi } = this;
    [this.h0lo, this.h0hi, this.hlo, this.hhi] = [f.down(z0lo), f.up(z0hi), f.down(zlo), f.up(zhi)];
    const [over0, under0] = smoothLines(f, z0lo, z0hi), [over, under] = smoothLines(f, zlo, zhi);
    [this.h0Upper, this.h0Lower, this.hUpper, this.hLower] = [ofZ0(over0), ofZ0(under0), ofZ(over), ofZ(under)];
    const from = Math.min(z0lo, down(z0lo + rlo), zlo), to = Math.max(z0hi, up(z0hi + rhi), zhi);
    const [least, slope] = slopes(f, from, to);
    // The second derivative between any z0 and z lies in -[0 or least, slope] * [bendLo, bendHi].
    const bendLo = f.bendDown(from), bendHi = f.bendUp(to);
    const secondLo = down(-(bendHi > 0 ? slope : least) * bendHi), secondHi = up(-(bendLo < 0 ? slope : least) * bendLo);
    [this.dUpper, this.dhi] = change(f, z0lo, z0hi, rhi, least, slope, secondLo, secondHi);
    // d of -r and -z0 is -d: the lower line is an upper one, mirrored.
    const [mirrored, most] = change(f, -z0hi, -z0lo, -rlo, least, slope, -secondHi, -secondLo);
    [this.dLower, this.dlo] = [{ ...mirrored, constant: -mirrored.constant }, -most];
  }
}

/**
 * A line above d, and the largest d, for z0 in [lo, hi] and r <= `most`. Slopes of f are in [least, slope] wherever z0 and z are, second
 * derivatives in [secondLo, secondHi]. With D(t) = f(t + most) - f(t): d <= D(z0) - least (most - r), and D' = most * f''(somewhere). D is at
 * most `cap` as well, which goes to zero with `most`, as differences of rounded values do not.
 */
function change(f: Smooth, lo: number, hi: number, most: number, least: number, slope: number, secondLo: number, secondHi: number): [Line, number] {
  const a = most * secondLo, b = most * secondHi, cap = up(most * (most >= 0 ? slope : least)), middle = 0.5 * (lo + hi);
  let line = above(lo, Math.min(changeUp(f, lo, most), cap), hi, Math.min(changeUp(f, hi, most), cap), down(Math.min(a, b)), up(Math.max(a, b)));
  // The largest D: if most >= 0 where |t + most / 2| is least; else at an end.
  const top = most >= 0 ? changeUp(f, Math.min(Math.max(-most / 2, lo), hi), most) : Math.max(changeUp(f, lo, most), changeUp(f, hi, most));
  const largest = Math.min(top, cap);
  if (!(line[0] * middle + line[1] < largest)) line = [0, largest];
  return [ofR([least, up(line[1] - down(least * most))], line[0]), largest];
}
