/** Threads for trees that take longer than it takes to start them. They run JavaScript: from source, as in tests, the built one. */
import type { Piscina } from 'piscina';
import type { Claim } from '../check/claims.js';
import type { BoxedLayer } from '../check/network.js';
import type { Problem } from '../check/statement.js';
import { sharedArray } from '../search/shared.js';
import type { Batch, Grown } from './grow.js';

export interface GrowTask {
  readonly key: number;
  readonly problem: Problem;
  readonly claim: Claim;
  readonly room: number | null;
  readonly batch: Batch;
  readonly milliseconds: number;
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/certificate/worker.js' : './worker.js', import.meta.url);

export class Threads {
  readonly count: number;
  #pool: Promise<Piscina> | undefined;
  #shared: { of: Problem; problem: Problem } | undefined;
  readonly #keys = new Map<Claim, { key: number; problem: Problem }>();

  constructor(count: number) {
    this.count = count;
  }

  async grow(problem: Problem, claim: Claim, room: number | null, batch: Batch, milliseconds: number): Promise<Grown> {
    this.#pool ??= import('piscina').then(({ Piscina }) => new Piscina({ filename: WORKER.href, minThreads: 0, maxThreads: this.count, recordTiming: false }));
    let known = this.#keys.get(claim);
    if (known === undefined) {
      if (this.#shared?.of !== problem) this.#shared = { of: problem, problem: shared(problem) };
      this.#keys.set(claim, known = { key: this.#keys.size, problem: this.#shared.problem });
    }
    const task: GrowTask = { ...known, claim, room, batch, milliseconds };
    return (await this.#pool).run(task) as Promise<Grown>;
  }

  async close(): Promise<void> {
    if (this.#pool !== undefined) await (await this.#pool).destroy();
  }
}

/** Arrays in shared memory: a task then carries handles to them, not copies. */
function shared(problem: Problem): Problem {
  const layers = problem.layers.map((layer) => Object.fromEntries(Object.entries(layer).map(([name, value]) => [name, value instanceof Float64Array ? sharedArray(value) : value as unknown])) as unknown as BoxedLayer);
  return { ...problem, layers };
}
