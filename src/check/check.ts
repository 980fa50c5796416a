/**
 * The independent checker: accepts a certificate only if everything it states has been proved again here. Nothing outside this folder
 * is used but Node's own modules, and nothing here rounds but to the nearest double.
 */
import { Worker } from 'node:worker_threads';
import { Prover, type Claim } from './claims.js';
import { readCertificate, walk, type Place } from './file.js';
import { demand, modelHash } from './model.js';
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
  /** Leaves that were left to a solver, and not proved again. */
  trusted: number;
  reason: string | null;
}

export interface CheckOptions {
  threads?: number;
  /** Accepts leaves that a solver is said to have closed. */
  trust?: boolean;
}

/** The leaves of one tree, for a thread to prove blocks of. */
export interface Task extends Problem {
  readonly claim: Claim;
  readonly trees: Uint8Array;
  readonly start: number;
  /** The next block that nobody works on, and the first leaf that was found to fail. */
  readonly state: Int32Array;
}

const BLOCK = 32;
/** About how many operations a leaf takes beside those of its network's size, and from how many on threads are worth starting. */
const FEW = 500, MANY = 2e7;
const WORKER = new URL(import.meta.url.endsWith('.ts') ? '../../dist/check/worker.js' : './worker.js', import.meta.url);

export async function check(bytes: Uint8Array, model: CheckedModel, { threads = 1, trust = false }: CheckOptions = {}): Promise<CheckReport> {
  const report: CheckReport = { schema: 'parabound/check@1', verdict: 'rejected', claim: null, bound: null, bounds: [], leaves: 0, trusted: 0, reason: null };
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
    await checkTrees(statement, trees, threads, report);
    demand(trust || report.trusted === 0, `${report.trusted} leaves were left to a solver and are not proved here`);
    report.bounds = statement.parts.map(({ lower, upper, claim: { property } }) => ({ lower, upper, nothingFlips: property === 'label' && upper !== null }));
    const upper = statement.parts.some((part) => part.upper === null) ? null : Math.max(...statement.parts.map((part) => part.upper!));
    report.bound = { lower: Math.max(...statement.parts.map(({ lower }) => lower)), upper };
    report.verdict = 'accepted';
  } catch (error) {
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

async function checkTrees(statement: Statement, trees: Uint8Array, threads: number, report: CheckReport): Promise<void> {
  const problem = problemOf(statement);
  let at = 0;
  for (const [i, { claim, upper, leaves, hint }] of statement.parts.entries()) {
    if (upper === null) {
      demand(leaves === 0, `part ${i} has leaves and claims nothing`);
      continue;
    }
    const { hintSize } = new Prover(problem.layers, claim, problem.decision), start = at;
    demand(hintSize === hint, `part ${i} has hints of ${hint} bytes, not ${hintSize}`);
    let count = 0;
    at = walk(trees, start, placeOf(problem), hintSize, (_, __, trusted) => {
      count++;
      if (trusted) report.trusted++;
      return true;
    });
    demand(count === leaves, `part ${i} has ${count} leaves, not ${leaves}`);
    report.leaves += count;
    const task: Task = { ...problem, claim, trees, start, state: new Int32Array(new SharedArrayBuffer(8)).fill(2 ** 31 - 1, 1) };
    const work = leaves * (FEW + problem.layers.reduce((sum, { outputs }) => sum + outputs, 0) * statement.model.parameters.length);
    const found = work < MANY || threads < 2 ? [proveLeaves(task)] : await Promise.all(Array.from({ length: threads }, () => inThread(task)));
    const first = found.filter((each) => each !== null).sort((a, b) => a.index - b.index)[0];
    demand(first === undefined, `leaf ${first?.index} of part ${i} ${first?.why}`);
  }
  demand(at === trees.length, `${trees.length - at} bytes follow the last tree`);
}

const placeOf = ({ lower, upper }: Problem): Place => ({ lower: lower.slice(), upper: upper.slice(), path: [] });

function inThread(task: Task): Promise<Failure | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: task });
    worker.once('message', resolve).once('error', reject).once('exit', () => reject(new Error('a thread of the checker ended early')));
  });
}

interface Failure {
  readonly index: number;
  readonly why: string;
}

/** Proves blocks of leaves that no other thread has taken, and returns the first that cannot be proved. */
export function proveLeaves(task: Task): Failure | null {
  const { layers, claim, decision, trees, state } = task, prover = new Prover(layers, claim, decision), place = placeOf(task), { hintSize } = prover;
  let block = Atomics.add(state, 0, 1), failure: Failure | null = null;
  walk(trees, task.start, place, hintSize, (index, hint, trusted) => {
    if (index >= (block + 1) * BLOCK) block = Atomics.add(state, 0, 1);
    if (index < block * BLOCK || trusted) return true;
    if (index >= Atomics.load(state, 1)) return false;
    const bound = prover.bound(place.lower, place.upper, trees.subarray(hint, hint + hintSize));
    if (prover.proves(bound)) return true;
    const box = Array.from(place.lower, (low, j) => `[${low}, ${place.upper[j]}]`);
    const where = box.length > 12 ? `${box.slice(0, 12).join(' x ')} x ...` : box.join(' x ');
    failure = { index, why: `(path ${place.path.map(Number).join('')}) cannot be proved on ${where}: ${claim.property === 'epsilon' ? `the bound there is ${bound}, above ${claim.upper}` : `a label may flip there, for ${bound} is above 0`}` };
    for (let other = Atomics.load(state, 1); index < other; other = Atomics.load(state, 1)) Atomics.compareExchange(state, 1, other, index);
    return false;
  });
  return failure;
}

