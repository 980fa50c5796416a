/** The checker's own readers of networks, and the hash that a certificate knows a network by. See docs/model.md. */
import { createHash } from 'node:crypto';
import type { Activation } from './functions.js';
import type { Shape } from './network.js';
import type { CheckedModel, Normalisation } from './witness.js';

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'sigmoid', 'tanh', 'softmax'];
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

export function list(value: unknown, what: string, length?: number): unknown[] {
  demand(Array.isArray(value) && value.length > 0 && (length === undefined || value.length === length), `${what} is no list of ${length ?? 'at least one'}`);
  return value;
}

export function finite(value: unknown, what: string): number {
  demand(typeof value === 'number' && Number.isFinite(value), `${what} is no finite number`);
  return value;
}

export function readModel(text: string, nnet: boolean): CheckedModel {
  return nnet ? readNnet(text) : readJson(text);
}

function readJson(text: string): CheckedModel {
  const root = fields(JSON.parse(text), ['format', 'inputs', 'normalisation', 'layers', 'output', 'name', 'about'], 'the model');
  demand(root.format === 'parabound-model@1', 'the model is no parabound-model@1');
  const parameters: number[] = [], all = list(root.layers, 'layers'), width = list(root.inputs, 'inputs').length;
  let before = width;
  const layers = all.map((value, l): Shape => {
    const layer = fields(value, ['weights', 'bias', 'activation', 'fixed'], `layer ${l}`), activation = layer.activation as Activation, inputs = before;
    const rows = list(layer.weights, `layer ${l}`);
    demand(layer.fixed === undefined || layer.fixed === true || layer.fixed === 'bias', `layer ${l} is not fixed so`); // about boxes of parameters, and each certificate states its own
    demand(ACTIVATIONS.includes(activation) && (activation !== 'softmax' || (l === all.length - 1 && rows.length > 1)), `layer ${l} has no such activation`);
    for (const row of [...rows.map((each) => list(each, `layer ${l}`, inputs)), list(layer.bias, `layer ${l}`, rows.length)]) {
      for (const each of row) parameters.push(finite(each, `layer ${l}`));
    }
    before = rows.length;
    return { inputs, outputs: before, activation };
  });
  const { level, decision } = fields(root.output ?? {}, ['level', 'decision', 'labels'], 'output');
  demand(decision === undefined || decision === 'max' || decision === 'min', 'the decision is neither max nor min');
  const usual = layers[layers.length - 1].activation === 'sigmoid' ? 0.5 : 0;
  return { layers, parameters: Float64Array.from(parameters), normalisation: normalisationOf(root.normalisation, width), level: level === undefined ? usual : finite(level, 'level'), smallest: decision === 'min' };
}

/** Null in `lower` and `upper`, or neither of them there, is no limit. What changes no input is no normalisation. */
function normalisationOf(value: unknown, inputs: number): Normalisation | null {
  if (value === undefined) return null;
  const given = fields(value, ['mean', 'range', 'lower', 'upper'], 'the normalisation');
  const numbers = (each: unknown): Float64Array => Float64Array.from(list(each, 'the normalisation', inputs), (number) => finite(number, 'the normalisation'));
  const limits = (each: unknown, none: number): Float64Array => each === undefined ? new Float64Array(inputs).fill(none)
    : Float64Array.from(list(each, 'the normalisation', inputs), (limit) => limit === null ? none : finite(limit, 'the normalisation'));
  return unlessIdentity({ mean: numbers(given.mean), range: numbers(given.range), lower: limits(given.lower, -Infinity), upper: limits(given.upper, Infinity) });
}

function unlessIdentity(n: Normalisation): Normalisation | null {
  const { mean, range, lower, upper } = n;
  demand(lower.every((value, i) => value <= upper[i] && value < Infinity && upper[i] > -Infinity && Number.isFinite(mean[i]) && range[i] > 0 && range[i] < Infinity), 'the normalisation is none');
  return mean.every((m, i) => m === 0 && range[i] === 1 && lower[i] === -Infinity && upper[i] === Infinity) ? null : n;
}

/** Lines that are neither empty nor comments: four sizes, the sizes of layers, a flag, four lines of the normalisation, the layers. */
function readNnet(text: string): CheckedModel {
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
  const sizes = numbers(depth + 1);
  demand(sizes.every((size) => Number.isSafeInteger(size) && size > 0) && sizes[0] === inputs && sizes[depth] === outputs, 'the sizes disagree');
  numbers(1);
  const [lower, upper, mean, range] = [0, 0, 0, 0].map(() => Float64Array.from(numbers(inputs, true)));
  for (const limits of [lower, upper]) limits.forEach((value, i) => { if (Math.abs(value) >= HUGE) limits[i] = Math.sign(value) * Infinity; });
  const normalisation = unlessIdentity({ mean, range, lower, upper }), parameters: number[] = [];
  const layers = sizes.slice(1).map((size, l): Shape => {
    for (let row = 0; row < size; row++) for (const each of numbers(sizes[l])) parameters.push(finite(each, `layer ${l}`));
    for (let row = 0; row < size; row++) parameters.push(finite(numbers(1)[0], `layer ${l}`));
    return { inputs: sizes[l], outputs: size, activation: l + 1 === depth ? 'linear' : 'relu' };
  });
  demand(at === lines.length, 'the file goes on after the last bias');
  return { layers, parameters: Float64Array.from(parameters), normalisation, level: 0, smallest: false };
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
