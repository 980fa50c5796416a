/**
 * Upper bounds of linear functionals of (r, z0) over boxes of inputs and parameters, by back-substitution: see docs/certificates.md,
 * "Back-substitution". With r = z - z0 the change of a layer's pre-activations and d = h - h0 that of its activations,
 *
 *   z0 = W0 h0 + b0,   r = W0 d + S h + E h + s + e,   |E| <= R, |e| <= rho,   h = h0 + d,
 *
 * where S, s are the known shift of the parameters. A functional A r + C z0 is therefore at most
 *
 *   (A W0) d + (C W0) h0 + (A S) h + (|A| R) |h| + A s + |A| rho + C b0,
 *
 * and each activation is replaced by its lines (lines.ts). Coefficients are computed in plain doubles; what they miss the exact ones by
 * is charged for with the magnitudes of what they multiply. Constants are summed upward.
 */
import { Neuron, type Line } from './lines.js';
import type { BoxedLayer } from './network.js';
import { down, gamma, tiny, up } from './rounding.js';

/** Coefficients of a functional over neurons: of r (or d) and of z0 (or h0). */
interface Coefficients {
  a: Float64Array;
  c: Float64Array;
}

const ZERO: Line = { slope: 0, by0: 0, constant: 0 };

export class Bounds {
  /** neurons[l][i]: of every layer, the last one's heads apart. */
  readonly neurons: Neuron[][];
  /** Of the last functional: an upper bound is constant + slope x, over the box. */
  readonly slope: Float64Array;
  constant = 0;
  /** What lines lose, for whoever chooses where to split: of each neuron, in the functionals since `forget`, and its slopes. */
  readonly loss: Float64Array[];
  readonly steep: Float64Array[];
  readonly #layers: readonly BoxedLayer[];
  readonly #room: Coefficients[];
  readonly #sums: { a: Float64Array; c: Float64Array; noise: Float64Array };
  #lower: ArrayLike<number> = [];
  #upper: ArrayLike<number> = [];

  constructor(layers: readonly BoxedLayer[]) {
    const inputs = layers[0].inputs, widest = Math.max(inputs, ...layers.map(({ outputs }) => outputs));
    if (layers.slice(0, -1).some(({ activation }) => activation === 'softmax')) throw new RangeError('softmax on a hidden layer');
    this.#layers = layers;
    this.neurons = layers.map(({ outputs }) => Array.from({ length: outputs }, () => new Neuron()));
    this.slope = new Float64Array(inputs);
    this.loss = layers.map(({ outputs }) => new Float64Array(outputs));
    this.steep = layers.map(({ outputs }) => new Float64Array(outputs * inputs));
    const pair = (): Coefficients => ({ a: new Float64Array(widest), c: new Float64Array(widest) });
    this.#room = [pair(), pair()];
    this.#sums = { ...pair(), noise: new Float64Array(widest) };
  }

  /** Moves to a box of inputs, and bounds every neuron of the hidden layers on it. */
  moveTo(lower: ArrayLike<number>, upper: ArrayLike<number>): void {
    this.#lower = lower;
    this.#upper = upper;
    for (let l = 0; l + 1 < this.#layers.length; l++) this.#layer(l);
  }

  #layer(l: number): void {
    const { activation } = this.#layers[l];
    this.neurons[l].forEach((neuron, i) => {
      this.#natural(l, i, neuron);
      neuron.settle(activation);
      if (l > 0 && !neuron.on && !neuron.off) this.refine(l, [i], [1], neuron, activation === 'relu');
      if (!neuron.on && !neuron.off) for (let j = 0; j < this.slope.length; j++) this.steep[l][i * this.slope.length + j] = Math.abs(this.slope[j]);
      neuron.settle(activation);
      neuron.activate(activation);
    });
  }

  /** Ranges of the functional sum_k c_k (z0, r, z)[rows_k] of layer l by back-substitution, met with what is known of it. */
  refine(l: number, rows: readonly number[], c: readonly number[], neuron: Neuron, byZ: boolean): void {
    const minus = c.map((value) => -value), none = c.map(() => 0);
    neuron.rhi = Math.min(neuron.rhi, this.upper(l, rows, c, none));
    neuron.rlo = Math.max(neuron.rlo, -this.upper(l, rows, minus, none));
    if (byZ) {
      neuron.zhi = Math.min(neuron.zhi, this.upper(l, rows, c, c));
      neuron.zlo = Math.max(neuron.zlo, -this.upper(l, rows, minus, minus));
    }
    neuron.z0lo = Math.max(neuron.z0lo, -this.upper(l, rows, none, minus));
    neuron.z0hi = Math.min(neuron.z0hi, this.upper(l, rows, none, c));
  }

