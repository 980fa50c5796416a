/** Z3, from the package z3-solver, for leaves that are left to it. It is loaded only where there is one, in a thread: it need not be there. */
import type { Formula } from './formula.js';

const PACKAGE: string = 'z3-solver';
/** Answers that are never trusted: the claim is false, or the checker is at fault. */
export const BROKEN = ['its formula has a solution', 'its formula contradicts itself, which is a fault of the checker'];

/** What is used of it; pointers are numbers. */
interface Z3 {
  Z3: Record<string, (...of: unknown[]) => number> & { solver_check(context: number, solver: number): Promise<number> };
  em: { HEAPU8: Uint8Array; _malloc(bytes: number): number; _free(at: number): void; _Z3_solver_from_string(context: number, solver: number, text: number): void };
}
let loaded: Promise<Z3> | undefined;

/** `unsat` where the facts have a solution and none breaks the claim; else what is known instead. */
export async function answer({ facts, broken }: Formula, milliseconds: number): Promise<string> {
  const silent = (): void => undefined;
  loaded ??= (import(PACKAGE) as Promise<{ init: (output: object) => Promise<Z3> }>).then(({ init }) => init({ print: silent, printErr: silent }));
  const { Z3, em } = await loaded;
  /** 1, -1 and 0: there is a solution, there is none, it is not known. */
  const solve = async (text: string): Promise<number> => {
    Z3.global_param_set('timeout', String(milliseconds));
    const context = Z3.mk_context(Z3.mk_config()), solver = Z3.mk_solver(context), bytes = new TextEncoder().encode(`${text}\0`), at = em._malloc(bytes.length);
    Z3.solver_inc_ref(context, solver);
    em.HEAPU8.set(bytes, at); // not on the stack, where the package would put it
    em._Z3_solver_from_string(context, solver, at);
    const found = Z3.get_error_code(context) === 0 ? await Z3.solver_check(context, solver) : 0;
    em._free(at);
    Z3.del_context(context);
    return found;
  };
  const possible = await solve(facts), found = possible === 1 ? await solve(`${facts}\n(assert ${broken})`) : 0;
  if (possible === -1) return BROKEN[1];
  return found === -1 ? 'unsat' : found === 1 ? BROKEN[0] : 'no answer in time';
}
