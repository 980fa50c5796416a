/**
 * The thread that runs Z3. Text goes in, a status and the values of names come out. Whatever goes wrong here ends in a status or in
 * the end of the thread; nothing of it reaches the search.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Call } from './solver.js';

/** What is used of z3-solver's low-level interface; pointers are numbers. The package need not be there to compile this. */
interface LowLevel {
  em: { _malloc(bytes: number): number; _free(at: number): void; HEAPU8: Uint8Array; _Z3_solver_from_string(context: number, solver: number, text: number): void };
  Z3: {
    global_param_set(name: string, value: string): void;
    mk_config(): number;
    del_config(config: number): void;
    mk_context_rc(config: number): number;
    del_context(context: number): void;
    mk_solver(context: number): number;
    solver_inc_ref(context: number, solver: number): void;
    solver_dec_ref(context: number, solver: number): void;
    mk_params(context: number): number;
    params_inc_ref(context: number, params: number): void;
    params_dec_ref(context: number, params: number): void;
    mk_string_symbol(context: number, name: string): number;
    params_set_uint(context: number, params: number, name: number, value: number): void;
    solver_set_params(context: number, solver: number, params: number): void;
    get_error_code(context: number): number;
    solver_get_assertions(context: number, solver: number): number;
    ast_vector_size(context: number, vector: number): number;
    solver_check(context: number, solver: number): Promise<number>;
    solver_get_reason_unknown(context: number, solver: number): string;
    solver_get_model(context: number, solver: number): number;
    model_inc_ref(context: number, model: number): void;
    model_dec_ref(context: number, model: number): void;
    mk_real_sort(context: number): number;
    mk_const(context: number, symbol: number, sort: number): number;
    inc_ref(context: number, ast: number): void;
    dec_ref(context: number, ast: number): void;
    model_eval(context: number, model: number, ast: number, completion: boolean): number | null;
    is_numeral_ast(context: number, ast: number): boolean;
    get_numeral_string(context: number, ast: number): string;
  };
}

const [TRUE, FALSE] = [1, -1];
const MOST_MEMORY_MB = 1024;

const { module } = workerData as { module: string };
const port = parentPort!;

try {
  const { init } = (await import(module)) as { init: (overrides: object) => Promise<LowLevel> };
  const silent = (): void => undefined;
  const api = await init({ print: silent, printErr: silent });
  api.Z3.global_param_set('memory_max_size', String(MOST_MEMORY_MB));
  // Calls come one by one: the caller waits for each answer.
  port.on('message', (call: Call) => {
    answer(api, call).then(
      (reply) => port.postMessage(reply),
      (error: unknown) => port.postMessage({ status: 'unknown', reason: String(error) } satisfies Answer),
    );
  });
  port.postMessage('ready');
} catch (error) {
  const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
  port.postMessage(missing ? 'missing' : 'failed');
  port.close();
}

/** A context of its own for each call: nothing of one is left in the next. */
async function answer({ Z3, em }: LowLevel, { text, assertions, names, milliseconds }: Call): Promise<Answer> {
  const config = Z3.mk_config();
  const context = Z3.mk_context_rc(config);
  Z3.del_config(config);
  const solver = Z3.mk_solver(context);
  Z3.solver_inc_ref(context, solver);
  try {
    limit();
    parse();
    const outcome = await Z3.solver_check(context, solver);
    fault('check');
    if (outcome === FALSE) return { status: 'unsat' };
    if (outcome !== TRUE) return { status: 'unknown', reason: Z3.solver_get_reason_unknown(context, solver) };
    return { status: 'sat', values: values() };
  } finally {
    Z3.solver_dec_ref(context, solver);
    Z3.del_context(context);
  }

  function limit(): void {
    const params = Z3.mk_params(context);
    Z3.params_inc_ref(context, params);
    Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, 'timeout'), Math.max(1, Math.floor(milliseconds)));
    Z3.solver_set_params(context, solver, params);
    Z3.params_dec_ref(context, params);
  }

  /**
   * The text in memory of its own, and parsed before this returns: strings that the package passes lie on the stack, which is used
   * again while a call that runs on another thread still reads them. And nothing less than the whole of it may be asked.
   */
  function parse(): void {
    const bytes = new TextEncoder().encode(text);
    const at = em._malloc(bytes.length + 1);
    if (at === 0) throw new Error('no memory for the text');
    em.HEAPU8.set(bytes, at);
    em.HEAPU8[at + bytes.length] = 0;
    em._Z3_solver_from_string(context, solver, at);
    em._free(at);
    fault('parse');
    const parsed = Z3.ast_vector_size(context, Z3.solver_get_assertions(context, solver));
    if (parsed !== assertions) throw new Error(`${parsed} of ${assertions} assertions parsed`);
  }

  function values(): string[] {
    const model = Z3.solver_get_model(context, solver);
    Z3.model_inc_ref(context, model);
    const real = Z3.mk_real_sort(context);
    const read = names.map((name) => {
      const constant = Z3.mk_const(context, Z3.mk_string_symbol(context, name), real);
      Z3.inc_ref(context, constant);
      const value = Z3.model_eval(context, model, constant, true);
      Z3.dec_ref(context, constant);
      return value !== null && Z3.is_numeral_ast(context, value) ? Z3.get_numeral_string(context, value) : '';
    });
    Z3.model_dec_ref(context, model);
    return read;
  }

  function fault(during: string): void {
    const code = Z3.get_error_code(context);
    if (code !== 0) throw new Error(`Z3 error ${code} in ${during}`);
  }
}