  /** Ranges of neuron i of layer l from those before it, one by one. */
  #natural(l: number, i: number, neuron: Neuron): void {
    const { inputs, weights, bias, shift, biasShift, radius, biasRadius } = this.#layers[l];
    const before = l > 0 ? this.neurons[l - 1] : null;
    let zlo = bias[i], zhi = bias[i], rlo = biasShift === null ? 0 : biasShift[i], rhi = rlo, noise = biasRadius === null ? 0 : biasRadius[i];
    for (let j = 0; j < inputs; j++) {
      const n = before === null ? null : before[j];
      const w = weights[i * inputs + j], h0lo = n === null ? this.#lower[j] : n.h0lo, h0hi = n === null ? this.#upper[j] : n.h0hi;
      zhi = up(zhi + up(w * (w > 0 ? h0hi : h0lo)));
      zlo = down(zlo + down(w * (w > 0 ? h0lo : h0hi)));
      if (n !== null) {
        rhi = up(rhi + up(w * (w > 0 ? n.dhi : n.dlo)));
        rlo = down(rlo + down(w * (w > 0 ? n.dlo : n.dhi)));
      }
      const hlo = n === null ? h0lo : n.hlo, hhi = n === null ? h0hi : n.hhi;
      if (shift !== null) {
        const s = shift[i * inputs + j];
        rhi = up(rhi + up(s * (s > 0 ? hhi : hlo)));
        rlo = down(rlo + down(s * (s > 0 ? hlo : hhi)));
      }
      if (radius !== null) noise = up(noise + up(radius[i * inputs + j] * Math.max(hhi, -hlo)));
    }
    neuron.z0lo = zlo; neuron.z0hi = zhi;
    neuron.rlo = down(rlo - noise); neuron.rhi = up(rhi + noise);
    neuron.zlo = -Infinity; neuron.zhi = Infinity;
    if (l === 0) for (let j = 0; j < inputs; j++) this.slope[j] = weights[i * inputs + j];
  }

  /** At least sum_k a_k r[rows_k] + c_k z0[rows_k] over layer l's pre-activations, everywhere in both boxes. */
  upper(l: number, rows: readonly number[], a: readonly number[], c: readonly number[], lossy = false): number {
    let [from, to] = this.#room;
    rows.forEach((row, k) => {
      from.a[row] = a[k];
      from.c[row] = c[k];
    });
    let constant = 0, active: readonly number[] | null = rows;
    for (let at = l; ; at--) {
      constant = this.#affine(at, active, from, to, constant);
      if (at === 0) break;
      const neurons = this.neurons[at - 1];
      for (let j = 0; j < neurons.length; j++) constant = this.#neuron(at, j, neurons[j], to, constant, lossy);
      [from, to] = [to, from];
      active = null;
    }
    return this.#inputs(to.c, constant);
  }

  /** Through layer l's weights, from coefficients of its pre-activations to those of what it is fed. */
  #affine(l: number, active: readonly number[] | null, from: Coefficients, to: Coefficients, constant: number): number {
    const { inputs, outputs, weights, bias, shift, biasShift, radius, biasRadius } = this.#layers[l];
    const { a: sumA, c: sumC, noise } = this.#sums;
    to.a.fill(0, 0, inputs); to.c.fill(0, 0, inputs);
    sumA.fill(0, 0, inputs); sumC.fill(0, 0, inputs); noise.fill(0, 0, inputs);
    const count = active === null ? outputs : active.length;
    for (let k = 0; k < count; k++) {
      const i = active === null ? k : active[k], row = i * inputs, a = from.a[i], c = from.c[i], size = Math.abs(a);
      if (a === 0 && c === 0) continue;
      constant = up(constant + up(c * bias[i]));
      if (biasShift !== null) constant = up(constant + up(a * biasShift[i]));
      if (biasRadius !== null) constant = up(constant + up(size * biasRadius[i]));
      if (c !== 0) {
        for (let j = 0; j < inputs; j++) {
          const t = c * weights[row + j];
          to.c[j] += t;
          sumC[j] += Math.abs(t);
        }
      }
      if (a === 0) continue;
      if (l > 0) {
        for (let j = 0; j < inputs; j++) {
          const t = a * weights[row + j];
          to.a[j] += t;
          sumA[j] += Math.abs(t);
        }
      }
      if (shift !== null) { // S h = S d + S h0
        for (let j = 0; j < inputs; j++) {
          const t = a * shift[row + j];
          to.a[j] += t;
          to.c[j] += t;
          sumA[j] += Math.abs(t);
          sumC[j] += Math.abs(t);
        }
      }
      if (radius !== null) for (let j = 0; j < inputs; j++) noise[j] += size * radius[row + j];
    }
    const terms = 2 * count, relative = gamma(terms), absolute = tiny(terms);
    for (let j = 0; j < inputs; j++) {
      sumA[j] = sumA[j] * relative + absolute;
      sumC[j] = sumC[j] * relative + absolute;
      if (radius !== null) noise[j] = noise[j] * (1 + relative) + absolute;
    }
    return constant;
  }

  /** Neuron j feeding layer l: its share of a d + c h0 + noise |h| by its lines. Leaves coefficients of r and z0. */
  #neuron(l: number, j: number, n: Neuron, to: Coefficients, constant: number, lossy: boolean): number {
    let a = to.a[j], c = to.c[j];
    const { a: missA, c: missC, noise } = this.#sums;
    const most0 = Math.max(n.h0hi, -n.h0lo), mostD = Math.max(n.dhi, -n.dlo);
    constant = up(constant + up(up(missA[j] * mostD) + up(missC[j] * most0)));
    if (noise[j] !== 0) {
      // |h| is convex: at most its chord over the range of h = h0 + d.
      const tilt = n.hlo >= 0 ? 1 : n.hhi <= 0 ? -1 : (n.hhi + n.hlo) / (n.hhi - n.hlo);
      const rest = n.hlo >= 0 || n.hhi <= 0 ? 0 : Math.max(up(n.hhi - down(tilt * n.hhi)), up(-n.hlo - down(tilt * n.hlo)));
      const miss = Math.max(Math.abs(a), Math.abs(c), noise[j]) * 4 * Number.EPSILON + tiny(0);
      a += tilt * noise[j];
      c += tilt * noise[j];
      constant = up(constant + up(up(noise[j] * rest) + up(miss * up(mostD + most0))));
    }
    if (n.off) a = c = 0;
    to.a[j] = a;
    to.c[j] = c;
    if (n.on || n.off || (a === 0 && c === 0)) return constant;

    // By a line of d and one of h0; or of h and of h0, as a d + c h0 = a h + (c - a) h0. Whichever says less in the middle of z0, where
    // noise takes r to its worse end.
    const r = a > 0 ? n.rhi : n.rlo, z0 = 0.5 * (n.z0lo + n.z0hi), rest = c - a;
    const change = a > 0 ? n.dUpper : n.dLower, base = c > 0 ? n.h0Upper : n.h0Lower;
    const whole = a > 0 ? n.hUpper : n.flat && !(z0 + r > 0) ? ZERO : n.hLower, apart = rest > 0 ? n.h0Upper : n.h0Lower;
    const first = value(a, change, r, z0) + value(c, base, z0, 0);
    const second = value(a, whole, z0 + r, 0) + value(rest, apart, z0, 0);
    const together = !(second < first);
    if (lossy) {
      const slack = together ? Math.abs(a) * gap(n.dUpper, n.dLower, r, z0) : Math.abs(a) * gap(n.hUpper, n.hLower, z0 + r, 0);
      this.loss[l - 1][j] += slack + Math.abs(together ? c : rest) * gap(n.h0Upper, n.h0Lower, z0, 0);
    }
    const byR = together ? change.slope : whole.slope, by0 = together ? change.by0 : whole.slope;
    const c0 = together ? c : rest, line0 = together ? base : apart;
    to.a[j] = a * byR;
    to.c[j] = a * by0 + c0 * line0.slope;
    const size0 = Math.abs(a * by0) + Math.abs(c0 * line0.slope) + Math.abs(a) + Math.abs(c);
    const mostR = Math.max(n.rhi, -n.rlo), mostZ = Math.max(n.z0hi, -n.z0lo) + most0;
    const miss = up(Math.abs(to.a[j]) * mostR) + up(size0 * mostZ);
    constant = up(constant + up(up(miss) * 4 * Number.EPSILON + tiny(4) * (1 + mostR + mostZ)));
    constant = up(constant + up(a * (together ? change.constant : whole.constant)));
    return up(constant + up(c0 * line0.constant));
  }

  /** c x + noise |x| + constant over the box of inputs, and its slopes. */
  #inputs(c: Float64Array, constant: number): number {
    const { c: miss, noise } = this.#sums;
    let total = 0;
    for (let j = 0; j < this.slope.length; j++) {
      const lo = this.#lower[j], hi = this.#upper[j], most = Math.max(hi, -lo);
      let slope = c[j];
      constant = up(constant + up(miss[j] * most));
      if (noise[j] !== 0) {
        const tilt = lo >= 0 ? 1 : hi <= 0 ? -1 : 0;
        if (tilt === 0) constant = up(constant + up(noise[j] * most));
        else constant = up(constant + up((Math.abs(slope) + noise[j]) * 2 * Number.EPSILON * most));
        slope += tilt * noise[j];
      }
      this.slope[j] = slope;
      total = up(total + up(Math.max(slope * lo, slope * hi)));
    }
    this.constant = constant;
    return up(constant + total);
  }
}

function value(a: number, line: Line, r: number, z0: number): number {
  return a * (line.slope * r + line.by0 * z0 + line.constant);
}

function gap(upper: Line, lower: Line, at: number, z0: number): number {
  return value(1, upper, at, z0) - value(1, lower, at, z0);
}
