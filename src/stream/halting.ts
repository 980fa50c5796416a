/** What ends work on many inputs early: an abort, the end of the time, or a reader that has seen enough. */
export type Ended = 'complete' | 'timeout' | 'interrupted';

/** The longest that a timer waits. */
const LONGEST_MS = 2 ** 31 - 1;

export class Halting {
  /** Not zero: what runs in the addon is to return. */
  readonly stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #controller = new AbortController();
  readonly #abort = (): void => { this.#halt('interrupted'); };
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #why: Ended = 'complete';

  constructor(signal: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.#signal = signal;
    if (signal?.aborted === true) this.#abort();
    signal?.addEventListener('abort', this.#abort);
    this.#timer = timeoutMs === undefined ? undefined : setTimeout(() => { this.#halt('timeout'); }, Math.min(timeoutMs, LONGEST_MS));
  }

  /** Why it ended; `complete` while it has not. */
  get why(): Ended {
    return this.#why;
  }

  /** Aborted with it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Nothing more is wanted; what runs is to return. */
  close(): void {
    Atomics.store(this.stop, 0, 1);
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
  }

  #halt(why: Exclude<Ended, 'complete'>): void {
    if (this.#why === 'complete') this.#why = why;
    Atomics.store(this.stop, 0, 1);
    this.#controller.abort();
  }
}
