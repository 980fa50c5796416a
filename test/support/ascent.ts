/**
 * Sign-of-gradient ascent of |f_p(x) - f_p0(x)| in plain doubles, for networks with too many parameters to climb one by one
 * (attack.ts). What it finds is only a candidate, to be evaluated exactly.
 */
import { LINEAR, RELU, SIGMOID, SOFTMAX, TANH } from '../../src/exact/activations.js';
import type { Measure } from '../../src/exact/margin.js';
import { randomParameters } from './attack.js';
import { type FlatNetwork, layout, type Random, randomInput } from './random.js';

export interface Candidate {
  readonly x: Float64Array;
  readonly p: Float64Array;
  /** The difference, as doubles have it. */
  readonly value: number;
}

interface Pass {
  /** What each layer reads, and last what the network gives. */
  readonly values: Float64Array[];
  /** act'(z) of each layer; 1 for the last layer of a logit, and for softmax. */
  readonly slopes: Float64Array[];
}

function forward({ layers }: FlatNetwork, p: Float64Array, x: Float64Array, measure: Measure): Pass {
  const values: Float64Array[] = [x];
  const slopes: Float64Array[] = [];
  let at = 0;
  for (const [l, { inputs, outputs, activation }] of layers.entries()) {
    const h = values[l];
    const z = new Float64Array(outputs);
    for (let i = 0; i < outputs; i++) {
      let sum = p[at + inputs * outputs + i];
      for (let j = 0; j < inputs; j++) sum += p[at + i * inputs + j] * h[j];
      z[i] = sum;
    }
    at += (inputs + 1) * outputs;
    const raw = measure === 'logit' && l + 1 === layers.length;
    values.push(raw ? z : activated(activation, z));
    slopes.push(raw ? z.map(() => 1) : values[l + 1].map((f) => slope(activation, f)));
  }
  return { values, slopes };
}

function activated(activation: number, z: Float64Array): Float64Array {
  switch (activation) {
    case LINEAR:
      return z;
    case RELU:
      return z.map((v) => Math.max(0, v));
    case SIGMOID:
      return z.map((v) => 1 / (1 + Math.exp(-v)));
    case TANH:
      return z.map(Math.tanh);
    default: {
      const top = Math.max(...z);
      const total = z.reduce((sum, v) => sum + Math.exp(v - top), 0);
      return z.map((v) => Math.exp(v - top) / total);
    }
  }
}

/** From the value after the activation. */
function slope(activation: number, f: number): number {
  switch (activation) {
    case RELU:
      return f > 0 ? 1 : 0;
    case SIGMOID:
      return f * (1 - f);
    case TANH:
      return 1 - f * f;
    default:
      return 1;
  }
}

/** The gradient of output `o` by the parameters and by the inputs. */
function backward(network: FlatNetwork, p: Float64Array, { values, slopes }: Pass, o: number, measure: Measure): { byP: Float64Array; byX: Float64Array } {
  const { layers } = network;
  const places = layout(network);
  const byP = new Float64Array(p.length);
  const last = layers[layers.length - 1];
  const f = values[layers.length];
  const softmax = last.activation === SOFTMAX && measure === 'confidence';
  let sent = Float64Array.from(f, (v, j) => (softmax ? f[o] * ((j === o ? 1 : 0) - v) : j === o ? 1 : 0));
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs } = layers[l];
    const { weights, biases } = places[l];
    const next = new Float64Array(inputs);
    for (let i = 0; i < outputs; i++) {
      const g = sent[i] * slopes[l][i];
      byP[biases + i] = g;
      for (let j = 0; j < inputs; j++) {
        byP[weights + i * inputs + j] = g * values[l][j];
        next[j] += g * p[weights + i * inputs + j];
      }
    }
    sent = next;
  }
  return { byP, byX: sent };
}

export interface Target {
  readonly network: FlatNetwork;
  /** Doubles inside the box (attack.ts). */
  readonly ends: { lo: Float64Array; hi: Float64Array };
  readonly domain: ArrayLike<number>;
  readonly outputs: readonly number[];
  readonly measure: Measure;
}

/** From a random point: parameters jump to the ends that the gradient names, inputs take shrinking steps. The best point passed. */
export function ascend(r: Random, { network, ends, domain, outputs, measure }: Target, steps = 12): Candidate {
  let x = randomInput(r, domain);
  let p = randomParameters(r, ends);
  let best: Candidate = { x, p, value: -1 };
  const o = r.pick(outputs);
  for (let step = 0; ; step++) {
    const [before, after] = [network.parameters, p].map((q) => forward(network, q, x, measure));
    const change = (i: number): number => after.values[network.layers.length][i] - before.values[network.layers.length][i];
    const value = Math.max(...outputs.map((i) => Math.abs(change(i))));
    if (value > best.value) best = { x, p, value };
    if (step === steps) return best;
    const sign = change(o) < 0 ? -1 : 1;
    const up = backward(network, p, after, o, measure);
    const down = backward(network, network.parameters, before, o, measure);
    p = p.map((v, i) => (sign * up.byP[i] > 0 ? ends.hi[i] : up.byP[i] === 0 ? v : ends.lo[i]));
    x = x.map((v, j) => {
      const [lo, hi] = [domain[2 * j], domain[2 * j + 1]];
      return Math.min(hi, Math.max(lo, v + sign * Math.sign(up.byX[j] - down.byX[j]) * (hi - lo) * 0.5 ** (1 + step / 2)));
    });
  }
}
