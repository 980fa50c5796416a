/** Constants of the graph: numbers as the file has them, each an exact double, with their shape and the type that they have there. */
import protobuf from 'protobufjs/light.js';
import { ParaboundError, show } from '../../errors.js';
import { toInteger } from './decode.js';
import { elementType, typeName, type ElementType } from './elements.js';
import type { Int64, TensorProto } from './schema.js';

export interface Tensor {
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/** Numbers of all tensors that are read or made of others, 256 MiB of them: twice what the largest file has room for in float32. */
const MOST_NUMBERS = 1 << 25;

/** Of any shape. Real models have four or so. */
export const MOST_AXES = 64;

/** Counts numbers before memory is taken for them. */
export class Budget {
  #left = MOST_NUMBERS;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  take(count: number): void {
    this.#left -= count;
    if (this.#left < 0) throw new ParaboundError('FILE_TOO_LARGE', 'too many numbers in its tensors', this.#source, `at most ${MOST_NUMBERS} in all that are read`);
  }
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

export function isScalar({ values }: Tensor): boolean {
  return values.length === 1;
}

/** The numbers of a tensor. `external`: the bytes that it has in a file of its own. */
export function decodeTensor(proto: TensorProto, where: string, budget: Budget, external?: Uint8Array): Tensor {
  const invalid = (what: string, expected: string): ParaboundError => new ParaboundError('MODEL_INVALID', what, where, expected);
  const { dims, type, count } = shapeOf(proto, where);
  const bytes = external ?? (proto.rawData.length > 0 ? proto.rawData : null);
  if (Object.hasOwn(proto, 'segment')) throw new ParaboundError('MODEL_UNSUPPORTED', 'a tensor in segments', where, 'a tensor in one piece');
  const chunks = proto[type.field];
  const stored = (['floatData', 'int32Data', 'int64Data', 'doubleData', 'uint64Data'] as const).filter((field) => proto[field].length > 0);
  if (stored.some((field) => field !== type.field) || (bytes !== null && stored.length > 0)) throw invalid(`${type.name} numbers in ${stored.join(' and ')}`, 'numbers in one field, that of their type');
  const have = bytes === null ? entriesIn(chunks, type.field) : bytes.length;
  const need = bytes === null && type.bits !== 4 ? count : Math.ceil(count * type.bits / 8);
  if (have !== need) throw invalid(`${have} ${bytes === null ? 'numbers' : 'bytes'}`, `${need}, for ${type.name} of shape [${dims.join(', ')}]`);
  budget.take(count);
  const values = new Float64Array(count);
  if (bytes === null) {
    try {
      fromEntries(chunks, type, values);
    } catch (error) {
      throw invalid(`${type.field} that is no list of numbers (${(error as Error).message})`, 'packed numbers');
    }
  } else fromBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), type, values);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalid(`number ${bad} is ${type.kind === 'float' ? String(values[bad]) : `none of type ${type.name}, or no double`}`, 'finite numbers');
  return { type, dims, values };
}

/** Shape and type, before any number is looked at. */
export function shapeOf(proto: TensorProto, where: string): { dims: number[]; type: ElementType; count: number } {
  const type = elementType(proto.dataType);
  if (type === undefined) throw new ParaboundError('MODEL_UNSUPPORTED', `a tensor of ${typeName(proto.dataType)}`, where, 'floats of 16, 32 or 64 bits, or integers');
  if (proto.dims.length > MOST_AXES) throw new ParaboundError('MODEL_UNSUPPORTED', `${proto.dims.length} axes`, where, `at most ${MOST_AXES}`);
  const dims = proto.dims.map((dim) => {
    const size = toInteger(dim);
    if (!(size >= 0)) throw new ParaboundError('MODEL_INVALID', `a dimension of ${show(size)}`, where, 'whole numbers from 0');
    return size;
  });
  const count = sizeOf(dims);
  if (count === 0 || !Number.isSafeInteger(count)) throw new ParaboundError('MODEL_INVALID', `a tensor of shape [${dims.slice(0, 8).join(', ')}]`, where, 'one number at least, and fewer than 2^53');
  return { dims, type, count };
}

function entriesIn(chunks: readonly Uint8Array[], field: ElementType['field']): number {
  const width = { floatData: 4, doubleData: 8, int32Data: 0, int64Data: 0, uint64Data: 0 }[field];
  let count = 0;
  for (const chunk of chunks) {
    if (width > 0) count += chunk.length / width;
    else for (const byte of chunk) if (byte < 0x80) count++; // the last byte of each varint
  }
  return count;
}

/** `values` has as many places as there are entries, but for 4-bit types, of which an entry holds two. */
function fromEntries(chunks: readonly Uint8Array[], type: ElementType, values: Float64Array): void {
  const packed = type.bits === 4 ? new Uint8Array(Math.ceil(values.length / 2)) : null;
  let at = 0;
  for (const chunk of chunks) {
    const reader = protobuf.Reader.create(chunk);
    while (reader.pos < reader.len) {
      const entry = next(reader, type.field);
      if (packed === null) values[at++] = type.entry(entry);
      else packed[at++] = entry & 0xff;
    }
  }
  if (packed !== null) fromBytes(new DataView(packed.buffer), type, values);
}

function next(reader: protobuf.Reader, field: ElementType['field']): number {
  switch (field) {
    case 'floatData': return reader.float();
    case 'doubleData': return reader.double();
    case 'int32Data': return reader.int32();
    case 'int64Data': return toInteger(reader.int64() as unknown as Int64);
    case 'uint64Data': return toInteger(reader.uint64() as unknown as Int64);
  }
}

function fromBytes(view: DataView, type: ElementType, values: Float64Array): void {
  if (type.bits === 4) {
    for (let i = 0; i < values.length; i++) {
      const nibble = (view.getUint8(i >> 1) >> (i % 2 === 0 ? 0 : 4)) & 0xf;
      values[i] = nibble > type.most ? nibble - 16 : nibble;
    }
    return;
  }
  const width = type.bits / 8;
  for (let i = 0; i < values.length; i++) values[i] = type.raw(view, i * width);
}
