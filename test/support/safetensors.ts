/** safetensors files, right and wrong: whatever header, whatever bytes. */

export interface Raw {
  dtype: string;
  shape: number[];
  data: Uint8Array;
}

/** One tensor after the other. */
export function safetensors(tensors: Record<string, Raw>, more: object = {}): Buffer {
  let at = 0;
  const header = Object.fromEntries(Object.entries(tensors).map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data_offsets: [at, (at += data.length)] }]));
  return withHeader(JSON.stringify({ ...more, ...header }), Buffer.concat(Object.values(tensors).map(({ data }) => data)));
}

export function withHeader(header: string, data: Uint8Array, length = Buffer.byteLength(header)): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([size, Buffer.from(header), data]);
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export const f32 = (shape: number[], values: readonly number[]): Raw => ({ dtype: 'F32', shape, data: bytesOf(Float32Array.from(values)) });
export const f64 = (shape: number[], values: readonly number[]): Raw => ({ dtype: 'F64', shape, data: bytesOf(Float64Array.from(values)) });
export const i8 = (shape: number[], values: readonly number[]): Raw => ({ dtype: 'I8', shape, data: bytesOf(Int8Array.from(values)) });
export const u8 = (shape: number[], values: readonly number[]): Raw => ({ dtype: 'U8', shape, data: bytesOf(Uint8Array.from(values)) });
export const i32 = (shape: number[], values: readonly number[]): Raw => ({ dtype: 'I32', shape, data: bytesOf(Int32Array.from(values)) });
/** By their bits: F16 or BF16. */
export const halves = (dtype: 'F16' | 'BF16', shape: number[], bits: readonly number[]): Raw => ({ dtype, shape, data: bytesOf(Uint16Array.from(bits)) });
