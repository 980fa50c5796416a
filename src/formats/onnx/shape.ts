/** Shapes as ONNX has them: broadcasting, new shapes for the same numbers, transposition. Null, or a text, says why there is none. */
import { sizeOf, type Tensor } from './tensor.js';

/** Of two operands by the rules of multidirectional broadcasting; null where they do not fit. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const all: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [p, q] = [a, b].map((dims) => dims[i - rank + dims.length] ?? 1);
    if (p !== q && p !== 1 && q !== 1) return null;
    all.push(p === 1 ? q : p);
  }
  return all;
}

/** The numbers of a tensor, repeated to fill a shape that it broadcasts to. */
export function broadcastTo({ dims, values }: Tensor, to: readonly number[]): Float64Array {
  const strides = to.map(() => 0);
  let stride = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    if (dims[i] !== 1) strides[i + to.length - dims.length] = stride;
    stride *= dims[i];
  }
  return gather(values, to, strides);
}

export function transposed({ type, dims, values }: Tensor, perm: readonly number[]): Tensor {
  const strides = dims.map((_, i) => sizeOf(dims.slice(i + 1)));
  const to = perm.map((axis) => dims[axis]);
  return { type, dims: to, values: gather(values, to, perm.map((axis) => strides[axis])) };
}

function gather(values: Float64Array, to: readonly number[], strides: readonly number[]): Float64Array {
  const all = new Float64Array(sizeOf(to));
  const index = to.map(() => 0);
  for (let i = 0, at = 0; i < all.length; i++) {
    all[i] = values[at];
    for (let d = to.length - 1; d >= 0; d--) { // the next index: the last that can be raised is, and those behind it start again
      at += strides[d];
      if (++index[d] < to[d]) break;
      at -= strides[d] * to[d];
      index[d] = 0;
    }
  }
  return all;
}

/** An axis counted from 0; one below zero counts from the end. Null where there is none. */
export function axisOf(axis: number, rank: number): number | null {
  const at = axis < 0 ? axis + rank : axis;
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null;
}

export function reshaped(dims: readonly number[], wanted: readonly number[]): number[] | null {
  const size = sizeOf(dims);
  const to = wanted.map((dim, i) => (dim === 0 ? dims[i] ?? NaN : dim));
  const free = to.filter((dim) => dim === -1).length;
  const rest = sizeOf(to.filter((dim) => dim !== -1));
  if (free > 1 || !(rest > 0) || (free === 1 ? size % rest !== 0 : rest !== size)) return null;
  return to.map((dim) => (dim === -1 ? size / rest : dim));
}

/** Without the axes named, each of size 1; without all of size 1 where none is named. */
export function squeezed(dims: readonly number[], axes: readonly number[] | null): number[] | null {
  const at = axes?.map((axis) => axisOf(axis, dims.length));
  if (at?.some((axis) => axis === null || dims[axis] !== 1)) return null;
  return dims.filter((dim, i) => (at === undefined ? dim !== 1 : !at.includes(i)));
}

/** With axes of size 1 put in, by their places in the result. */
export function unsqueezed(dims: readonly number[], axes: readonly number[]): number[] | null {
  const rank = dims.length + axes.length;
  const at = axes.map((axis) => axisOf(axis, rank));
  if (at.includes(null) || new Set(at).size !== at.length) return null;
  const rest = [...dims];
  return Array.from({ length: rank }, (_, i) => (at.includes(i) ? 1 : rest.shift()!));
}

/** As a matrix: the axes before `axis`, and those from there on. */
export function flattened(dims: readonly number[], axis: number): number[] | null {
  const at = axis < 0 ? axis + dims.length : axis;
  return Number.isInteger(at) && at >= 0 && at <= dims.length ? [sizeOf(dims.slice(0, at)), sizeOf(dims.slice(at))] : null;
}
