/**
 * Seeded random networks, boxes and inputs, in the engine's flat form and as model files. Weights are
 * He-initialised and biases have deviation 0.1, as in the benchmarks; `adversarial` spoils them on purpose.
 */
import { seededRandom } from '../../src/random.js';
import { LINEAR, RELU, SIGMOID, SOFTMAX, TANH } from '../../src/exact/activations.js';

export interface FlatNetwork {
  inputs: number;
  layers: { inputs: number; outputs: number; activation: number }[];
  parameters: Float64Array;
}

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  between(lo: number, hi: number): number;
  /** Standard normal, by Box and Muller. */
  normal(): number;
  /** Uniform in 0 .. n - 1. */
  below(n: number): number;
  pick<T>(values: readonly T[]): T;
  /** Any finite double, exponents uniform. */
  anyDouble(): number;
}

export function random(seed: number): Random {
  const uniform = seededRandom(seed);
  const below = (n: number): number => Math.floor(uniform() * n);
  return {
    uniform,
    below,
    between: (lo, hi) => lo + (hi - lo) * uniform(),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (values) => values[below(values.length)],
    anyDouble: () => {
      const view = new DataView(new ArrayBuffer(8));
      // Sign, an exponent that is not all ones, and a fraction that is often sparse.
      view.setUint32(0, ((below(2) << 31) | (below(2047) << 20) | (uniform() < 0.3 ? 0 : below(2 ** 20))) >>> 0);
      view.setUint32(4, uniform() < 0.5 ? 0 : below(2 ** 32));
      return view.getFloat64(0);
    },
  };
}

export const activationNames = ['linear', 'relu', 'sigmoid', 'tanh', 'softmax'] as const;
export const activationCodes = { linear: LINEAR, relu: RELU, sigmoid: SIGMOID, tanh: TANH, softmax: SOFTMAX };
export type ActivationName = keyof typeof activationCodes;

/** sizes [2, 3, 1] is two inputs, three hidden units, one output. */
export function heNetwork(r: Random, sizes: readonly number[], hidden: ActivationName, output: ActivationName): FlatNetwork {
  const layers = sizes.slice(1).map((outputs, l) => ({
    inputs: sizes[l],
    outputs,
    activation: activationCodes[l === sizes.length - 2 ? output : hidden],
  }));
  const parameters = layers.flatMap((layer) => [
    ...Array.from({ length: layer.inputs * layer.outputs }, () => r.normal() * Math.sqrt(2 / layer.inputs)),
    ...Array.from({ length: layer.outputs }, () => 0.1 * r.normal()),
  ]);
  return { inputs: sizes[0], layers, parameters: Float64Array.from(parameters) };
}

/** Where each layer's weights and biases lie in the flat parameters. */
export function layout(network: FlatNetwork): { weights: number; biases: number; end: number }[] {
  let offset = 0;
  return network.layers.map(({ inputs, outputs }) => {
    const weights = offset;
    const biases = weights + inputs * outputs;
    offset = biases + outputs;
    return { weights, biases, end: offset };
  });
}

/** Ways to spoil a network, each a trap for an evaluation in doubles or for a relaxation. */
export const spoilers = {
  none: () => undefined,
  /** Sums that cancel: pairs of parameters 2^24 and 2^24 + 1 times larger, with opposite signs. */
  cancelling: (network, r) => {
    const p = network.parameters;
    for (let i = 0; i + 1 < p.length; i += 2 + r.below(3)) {
      p[i + 1] = -p[i] * (1 + 2 ** -24);
      p[i] *= 2 ** 24;
      p[i + 1] *= 2 ** 24;
    }
  },
  huge: (network, r) => {
    network.parameters.forEach((v, i, p) => (p[i] = r.uniform() < 0.2 ? v * 1e6 : v));
  },
  zeros: (network, r) => {
    network.parameters.forEach((v, i, p) => (p[i] = r.uniform() < 0.5 ? 0 : v));
  },
  /** Every neuron of the first layer is a copy of the first. */
  duplicated: (network) => {
    const { inputs, outputs } = network.layers[0];
    const [{ weights, biases }] = layout(network);
    for (let row = 1; row < outputs; row++) {
      network.parameters.copyWithin(weights + row * inputs, weights, weights + inputs);
      network.parameters[biases + row] = network.parameters[biases];
    }
  },
  /** The first layer's biases are so low that no relu of it opens. */
  dead: (network) => {
    const [{ biases, end }] = layout(network);
    network.parameters.fill(-50, biases, end);
  },
  /** Small integers: exact ties of labels and kinks at round inputs. */
  integers: (network, r) => {
    network.parameters.forEach((_v, i, p) => (p[i] = r.below(5) - 2));
  },
  saturated: (network) => {
    network.parameters.forEach((v, i, p) => (p[i] = 30 * v));
  },
  tiny: (network) => {
    network.parameters.forEach((v, i, p) => (p[i] = 1e-160 * v));
  },
} satisfies Record<string, (network: FlatNetwork, r: Random) => void>;
export type Spoiler = keyof typeof spoilers;

/** The network as a parabound-model@1 object. */
export function modelFile(network: FlatNetwork, domain: ArrayLike<number>, output: object = {}): object {
  const places = layout(network);
  return {
    format: 'parabound-model@1',
    inputs: Array.from({ length: network.inputs }, (_, i) => ({ name: `x${String(i)}`, lower: domain[2 * i], upper: domain[2 * i + 1] })),
    layers: network.layers.map((layer, l) => ({
      weights: Array.from({ length: layer.outputs }, (_, row) => {
        const start = places[l].weights + row * layer.inputs;
        return [...network.parameters.slice(start, start + layer.inputs)];
      }),
      bias: [...network.parameters.slice(places[l].biases, places[l].end)],
      activation: activationNames[layer.activation],
    })),
    output,
  };
}

/** A domain lo0,hi0,...: cubes, boxes that straddle zero, one-sided boxes, and sides of length zero. */
export function randomDomain(r: Random, inputs: number): Float64Array {
  const sides = Array.from({ length: inputs }, () => r.pick([
    [-1, 1], [0, 1], [-1, 0], [-0.25, 2], [0.5, 0.5], [1, 3], [-2, -0.125], [r.between(-2, 0), r.between(0, 2)],
  ]));
  return Float64Array.from(sides.flat());
}

/** An input inside the domain; corners and zeros often. */
export function randomInput(r: Random, domain: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: domain.length / 2 }, (_, i) => {
    const [lo, hi] = [domain[2 * i], domain[2 * i + 1]];
    const inside = Math.min(hi, Math.max(lo, r.between(lo, hi)));
    return r.pick([lo, hi, inside, inside, lo <= 0 && 0 <= hi ? 0 : inside]);
  });
}
