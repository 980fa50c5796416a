import type { BoxSpec } from './native.js';
import type { SearchRequest } from './request.js';
import type { ProblemSpec } from './native.js';

/** The problem with its arrays in shared memory: a task then carries handles to them, not copies. */
export function sharedSpec({ network, box, objective, scaling }: Pick<SearchRequest, 'network' | 'box' | 'objective' | 'scaling'>): ProblemSpec {
  return { network: { ...network, parameters: shared(network.parameters) }, box: sharedBox(box), objective, ...(scaling === undefined ? {} : { scaling }) };
}

function sharedBox(box: BoxSpec): BoxSpec {
  switch (box.kind) {
    case 'radius': return { ...box, center: shared(box.center), radius: shared(box.radius) };
    case 'relative': return { ...box, center: shared(box.center) };
    case 'bounds': return { ...box, lower: shared(box.lower), upper: shared(box.upper) };
  }
}

function shared(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
