/**
 * Lines that hold over a neuron's ranges. A neuron has the pre-activations z0 (nominal) and z = z0 + r, and the activations
 * h0 = act(z0), h = act(z) and d = h - h0. Why each line holds: docs/certificates.md, "Lines".
 */
import { SIGMOID, TANH, type Activation, type Smooth } from './functions.js';
import { down, up } from './rounding.js';

/** A bound of h0 by slope * z0 + constant, of h by slope * z + constant, of d by slope * r + by0 * z0 + constant. */
export interface Line {
  slope: number;
  by0: number;
  constant: number;
}

const line = (): Line => ({ slope: 0, by0: 0, constant: 0 });
const relu = (t: number): number => Math.max(t, 0);

function set(to: Line, slope: number, by0: number, constant: number): void {
  to.slope = slope;
  to.by0 = by0;
  to.constant = constant;
}

/** Above every convex function that is at most f and g at a and b. */
function chord(a: number, f: number, b: number, g: number, to: Line): void {
  const slope = b > a ? (g - f) / (b - a) : 0;
  set(to, slope, 0, Math.max(up(f - down(slope * a)), up(g - down(slope * b))));
}

/** Below every concave function that is at least f and g at a and b. */
function underChord(a: number, f: number, b: number, g: number, to: Line): void {
  const slope = b > a ? (g - f) / (b - a) : 0;
  set(to, slope, 0, Math.min(down(f - up(slope * a)), down(g - up(slope * b))));
}

function reluLines(lo: number, hi: number, upper: Line, lower: Line): void {
  if (lo >= 0 || hi <= 0) {
    set(upper, lo >= 0 ? 1 : 0, 0, 0);
    set(lower, lo >= 0 ? 1 : 0, 0, 0);
    return;
  }
  chord(lo, 0, hi, hi, upper);
  set(lower, hi > -lo ? 1 : 0, 0, 0);
}

/** Upper and lower bounds of the slope of f over [lo, hi]: it is even and falls with |t|. */
const mostSlope = (f: Smooth, lo: number, hi: number): number => f.slopeUp(lo > 0 ? lo : hi < 0 ? hi : 0);
const leastSlope = (f: Smooth, lo: number, hi: number): number => Math.max(0, f.slopeDown(Math.max(-lo, hi)));

/** Above a function that is at most `atLo` and `atHi` at the ends and whose slope lies in [least, most]. */
function above(lo: number, atLo: number, hi: number, atHi: number, least: number, most: number, to: Line): void {
  const fromLo = up(atLo - down(most * lo)), fromHi = up(atHi - down(least * hi));
  const middle = 0.5 * (lo + hi);
  const steep = fromLo + most * middle < fromHi + least * middle;
  to.slope = steep ? most : least;
  to.constant = steep ? fromLo : fromHi;
}

const found: Line = line();

function smoothLines(f: Smooth, lo: number, hi: number, upper: Line, lower: Line): void {
  const least = leastSlope(f, lo, hi), most = mostSlope(f, lo, hi);
  above(lo, f.up(lo), hi, f.up(hi), least, most, found);
  set(upper, found.slope, 0, found.constant);
  above(lo, -f.down(lo), hi, -f.down(hi), -most, -least, found); // of -f
  set(lower, -found.slope, 0, -found.constant);
}

/** Bounds of f(t + r) - f(t). */
const changeUp = (f: Smooth, t: number, r: number): number => up(f.up(up(t + r)) - f.down(t));

/** The t in [lo, hi] where |f(t + r) - f(t)| is largest: it falls with |t + r / 2|. */
const widest = (lo: number, hi: number, r: number): number => Math.min(Math.max(-r / 2, lo), hi);

/** What is known of a neuron: ranges, ends included, and the lines that follow from them. */
export class Neuron {
  z0lo = 0; z0hi = 0; rlo = 0; rhi = 0; zlo = 0; zhi = 0;
  h0lo = 0; h0hi = 0; dlo = 0; dhi = 0; hlo = 0; hhi = 0;
  /** h = z and h0 = z0 throughout; or both are zero. */
  on = false;
  off = false;
  /** A relu whose z may have either sign: h >= 0 as well as hLower. */
  flat = false;
  readonly h0Upper = line(); readonly h0Lower = line();
  readonly hUpper = line(); readonly hLower = line();
  readonly dUpper = line(); readonly dLower = line();

  /** Narrows the ranges by one another and tells whether the neuron is linear. */
  settle(activation: Activation): void {
    this.zlo = Math.max(this.zlo, down(this.z0lo + this.rlo));
    this.zhi = Math.min(this.zhi, up(this.z0hi + this.rhi));
    this.rlo = Math.max(this.rlo, down(this.zlo - this.z0hi));
    this.rhi = Math.min(this.rhi, up(this.zhi - this.z0lo));
    this.on = activation === 'linear' || (activation === 'relu' && this.z0lo >= 0 && this.zlo >= 0);
    this.flat = false;
    this.off = activation === 'relu' && this.z0hi <= 0 && this.zhi <= 0;
  }

