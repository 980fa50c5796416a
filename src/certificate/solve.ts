/** Boxes that the checker's rule does not close, put to Z3: in the checker's own formula, asked of the solver that searches ask. */
import { Prover, type Claim } from '../check/claims.js';
import { formulaOf } from '../check/formula.js';
import type { Problem, Statement } from '../check/statement.js';
import type { Answer, Solver } from '../smt/solver.js';

/** Formulas of larger networks take Z3 longer than it has. */
const MOST_PARAMETERS = 2000;
/** Whoever checks the certificate may have a slower machine, and the same time. */
const PART_OF_TIME = 0.4;

export type Asked = Answer['status'];

export class BoxSolver {
  /** For each box. */
  readonly milliseconds: number;
  readonly #statement: Statement;
  readonly #problem: Problem;
  readonly #solver: Pick<Solver, 'ask'>;
  readonly #signal: AbortSignal | undefined;

  private constructor(statement: Statement, problem: Problem, solver: Pick<Solver, 'ask'>, milliseconds: number, signal: AbortSignal | undefined) {
    this.#statement = statement;
    this.#problem = problem;
    this.#solver = solver;
    this.milliseconds = PART_OF_TIME * milliseconds;
    this.#signal = signal;
  }

  /** Null where there is no Z3, or where it would be asked in vain. */
  static async of(statement: Statement, problem: Problem, milliseconds: number, signal: AbortSignal | undefined): Promise<BoxSolver | null> {
    if (statement.model.parameters.length > MOST_PARAMETERS) return null;
    const { sharedSolver } = await import('../smt/solver.js'), solver = sharedSolver();
    return (await solver.warm()) === 'ready' ? new BoxSolver(statement, problem, solver, milliseconds, signal) : null;
  }

  covers(claim: Claim): boolean {
    return typeof this.#formula(claim, this.#problem) !== 'string';
  }

  /** `unsat`: the claim holds on the box, as the checker will find too. `sat`: a point breaks it. */
  async ask(claim: Claim, box: { lower: Float64Array; upper: Float64Array }, left: number): Promise<Asked> {
    const formula = this.#formula(claim, box), milliseconds = Math.min(left, this.milliseconds);
    if (typeof formula === 'string' || !(milliseconds > 0)) return 'unknown';
    const solve = async (text: string): Promise<Asked> => {
      const assertions = text.split('\n').filter((line) => line.startsWith('(assert')).length;
      return (await this.#solver.ask({ text, assertions, names: [] }, milliseconds, this.#signal)).status;
    };
    const answer = await solve(`${formula.facts}\n(assert ${formula.broken})`);
    return answer === 'unsat' && (await solve(formula.facts)) !== 'sat' ? 'unknown' : answer;
  }

  #formula(claim: Claim, { lower, upper }: { lower: Float64Array; upper: Float64Array }): ReturnType<typeof formulaOf> {
    const { layers, decision } = this.#problem;
    return formulaOf(this.#statement, new Prover(layers, claim, decision), claim, lower, upper);
  }
}
