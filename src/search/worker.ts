/** What a worker thread of the pool runs: one slice of one problem. */
import { threadId } from 'node:worker_threads';
import { addon } from '../native.js';
import type { NativeProblem, ProblemSpec, Slice, Task } from './native.js';

const MOST_PROBLEMS = 4;
const problems = new Map<number, NativeProblem>();

export default function runTask({ key, spec, open, domain, incumbent, shared, stop, limits, started }: Task): Slice {
  Atomics.store(started, 0, threadId);
  return problem(key, spec).sliceHere(open, domain, incumbent, shared, stop, limits);
}

function problem(key: number, spec: ProblemSpec): NativeProblem {
  let found = problems.get(key);
  if (found === undefined) {
    if (problems.size >= MOST_PROBLEMS) problems.delete(problems.keys().next().value as number);
    found = new (addon().Problem)(spec);
    problems.set(key, found);
  }
  return found;
}
