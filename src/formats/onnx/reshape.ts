/** Operators that give the same numbers in the same order another shape, of constants as of what comes from the input. */
import type { Call } from './call.js';
import { flattened, reshaped, squeezed, unsqueezed } from './shape.js';
import { MOST_AXES } from './tensor.js';

export interface Reshaping {
  /** Of inputs: at least and at most. */
  readonly inputs: readonly [number, number];
  readonly attributes: readonly string[];
  /** Null where the shape cannot be had. */
  readonly to: (call: Call, dims: readonly number[]) => number[] | null;
}

export function newShape(call: Call, { inputs, attributes, to }: Reshaping, dims: readonly number[]): number[] {
  call.count(...inputs);
  call.allow(attributes);
  const shape = to(call, dims);
  if (shape !== null && shape.length > MOST_AXES) throw call.unsupported(`${shape.length} axes`, `at most ${MOST_AXES}`);
  if (shape === null) throw call.invalid(`shape [${dims.join(', ')}], for a batch of one`, 'a shape that the node can take');
  return shape;
}

export const RESHAPE: Reshaping = {
  inputs: [2, 2],
  attributes: ['allowzero'],
  to: (call, dims) => {
    const wanted = call.list(1, 'the new shape')!;
    return call.int('allowzero', 0) !== 0 && wanted.includes(0) ? null : reshaped(dims, wanted);
  },
};

export const FLATTEN: Reshaping = { inputs: [1, 1], attributes: ['axis'], to: (call, dims) => flattened(dims, call.int('axis', 1)) };

/** Axes are an attribute before operator set 13, an input from there on. */
function axesOf(call: Call): number[] | null {
  return call.opset < 13 ? call.ints('axes') : call.list(1, 'axes');
}

export const SQUEEZE: Reshaping = { inputs: [1, 2], attributes: ['axes'], to: (call, dims) => squeezed(dims, axesOf(call)) };

export const UNSQUEEZE: Reshaping = {
  inputs: [1, 2],
  attributes: ['axes'],
  to: (call, dims) => {
    const axes = axesOf(call);
    return axes === null ? null : unsqueezed(dims, axes);
  },
};

export const IDENTITY: Reshaping = { inputs: [1, 1], attributes: [], to: (_, dims) => [...dims] };

/** At inference what comes in goes out. */
export const DROPOUT: Reshaping = {
  inputs: [1, 3],
  attributes: ['ratio', 'seed'],
  to: (call, dims) => {
    const training = call.constant(2, 'training_mode');
    if (training !== null && training.values.some((value) => value !== 0)) throw call.unsupported('training_mode, in which numbers are dropped at random', 'inference');
    return [...dims];
  },
};

/** Between types of float nothing changes over the reals. */
export const CAST: Reshaping = { inputs: [1, 1], attributes: ['to', 'saturate', 'round_mode'], to: (_, dims) => [...dims] };

/** An order of axes in which the numbers stay in theirs: only axes of size 1 move past others. */
export const TRANSPOSE: Reshaping = {
  inputs: [1, 1],
  attributes: ['perm'],
  to: (call, dims) => {
    const perm = call.ints('perm') ?? dims.map((_, i) => dims.length - 1 - i);
    const axes = dims.map((_, i) => i);
    if (perm.length !== dims.length || !axes.every((axis) => perm.includes(axis))) return null;
    const order = perm.filter((axis) => dims[axis] !== 1);
    if (order.some((axis, i) => i > 0 && axis < order[i - 1])) throw call.unsupported(`a transposition of shape [${dims.join(', ')}] that changes the order of numbers`, 'one of constants, or of axes of size 1');
    return perm.map((axis) => dims[axis]);
  },
};
