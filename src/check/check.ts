/**
 * The independent checker: accepts a certificate only if everything it states has been proved again here. Nothing outside this folder
 * is used but Node's own modules, and nothing here rounds but to the nearest double.
 */
import { Worker } from 'node:worker_threads';
import { Prover, type Claim } from './claims.js';
import { readCertificate, walk, type Place } from './file.js';
import { formulaOf } from './formula.js';
import { demand, modelHash } from './model.js';
import { answerOf, HAS_SOLUTION, Solver, WORKER } from './solver.js';
import { problemOf, readStatement, verdictOf, type Problem, type Statement } from './statement.js';
import { attained, requireInside, type CheckedModel } from './witness.js';

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
  threads?: number;
  /** Accepts leaves that a solver is said to have closed where none closes them again. */
  trust?: boolean;
  /** A solver's time for each of its leaves, in seconds. */
  smtTimeout?: number;
  /** Ends the check: what is not checked is rejected. */
  signal?: AbortSignal | undefined;
}

/** The leaves of one tree, and which of them this thread takes: every so many blocks. */
export interface Task extends Problem {
  readonly claim: Claim;
  readonly trees: Uint8Array;
  readonly start: number;
  readonly thread: number;
  readonly threads: number;
}

const BLOCK = 32;
/** About how many operations a leaf takes beside those of its network's size, and from how many on threads are started. */
const FEW = 500, MANY = 2e7;
/** Leaves for a solver: each takes it a moment at least. */
const MOST_SOLVED = 100_000;

export async function check(bytes: Uint8Array, model: CheckedModel, options: CheckOptions = {}): Promise<CheckReport> {
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
    await checkTrees(statement, trees, options, report);
    report.bounds = parts.map(({ lower, upper, claim: { property } }) => ({ lower, upper, nothingFlips: property === 'label' && upper !== null }));
    report.bound = { lower: Math.max(...parts.map(({ lower }) => lower)), upper: parts.some(({ upper }) => upper === null) ? null : Math.max(...parts.map(({ upper }) => upper!)) };
    report.conditions = conditionsOf(statement, model, claim);
    report.verdict = 'accepted';
  } catch (error) {
    report.reason = options.signal?.aborted === true ? 'interrupted: it was not checked' : error instanceof Error ? error.message : String(error);
  }
  return report;
}

function conditionsOf({ parts: [{ claim }], query, decision: { level, smallest } }: Statement, { layers, ...own }: CheckedModel, { output, units }: Record<string, unknown>): string[] {
  const { outputs } = layers[layers.length - 1], labels = claim.property !== 'epsilon', named = labels ? [] : [...new Set(claim.outputs)];
  const conditions: [boolean, string][] = [
    [!labels && named.length < outputs, `only of output ${named.join(', ')}`],
    [query !== 'verify-label' && output === 'logit', 'in logits'],
    [labels && outputs === 1 && level !== own.level, `label 1 is f > ${level}, not the model's ${own.level}`],
    [labels && outputs > 1 && smallest !== own.smallest, `the ${smallest ? 'smallest' : 'largest'} output decides, not as in the model`],
    [units === 'normalised', 'inputs are normalised'],
  ];
  return conditions.filter(([holds]) => holds).map(([, words]) => words);
}

async function checkTrees(statement: Statement, trees: Uint8Array, { threads = 1, trust = false, smtTimeout = 5, signal }: CheckOptions, report: CheckReport): Promise<void> {
  const problem = problemOf(statement), solver = new Solver(signal);
  let at = 0;
  try {
    for (const [i, { claim, upper, leaves, hint }] of statement.parts.entries()) {
      signal?.throwIfAborted();
      const prover = new Prover(problem.layers, claim, problem.decision), { hintSize } = prover, start = at, place = placeOf(problem), forSolver: Place[] = [];
      demand(hintSize === hint || upper === null, `part ${i} has hints of ${hint} bytes, not ${hintSize}`);
      let count = 0;
      if (upper !== null) at = walk(trees, start, place, hintSize, (_, __, smt) => {
        count++;
        if (smt) forSolver.push({ lower: place.lower.slice(), upper: place.upper.slice(), path: place.path.slice() });
        return forSolver.length <= MOST_SOLVED;
      });
      demand(count === leaves && forSolver.length <= MOST_SOLVED, `part ${i} has ${count} leaves, not ${leaves}, or too many for a solver`);
      report.leaves += count;
      const work = leaves * (FEW + problem.layers.reduce((sum, { outputs }) => sum + outputs, 0) * statement.model.parameters.length), many = work < MANY ? 1 : threads;
      const tasks = Array.from({ length: many }, (_, thread): Task => ({ ...problem, claim, trees, start, thread, threads: many }));
      const failures = upper === null ? [] : work < MANY ? tasks.map(proveLeaves) : await Promise.all(tasks.map((task) => answerOf<Failure>(new Worker(WORKER, { workerData: task }), signal)));
      const [first] = failures.filter((each) => each !== null).sort(([a], [b]) => a - b);
      demand(first === undefined, `leaf ${first?.[0]} of part ${i} ${first?.[1]}`);
      for (const leaf of forSolver) {
        const formula = formulaOf(statement, prover, claim, leaf.lower, leaf.upper), answer = typeof formula === 'string' ? formula : await solver.ask(formula, Math.max(1, Math.ceil(1000 * smtTimeout)));
        if (answer === 'unsat') report.solved++;
        else report.trusted++;
        demand(signal?.aborted !== true && (answer === 'unsat' || (trust && answer !== HAS_SOLUTION)), `a leaf (path ${leaf.path.map(Number).join('')}) was left to a solver, and is not proved again: ${answer}`);
      }
    }
  } finally {
    await solver.close();
  }
  demand(at === trees.length, `${trees.length - at} bytes follow the last tree`);
}

const placeOf = ({ lower, upper }: Problem): Place => ({ lower: lower.slice(), upper: upper.slice(), path: [] });

/** A leaf's number, and what is wrong with it. */
type Failure = readonly [number, string] | null;

/** Proves every so many blocks of leaves, and returns the first that cannot be proved. */
export function proveLeaves({ layers, claim, decision, lower, upper, trees, start, thread, threads }: Task): Failure {
  const prover = new Prover(layers, claim, decision), place = placeOf({ layers, decision, lower, upper }), { hintSize } = prover;
  let failure: Failure = null;
  walk(trees, start, place, hintSize, (index, hint, smt) => {
    if (smt || Math.floor(index / BLOCK) % threads !== thread) return true;
    const bound = prover.bound(place.lower, place.upper, trees.subarray(hint, hint + hintSize));
    if (prover.proves(bound)) return true;
    const sides = Array.from(place.lower.subarray(0, 12), (low, j) => `[${low}, ${place.upper[j]}]`), where = [...sides, ...(place.lower.length > 12 ? ['...'] : [])].join(' x ');
    failure = [index, `(path ${place.path.map(Number).join('')}) cannot be proved on ${where}: ${claim.property === 'epsilon' ? `the bound there is ${bound}, above ${claim.upper}` : `a label may flip there, for ${bound} is above 0`}`];
    return false;
  });
  return failure;
}
