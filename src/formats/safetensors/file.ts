/**
 * The safetensors format (github.com/huggingface/safetensors, README and src/tensor.rs): the length of the header as a 64-bit
 * little-endian number, the header as JSON, {"name":{"dtype","shape","data_offsets":[begin,end]},...,"__metadata__":{...}}, and the
 * tensors' bytes one after the other, row-major, little-endian, without overlaps and without gaps.
 */
import { ParaboundError, show } from '../../errors.js';
import { parseJson } from '../../network/files.js';
import { bfloat16, float16 } from '../floats.js';

export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Buffer;
}

/** What each element takes, and the double that it is. */
const DTYPES = {
  F64: { bytes: 8, read: (data: Buffer, at: number): number => data.readDoubleLE(at) },
  F32: { bytes: 4, read: (data: Buffer, at: number): number => data.readFloatLE(at) },
  F16: { bytes: 2, read: (data: Buffer, at: number): number => float16(data.readUInt16LE(at)) },
  BF16: { bytes: 2, read: (data: Buffer, at: number): number => bfloat16(data.readUInt16LE(at)) },
  I32: { bytes: 4, read: (data: Buffer, at: number): number => data.readInt32LE(at) },
  I16: { bytes: 2, read: (data: Buffer, at: number): number => data.readInt16LE(at) },
  U16: { bytes: 2, read: (data: Buffer, at: number): number => data.readUInt16LE(at) },
  I8: { bytes: 1, read: (data: Buffer, at: number): number => data.readInt8(at) },
  U8: { bytes: 1, read: (data: Buffer, at: number): number => data[at] },
} as const;

export type Dtype = keyof typeof DTYPES;

/** Types of the format that are not read: a file may have such tensors beside those that the network is made of. */
const OTHERS: Record<string, number> = { BOOL: 1, F8_E4M3: 1, F8_E5M2: 1, U32: 4, I64: 8, U64: 8 };

export const isFloat = (dtype: Dtype): boolean => dtype.includes('F');

/** Every tensor by its name. Nothing is copied; offsets are held against the file before anything is read at them. */
export function parseSafetensors(bytes: Buffer, source: string): Map<string, StoredTensor> {
  const invalid = (what: string, where: string, expected: string) => new ParaboundError('MODEL_INVALID', what, where === '' ? source : `${where} of ${source}`, expected);
  if (bytes.length < 8) throw invalid(`${bytes.length} bytes`, '', 'a safetensors file, which begins with 8 bytes of length');
  const length = bytes.readBigUInt64LE(0);
  if (length > BigInt(bytes.length - 8)) throw invalid(`a header of ${length} bytes`, '', `at most ${bytes.length - 8}, the rest of the file`);
  const header = bytes.subarray(8, 8 + Number(length));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw invalid('not UTF-8 text', 'header', 'JSON in UTF-8');
  }
  const json = parseJson(text, `header of ${source}`);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(show(json), 'header', 'an object');
  const data = bytes.subarray(8 + Number(length));
  const tensors = new Map<string, StoredTensor>();
  const spans: { name: string; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const where = `tensor ${show(name)}`;
    const { dtype, shape, data_offsets: offsets } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const size = typeof dtype !== 'string' ? undefined : Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype as Dtype].bytes : Object.hasOwn(OTHERS, dtype) ? OTHERS[dtype] : undefined;
    if (size === undefined) throw invalid(`dtype ${show(dtype)}`, where, [...Object.keys(DTYPES), ...Object.keys(OTHERS)].join(', '));
    const whole = (list: unknown): list is number[] => Array.isArray(list) && list.every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
    if (!whole(shape) || shape.length > 8) throw invalid(`shape ${show(shape)}`, where, 'a list of at most 8 whole numbers');
    if (!whole(offsets) || offsets.length !== 2 || offsets[0] > offsets[1] || offsets[1] > data.length) throw invalid(`data_offsets ${show(offsets)}`, where, `[begin,end] within the ${data.length} bytes behind the header`);
    const [begin, end] = offsets;
    const needed = shape.reduce((product, side) => product * side, size);
    if (end - begin !== needed) throw invalid(`${end - begin} bytes`, where, `${needed}, for ${dtype as string} of shape [${shape.join(', ')}]`);
    spans.push({ name, begin, end });
    tensors.set(name, { name, dtype: dtype as Dtype, shape, data: data.subarray(begin, end) });
  }
  let at = 0;
  for (const { name, begin, end } of spans.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw invalid(`bytes ${Math.min(at, begin)} to ${Math.max(at, begin)} ${begin > at ? 'belong to no tensor' : 'belong to two tensors'}`, `tensor ${show(name)}`, 'tensors one after the other');
    at = end;
  }
  if (at !== data.length) throw invalid(`${data.length - at} bytes behind the last tensor`, '', 'none');
  return tensors;
}

/** The doubles that the bytes stand for, exactly. */
export function valuesOf({ name, dtype, shape, data }: StoredTensor, source: string): Float64Array {
  if (!Object.hasOwn(DTYPES, dtype)) throw new ParaboundError('MODEL_UNSUPPORTED', `dtype ${dtype}`, `tensor ${show(name)} of ${source}`, Object.keys(DTYPES).join(', '));
  const { bytes, read } = DTYPES[dtype];
  const values = new Float64Array(shape.reduce((product, side) => product * side, 1));
  for (let i = 0; i < values.length; i++) values[i] = read(data, i * bytes);
  return values;
}
