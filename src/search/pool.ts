import type { Piscina } from 'piscina';
import { ParaboundError } from '../errors.js';
import type { Slice } from './native.js';
import type { Task } from './worker.js';

/** More threads than any machine of today has; how many work on a query is the query's own limit. */
const MOST_THREADS = 1024;
const IDLE_MS = 30_000;

/**
 * Worker threads that search boxes. One pool serves any number of queries at once. An idle pool does not keep the process
 * alive. Close it to end its threads at once.
 */
export class WorkerPool {
  readonly #threads: number;
  #piscina: Promise<Piscina> | undefined;
  #closed = false;

  constructor({ threads = MOST_THREADS }: { threads?: number } = {}) {
    if (!Number.isInteger(threads) || threads < 1) throw new ParaboundError('OPTION_INVALID', String(threads), 'threads of a pool', 'a whole number of at least 1');
    this.#threads = threads;
  }

  /** The most threads that work at once. */
  get threads(): number {
    return this.#threads;
  }

  /** Runs one slice. Rejects where its worker died; the boxes are then the caller's to search again. @internal */
  async run(task: Task): Promise<Slice> {
    if (this.#closed) throw new Error('the pool is closed');
    this.#piscina ??= this.#open();
    return (await (await this.#piscina).run(task)) as Slice;
  }

  /** Ends the threads. Queries that are still running go on without them, in this process. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#piscina !== undefined) await (await this.#piscina).destroy();
  }

  async #open(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.#threads,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // A worker that dies while idle is no one's error: the next task gets another.
    pool.on('error', () => {});
    return pool;
  }
}

let shared: WorkerPool | undefined;

/** The process's own pool. */
export function defaultPool(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}
