/**
 * Upper bounds of linear functionals of (r, z0) over boxes of inputs and parameters, by back-substitution: see docs/certificates.md,
 * "Back-substitution". With r = z - z0 the change of a layer's pre-activations and d = h - h0 that of its activations,
 *
 *   z0 = W h0,   r = W d + S h + E h,   |E| <= R,   h = h0 + d,
 *
 * where S is the known shift of the parameters, and the last h is the 1 that biases are weights of. A functional A r + C z0 is therefore at most
 *
 *   (A W + A S) d + (C W + A S) h0 + (|A| R) |h|,
 *
 * and each activation is replaced by its lines (lines.ts). Coefficients are computed in plain doubles; what they miss the exact ones by
 * is charged for with the magnitudes of what they multiply. Constants are summed upward.
 */
import { Neuron, ZERO, type Line } from './lines.js';
import type { BoxedLayer } from './network.js';
import { down, gamma, tiny, up } from './rounding.js';

/** Of a functional over neurons: of r (or d) and of z0 (or h0). */
type Coefficients = Readonly<Record<'a' | 'c', Float64Array>>;

export class Bounds {
  /** What each layer is fed: the inputs, then the hidden layers; behind the neurons of each the number 1. */
  readonly fed: Neuron[][];
  /** For whoever chooses where to split: called with the coefficients that lines of a neuron feeding layer l are taken for: of d (or of h) and of h0. */
  watch: ((l: number, j: number, a: number, c: number, byH: boolean) => void) | null = null;
  readonly #layers: readonly BoxedLayer[];
  readonly #room: readonly [Coefficients, Coefficients];
  readonly #miss: Coefficients & { readonly noise: Float64Array };

  constructor(layers: readonly BoxedLayer[]) {
    if (layers.slice(0, -1).some(({ activation }) => activation === 'softmax')) throw new RangeError('softmax on a hidden layer');
    this.#layers = layers;
    this.fed = layers.map(({ inputs }) => Array.from({ length: inputs + 1 }, () => new Neuron()));
    for (const neurons of this.fed) neurons[neurons.length - 1].fix(1, 1);
    const array = (): Float64Array => new Float64Array(Math.max(...layers.map(({ inputs }) => inputs + 1)));
    this.#room = [{ a: array(), c: array() }, { a: array(), c: array() }];
    this.#miss = { a: array(), c: array(), noise: array() };
  }

  /** Moves to a box of inputs, and bounds every neuron of the hidden layers on it. */
  moveTo(lower: ArrayLike<number>, upper: ArrayLike<number>): void {
    for (let j = 0; j < lower.length; j++) this.fed[0][j].fix(lower[j], upper[j]);
    for (let l = 0; l + 1 < this.#layers.length; l++) {
      const { activation, outputs } = this.#layers[l];
      for (let i = 0; i < outputs; i++) {
        const neuron = this.fed[l + 1][i];
        this.#natural(l, i, neuron);
        neuron.settle(activation);
        if (l > 0 && !neuron.on && !neuron.off) this.refine(neuron, Float64Array.from({ length: outputs }, (_, k) => +(k === i)), activation === 'relu', l);
        neuron.activate(activation);
      }
    }
  }

  /** Ranges of the functional c (z0, r, z) of layer l (the last) by back-substitution, met with what is known of it. */
  refine(neuron: Neuron, c: Float64Array, byZ: boolean, l?: number): void {
    const minus = c.map((value) => -value), none = c.map(() => 0);
    neuron.rhi = Math.min(neuron.rhi, this.upper(c, none, l));
    neuron.rlo = Math.max(neuron.rlo, -this.upper(minus, none, l));
    neuron.z0hi = Math.min(neuron.z0hi, this.upper(none, c, l));
    neuron.z0lo = Math.max(neuron.z0lo, -this.upper(none, minus, l));
    if (!byZ) return;
    neuron.zhi = Math.min(neuron.zhi, this.upper(c, c, l));
    neuron.zlo = Math.max(neuron.zlo, -this.upper(minus, minus, l));
  }

