import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { ParaboundError } from '../errors.js';
import type { Slice, Task } from './native.js';

/** More threads than any machine of today has; how many work on a query is the query's own limit. */
const MOST_THREADS = 1024;
const IDLE_MS = 30_000;
const WATCH_MS = 250;
/** Longer than a thread takes to start. */
const LOST_MS = 3_000;

interface Run {
  readonly started: Int32Array;
  readonly reject: (error: Error) => void;
}

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
  readonly #runs = new Set<Run>();
  #watch: NodeJS.Timeout | undefined;
  #activeAt = 0;

  constructor({ threads = MOST_THREADS }: { threads?: number } = {}) {
    if (!Number.isInteger(threads) || threads < 1) throw new ParaboundError('OPTION_INVALID', String(threads), 'threads of a pool', 'a whole number of at least 1');
    this.#threads = threads;
  }

  /** The most threads that work at once. */
  get threads(): number {
    return this.#threads;
  }

  /** Runs one slice. Rejects where its worker died; the boxes are then the caller's to search again. @internal */
  async run(task: Omit<Task, 'started'>): Promise<Slice> {
    if (this.#closed) throw new Error('the pool is closed');
    this.#piscina ??= this.#open();
    const piscina = await this.#piscina;
    const started = new Int32Array(new SharedArrayBuffer(4));
    return new Promise<Slice>((resolve, reject) => {
      const run: Run = { started, reject: (error) => settle(() => reject(error)) };
      const settle = (end: () => void): void => {
        this.#runs.delete(run);
        this.#activeAt = performance.now();
        end();
      };
      this.#runs.add(run);
      this.#activeAt = performance.now();
      this.#watch ??= setInterval(() => this.#look(piscina), WATCH_MS).unref();
      piscina.run({ ...task, started }).then(
        (slice: Slice) => settle(() => resolve(slice)),
        (error: unknown) => run.reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }

  /**
   * A thread that is ended while it starts can take its task with it unsaid. So: a run whose thread is gone has failed, and so
   * has every run that waits while no thread works on any.
   */
  #look(piscina: Piscina): void {
    if (this.#runs.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
      return;
    }
    const alive = new Set(piscina.threads.map((thread) => thread.threadId));
    const running = [...this.#runs].filter(({ started }) => Atomics.load(started, 0) !== 0);
    for (const run of running) if (!alive.has(Atomics.load(run.started, 0))) run.reject(new Error('the worker died'));
    if (running.some((run) => this.#runs.has(run))) this.#activeAt = performance.now();
    if (performance.now() - this.#activeAt > LOST_MS) this.#fail(new Error('no worker took the task'));
  }

  #fail(error: Error): void {
    for (const run of [...this.#runs]) run.reject(error);
  }

  /** The threads that are alive, for tests that end them. @internal */
  async workers(): Promise<readonly Worker[]> {
    return this.#piscina === undefined ? [] : (await this.#piscina).threads;
  }

  /** Ends the threads. Queries that are still running go on without them, in this process. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#piscina !== undefined) await (await this.#piscina).destroy();
    this.#fail(new Error('the pool is closed'));
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
    pool.on('error', (error: Error) => this.#fail(error));
    return pool;
  }
}

let shared: WorkerPool | undefined;

/** The process's own pool. */
export function defaultPool(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}
