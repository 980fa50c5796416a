import type { BoxSpec } from './native.js';
import type { SearchRequest } from './request.js';
import type { ProblemSpec } from './native.js';

type Shareable = Pick<SearchRequest, 'network' | 'box' | 'objective' | 'scaling'> & Partial<Pick<SearchRequest, 'domain'>>;

/** The problem with its arrays in shared memory: a task then carries handles to them, not copies. */
export function sharedSpec({ network, box, objective, scaling, domain = new Float64Array(0) }: Shareable): ProblemSpec {
  return { freeInputs: freeInputs(domain), network: { ...network, parameters: sharedArray(network.parameters) }, box: sharedBox(box), objective, ...(scaling === undefined ? {} : { scaling }) };
}

function freeInputs(domain: Float64Array): number {
  let free = 0;
  for (let j = 0; j < domain.length; j += 2) if (domain[j] < domain[j + 1]) free++;
  return free;
}

function sharedBox(box: BoxSpec): BoxSpec {
  switch (box.kind) {
    case 'radius': return { ...box, center: sharedArray(box.center), radius: sharedArray(box.radius) };
    case 'relative': return { ...box, center: sharedArray(box.center) };
    case 'bounds': return { ...box, lower: sharedArray(box.lower), upper: sharedArray(box.upper) };
  }
}

export function sharedArray(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