  /** Ranges of neuron i of layer l from those before it, one by one. */
  #natural(l: number, i: number, neuron: Neuron): void {
    const { inputs, weights, shift, radius } = this.#layers[l];
    let zlo = 0, zhi = 0, rlo = 0, rhi = 0, noise = 0;
    for (let j = 0, at = i * (inputs + 1); j <= inputs; j++, at++) {
      const n = this.fed[l][j], w = weights[at], s = shift === null ? 0 : shift[at], rises = w > 0, shifts = s > 0;
      zhi = up(zhi + up(w * (rises ? n.h0hi : n.h0lo)));
      zlo = down(zlo + down(w * (rises ? n.h0lo : n.h0hi)));
      rhi = up(rhi + up(up(w * (rises ? n.dhi : n.dlo)) + up(s * (shifts ? n.hhi : n.hlo))));
      rlo = down(rlo + down(down(w * (rises ? n.dlo : n.dhi)) + down(s * (shifts ? n.hlo : n.hhi))));
      if (radius !== null) noise = up(noise + up(radius[at] * Math.max(n.hhi, -n.hlo)));
    }
    neuron.open();
    [neuron.z0lo, neuron.z0hi, neuron.rlo, neuron.rhi] = [zlo, zhi, down(rlo - noise), up(rhi + noise)];
  }

  /** At least a r + c z0 over the pre-activations of layer l (the last), everywhere in both boxes. */
  upper(a: Float64Array, c: Float64Array, l = this.#layers.length - 1): number {
    let constant = 0, from: Coefficients = { a, c };
    for (let at = l; at >= 0; at--) {
      const to = this.#room[at & 1], neurons = this.fed[at];
      this.#affine(at, from, to);
      for (let j = 0; j < neurons.length; j++) constant = this.#neuron(at, j, neurons[j], to, constant);
      constant = up(constant + to.c[neurons.length - 1]);
      from = to;
    }
    for (let j = 0; j + 1 < this.fed[0].length; j++) constant = up(constant + up(Math.max(from.c[j] * this.fed[0][j].h0lo, from.c[j] * this.fed[0][j].h0hi)));
    return constant;
  }

  /** Through layer l's weights, from coefficients of its pre-activations to those of what it is fed. */
  #affine(l: number, from: Coefficients, to: Coefficients): void {
    const { inputs, outputs, weights, shift, radius } = this.#layers[l], { a: missA, c: missC, noise } = this.#miss, columns = inputs + 1;
    for (const each of [to.a, to.c, missA, missC, noise]) each.fill(0, 0, columns);
    let terms = 0;
    for (let i = 0, row = 0; i < outputs; i++, row += columns) {
      const a = from.a[i], c = from.c[i];
      if (a !== 0 || c !== 0) terms += 2;
      if (c !== 0) add(to.c, missC, c, weights, row, columns);
      if (a === 0) continue;
      if (l > 0) add(to.a, missA, a, weights, row, columns); // inputs do not move
      if (l > 0 && shift !== null) add(to.a, missA, a, shift, row, columns);
      if (shift !== null) add(to.c, missC, a, shift, row, columns);
      if (radius !== null) for (let j = 0; j < columns; j++) noise[j] += Math.abs(a) * radius[row + j];
    }
    const relative = gamma(terms), absolute = tiny(terms);
    for (let j = 0; j < columns; j++) {
      missA[j] = missA[j] * relative + absolute;
      missC[j] = missC[j] * relative + absolute;
      if (radius !== null) noise[j] = noise[j] * (1 + relative) + absolute;
    }
  }

  /** Neuron j feeding layer l: its share of a d + c h0 + noise |h| by its lines, added to the constant. Leaves coefficients of r and z0. */
  #neuron(l: number, j: number, n: Neuron, to: Coefficients, constant: number): number {
    let a = to.a[j], c = to.c[j];
    const noise = this.#miss.noise[j], most0 = Math.max(n.h0hi, -n.h0lo), mostD = Math.max(n.dhi, -n.dlo);
    constant = up(constant + up(up(this.#miss.a[j] * mostD) + up(this.#miss.c[j] * most0)));
    if (noise !== 0) {
      // |h| is convex: at most its chord over the range of h = h0 + d.
      const tilt = n.hlo >= 0 ? 1 : n.hhi <= 0 ? -1 : (n.hhi + n.hlo) / (n.hhi - n.hlo);
      const rest = n.hlo >= 0 || n.hhi <= 0 ? 0 : Math.max(up(n.hhi - down(tilt * n.hhi)), up(-n.hlo - down(tilt * n.hlo)));
      const miss = Math.max(Math.abs(a), Math.abs(c), noise) * 4 * Number.EPSILON + tiny(0);
      a += tilt * noise;
      c += tilt * noise;
      constant = up(constant + up(up(noise * rest) + up(miss * up(mostD + most0))));
    }
    to.a[j] = n.off ? 0 : a;
    to.c[j] = n.off ? 0 : c;
    if (n.on || n.off || (a === 0 && c === 0)) return constant;

    // By a line of d and one of h0; or of h and of h0, as a d + c h0 = a h + (c - a) h0. Whichever says less in the middle of z0, where
    // noise takes r to its worse end.
    const r = a > 0 ? n.rhi : n.rlo, z0 = 0.5 * (n.z0lo + n.z0hi), at = (line: Line): number => line.slope * r + line.by0 * z0 + line.constant;
    let moved = a > 0 ? n.dUpper : n.dLower, base = c > 0 ? n.h0Upper : n.h0Lower, rest = c;
    const whole = a > 0 ? n.hUpper : n.flat && !(z0 + r > 0) ? ZERO : n.hLower, apart = c - a > 0 ? n.h0Upper : n.h0Lower;
    const byH = a * at(whole) + (c - a) * at(apart) < a * at(moved) + c * at(base);
    if (byH) [moved, base, rest] = [whole, apart, c - a];
    this.watch?.(l, j, a, rest, byH);
    to.a[j] = a * moved.slope;
    to.c[j] = a * moved.by0 + rest * base.by0;
    const size0 = Math.abs(a * moved.by0) + Math.abs(rest * base.by0) + Math.abs(a) + Math.abs(c);
    const mostR = Math.max(n.rhi, -n.rlo), mostZ = Math.max(n.z0hi, -n.z0lo) + most0;
    const miss = up(Math.abs(to.a[j]) * mostR) + up(size0 * mostZ);
    constant = up(constant + up(up(miss) * 4 * Number.EPSILON + tiny(4) * (1 + mostR + mostZ)));
    return up(up(constant + up(a * moved.constant)) + up(rest * base.constant));
  }
}

/** factor times a row of weights, and the sizes of its terms. */
function add(to: Float64Array, sizes: Float64Array, factor: number, weights: Float64Array, row: number, columns: number): void {
  for (let j = 0; j < columns; j++) {
    const t = factor * weights[row + j];
    to[j] += t;
    sizes[j] += Math.abs(t);
  }
}
