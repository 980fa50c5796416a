import type { Fixed } from './fixed.js';
import { modelHash } from './hash.js';
import type { Normalisation } from './normalisation.js';
import type { Storage } from './storage.js';

/** Activations of a layer; the index is the code that the addon knows them by. */
export const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh', 'softmax'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** k classes: does the largest or the smallest output name the label? The lowest index wins a tie either way. */
export const DECISIONS = ['max', 'min'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** What of it is a constant of the program, which no change of parameters touches. None of it where there is no such field. */
  readonly fixed?: Fixed;
}

/** What the addon is given: shapes, activation codes, and the flat nominal parameters. Exact arithmetic reads the rest. */
export interface NetworkSpec {
  readonly inputs: number;
  readonly layers: { inputs: number; outputs: number; activation: number }[];
  readonly parameters: Float64Array;
  readonly normalisation?: Normalisation;
}

export interface ModelFields {
  /** Where it came from, for messages: a path, or a word. */
  readonly source: string;
  readonly inputNames: readonly (string | null)[];
  readonly layers: readonly LayerShape[];
  /** Layer by layer, weights row-major (one row per output neuron), then biases. */
  readonly parameters: Float64Array;
  /** lo0, hi0, lo1, hi1, ...; null where the file gives no bounds. */
  readonly domain: Float64Array | null;
  /** One output: label 1 is `f > level`. Null: 0.5 for a sigmoid output, 0 for any other. */
  readonly level: number | null;
  readonly decision: Decision;
  readonly labels: readonly string[] | null;
  /** Null: the network is fed its inputs as they are. */
  readonly normalisation: Normalisation | null;
  /** For people: how the file that it is from has it. */
  readonly storage?: Storage | null;
}

/**
 * A feed-forward network of dense layers, `z = W h + b`, `h' = act(z)`, perhaps behind a normalisation of its inputs, whose
 * numbers are IEEE doubles taken as exact.
 * It is made by `loadModel`, is never written to afterwards, and lies in shared memory so that workers need no copy.
 */
export class Model {
  readonly source: string;
  readonly inputNames: readonly (string | null)[];
  readonly layers: readonly LayerShape[];
  readonly parameters: Float64Array;
  readonly domain: Float64Array | null;
  readonly level: number;
  readonly decision: Decision;
  readonly labels: readonly string[] | null;
  readonly normalisation: Normalisation | null;
  readonly storage: Storage | null;
  #hash: string | undefined;
  #spec: NetworkSpec | undefined;

  constructor(fields: ModelFields) {
    this.source = fields.source;
    this.inputNames = fields.inputNames;
    this.layers = fields.layers;
    this.parameters = fields.parameters;
    this.domain = fields.domain;
    this.level = fields.level ?? (this.outputActivation === 'sigmoid' ? 0.5 : 0);
    this.decision = fields.decision;
    this.labels = fields.labels;
    this.normalisation = fields.normalisation;
    this.storage = fields.storage ?? null;
  }

  get inputCount(): number {
    return this.layers[0].inputs;
  }

  get outputCount(): number {
    return this.layers[this.layers.length - 1].outputs;
  }

  get outputActivation(): Activation {
    return this.layers[this.layers.length - 1].activation;
  }

  /** Two for one output (`f <= level` and `f > level`), else one per output. */
  get classCount(): number {
    return Math.max(2, this.outputCount);
  }

  /** SHA-256 of the exact network, as docs/model.md lays it out. Made when first asked for. */
  get hash(): string {
    return (this.#hash ??= modelHash(this));
  }

  /** The same object every time, so that a cache in the addon may hold on to it. */
  get spec(): NetworkSpec {
    return (this.#spec ??= {
      inputs: this.inputCount,
      layers: this.layers.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation: ACTIVATIONS.indexOf(activation) })),
      parameters: this.parameters,
      ...(this.normalisation === null ? {} : { normalisation: this.normalisation }),
    });
  }

  inputName(index: number): string {
    return this.inputNames[index] ?? `x${index}`;
  }

  className(label: number): string {
    return this.labels?.[label] ?? String(label);
  }
}

export function sharedDoubles(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}
