/**
 * The independent checker: accepts a certificate only if everything it states has been proved again here. Nothing outside this folder
 * is used but Node's own modules, and nothing here rounds but to the nearest double.
 */
import { Worker } from 'node:worker_threads';
import { Prover, type Claim } from './claims.js';
import { readCertificate, walk, type Place } from './file.js';
import { formulaOf, type Formula } from './formula.js';
import { demand, modelHash } from './model.js';
import { HAS_SOLUTION, Solver, WORKER } from './solver.js';
import { problemOf, readStatement, verdictOf, type Part, type Problem, type Statement } from './statement.js';
import { attained, requireInside, type CheckedModel } from './witness.js';

export interface CheckReport {
  schema: 'parabound/check@1';
  verdict: 'accepted' | 'rejected';
  /** As the certificate states it, also where it was rejected; null where it cannot even be read. */
  claim: Record<string, unknown> | null;
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
  /** Ends the threads; the check then rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/** The leaves of one tree, for a thread to prove blocks of. */
export interface Task extends Problem {
  readonly claim: Claim;
  readonly trees: Uint8Array;
  readonly start: number;
  /** Which of how many threads this is for: each takes every so many blocks of leaves. */
  readonly thread: number;
  readonly threads: number;
}

const BLOCK = 32;
/** About how many operations a leaf takes beside those of its network's size, and from how many on threads are started. */
const FEW = 500, MANY = 2e7;
/** Leaves for a solver: each takes it a moment at least. */
const MOST_SOLVED = 100_000;

export async function check(bytes: Uint8Array, model: CheckedModel, options: CheckOptions = {}): Promise<CheckReport> {
  const report: CheckReport = { schema: 'parabound/check@1', verdict: 'rejected', claim: null, bound: null, bounds: [], leaves: 0, solved: 0, trusted: 0, reason: null };
  try {
    const { header, trees } = readCertificate(bytes), { format: _, parts: __, uncovered, ...claim } = header as Record<string, unknown>;
    report.claim = claim;
    demand(uncovered === undefined, `not certified: ${String(uncovered).slice(0, 300)}`);
    const statement = readStatement(header, model);
    const hash = modelHash(model);
    demand(hash === statement.hash, `it is about another network: ${statement.hash.slice(0, 64)}, not ${hash}`);
    for (const part of statement.parts) checkWitness(part, statement);
    demand(verdictOf(statement) === (statement.verdict ?? null), `the verdict ${JSON.stringify(statement.verdict)} does not follow from its bounds`);
    demand(statement.verdict === 'violated' || statement.parts.every(({ upper }) => upper !== null), 'not certified: it claims no upper bound');
    await checkTrees(statement, trees, options, report);
    report.bounds = statement.parts.map(({ lower, upper, claim: { property } }) => ({ lower, upper, nothingFlips: property === 'label' && upper !== null }));
    const upper = statement.parts.some((part) => part.upper === null) ? null : Math.max(...statement.parts.map((part) => part.upper!));
    report.bound = { lower: Math.max(...statement.parts.map(({ lower }) => lower)), upper };
    report.verdict = 'accepted';
  } catch (error) {
    options.signal?.throwIfAborted();
    report.reason = error instanceof Error ? error.message : String(error);
  }
  return report;
}

function checkWitness({ claim, lower, witness }: Part, { model, box, domain }: Statement): void {
  if (witness === null) return;
  const value = attained(claim, model, witness.input, requireInside(witness, model, box, domain));
  demand(value !== null, 'the witness does not flip its label');
  demand(value >= lower, `the witness attains ${value}, not ${lower}`);
}

async function checkTrees(statement: Statement, trees: Uint8Array, options: CheckOptions, report: CheckReport): Promise<void> {
  const problem = problemOf(statement), { threads = 1 } = options;
  let at = 0;
  for (const [i, { claim, upper, leaves, hint }] of statement.parts.entries()) {
    if (upper === null) {
      demand(leaves === 0, `part ${i} has leaves and claims nothing`);
      continue;
    }
    const prover = new Prover(problem.layers, claim, problem.decision), { hintSize } = prover, start = at, place = placeOf(problem), forSolver: Place[] = [];
    demand(hintSize === hint, `part ${i} has hints of ${hint} bytes, not ${hintSize}`);
    let count = 0;
    at = walk(trees, start, place, hintSize, (_, __, smt) => {
      count++;
      if (smt) forSolver.push({ lower: place.lower.slice(), upper: place.upper.slice(), path: place.path.slice() });
      return forSolver.length <= MOST_SOLVED;
    });
    demand(count === leaves && forSolver.length <= MOST_SOLVED, `part ${i} has ${count} leaves, not ${leaves}, or too many for a solver`);
    report.leaves += count;
    const work = leaves * (FEW + problem.layers.reduce((sum, { outputs }) => sum + outputs, 0) * statement.model.parameters.length), many = work < MANY ? 1 : threads;
    const tasks = Array.from({ length: many }, (_, thread): Task => ({ ...problem, claim, trees, start, thread, threads: many }));
    const found = work < MANY ? tasks.map(proveLeaves) : await Promise.all(tasks.map((task) => inThread(task, options.signal)));
    const first = found.filter((each) => each !== null).sort((a, b) => a.index - b.index)[0];
    demand(first === undefined, `leaf ${first?.index} of part ${i} ${first?.why}`);
    await solveLeaves(forSolver, (box) => formulaOf(statement, prover, claim, box.lower, box.upper), options, report);
  }
  demand(at === trees.length, `${trees.length - at} bytes follow the last tree`);
}

/** Asks a solver about leaves that were left to it. */
async function solveLeaves(leaves: readonly Place[], formulaFor: (leaf: Place) => Formula | string, { trust = false, smtTimeout = 5, signal }: CheckOptions, report: CheckReport): Promise<void> {
  const solver = new Solver();
  signal?.addEventListener('abort', () => void solver.close());
  try {
    for (const leaf of leaves) {
      signal?.throwIfAborted();
      const formula = formulaFor(leaf), answer = typeof formula === 'string' ? formula : await solver.ask(formula, Math.max(1, Math.ceil(1000 * smtTimeout)));
      if (answer === 'unsat') report.solved++;
      else report.trusted++;
      demand(answer === 'unsat' || (trust && answer !== HAS_SOLUTION), `a leaf (path ${leaf.path.map(Number).join('')}) was left to a solver, and is not proved again: ${answer}`);
    }
  } finally {
    await solver.close();
  }
}

const placeOf = ({ lower, upper }: Problem): Place => ({ lower: lower.slice(), upper: upper.slice(), path: [] });

function inThread(task: Task, signal: AbortSignal | undefined): Promise<Failure | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: task });
    signal?.addEventListener('abort', () => void worker.terminate());
    worker.once('message', resolve).once('error', reject).once('exit', () => { reject(new Error('a thread of the checker ended early')); });
  });
}

interface Failure {
  readonly index: number;
  readonly why: string;
}

/** Proves every so many blocks of leaves, and returns the first that cannot be proved. */
export function proveLeaves(task: Task): Failure | null {
  const { layers, claim, decision, trees, thread, threads } = task, prover = new Prover(layers, claim, decision), place = placeOf(task), { hintSize } = prover;
  let failure: Failure | null = null;
  walk(trees, task.start, place, hintSize, (index, hint, smt) => {
    if (smt || Math.floor(index / BLOCK) % threads !== thread) return true;
    const bound = prover.bound(place.lower, place.upper, trees.subarray(hint, hint + hintSize));
    if (prover.proves(bound)) return true;
    const box = Array.from(place.lower, (low, j) => `[${low}, ${place.upper[j]}]`);
    const where = box.length > 12 ? `${box.slice(0, 12).join(' x ')} x ...` : box.join(' x ');
    failure = { index, why: `(path ${place.path.map(Number).join('')}) cannot be proved on ${where}: ${claim.property === 'epsilon' ? `the bound there is ${bound}, above ${claim.upper}` : `a label may flip there, for ${bound} is above 0`}` };
    return false;
  });
  return failure;
}
