/**
 * The independent checker: accepts a certificate only if everything it states has been proved again here. Nothing outside this folder
 * is used but Node's own modules, and nothing here rounds but to the nearest double.
 */
import { Prover, type Claim } from './claims.js';
import { leavesOf, readCertificate } from './file.js';
import { formulaOf } from './formula.js';
import { demand, modelHash, type CheckedModel } from './model.js';
import { BROKEN } from './solver.js';
import { problemOf, readStatement, verdictOf, type Problem, type Statement } from './statement.js';
import { Thread } from './thread.js';
import { attained, requireInside } from './witness.js';

export interface CheckReport {
  schema: 'parabound/check@1';
  verdict: 'accepted' | 'rejected';
  /** As the certificate states it, also where it was rejected; null where it cannot even be read. */
  claim: Record<string, unknown> | null;
  /** In words, where the claim is not about all outputs as the model gives them, or not by its own rule for labels, or not about its own inputs. */
  conditions: string[];
  /** Proved; null where it was rejected. An upper end of null stands for +infinity. */
  bound: { lower: number; upper: number | null } | null;
  /** Of several classes, one after the other. */
  bounds: { lower: number; upper: number | null; nothingFlips: boolean }[];
  leaves: number;
  /** Leaves that were left to a solver, and that one has now proved again. */
  solved: number;
  /** Leaves that were left to a solver, and not proved again. */
  trusted: number;
  reason: string | null;
}

export interface CheckOptions {
  /** A whole number above zero. */
  threads: number;
  /** Accepts leaves that a solver is said to have closed where none closes them again. */
  trust: boolean;
  /** A solver's time for each of its leaves, in seconds: finite, zero or more. */
  smtTimeout: number;
  /** Ends the check: what is not checked is rejected. */
  signal: AbortSignal | undefined;
}

type Proved = ReturnType<typeof proveLeaves>;

const BLOCK = 32;
/** About how many operations a leaf takes beside those of its network's size, and from how many on threads are started. */
const FEW = 500, MANY = 2e7;
/** Leaves for a solver: each takes it a moment at least. */
const MOST_SOLVED = 100_000;
/** Beyond what Z3 is given for its two questions: it has to be loaded. */
const START_MS = 20_000;

/** Throws a RangeError where an option is none; whatever is wrong with the certificate is in what it returns. */
export async function check(bytes: Uint8Array, model: CheckedModel, { threads = 1, trust = false, smtTimeout = 5, signal }: Partial<CheckOptions> = {}): Promise<CheckReport> {
  demand(Number.isInteger(threads) && threads > 0, `threads: ${threads} is no whole number >= 1`);
  demand(Number.isFinite(smtTimeout) && smtTimeout >= 0, `smtTimeout: ${smtTimeout} is no finite number >= 0`);
  const report: CheckReport = { schema: 'parabound/check@1', verdict: 'rejected', claim: null, conditions: [], bound: null, bounds: [], leaves: 0, solved: 0, trusted: 0, reason: null };
  try {
    const { header, trees } = readCertificate(bytes), { format: _, parts: __, uncovered, ...claim } = header as Record<string, unknown>;
    report.claim = claim;
    demand(uncovered === undefined, `not certified: ${String(uncovered).slice(0, 300)}`);
    const statement = readStatement(header, model, modelHash(model)), { parts, verdict, box, domain } = statement;
    for (const { claim: stated, lower, witness } of parts) {
      const value = witness === null ? 0 : attained(stated, statement.model, witness.input, requireInside(witness, statement.model, box, domain));
      demand(value !== null, 'the witness does not flip its label');
      demand(value >= lower, `the witness attains ${value}, not ${lower}`);
    }
    demand(verdictOf(statement) === (verdict ?? null), `the verdict ${JSON.stringify(verdict)} does not follow from its bounds`);
    demand(verdict === 'violated' || parts.every(({ upper }) => upper !== null), 'not certified: it claims no upper bound');
    await checkTrees(statement, trees, { threads, trust, smtTimeout, signal }, report);
    report.bounds = parts.map(({ lower, upper, claim: { property } }) => ({ lower, upper, nothingFlips: property === 'label' && upper !== null }));
    report.bound = { lower: Math.max(...parts.map(({ lower }) => lower)), upper: parts.some(({ upper }) => upper === null) ? null : Math.max(...parts.map(({ upper }) => upper!)) };
    report.conditions = conditionsOf(statement, model, claim);
    report.verdict = 'accepted';
  } catch (error) {
    report.reason = signal?.aborted === true ? 'interrupted: it was not checked' : error instanceof Error ? error.message : String(error);
  }
  return report;
}

