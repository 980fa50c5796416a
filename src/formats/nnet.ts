/**
 * The `.nnet` text format (K. Julian, Stanford 2016): comment lines, then a header (layers, inputs, outputs, largest layer; the
 * sizes; a flag; minima, maxima, means and ranges), then for each layer its weights, a row a line, and its biases, one a line.
 * Hidden layers are relu, the last is linear. Of the four normalisation lines the first entries count, one an input: some files
 * go on with others, and means and ranges with those of the output, which is not rescaled here.
 */
import { ParaboundError, show } from '../errors.js';
import { parameterCount } from '../network/layout.js';
import { sharedDoubles, type LayerShape, type ModelFields } from '../network/model.js';
import { isIdentity, type Normalisation } from '../network/normalisation.js';
import { NUMERAL } from './numeral.js';

/** Limits from here on stand for "none": files write them as infinite or as the largest float. */
const HUGE = 1e30;

const INFINITE = /^[+-]?inf(inity)?$/i;

/** Numbers are the nearest doubles of the numerals. Throws MODEL_INVALID with the number of the line that is wrong. */
export function parseNnet(text: string, source: string): ModelFields {
  const lines = new Lines(text, source);
  const [depth, inputs, outputs] = lines.sizes(4, 'layers, inputs, outputs and the largest layer');
  const sizes = lines.sizes(depth + 1, `the sizes of ${depth} layers, after the inputs`);
  if (sizes[0] !== inputs) throw lines.invalid(`${sizes[0]} inputs`, `${inputs}, as in the line before`);
  if (sizes[depth] !== outputs) throw lines.invalid(`${sizes[depth]} outputs`, `${outputs}, as in the line before`);
  const layers: LayerShape[] = sizes.slice(1).map((size, l) => ({ inputs: sizes[l], outputs: size, activation: l + 1 === depth ? 'linear' : 'relu' }));
  // Nothing is set aside for numbers that the file has no room for: each takes a character at least.
  const count = parameterCount(layers);
  if (count > text.length) throw lines.invalid(`${count} parameters in a file of ${text.length} characters`, 'as many as the file has');
  lines.words(1, 'one number, the flag').forEach((word) => lines.finite(word));
  const normalisation = readNormalisation(lines, inputs);

  const parameters = sharedDoubles(count);
  let next = 0;
  for (const [l, layer] of layers.entries()) {
    for (let row = 0; row < layer.outputs; row++) {
      for (const word of lines.words(layer.inputs, `${layer.inputs} numbers, row ${row} of the weights of layer ${l}`)) parameters[next++] = lines.finite(word);
    }
    for (let row = 0; row < layer.outputs; row++) {
      for (const word of lines.words(1, `one number, bias ${row} of layer ${l}`)) parameters[next++] = lines.finite(word);
    }
  }
  lines.end();

  const { lower, upper } = normalisation;
  const bounded = lower.every(Number.isFinite) && upper.every(Number.isFinite);
  return {
    source,
    inputNames: Array.from({ length: inputs }, () => null),
    layers,
    parameters,
    domain: bounded ? Float64Array.from({ length: 2 * inputs }, (_, i) => (i % 2 === 0 ? lower : upper)[i >> 1]) : null,
    level: null,
    decision: 'max',
    labels: null,
    normalisation: isIdentity(normalisation) ? null : normalisation,
    storage: { format: '.nnet', tensors: [] },
  };
}

function readNormalisation(lines: Lines, inputs: number): Normalisation {
  const read = (what: string, number: (word: string, i: number) => number): Float64Array => {
    const words = lines.words(inputs, `${what}, one for each of ${inputs} inputs`, true);
    return Float64Array.from(words.slice(0, inputs), number);
  };
  const limit = (word: string): number => {
    const value = INFINITE.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : lines.number(word);
    return Math.abs(value) >= HUGE ? Math.sign(value) * Infinity : value;
  };
  const none = (value: number, i: number): Error => lines.invalid(`${value} for input ${i}`, 'a minimum that is at most the maximum');
  const lower = read('minima', limit);
  lower.forEach((value, i) => { if (value === Infinity) throw none(value, i); });
  const upper = read('maxima', limit);
  upper.forEach((value, i) => { if (value === -Infinity || value < lower[i]) throw none(lower[i], i); });
  const mean = read('means', (word) => lines.finite(word));
  const range = read('ranges', (word, i) => {
    const value = lines.finite(word);
    if (!(value > 0)) throw lines.invalid(`range ${show(word)} of input ${i}`, 'a number above zero');
    return value;
  });
  return { mean, range, lower, upper };
}

/** The lines that are neither empty nor comments, one after the other, and where the reader stands. */
class Lines {
  readonly #lines: string[];
  readonly #source: string;
  #at = 0;

  constructor(text: string, source: string) {
    this.#lines = text.split(/\r\n|\n|\r/);
    this.#source = source;
  }

  invalid(what: string, expected: string): ParaboundError {
    return new ParaboundError('MODEL_INVALID', what, `line ${this.#at} of ${this.#source}`, expected);
  }

  /** The comma-separated words of the next line; a comma may follow the last. */
  words(count: number, expected: string, orMore = false): string[] {
    const line = this.#next();
    if (line === null) throw this.invalid('the file ends', expected);
    const words = line.split(',').map((word) => word.trim());
    if (words[words.length - 1] === '') words.pop();
    if (words.length < count || (!orMore && words.length > count)) throw this.invalid(`${words.length} numbers`, expected);
    return words;
  }

  sizes(count: number, expected: string): number[] {
    return this.words(count, expected).map((word) => {
      const size = this.number(word);
      if (!Number.isSafeInteger(size) || size < 1) throw this.invalid(show(word), `whole numbers above zero: ${expected}`);
      return size;
    });
  }

  number(word: string): number {
    if (!NUMERAL.test(word)) throw this.invalid(show(word), 'a number');
    return Number(word);
  }

  finite(word: string): number {
    const value = this.number(word);
    if (!Number.isFinite(value)) throw this.invalid(show(word), 'a finite number');
    return value;
  }

  end(): void {
    const line = this.#next();
    if (line !== null) throw this.invalid(show(line), 'the end of the file, after the last bias');
  }

  #next(): string | null {
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++].trim();
      if (line !== '' && !line.startsWith('//')) return line;
    }
    return null;
  }
}
