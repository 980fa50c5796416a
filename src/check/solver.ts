/** Z3, from the package z3-solver, for leaves that are left to it: in a thread of its own, which is ended when its time is over. */
import { parentPort, Worker } from 'node:worker_threads';
import type { Formula } from './formula.js';

/** Threads run JavaScript: from source, as in tests, the built one. */
export const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/check/worker.js' : './worker.js', import.meta.url);
/** Loaded only where a leaf was left to it, and only in a thread: it need not be there. */
const PACKAGE: string = 'z3-solver';
/** Beyond what Z3 is given for its two questions: it has to be loaded. */
const START_MS = 20_000;
export const HAS_SOLUTION = 'its formula has a solution';

/** What a thread posts; rejects where it ends without. */
export const answerOf = <T>(worker: Worker, signal: AbortSignal | undefined): Promise<T> => new Promise((resolve, reject) => {
  signal?.addEventListener('abort', () => void worker.terminate());
  worker.once('message', resolve).once('error', reject).once('exit', () => { reject(new Error('a thread of the checker ended early')); });
});

export class Solver {
  readonly #signal: AbortSignal | undefined;
  #worker: Worker | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** `unsat` where the facts have a solution and none breaks the claim; else what is known instead. */
  async ask(formula: Formula, milliseconds: number): Promise<string> {
    const worker = (this.#worker ??= new Worker(WORKER, { workerData: null, execArgv: [], stdout: true, stderr: true })).removeAllListeners();
    const timer = setTimeout(() => void worker.terminate(), START_MS + 2 * milliseconds);
    worker.postMessage([formula, milliseconds]);
    const answer = await answerOf<string>(worker, this.#signal).catch(String);
    clearTimeout(timer);
    if (answer !== 'unsat') await this.close();
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }
}

/** What is used of it; pointers are numbers. */
interface Z3 {
  Z3: Record<string, (...of: unknown[]) => number> & { solver_check(context: number, solver: number): Promise<number> };
  em: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(at: number): void; _Z3_solver_from_string(context: number, solver: number, text: number): void };
}

/** The thread: answers one formula after the other. */
export async function serve(): Promise<void> {
  const silent = (): void => undefined, { init } = (await import(PACKAGE)) as { init: (output: object) => Promise<Z3> }, { Z3, em } = await init({ print: silent, printErr: silent });
  /** 1, -1 and 0: there is a solution, there is none, it is not known. */
  const solve = async (text: string, milliseconds: number): Promise<number> => {
    Z3.global_param_set('timeout', String(milliseconds));
    const context = Z3.mk_context(Z3.mk_config()), solver = Z3.mk_solver(context), bytes = new TextEncoder().encode(`${text}\0`), at = em._malloc(bytes.length);
    Z3.solver_inc_ref(context, solver);
    em.HEAPU8.set(bytes, at); // not on the stack, where the package would put it
    em._Z3_solver_from_string(context, solver, at);
    const answer = Z3.get_error_code(context) === 0 ? await Z3.solver_check(context, solver) : 0;
    em._free(at);
    Z3.del_context(context);
    return answer;
  };
  parentPort!.on('message', ([{ facts, broken }, milliseconds]: [Formula, number]) => {
    void solve(facts, milliseconds).then(async (possible) => {
      const answer = possible === 1 ? await solve(`${facts}\n(assert ${broken})`, milliseconds) : 0;
      parentPort!.postMessage(answer === -1 ? 'unsat' : answer === 1 ? HAS_SOLUTION : 'no answer in time');
    });
  });
}
