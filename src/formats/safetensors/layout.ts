/**
 * A safetensors file has tensors and no network. A small file beside it, `name.layout.json`, says which tensors are the weights and
 * biases of which layer, how they are stored, and what stands between them.
 */
import { ParaboundError, show } from '../../errors.js';
import { Dyadic } from '../../exact/dyadic.js';
import { readBytes, readJson } from '../../network/files.js';
import type { ModelFields } from '../../network/model.js';
import { MODEL_FORMAT, parseModel } from '../../network/parse.js';
import { pathBeside } from '../beside.js';
import { parseSafetensors, valuesOf, type StoredTensor } from './file.js';

export const LAYOUT_FORMAT = 'parabound-layout@1';

type Fields = Record<string, unknown>;
type Refuse = (what: string, expected: string) => ParaboundError;

export function isLayout(json: unknown): json is Fields {
  return typeof json === 'object' && json !== null && (json as Fields).format === LAYOUT_FORMAT;
}

/** For a path that ends in `.safetensors`: its layout is looked for beside it. */
export async function readSafetensors(path: string): Promise<ModelFields> {
  const at = layoutPath(path);
  let json: unknown;
  try {
    json = await readJson(at, 'layout');
  } catch (error) {
    if (error instanceof ParaboundError && error.code === 'FILE_NOT_FOUND') {
      throw new ParaboundError('FILE_NOT_FOUND', 'no layout file', at, 'one beside the .safetensors file, which says what its tensors are (docs/formats.md)');
    }
    throw error;
  }
  const refuse: Refuse = (what, expected) => new ParaboundError('MODEL_INVALID', what, `tensors in ${at}`, expected);
  const named = tensorsPath(json, at);
  if (named !== pathBeside(path, baseName(path), refuse)) throw refuse(show((json as Fields).tensors), show(baseName(path)));
  return parseLayout(json, at, await readBytes(named, 'tensors'), named);
}

/** For a layout file that was named itself. */
export async function readLayout(json: Fields, path: string): Promise<ModelFields> {
  const named = tensorsPath(json, path);
  return parseLayout(json, path, await readBytes(named, 'tensors'), named);
}

function tensorsPath(json: unknown, at: string): string {
  const name = isLayout(json) && json.tensors !== undefined ? json.tensors : tensorsName(at);
  return pathBeside(at, name, (what, expected) => new ParaboundError('MODEL_INVALID', what, `tensors in ${at}`, expected));
}

/** `source` is where the layout is from, `file` where the tensors are. */
export function parseLayout(json: unknown, source: string, bytes: Buffer, file: string): ModelFields {
  const invalid = (what: string, field: string, expected: string) => new ParaboundError('MODEL_INVALID', what, field === '' ? source : `${field} in ${source}`, expected);
  const root = object(json, ['format', 'tensors', 'inputs', 'normalisation', 'layers', 'output', 'ignore', 'name', 'about'], (what, expected) => invalid(what, '', expected));
  if (root.format !== LAYOUT_FORMAT) throw invalid(root.format === undefined ? 'missing' : show(root.format), 'format', show(LAYOUT_FORMAT));
  const tensors = parseSafetensors(bytes, file);
  const stored = Array.from(tensors.values(), ({ name, shape, dtype }) => ({ name, shape, type: dtype }));
  return { ...networkOf(root, tensors, file, source, invalid), storage: { format: `safetensors with ${LAYOUT_FORMAT}`, tensors: stored } };
}

