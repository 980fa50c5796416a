import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { ParaboundError } from '../errors.js';
import type { Slice, Task } from './native.js';

/** More threads than any machine of today has; how many work on a query is the query's own limit. */
const MOST_THREADS = 1024;
const IDLE_MS = 30_000;

/** Threads run JavaScript: where this file itself is TypeScript source, as in tests, they take the built one. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/search/worker.js' : './worker.js', import.meta.url);

/**
 * Worker threads that search boxes. One pool serves any number of queries at once. An idle pool does not keep the process
 * alive. Close it to end its threads at once.
 */
export class WorkerPool {
  readonly #threads: number;
  #piscina: Promise<Piscina> | undefined;
  #closed = false;
  /** How the runs that are under way are told that a worker could not even start. */
  readonly #waiting = new Set<(error: Error) => void>();

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
    const piscina = await this.#piscina;
    return new Promise<Slice>((resolve, reject) => {
      const settle = (end: () => void): void => {
        this.#waiting.delete(reject);
        end();
      };
      this.#waiting.add(reject);
      piscina.run(task).then(
        (slice: Slice) => settle(() => resolve(slice)),
        (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
    });
  }

  /** The threads that are alive, for tests that end them. @internal */
  async workers(): Promise<readonly Worker[]> {
    return this.#piscina === undefined ? [] : (await this.#piscina).threads;
  }

  /** Ends the threads. Queries that are still running go on without them, in this process. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#piscina !== undefined) await (await this.#piscina).destroy();
  }

  async #open(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({
      filename: WORKER.href,
      minThreads: 0,
      maxThreads: this.#threads,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // A worker that fails outside a task, say while it loads, leaves its task queued: whoever waits searches elsewhere.
    pool.on('error', (error: Error) => {
      for (const reject of this.#waiting) reject(error);
      this.#waiting.clear();
    });
    return pool;
  }
}

let shared: WorkerPool | undefined;

/** The process's own pool. */
export function defaultPool(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}
