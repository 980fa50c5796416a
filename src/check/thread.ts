/** A thread of the checker: it is started by the first task, does one after the other, and is ended by a signal, or where one takes too long. */
import { Worker } from 'node:worker_threads';

/** Threads run JavaScript: from source, as in tests, the built one. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/check/worker.js' : './worker.js', import.meta.url);

export class Thread {
  #worker: Worker | undefined;

  /** Rejects where there is no answer; the next task then gets another thread. */
  async run<T>(task: unknown, signal: AbortSignal | undefined, milliseconds?: number): Promise<T> {
    const worker = (this.#worker ??= new Worker(WORKER, { execArgv: [], stdout: true, stderr: true })).removeAllListeners(), end = (): void => void worker.terminate();
    const timer = milliseconds === undefined ? undefined : setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
    try {
      return await new Promise<T>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject).once('exit', () => {
          this.#worker = undefined;
          reject(new Error('a thread of the checker ended early'));
        });
        worker.postMessage(task);
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