function networkOf(root: Fields, tensors: ReadonlyMap<string, StoredTensor>, file: string, source: string, invalid: (what: string, field: string, expected: string) => ParaboundError): ModelFields {
  const used = new Set<string>();
  if (!Array.isArray(root.layers) || root.layers.length === 0) throw invalid(show(root.layers ?? null), 'layers', 'a list of layers, not empty');
  const ignore = root.ignore ?? [];
  if (!Array.isArray(ignore) || !ignore.every((name) => typeof name === 'string')) throw invalid(show(ignore), 'ignore', 'a list of tensors\' names');

  const layers = (root.layers as unknown[]).map((value, l) => {
    const at = (field: string): Refuse => (what, expected) => invalid(what, `layers[${l}]${field}`, expected);
    const { name, order = 'out-in', activation = 'linear', fixed, ...given } = object(value, ['name', 'weights', 'bias', 'order', 'activation', 'fixed'], at(''));
    if (order !== 'out-in' && order !== 'in-out') throw at('.order')(show(order), 'out-in or in-out');
    if (name !== undefined && typeof name !== 'string') throw at('.name')(show(name), 'what stands before .weight and .bias');
    const weights = tensorOf(given.weights ?? (name === undefined ? undefined : `${name}.weight`), at('.weights'));
    if (weights.shape.length !== 2) throw at('.weights')(`shape [${weights.shape.join(', ')}]`, 'two sides');
    const bias = given.bias === null || (given.bias === undefined && (name === undefined || !tensors.has(`${name}.bias`))) ? null : tensorOf(given.bias ?? `${name as string}.bias`, at('.bias'));
    const [outputs, inputs] = order === 'out-in' ? weights.shape : [weights.shape[1], weights.shape[0]];
    if (bias !== null && String(bias.shape) !== String([outputs])) throw at('.bias')(`shape [${bias.shape.join(', ')}]`, `[${outputs}], one number for each output`);
    const rows = order === 'out-in'
      ? Array.from({ length: outputs }, (_, o) => weights.values.subarray(o * inputs, (o + 1) * inputs))
      : Array.from({ length: outputs }, (_, o) => Float64Array.from({ length: inputs }, (__, i) => weights.values[i * outputs + o]));
    // A bias that the file does not have is no parameter, and stays zero.
    const still = fixed ?? (bias === null ? 'bias' : undefined);
    return { weights: rows, bias: bias?.values ?? new Float64Array(outputs), activation, ...(still === undefined ? {} : { fixed: still }) };
  });
  for (const name of ignore) if (!tensors.has(name)) throw invalid(`no tensor ${show(name)}`, 'ignore', `tensors of ${file}`);
  const unused = [...tensors.keys()].find((name) => !used.has(name) && !(ignore).includes(name));
  if (unused !== undefined) throw invalid(`tensor ${show(unused)} of ${file} is not used`, 'layers', 'every tensor in a layer, or in ignore');
  const inputs = root.inputs ?? Array.from(layers[0].weights[0], () => ({}));
  const { normalisation, output } = root;
  return parseModel({ format: MODEL_FORMAT, inputs, layers, ...(normalisation === undefined ? {} : { normalisation }), ...(output === undefined ? {} : { output }) }, source);

  function tensorOf(value: unknown, refuse: Refuse): { shape: readonly number[]; values: Float64Array } {
    if (value === undefined) throw refuse('missing', 'the name of a tensor, or name for name.weight and name.bias');
    const { tensor, scale, zeroPoint, axis = 0 } = typeof value === 'string' ? { tensor: value } as Fields : object(value, ['tensor', 'scale', 'zeroPoint', 'axis'], refuse);
    if (used.has(tensor as string)) throw refuse(`tensor ${show(tensor)} is used already`, 'a tensor of its own');
    const stored = find(tensor, refuse);
    const values = valuesOf(stored, file);
    if (values.length === 0) throw refuse(`shape [${stored.shape.join(', ')}]`, 'sides above zero');
    if (scale === undefined && zeroPoint === undefined) return { shape: stored.shape, values };
    if (scale === undefined) throw refuse('a zeroPoint without a scale', 'both, or a scale alone');
    if (!Number.isSafeInteger(axis) || (axis as number) < 0 || (axis as number) >= Math.max(stored.shape.length, 1)) throw refuse(`axis ${show(axis)}`, `an axis of shape [${stored.shape.join(', ')}], from 0`);
    // Index i of row-major values is at (i / inner) % side of the axis.
    const side = stored.shape[axis as number] ?? 1;
    const inner = stored.shape.slice((axis as number) + 1).reduce((product, each) => product * each, 1);
    const [scales, zeros] = [along(scale, 'scale', side, refuse), along(zeroPoint ?? 0, 'zeroPoint', side, refuse)];
    for (let i = 0; i < values.length; i++) {
      const k = Math.floor(i / inner) % side;
      values[i] = exactly(scales[k], values[i], zeros[k], () => refuse(`scale * (q - zeroPoint) of element ${i} is no double`, 'numbers that are taken without rounding'));
    }
    return { shape: stored.shape, values };
  }

  /** A number, or a tensor of one or of one for each place along the axis. */
  function along(value: unknown, what: string, side: number, refuse: Refuse): Float64Array {
    if (typeof value === 'number') return new Float64Array(side).fill(value);
    const stored = find(value, refuse);
    const values = valuesOf(stored, file);
    if (values.length !== 1 && values.length !== side) throw refuse(`${what} ${show(value)} of shape [${stored.shape.join(', ')}]`, `one number, or ${side}, one for each place along the axis`);
    return values.length === side ? values : new Float64Array(side).fill(values[0]);
  }

  function find(name: unknown, refuse: Refuse): StoredTensor {
    const stored = typeof name === 'string' ? tensors.get(name) : undefined;
    if (stored === undefined) throw refuse(`no tensor ${show(name)}`, `a tensor of ${file}`);
    used.add(stored.name);
    return stored;
  }
}

/** scale * (q - zero) where it is a double; else what `inexact` gives is thrown. */
function exactly(scale: number, q: number, zero: number, inexact: () => ParaboundError): number {
  const difference = q - zero;
  const product = scale * difference;
  if (!Number.isFinite(product)) throw inexact();
  const integers = Number.isInteger(q) && Number.isInteger(zero) && Math.abs(difference) < 2 ** 28;
  if (integers && Math.fround(scale) === scale && (product === 0 || Math.abs(product) > 2 ** -900)) return product; // 24 bits times 28
  const exact = Dyadic.fromDouble(scale).times(Dyadic.fromDouble(q).minus(Dyadic.fromDouble(zero)));
  if (!exact.equals(Dyadic.fromDouble(product))) throw inexact();
  return product;
}

function object(value: unknown, known: readonly string[], refuse: Refuse): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(value === undefined ? 'missing' : show(value), 'an object');
  for (const key of Object.keys(value)) if (!known.includes(key)) throw refuse(`unknown field ${show(key)}`, `only ${known.join(', ')}`);
  return value as Fields;
}

export function layoutPath(tensors: string): string {
  return tensors.replace(/\.safetensors$/i, '.layout.json');
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

function tensorsName(layout: string): string {
  return baseName(layout).replace(/(\.layout)?\.json$/i, '.safetensors');
}
