/**
 * `weightsManifest` of a TensorFlow.js model: groups of weights, whose values lie one after the other in the group's shards, files
 * beside model.json. Quantised weights are the numbers that the runtime makes of them: `q * scale + min` in double precision, kept
 * as float32 (tfjs-core/src/io/io_utils.ts, decodeWeight).
 */
import { ParaboundError, show } from '../../errors.js';
import { FILE_LIMIT, readBytes } from '../../network/files.js';
import { pathBeside } from '../beside.js';
import { float16 } from '../floats.js';

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** How the file has it, as in `float32` or `uint8, dequantised to float32`. */
  readonly stored: string;
  readonly values: Float64Array;
}

const BYTES: Record<string, number> = { float32: 4, int32: 4, uint8: 1, uint16: 2, float16: 2 };

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly quantization: { dtype: 'uint8' | 'uint16'; scale: number; min: number } | { dtype: 'float16' } | null;
  readonly count: number;
  readonly bytes: number;
}

type Fields = Record<string, unknown>;

/** Every weight by its name. What a group says of its size is held against its shards before values are made. */
export async function readWeights(manifest: unknown, path: string): Promise<Map<string, Tensor>> {
  const source = `weightsManifest of ${path}`;
  const invalid = (what: string, where: string, expected: string) => new ParaboundError('MODEL_INVALID', what, `${where} of ${path}`, expected);
  if (!Array.isArray(manifest)) throw new ParaboundError('MODEL_INVALID', manifest === undefined ? 'missing' : show(manifest), source, 'a list of groups of weights');
  const tensors = new Map<string, Tensor>();
  let left = FILE_LIMIT;
  for (const [g, group] of (manifest as unknown[]).entries()) {
    const where = `weightsManifest[${g}]`;
    const { paths, weights } = (typeof group === 'object' && group !== null ? group : {}) as Fields;
    if (!Array.isArray(paths) || !Array.isArray(weights)) throw invalid(show(group), where, '{"paths":[...],"weights":[...]}');
    const entries = weights.map((weight: unknown, w) => entryOf(weight, (what, expected) => invalid(what, `${where}.weights[${w}]`, expected)));
    const size = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    if (size > left) throw new ParaboundError('FILE_TOO_LARGE', `${size} bytes of weights`, `${where} of ${path}`, `at most ${FILE_LIMIT} bytes in all`);
    left -= size;
    const shards: Buffer[] = [];
    let found = 0;
    for (const [s, shard] of paths.entries()) {
      const bytes = await readBytes(pathBeside(path, shard, (what, expected) => invalid(what, `${where}.paths[${s}]`, expected)), 'weights', FILE_LIMIT);
      found += bytes.length;
      if (found > size) break;
      shards.push(bytes);
    }
    if (found !== size) throw invalid(`${found > size ? 'more' : found} bytes in the shards`, where, `${size}, as its weights are`);
    const data = Buffer.concat(shards);
    let at = 0;
    for (const entry of entries) {
      if (tensors.has(entry.name)) throw invalid(`two weights named ${show(entry.name)}`, where, 'names that differ');
      const values = valuesOf(entry, data.subarray(at, at + entry.bytes));
      // The runtime computes with float32: a large integer would be rounded there.
      const bad = values.findIndex((value) => !Number.isFinite(value) || Math.fround(value) !== value);
      if (bad >= 0) throw invalid(`${values[bad]} at ${bad}`, `weight ${show(entry.name)}`, 'finite numbers that float32 holds');
      tensors.set(entry.name, { name: entry.name, shape: entry.shape, stored: entry.quantization === null ? entry.dtype : `${entry.quantization.dtype}, dequantised to ${entry.dtype}`, values });
      at += entry.bytes;
    }
  }
  return tensors;
}

function entryOf(weight: unknown, invalid: (what: string, expected: string) => ParaboundError): Entry {
  const { name, shape, dtype, quantization } = (typeof weight === 'object' && weight !== null ? weight : {}) as Fields;
  if (typeof name !== 'string') throw invalid(show(weight), '{"name":...,"shape":[...],"dtype":...}');
  const size = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) >= 0;
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(size)) throw invalid(`shape ${show(shape)} of ${show(name)}`, 'a list of at most 8 whole numbers');
  if (dtype !== 'float32' && dtype !== 'int32') throw invalid(`dtype ${show(dtype)} of ${show(name)}`, 'float32 or int32');
  const count = (shape as number[]).reduce((product, side) => product * side, 1);
  const bits = quantizationOf(quantization, dtype, (what, expected) => invalid(`quantization ${what} of ${show(name)}`, expected));
  return { name, shape: shape as number[], dtype, quantization: bits, count, bytes: count * BYTES[bits?.dtype ?? dtype] };
}

function quantizationOf(value: unknown, dtype: string, invalid: (what: string, expected: string) => ParaboundError): Entry['quantization'] {
  if (value === undefined || value === null) return null;
  const { dtype: stored, scale, min } = value as Fields;
  if (stored === 'float16' && dtype === 'float32') return { dtype: stored };
  if (stored !== 'uint8' && stored !== 'uint16') throw invalid(show(value), 'uint8, uint16, or float16 for float32');
  if (typeof scale !== 'number' || !Number.isFinite(scale) || typeof min !== 'number' || !Number.isFinite(min)) throw invalid(show(value), 'a scale and a min that are finite numbers');
  return { dtype: stored, scale, min };
}

function valuesOf({ dtype, quantization, count }: Entry, data: Buffer): Float64Array {
  const values = new Float64Array(count);
  if (quantization === null) {
    for (let i = 0; i < count; i++) values[i] = dtype === 'float32' ? data.readFloatLE(4 * i) : data.readInt32LE(4 * i);
  } else if (quantization.dtype === 'float16') {
    for (let i = 0; i < count; i++) values[i] = float16(data.readUInt16LE(2 * i));
  } else {
    const { scale, min } = quantization;
    for (let i = 0; i < count; i++) {
      const value = (quantization.dtype === 'uint8' ? data[i] : data.readUInt16LE(2 * i)) * scale + min;
      values[i] = dtype === 'float32' ? Math.fround(value) : Math.round(value) | 0; // into an Int32Array
    }
  }
  return values;
}
