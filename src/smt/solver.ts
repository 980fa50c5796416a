/** Z3 in a thread of its own, as a queue of questions: each is answered within its time, or the thread is ended and another is started. */
import { Worker } from 'node:worker_threads';

export interface Question {
  /** SMT-LIB 2: declarations and `assertions` assertions. */
  readonly text: string;
  readonly assertions: number;
  /** Reals whose values are wanted of a model. */
  readonly names: readonly string[];
}

/** @internal */
export interface Call extends Question {
  readonly milliseconds: number;
}

export type Answer =
  | { status: 'unsat' }
  /** Fractions in the order of the names; '' for what is no fraction. */
  | { status: 'sat'; values: string[] }
  | { status: 'unknown'; reason: string };

/** `missing`: the package is not installed. `failed`: it is, and does not start. */
export type Availability = 'ready' | 'missing' | 'failed';

/** Beyond its own limit, before a call is taken for one that hangs. */
const GRACE_MS = 500;
const START_MS = 20_000;
const IDLE_MS = 30_000;
/** So many threads that ended by themselves in a row, and no other is started. */
const MOST_DEATHS = 3;

/** Threads run JavaScript: where this file itself is TypeScript source, as in tests, they take the built one. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/smt/worker.js' : './worker.js', import.meta.url);

interface Started {
  readonly worker: Worker;
  readonly ready: Promise<Availability>;
}

/** Starts at the first question, or at `warm`; idle, it ends after a while and never keeps the process alive. */
export class Solver {
  readonly #module: string;
  #started: Started | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #deaths = 0;
  #waiting = 0;
  #missing = false;

  /** `module` is what is imported for z3-solver. */
  constructor({ module = 'z3-solver' }: { module?: string } = {}) {
    this.#module = module;
  }

  /** Starts the thread if it is not running, and says whether there is a Z3. */
  async warm(): Promise<Availability> {
    if (this.#missing) return 'missing';
    if (this.#started === undefined && this.#deaths >= MOST_DEATHS) return 'failed';
    const { ready } = (this.#started ??= this.#start());
    this.#rest();
    return ready;
  }

  /** Never rejects. What it says beyond its time, or once `signal` is aborted, is `unknown`. */
  ask(question: Question, milliseconds: number, signal?: AbortSignal): Promise<Answer> {
    this.#waiting++;
    const turn = this.#last.then(async () => {
      try {
        return await this.#ask({ ...question, milliseconds }, signal);
      } catch (error) {
        return unknown(error instanceof Error ? error.message : String(error));
      } finally {
        this.#waiting--;
        this.#rest();
      }
    });
    this.#last = turn;
    return turn;
  }

  /** Ends the thread; the next question starts another. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const started = this.#started;
    this.#started = undefined;
    await started?.worker.terminate();
  }

  /** The thread, for tests that end it. @internal */
  get worker(): Worker | undefined {
    return this.#started?.worker;
  }

  async #ask(call: Call, signal: AbortSignal | undefined): Promise<Answer> {
    const aborted = (): boolean => signal?.aborted === true;
    if (aborted()) return unknown('aborted');
    const starting = this.warm();
    this.#started?.worker.ref(); // somebody waits for it: the process has to
    const available = await starting;
    const worker = this.#started?.worker;
    if (available !== 'ready' || worker === undefined) return unknown(available);
    if (aborted()) {
      worker.unref();
      return unknown('aborted');
    }
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    const handlers: Partial<Record<'message' | 'error' | 'exit', (value: never) => void>> = {};
    const reply = await new Promise<Answer | string>((resolve) => {
      handlers.message = (answer: Answer) => resolve(answer);
      handlers.error = () => resolve('the solver died');
      handlers.exit = () => resolve('the solver died');
      for (const [event, handler] of Object.entries(handlers)) worker.on(event, handler as (value: unknown) => void);
      timer = setTimeout(() => resolve('the solver did not keep its time'), call.milliseconds + GRACE_MS);
      abort = () => resolve('aborted');
      signal?.addEventListener('abort', abort);
      worker.postMessage(call);
    });
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort!);
    for (const [event, handler] of Object.entries(handlers)) worker.off(event, handler as (value: unknown) => void);
    worker.unref();
    if (typeof reply !== 'string') {
      this.#deaths = 0;
      return reply;
    }
    // Whatever it still computes is of no use to anybody.
    if (reply === 'the solver died') this.#deaths++;
    await this.close();
    return unknown(reply);
  }

  #start(): Started {
    // What Z3 prints when it fails is not for the user's terminal; flags of the process, as --input-type, are not for a thread.
    const worker = new Worker(WORKER, { workerData: { module: this.#module }, execArgv: [], stdout: true, stderr: true });
    worker.unref();
    const ready = new Promise<Availability>((resolve) => {
      const timer = setTimeout(() => resolve('failed'), START_MS);
      timer.unref();
      const end = (how: Availability): void => {
        clearTimeout(timer);
        resolve(how);
      };
      worker.once('message', (message: Availability) => end(message));
      worker.on('error', () => end('failed')); // also keeps later errors from being thrown here
      worker.once('exit', () => {
        end('failed');
        if (this.#started?.worker === worker) this.#started = undefined;
      });
    });
    void ready.then((how) => {
      if (how === 'ready') return;
      if (how === 'failed') this.#deaths++;
      this.#missing = how === 'missing';
      if (this.#started?.worker === worker) void this.close();
    });
    return { worker, ready };
  }

  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#waiting > 0) return;
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }
}

function unknown(reason: string): Answer {
  return { status: 'unknown', reason };
}

let shared: Solver | undefined;

/** The process's own. */
export function sharedSolver(): Solver {
  shared ??= new Solver();
  return shared;
}
