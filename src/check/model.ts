/** The checker's own readers of networks, and the hash that a certificate knows a network by. See docs/model.md. */
import { createHash } from 'node:crypto';
import { ACTIVATIONS } from './functions.js';

export type CheckedModel = ReturnType<typeof readModel>;

/** .nnet: limits from here on stand for "none". */
const HUGE = 1e30;

export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new RangeError(what);
}

/** Fields of a JSON object. One that is not known might change what the network computes. */
export function fields<K extends string>(value: unknown, known: readonly K[], what: string): { [key in K]?: unknown } {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object`);
  for (const key of Object.keys(value)) demand(known.includes(key as K), `${what} has an unknown field ${JSON.stringify(key).slice(0, 60)}`);
  return value;
}

/** Each of a list as `of` reads it, which is told its index too. */
export function list<T>(value: unknown, what: string, of: (each: unknown, what: string, i: number) => T, length?: number): T[] {
  demand(Array.isArray(value) && value.length > 0 && (length === undefined || value.length === length), `${what} is no list of ${length ?? 'at least one'}`);
  return value.map((each, i) => of(each, what, i));
}

export const finite = (value: unknown, what: string): number => {
  demand(typeof value === 'number' && Number.isFinite(value), `${what} is no finite number`);
  return value;
};
export const doubles = (value: unknown, what: string, length: number): Float64Array => Float64Array.from(list(value, what, finite, length));

export function oneOf<T>(value: unknown, of: readonly T[], what: string): T {
  demand(of.includes(value as T), `${what} is none of ${of.filter((each) => each !== undefined).join(', ')}`);
  return value as T;
}

export function readModel(text: string, nnet: boolean) {
  const root = fields(nnet ? parseNnet(text) : JSON.parse(text), ['format', 'inputs', 'normalisation', 'layers', 'output', 'name', 'about'], 'the model');
  demand(root.format === 'parabound-model@1', 'the model is no parabound-model@1');
  const width = list(root.inputs, 'inputs', (each) => each).length, parameters: number[] = [];
  let inputs = width;
  const layers = list(root.layers, 'layers', (value, _, l) => {
    const what = `layer ${l}`, layer = fields(value, ['weights', 'bias', 'activation', 'fixed'], what), activation = oneOf(layer.activation, ACTIVATIONS, `${what}: activation`);
    const rows = list(layer.weights, what, (row) => list(row, what, finite, inputs)), shape = { inputs, outputs: rows.length, activation };
    oneOf(layer.fixed, [undefined, true, 'bias'], `${what}: fixed`); // about boxes of parameters, and each certificate states its own
    for (const row of [...rows, list(layer.bias, what, finite, rows.length)]) for (const each of row) parameters.push(each);
    inputs = rows.length;
    return shape;
  });
  demand(layers.every(({ activation, outputs }, l) => activation !== 'softmax' || (l === layers.length - 1 && outputs > 1)), 'a softmax of one output, or on a hidden layer');
  const { level, decision } = fields(root.output ?? {}, ['level', 'decision', 'labels'], 'output'), usual = layers[layers.length - 1].activation === 'sigmoid' ? 0.5 : 0;
  const rule = { level: level === undefined ? usual : finite(level, 'level'), smallest: oneOf(decision, [undefined, 'max', 'min'], 'the decision') === 'min' };
  const normalisation = root.normalisation === undefined ? null : readNormalisation(root.normalisation, width);
  return { layers, parameters: Float64Array.from(parameters) as Float64Array, normalisation, ...rule };
}

/** A limit that is null, or not there, is none. What changes no input is no normalisation. */
function readNormalisation(value: unknown, inputs: number) {
  const what = 'the normalisation', n = fields(value, ['mean', 'range', 'lower', 'upper'], what), nulls = new Array<null>(inputs).fill(null);
  const limits = (none: number, each: unknown = nulls): Float64Array => Float64Array.from(list(each, what, (limit) => (limit === null ? none : finite(limit, what)), inputs));
  const mean = doubles(n.mean, what, inputs), range = doubles(n.range, what, inputs), lower = limits(-Infinity, n.lower), upper = limits(Infinity, n.upper);
  demand(range.every((r, i) => r > 0 && lower[i] <= upper[i]), `${what} is none`);
  return mean.every((m, i) => m === 0 && range[i] === 1 && lower[i] === -Infinity && upper[i] === Infinity) ? null : { mean, range, lower, upper };
}

/** As JSON of our own. Lines that are neither empty nor comments: four sizes, the sizes of layers, a flag, four lines of the normalisation, the layers. */
function parseNnet(text: string): object {
  const lines = text.split(/\r\n|\n|\r/).map((each) => each.trim()).filter((each) => each !== '' && !each.startsWith('//'));
  let at = 0;
  const numbers = (count: number, more = false): number[] => {
    const words = (lines[at++] ?? '').replace(/,\s*$/, '').split(',');
    demand(more ? words.length >= count : words.length === count, `line ${at} of numbers: ${words.length} instead of ${count}`);
    return words.slice(0, count).map((word) => {
      demand(/^\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?)\s*$/i.test(word), `line ${at} of numbers: ${JSON.stringify(word).slice(0, 60)}`);
      return /inf/i.test(word) ? (word.includes('-') ? -Infinity : Infinity) : Number(word);
    });
  };
  const [depth, inputs, outputs] = numbers(4);
  demand(depth >= 1 && depth < lines.length, `${depth} layers`);
  const sizes = numbers(depth + 1), fit = sizes[0] === inputs && sizes[depth] === outputs;
  demand(fit && sizes.every((size, l) => Number.isSafeInteger(size) && size > 0 && (l === 0 || size < lines.length)), 'the sizes disagree');
  numbers(1);
  const limits = (sign: 1 | -1): unknown[] => numbers(inputs, true).map((limit) => (sign * limit >= HUGE ? null : sign * limit > -HUGE ? limit : Infinity));
  const normalisation = { lower: limits(-1), upper: limits(1), mean: numbers(inputs, true), range: numbers(inputs, true) };
  const layers = sizes.slice(1).map((size, l) => {
    const rows = (count: number): number[][] => Array.from({ length: size }, () => numbers(count));
    return { weights: rows(sizes[l]), bias: rows(1).flat(), activation: l + 1 === depth ? 'linear' : 'relu' };
  });
  demand(at === lines.length, 'the file goes on after the last bias');
  return { format: 'parabound-model@1', inputs: normalisation.mean, normalisation, layers };
}

/** SHA-256 of what the network computes and how it decides, little-endian, -0 as 0; docs/model.md lays it out. */
export function modelHash({ layers, parameters, normalisation: n, level, smallest }: CheckedModel): string {
  const hash = createHash('sha256').update('parabound-model-hash@1\n'), single = layers[layers.length - 1].outputs === 1;
  const put = (values: ArrayLike<number>, size: 4 | 8): void => {
    const view = new DataView(new ArrayBuffer(values.length * size));
    for (let i = 0; i < values.length; i++) if (size === 4) view.setUint32(4 * i, values[i], true); else view.setFloat64(8 * i, values[i] + 0, true);
    hash.update(view);
  };
  put([layers[0].inputs, layers.length, ...layers.flatMap((layer) => [layer.inputs, layer.outputs, ACTIVATIONS.indexOf(layer.activation)])], 4);
  put(parameters, 8);
  put([!single && smallest ? 1 : 0], 4);
  put([single ? level : 0], 8);
  if (n !== null) for (const values of [n.mean, n.range, n.lower, n.upper]) put(values, 8);
  return hash.digest('hex');
}