function conditionsOf({ parts: [{ claim }], query, decision: { level, smallest } }: Statement, { layers, ...own }: CheckedModel, { output, units }: Record<string, unknown>): string[] {
  const { outputs } = layers[layers.length - 1], labels = claim.property !== 'epsilon', named = labels ? [] : [...new Set(claim.outputs)];
  return [
    !labels && named.length < outputs && `only of output ${named.join(', ')}`,
    query !== 'verify-label' && output === 'logit' && 'in logits',
    labels && outputs === 1 && level !== own.level && `label 1 is f > ${level}, not the model's ${own.level}`,
    labels && outputs > 1 && smallest !== own.smallest && `the ${smallest ? 'smallest' : 'largest'} output decides, not as in the model`,
    units === 'normalised' && 'inputs are normalised',
  ].filter((each) => each !== false);
}

async function checkTrees(statement: Statement, trees: Uint8Array, { threads, trust, smtTimeout, signal }: CheckOptions, report: CheckReport): Promise<void> {
  const problem = problemOf(statement), { layers, decision } = problem, pool = Array.from({ length: threads }, () => new Thread());
  const size = FEW + layers.reduce((sum, { outputs }) => sum + outputs, 0) * statement.model.parameters.length;
  const milliseconds = Math.min(Math.max(1, Math.ceil(1000 * smtTimeout)), 2 ** 29); // timers go to 2 ** 31
  let start = 0;
  try {
    for (const [i, { claim, upper: bound, leaves, hint }] of statement.parts.entries()) {
      signal?.throwIfAborted();
      const prover = new Prover(layers, claim, decision), { hintSize } = prover;
      demand(bound === null ? leaves === 0 : hint === hintSize, `part ${i} has hints of ${hint} bytes, not ${hintSize}, or leaves without a bound`);
      if (bound === null) continue;
      const few = leaves * size < MANY, share = (thread: number): Parameters<typeof proveLeaves> => [problem, claim, trees, start, leaves, thread, few ? 1 : threads];
      const results = few ? [proveLeaves(...share(0))] : await Promise.all(pool.map((each, thread) => each.run<Proved>(share(thread), signal)));
      const [first] = results.flatMap(({ failure }) => failure ?? []).sort((a, b) => a.index - b.index), [{ count, left, end }] = results;
      demand(first === undefined, `leaf ${first?.index} of part ${i} ${first?.words}`);
      demand(count === leaves && left <= MOST_SOLVED, `part ${i} has ${count > leaves ? 'more' : count} leaves, not ${leaves}, or too many for a solver`);
      report.leaves += count;
      for (const { smt, lower, upper, path } of left === 0 ? [] : leavesOf(trees, start, problem, hintSize, leaves)) {
        if (!smt) continue;
        const formula = formulaOf(statement, prover, claim, lower, upper);
        const answer = typeof formula === 'string' ? formula : await pool[0].run<string>([formula, milliseconds], signal, START_MS + 2 * milliseconds).catch(String);
        if (answer === 'unsat') report.solved++;
        else report.trusted++;
        signal?.throwIfAborted();
        demand(answer === 'unsat' || (trust && !BROKEN.includes(answer)), `a leaf (path ${pathOf(path)}) was left to a solver, and is not proved again: ${answer}`);
      }
      start = end;
    }
  } finally {
    await Promise.all(pool.map((thread) => thread.close()));
  }
  demand(start === trees.length, `${trees.length - start} bytes follow the last tree`);
}

const pathOf = (path: readonly { readonly above: number }[]): string => path.map(({ above }) => above).join('');

/** One thread's share of a tree, every so many blocks of leaves, up to the first that cannot be proved. All are counted, those for a solver too, unless there are more than it says. */
export function proveLeaves(problem: Problem, claim: Claim, trees: Uint8Array, start: number, leaves: number, thread: number, threads: number) {
  const prover = new Prover(problem.layers, claim, problem.decision);
  let count = 0, left = 0, at = start;
  for (const { index, hint, end, smt, lower, upper, path } of leavesOf(trees, start, problem, prover.hintSize, leaves)) {
    [count, at] = [index + 1, end];
    if (smt) left++;
    if (smt || Math.floor(index / BLOCK) % threads !== thread) continue;
    const bound = prover.bound(lower, upper, trees.subarray(hint, end));
    if (prover.proves(bound)) continue;
    const sides = Array.from(lower.subarray(0, 12), (low, j) => `[${low}, ${upper[j]}]`), where = [...sides, ...(lower.length > 12 ? ['...'] : [])].join(' x ');
    const found = claim.property === 'epsilon' ? `the bound there is ${bound}, above ${claim.upper}` : `a label may flip there, for ${bound} is above 0`;
    return { count, left, end, failure: { index, words: `(path ${pathOf(path)}) cannot be proved on ${where}: ${found}` } };
  }
  return { count, left, end: at, failure: null };
}
