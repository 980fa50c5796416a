import type { WorkerPool } from '../search/pool.js';
import { availableParallelism } from 'node:os';
import { ParaboundError, show } from '../errors.js';
import { Model } from '../network/model.js';
import { checkOption, OPTIONS, optionNamed } from '../options.js';
import type { Measure } from '../search/native.js';
import type { Progress } from '../search/request.js';
import type { Granularity, Scheme } from '../quantize/words.js';
import type { Units } from './units.js';

/** What every query takes. Ranges and defaults are those of the option table; the box needs one of the fields that give one. */
export interface QueryOptions {
  /** The box p0 +- delta. With `against`: that model's parameters +- delta. */
  delta?: number;
  /** The box |p - p0| <= deltaRelative * |p0|. */
  deltaRelative?: number;
  /** `weights`, `biases`, layers from 0 (`0,2`, `1-3`), or a kind and layers (`weights,0`); the rest stays fixed. */
  perturb?: string;
  /** Any box, flat: layer by layer, weights row-major, then biases. */
  parameters?: { lower: ArrayLike<number>; upper: ArrayLike<number> };
  /** The box is this model's parameters (+- delta); the nominal network stays the first. */
  against?: Model;
  /** A number format, or one for each layer: the box is the copy that rounding makes (`as: 'box'`: all that any rounding could). */
  quantize?: string;
  granularity?: Granularity;
  scheme?: Scheme;
  quantizeBiases?: boolean;
  as?: 'copy' | 'box';
  /** `magnitude:30%`: the smallest weights are zero, before anything is rounded. */
  prune?: string;
  /** `magnitude:30%`: those weights anywhere between 0 and their value. */
  pruneBox?: string;
  /** The format in which a device multiplies and adds: the answer is about what it computes. */
  arithmetic?: 'real' | 'fp32' | 'bf16' | 'fp16';
  /** What it rounds between layers: `int8`, `fp16@1-2`, `int8[0..6]@input,0`. */
  activations?: string;
  /** How far its sigmoid and tanh are off, in units in the last place. */
  activationUlps?: number;
  /** One [lower, upper] for each input. Default: the model's own. */
  domain?: readonly (readonly [number, number])[];
  /** One input instead of a domain. */
  at?: ArrayLike<number>;
  level?: number;
  outputs?: readonly number[];
  output?: Measure;
  decision?: 'max' | 'min';
  /** Of inputs, where the model normalises them: before (default) or after. */
  units?: Units;
  gap?: number;
  relativeGap?: number;
  /** Seconds of wall time. */
  timeout?: number;
  maxBoxes?: number;
  threads?: number;
  seed?: number;
  /** Do boxes that no split can settle go to Z3, if z3-solver is installed? `always`: also what a limit leaves. */
  smt?: 'off' | 'auto' | 'always';
  /** Seconds for each such box. */
  smtTimeout?: number;
  witness?: 'full' | 'none';
  /** Where to write a proof of the result, for `check`. */
  certificate?: string;
  /** Seconds of wall time for making it, after the search. */
  certificateTimeout?: number;
  /** An abort resolves with what was proved by then, with status `interrupted`. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress & { label?: number }) => void;
  /** A pool made by the caller; by default the process has one. */
  pool?: WorkerPool;
  /** Said among the notes of the result: what the caller knows of the question, such as where the domain is from. */
  notes?: readonly string[];
}

/** What stops a search. */
export interface Limits {
  readonly gap: number;
  readonly relativeGap: number;
  readonly timeoutMs: number | undefined;
  readonly maxBoxes: number | undefined;
  readonly threads: number;
  readonly seed: number;
  readonly smt: 'off' | 'auto' | 'always';
  readonly smtTimeoutMs: number;
}

/** Fields that are no options of the command, and how to tell them. */
const HANDLES: Record<string, { expected: string; holds: (value: object) => boolean }> = {
  signal: { expected: 'an AbortSignal', holds: (value) => 'aborted' in value && 'addEventListener' in value },
  onProgress: { expected: 'a function', holds: (value) => typeof value === 'function' },
  notes: { expected: 'a list of texts', holds: (value) => Array.isArray(value) && value.every((note) => typeof note === 'string') },
  pool: { expected: 'a WorkerPool', holds: (value) => 'threads' in value && 'close' in value },
};

/** Refuses fields that do not exist, and values that are not of the kind or in the range of their option. */
export function checkOptions(options: object, properties: readonly ('epsilon' | 'sigma')[] = []): void {
  if (typeof options !== 'object' || options === null) throw new ParaboundError('OPTION_INVALID', show(options), 'options', 'an object');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const handle = Object.hasOwn(HANDLES, name) ? HANDLES[name] : undefined;
    if (handle !== undefined) {
      const legal = (typeof value === 'object' || typeof value === 'function') && value !== null && handle.holds(value as object);
      if (!legal) throw new ParaboundError('OPTION_INVALID', show(value), name, handle.expected);
      continue;
    }
    const option = OPTIONS.find((each) => each.name === name && each.commandOnly !== true);
    if (option === undefined || ['decide', 'export', 'report', 'verdict'].includes(option.group) || (option.group === 'property' && !properties.includes(name as 'epsilon' | 'sigma'))) {
      throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(name)}`, 'options', 'the options of docs/library.md');
    }
    checkOption(option, value, name);
  }
  for (const name of properties) {
    if ((options as Record<string, unknown>)[name] === undefined) {
      throw new ParaboundError('OPTION_REQUIRED', `${name} is missing`, 'options', `${name}, ${optionNamed(name).help}`);
    }
  }
}

export function checkModel(model: unknown, where: string): asserts model is Model {
  if (!(model instanceof Model)) throw new ParaboundError('MODEL_INVALID', show(model), where, 'a model from loadModel');
}

export function limitsOf(options: QueryOptions): Limits {
  return {
    gap: options.gap ?? (optionNamed('gap').default as number),
    relativeGap: options.relativeGap ?? (optionNamed('relativeGap').default as number),
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    maxBoxes: options.maxBoxes,
    threads: options.threads ?? availableParallelism(),
    seed: options.seed ?? (optionNamed('seed').default as number),
    smt: options.smt ?? (optionNamed('smt').default as 'auto'),
    smtTimeoutMs: (options.smtTimeout ?? (optionNamed('smtTimeout').default as number)) * 1000,
  };
}
