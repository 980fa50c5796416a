/**
 * The certificate of a result: made after the search, in the checker's own rule, and aimed at what the search proved. It states what it
 * proves itself; where that is less than the result, so it says.
 */
import { attained, requireInside } from '../check/witness.js';
import type { Claim } from '../check/claims.js';
import { modelHash, type CheckedModel } from '../check/model.js';
import { problemOf, readStatement, verdictOf, type Problem, type Query as QueryName, type Statement, type Witness } from '../check/statement.js';
import { asParaboundError, type ErrorCode } from '../errors.js';
import type { Model } from '../network/model.js';
import type { Query } from '../query/query.js';
import type { BoxSpec } from '../search/native.js';
import type { SearchOutcome } from '../search/request.js';
import { version } from '../version.js';
import { Part, type Budget, type Proof } from './prove.js';
import { BoxSolver } from './solve.js';
import { Threads } from './threads.js';
import { nodesOf, writeCertificate } from './write.js';

/** What a result says of its certificate. */
export interface CertificateInfo {
  file: string;
  /** Attained by the witness in the checker's arithmetic, and proved by the tree: they may lie a little outside the result's. */
  lower: number;
  /** Infinity where nothing is proved; null in JSON. */
  upper: number;
  /** Whether it proves as much as was asked: the verdict, or the bound to the gap. */
  certified: boolean;
  leaves: number;
  /** Of these, left to Z3, which the checker asks again. */
  solved: number;
  bytes: number;
  seconds: number;
  /** Of sigma's classes. */
  classes?: { label: number; lower: number; upper: number }[];
  /** Why it proves nothing, or less. */
  reason?: string;
  /** The file could not be written. */
  error?: { code: ErrorCode; message: string };
}

/** What the search found of one part: of the whole, or of one class. */
export interface Found {
  readonly outcome: Pick<SearchOutcome, 'lower' | 'upper' | 'witness'>;
  /** Nothing flips, proved. */
  readonly nothing?: boolean;
}

export interface Asked {
  readonly name: QueryName;
  readonly threshold?: number;
  readonly verdict?: 'robust' | 'violated' | 'unknown';
  readonly parts: readonly Found[];
}

/** What certified bounds may be beyond the result's, for roundings of the checker. */
const ROOM = 1e-12;

/** Makes and writes the certificate, if one was asked for. Whatever goes wrong is in what it returns: the result is not lost. */
export async function certificateOf(query: Query, asked: Asked): Promise<{ certificate?: CertificateInfo }> {
  const { certificate: path, certificateTimeout } = query.options;
  if (path === undefined) return {};
  const startedAt = performance.now();
  const info: CertificateInfo = { file: path, lower: 0, upper: Infinity, certified: false, leaves: 0, solved: 0, bytes: 0, seconds: 0 };
  try {
    await new Certifier(query, asked, info).run(path, certificateTimeout === undefined ? Infinity : startedAt + 1000 * certificateTimeout);
  } catch (thrown) {
    const { code, message } = asParaboundError(thrown);
    info.certified = false;
    info.error = { code, message };
  }
  info.seconds = (performance.now() - startedAt) / 1000;
  return { certificate: info };
}

interface WrittenPart {
  property: Claim['property'];
  label?: number;
  outputs?: readonly number[];
  lower: number;
  upper: number | null;
  witness: Witness | null;
  leaves: number;
  hint: number;
}

class Certifier {
  readonly #query: Query;
  readonly #asked: Asked;
  readonly #info: CertificateInfo;

  constructor(query: Query, asked: Asked, info: CertificateInfo) {
    this.#query = query;
    this.#asked = asked;
    this.#info = info;
  }