  /** Sets the activations' ranges and lines, after `settle`. */
  activate(activation: Activation): void {
    if (activation === 'relu') this.#relu();
    else if (activation === 'linear') this.#linear();
    else this.#smooth(activation === 'tanh' ? TANH : SIGMOID);
    this.dlo = Math.max(this.dlo, down(this.hlo - this.h0hi));
    this.dhi = Math.min(this.dhi, up(this.hhi - this.h0lo));
  }

  #linear(): void {
    this.h0lo = this.z0lo; this.h0hi = this.z0hi;
    this.hlo = this.zlo; this.hhi = this.zhi;
    this.dlo = this.rlo; this.dhi = this.rhi;
  }

  #relu(): void {
    const { z0lo, z0hi, zlo, zhi, rlo, rhi } = this;
    this.h0lo = relu(z0lo); this.h0hi = relu(z0hi);
    this.hlo = relu(zlo); this.hhi = relu(zhi);
    this.dlo = Math.min(rlo, 0); this.dhi = relu(rhi);
    if (this.on || this.off) return;
    reluLines(z0lo, z0hi, this.h0Upper, this.h0Lower);
    reluLines(zlo, zhi, this.hUpper, this.hLower);
    this.flat = zlo < 0 && zhi > 0;
    if (this.flat) set(this.hLower, 1, 0, 0);
    // For each z0, d is convex in r; the largest over z0 is so too, and is this at r:
    const most = (r: number): number => (r >= 0 ? (z0hi >= 0 ? r : relu(up(r + z0hi))) : z0lo <= 0 ? 0 : Math.max(r, -z0lo));
    chord(rlo, most(rlo), rhi, most(rhi), this.dUpper);
    // d >= min(r, 0), which is concave; d >= 0 where z0 <= 0, and d >= r where z0 >= 0.
    if (z0hi <= 0) set(this.dLower, 0, 0, 0);
    else if (z0lo >= 0) set(this.dLower, 1, 0, 0);
    else underChord(rlo, Math.min(rlo, 0), rhi, Math.min(rhi, 0), this.dLower);
  }

  #smooth(f: Smooth): void {
    const { z0lo, z0hi, zlo, zhi, rlo, rhi } = this;
    this.h0lo = f.down(z0lo); this.h0hi = f.up(z0hi);
    this.hlo = f.down(zlo); this.hhi = f.up(zhi);
    smoothLines(f, z0lo, z0hi, this.h0Upper, this.h0Lower);
    smoothLines(f, zlo, zhi, this.hUpper, this.hLower);
    const from = Math.min(z0lo, down(z0lo + rlo), zlo), to = Math.max(z0hi, up(z0hi + rhi), zhi);
    const least = leastSlope(f, from, to), slope = mostSlope(f, from, to);
    // The second derivative between any z0 and z lies in -[0 or least, slope] * [bendLo, bendHi].
    const bendLo = f.bendDown(from), bendHi = f.bendUp(to);
    const secondLo = down(-(bendHi > 0 ? slope : least) * bendHi), secondHi = up(-(bendLo < 0 ? slope : least) * bendLo);
    this.#change(f, z0lo, z0hi, rhi, least, slope, secondLo, secondHi);
    // d of -r and -z0 is -d: the lower line is an upper one, mirrored.
    const { slope: s, by0, constant } = this.dUpper, top = this.dhi;
    this.#change(f, -z0hi, -z0lo, -rlo, least, slope, -secondHi, -secondLo);
    set(this.dLower, this.dUpper.slope, this.dUpper.by0, -this.dUpper.constant);
    this.dlo = -this.dhi;
    set(this.dUpper, s, by0, constant);
    this.dhi = top;
  }

  /**
   * dUpper and dhi for z0 in [lo, hi] and r <= `most`. Slopes of f are in [least, slope] wherever z0 and z are, second derivatives in
   * [secondLo, secondHi]. With D(t) = f(t + most) - f(t): d <= D(z0) - least (most - r), and D' = most * f''(somewhere). D is at most
   * `cap` as well, which goes to zero with `most`, as differences of rounded values do not.
   */
  #change(f: Smooth, lo: number, hi: number, most: number, least: number, slope: number, secondLo: number, secondHi: number): void {
    const a = most * secondLo, b = most * secondHi, cap = up(most * (most >= 0 ? slope : least));
    above(lo, Math.min(changeUp(f, lo, most), cap), hi, Math.min(changeUp(f, hi, most), cap), down(Math.min(a, b)), up(Math.max(a, b)), found);
    // The largest D: where it is widest, if most >= 0; else at an end.
    const top = most >= 0 ? changeUp(f, widest(lo, hi, most), most) : Math.max(changeUp(f, lo, most), changeUp(f, hi, most));
    this.dhi = Math.min(top, cap);
    const middle = 0.5 * (lo + hi);
    if (!(found.slope * middle + found.constant < this.dhi)) set(found, 0, 0, this.dhi);
    set(this.dUpper, least, found.slope, up(found.constant - down(least * most)));
  }
}
