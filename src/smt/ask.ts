/** One question about one leaf, asked until it is answered: enclosures of sigmoid and tanh are cut where Z3 fills them. */
import type { Dyadic } from '../exact/dyadic.js';
import type { Objective } from '../search/native.js';
import type { Encoding } from './encode.js';
import { type Threshold, question } from './question.js';
import { Rational } from './rational.js';
import type { Answer, Solver } from './solver.js';
import { FALSE, type Term } from './term.js';

/** What a model says: the value of a name, where it is a fraction. */
export type Values = (name: Term) => Rational | undefined;

export interface Asking {
  readonly solver: Pick<Solver, 'ask'>;
  /** Milliseconds that are left. */
  readonly left: () => number;
  readonly signal?: AbortSignal;
}

export type Outcome =
  | { status: 'unsat' }
  /** `candidate` had a model of the formula and was not content with any. `possible`: of a formula that is no relaxation. */
  | { status: 'refuted' }
  | { status: 'possible' | 'unknown' };

const MOST_ROUNDS = 40;
/** Of a cut: those of a model may have any denominator. */
const CUT_BITS = 96;
/** Beyond this a text is not worth parsing in a leaf's time. */
const MOST_CHARACTERS = 16_000_000;

/** `candidate` is given every model, and says whether what it made of it is proved to be what was asked for. */
export async function ask(encoding: Encoding, objective: Objective, threshold: Threshold | null, slack: Dyadic | undefined, asking: Asking, candidate: (values: Values) => boolean): Promise<Outcome> {
  const asked = question(encoding, objective, threshold, slack);
  if (asked === FALSE) return { status: 'unsat' };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const answer = await solve(encoding, [asked], asking);
    if (answer.status === 'unknown') return answer;
    if (answer.status === 'unsat') {
      // A formula without any model at all would be a fault of the formula: what it says would be worth nothing.
      if (!encoding.satisfiable && (await solve(encoding, [], asking)).status !== 'sat') return { status: 'unknown' };
      encoding.satisfiable = true;
      return answer;
    }
    encoding.satisfiable = true;
    const values = valuesOf(encoding, answer);
    if (candidate(values)) return { status: 'refuted' };
    if (!encoding.refine((name) => values(name)?.toDyadic(CUT_BITS, 'down'))) return { status: 'possible' };
  }
  return { status: 'unknown' };
}

async function solve(encoding: Encoding, extra: readonly Term[], { solver, left, signal }: Asking): Promise<Answer> {
  const milliseconds = left();
  if (!(milliseconds > 0)) return { status: 'unknown', reason: 'no time is left' };
  const assertions = [...encoding.assertions, ...extra];
  const text = [...encoding.declarations, ...assertions.map((term) => `(assert ${term})`)].join('\n');
  if (text.length > MOST_CHARACTERS) return { status: 'unknown', reason: 'too large' };
  return solver.ask({ text, assertions: assertions.length, names: encoding.names }, milliseconds, signal);
}

function valuesOf(encoding: Encoding, answer: Extract<Answer, { status: 'sat' }>): Values {
  const found = new Map(encoding.names.map((name, i) => [name, Rational.parse(answer.values[i] ?? '')]));
  return (name) => found.get(name);
}