  async run(path: string, end: number): Promise<void> {
    const { engine, given, units, rule, measure, region: { domain } } = this.#query, { name, threshold } = this.#asked;
    const header: Record<string, unknown> = {
      format: 'parabound-certificate@1', version, query: name, model: given.hash, ...(units === null ? {} : { units }),
      level: rule.level, decision: rule.decision, output: measure,
      box: engine.padding === null ? boxOf(this.#query) : null,
      domain: Array.from({ length: domain.length / 2 }, (_, j) => [domain[2 * j], domain[2 * j + 1]]),
      ...(threshold === undefined || name === 'verify-label' ? {} : { threshold }),
    };
    const proofs: (Proof | null)[] = [];
    const parts: WrittenPart[] = [];
    try {
      if (engine.padding !== null) throw new RangeError('the hidden layers of the two networks differ in their widths');
      await this.#prove(header, parts, proofs, end);
    } catch (error) {
      // The checker's code says so where it has no rule for a question.
      if (!(error instanceof RangeError)) throw error;
      this.#info.reason = error.message;
      header.uncovered = error.message;
    }
    this.#conclude(header, parts, proofs);
    const trees = proofs.filter((proof) => proof !== null).map((proof) => nodesOf(proof.tree, proof.hintSize));
    this.#info.bytes = await writeCertificate(path, { ...header, parts }, header.uncovered === undefined ? trees : []);
  }

  async #prove(header: Record<string, unknown>, parts: WrittenPart[], proofs: (Proof | null)[], end: number): Promise<void> {
    const { asked: { parts: found, verdict }, query: { limits, options: { signal, onProgress }, given } } = { asked: this.#asked, query: this.#query };
    // Claims nothing yet: the checker's own reading of the header makes the problem.
    const startedAt = performance.now();
    const drafts = this.#claims().map((claim) => written(claim, 0, null, null, null));
    const statement = readStatement(JSON.parse(JSON.stringify({ ...header, parts: drafts })), checkedModel(given), given.hash);
    if (modelHash(checkedModel(given)) !== given.hash) throw new Error('the model\'s hash is another to the checker');
    const problem = problemOf(statement), threads = new Threads(limits.threads);
    const solver = limits.smt === 'off' || verdict === 'violated' ? null : await BoxSolver.of(statement, problem, limits.smtTimeoutMs, signal);
    try {
      for (const [i, claim] of this.#claims().entries()) {
        const { witness, lower } = this.#witnessed(claim, found[i], statement);
        const share = performance.now() + (end - performance.now()) / (drafts.length - i), told = onProgress === undefined ? undefined : (made: { upper: number; boxes: number; open: number }): void => {
          onProgress({ lower, ...made, seconds: (performance.now() - startedAt) / 1000, phase: 'certificate', ...(drafts.length > 1 ? { label: i } : {}) });
        };
        const proof = verdict === 'violated' ? null : await this.#proof(problem, claim, { end: share, signal, onProgress: told }, threads, solver);
        proofs.push(proof);
        const upper = proof === null ? null : proof.claim.property === 'label' ? 0 : Math.max(proof.claim.upper, lower);
        parts.push(written(proof?.claim ?? claim, lower, upper, proof?.claim.property === 'label' ? null : witness, proof));
      }
    } finally {
      await threads.close();
    }
  }

  async #proof(problem: Problem, claim: Claim, budget: Budget, threads: Threads, solver: BoxSolver | null): Promise<Proof | null> {
    const proof = await new Part(problem, claim, this.#room(claim), solver).prove(budget, threads);
    if (proof !== null || claim.property !== 'label' || this.#asked.name === 'verify-label') return proof;
    // That nothing flips at all cannot be shown: then that nothing does above a small margin.
    const above: Claim = { property: 'sigma', measure: this.#query.measure, label: claim.label, upper: Math.max(this.#query.limits.gap, Number.EPSILON) };
    const lesser = await new Part(problem, above, this.#room(above)).prove(budget, threads);
    return lesser === null ? null : { ...lesser, complete: false };
  }

  /** Where the rule cannot prove what was asked for, what it proves is to be no farther from what it could than this. */
  #room(claim: Claim): number {
    const { gap, relativeGap } = this.#query.limits;
    return Math.max(gap, relativeGap * (claim.property === 'label' ? 0 : claim.upper), 1e-9);
  }

  /** What to prove: no less than the search did, and no more than it was asked to. */
  #claims(): Claim[] {
    const { measure, outputs, limits: { gap, relativeGap } } = this.#query, { name, threshold = 0, verdict, parts } = this.#asked;
    return parts.map(({ outcome: { lower, upper }, nothing }, label): Claim => {
      const least = Math.max(lower + gap, lower / (1 - Math.min(relativeGap, 0.5)));
      const reached = Math.max(least, upper < Infinity ? upper * (1 + ROOM) : 0);
      if (name === 'epsilon' || name === 'verify-epsilon') {
        return { property: 'epsilon', measure, outputs, upper: verdict === 'robust' ? threshold : reached };
      }
      if (name === 'verify-label' || (verdict === 'robust' ? threshold === 0 : nothing === true)) return { property: 'label', label };
      return { property: 'sigma', measure, label, upper: verdict === 'robust' ? below(threshold) : reached };
    });
  }

  #witnessed(claim: Claim, { outcome }: Found, { model, box, domain }: Statement): { witness: Witness | null; lower: number } {
    if (outcome.witness === null) return { witness: null, lower: 0 };
    const witness: Witness = { input: Array.from(outcome.witness.input), parameters: this.#query.box.isCopy ? null : Array.from(outcome.witness.parameters) };
    const value = attained(claim, model, witness.input, requireInside(witness, model, box, domain));
    if (value === null) return { witness: null, lower: 0 };
    return { witness, lower: claim.property === 'label' ? 0 : Math.min(value, Math.max(outcome.lower, 0)) };
  }

  #conclude(header: Record<string, unknown>, parts: WrittenPart[], proofs: (Proof | null)[]): void {
    const info = this.#info, { name, threshold, verdict } = this.#asked;
    info.leaves = parts.reduce((sum, { leaves }) => sum + leaves, 0);
    info.solved = proofs.reduce((sum, proof) => sum + (proof?.solved ?? 0), 0);
    if (parts.length === 0 || header.uncovered !== undefined) return;
    const ends = parts.map(({ lower, upper }) => ({ lower, upper: upper ?? Infinity }));
    info.lower = Math.max(...ends.map(({ lower }) => lower));
    info.upper = Math.max(...ends.map(({ upper }) => upper));
    if (name === 'sigma') info.classes = ends.map((each, label) => ({ label, ...each }));
    const stated = parts.map(({ property, lower, upper, witness }) => ({ claim: { property } as Claim, lower, upper, witness, leaves: 0, hint: 0 })) satisfies Statement['parts'];
    const follows = verdictOf({ query: name, threshold: threshold === undefined || name === 'verify-label' ? null : threshold, parts: stated });
    if (follows !== null) header.verdict = follows;
    const complete = proofs.every((proof) => proof?.complete === true);
    info.certified = verdict === undefined || verdict === 'unknown' ? complete : follows === verdict;
    if (follows !== 'violated' && info.upper === Infinity) {
      header.uncovered = info.reason = 'no upper bound was proved';
    } else if (!info.certified) {
      info.reason = verdict === 'violated' ? 'the witness does not show the violation in the checker\'s arithmetic' : 'the checker\'s rule proves less here than the search did';
    }
  }
}

function written(claim: Claim, lower: number, upper: number | null, witness: Witness | null, proof: Proof | null): WrittenPart {
  const { property } = claim;
  return { property, ...(property === 'epsilon' ? { outputs: claim.outputs } : { label: claim.label }), lower, upper, witness, leaves: proof?.leaves ?? 0, hint: proof?.hintSize ?? 0 };
}

function checkedModel({ layers, parameters, normalisation, level, decision }: Model): CheckedModel {
  return { layers: [...layers], parameters, normalisation, level, smallest: decision === 'min' };
}

/** Null stands for the model's own parameters, and for all of them; one number for as many of it. */
function boxOf({ box: { spec }, model }: Query): object {
  const center = (values: Float64Array): number[] | null => (values.every((value, i) => value === model.parameters[i]) ? null : Array.from(values));
  const box: BoxSpec = spec;
  switch (box.kind) {
    case 'radius': return { kind: box.kind, center: center(box.center), radius: box.radius.every((r) => r === box.radius[0]) ? box.radius[0] : Array.from(box.radius) };
    case 'relative': return { kind: box.kind, center: center(box.center), ratio: box.ratio, mask: box.mask.every((m) => m === 1) ? null : Array.from(box.mask) };
    case 'bounds': return { kind: box.kind, lower: Array.from(box.lower), upper: Array.from(box.upper) };
  }
}

/** The largest double below x > 0. */
function below(x: number): number {
  const bits = new BigInt64Array(new Float64Array([x]).buffer);
  bits[0] -= 1n;
  return new Float64Array(bits.buffer)[0];
}
