/** Z3 for tests, and whether there is one: they pass, and say that they skipped, where z3-solver is not installed. */
import { Solver } from '../../src/smt/solver.js';

const probe = new Solver();
export const available = (await probe.warm()) === 'ready';
await probe.close();
if (!available) console.warn('z3-solver is not installed: what needs it is skipped');
