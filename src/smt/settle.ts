/** What a search left, settled leaf by leaf: a leaf is closed where Z3 proves that nothing in it matters. */
import { nextDown, nextUp } from '../exact/bounds.js';
import { Dyadic } from '../exact/dyadic.js';
import { addon } from '../native.js';
import type { NativeWitness } from '../search/native.js';
import type { Leaf, SearchOutcome, SearchRequest, SmtStats } from '../search/request.js';
import { ask, type Asking, type Outcome } from './ask.js';
import { Encoding } from './encode.js';
import { covers, type Threshold } from './question.js';
import type { Solver } from './solver.js';
import { witnessNear } from './witness.js';

/** Texts of more parameters take longer to make than a search takes to split. */
const MOST_PARAMETERS = 20_000;
/** More leaves than this are asked about as one box around them all. */
const MOST_LEAVES = 64;
/** Once so many leaves' time went into leaves that Z3 gave up on, the others are not asked about. */
const MOST_IN_VAIN = 2;
const MOST_QUESTIONS = 30;
const MOST_UNDECIDED = 8;
/** Asked for on top where a model of the truth has no doubles near it: 0 first. */
const SLACKS = [Dyadic.ZERO, Dyadic.of(1n, -40), Dyadic.of(1n, -20)];

export interface SettleLimits {
  /** For each leaf. */
  readonly leafMs: number;
  /** For all of them. */
  readonly totalMs?: number;
}

export function canSettle({ network, objective }: Pick<SearchRequest, 'network' | 'objective'>): boolean {
  return network.parameters.length <= MOST_PARAMETERS && covers(network, objective);
}

/** The outcome with what Z3 proves of the leaves that are left. An abort, or the end of the time, keeps what was proved by then. */
export function settle(request: SearchRequest, outcome: SearchOutcome, solver: Pick<Solver, 'ask'>, limits: SettleLimits): Promise<SearchOutcome> {
  return new Settling(request, outcome, solver, limits).run();
}

class Settling {
  readonly #request: SearchRequest;
  readonly #outcome: SearchOutcome;
  readonly #solver: Pick<Solver, 'ask'>;
  readonly #limits: SettleLimits;
  readonly #startedAt = performance.now();
  readonly #stats: SmtStats = { asked: 0, closed: 0, refuted: 0, gaveUp: 0, seconds: 0 };
  #closed: number;
  #incumbent: number;
  #witness: NativeWitness | null;
  #violated = false;
  /** In the leaf at hand: a model became a witness. */
  #refuted = false;

  constructor(request: SearchRequest, outcome: SearchOutcome, solver: Pick<Solver, 'ask'>, limits: SettleLimits) {
    this.#request = request;
    this.#outcome = outcome;
    this.#solver = solver;
    this.#limits = limits;
    this.#closed = outcome.left!.closed;
    this.#witness = outcome.witness;
    this.#incumbent = outcome.witness?.value ?? -Infinity;
  }

  async run(): Promise<SearchOutcome> {
    const rest = merged(this.#outcome.left!.leaves);
    const remaining: Leaf[] = [];
    let inVainMs = 0;
    for (const leaf of rest) {
      if (this.#violated || leaf.upper <= this.#threshold()) {
        this.#close(leaf.upper);
        continue;
      }
      if (this.#over() || inVainMs >= MOST_IN_VAIN * this.#limits.leafMs) {
        remaining.push(leaf);
        continue;
      }
      this.#stats.asked++;
      const startedAt = performance.now();
      this.#refuted = false;
      const settled = await this.#leaf(leaf);
      this.#stats[settled && !this.#violated ? 'closed' : this.#refuted ? 'refuted' : 'gaveUp']++;
      if (settled) continue;
      inVainMs += performance.now() - startedAt;
      remaining.push(leaf);
    }
    return this.#result(remaining.filter(({ upper }) => upper > this.#threshold() || !this.#close(upper)));
  }

  /** Enters what a leaf that is done leaves behind. */
  #close(upper: number): true {
    this.#closed = Math.max(this.#closed, upper);
    return true;
  }

  /** True where the leaf is closed, or holds a violation. */
  #leaf(leaf: Leaf): Promise<boolean> {
    const end = performance.now() + Math.min(this.#limits.leafMs, this.#left());
    const { signal } = this.#request;
    const asking: Asking = { solver: this.#solver, left: () => end - performance.now(), ...(signal === undefined ? {} : { signal }) };
    const { network, box, scaling } = this.#request;
    const encoding = (): Encoding => new Encoding({ network, box, ends: leaf.ends, ...(scaling === undefined ? {} : { scaling }) });
    if (this.#request.objective.query === 'reach' || this.#request.target !== undefined) return this.#decide(leaf, encoding(), asking);
    return this.#narrow(leaf, encoding(), asking);
  }

  /** verify, and reach: one question. A margin of exactly sigma violates, a difference of exactly epsilon does not. */
  async #decide(leaf: Leaf, encoding: Encoding, asking: Asking): Promise<boolean> {
    const { target, objective } = this.#request;
    const threshold = objective.query === 'reach' ? null : { value: target!, strict: objective.query === 'epsilon' };
    const { status } = await this.#ask(encoding, threshold, asking);
    if (status === 'refuted') this.#violated = this.#close(leaf.upper);
    if (status === 'unsat') this.#close(Math.min(leaf.upper, threshold === null ? -Infinity : threshold.strict ? threshold.value : nextDown(threshold.value)));
    return status === 'unsat' || status === 'refuted';
  }

  /** estimate: is there more than what closes the leaf? Where there is, halves what is open between there and the leaf's bound. */
  async #narrow(leaf: Leaf, encoding: Encoding, asking: Asking): Promise<boolean> {
    if (this.#request.objective.query === 'sigma' && this.#witness === null) {
      const { status } = await this.#ask(encoding, null, asking);
      if (status === 'unsat') return true; // nothing in it counts
      if (status === 'unknown') return false;
    }
    let floor = -Infinity; // there is more than this, or nobody can tell
    let halving = false;
    for (let n = 0; n < MOST_QUESTIONS && asking.left() > 0; n++) {
      const closing = this.#threshold();
      if (leaf.upper <= closing) return this.#close(leaf.upper);
      const at = halving || floor >= closing ? middle(Math.max(floor, closing), leaf.upper) : closing;
      if (at >= leaf.upper) return false;
      const { status } = await this.#ask(encoding, { value: at, strict: true }, asking);
      halving = status !== 'unsat';
      if (halving) floor = at;
      else leaf.upper = at;
    }
    return leaf.upper <= this.#threshold() && this.#close(leaf.upper);
  }

  async #ask(encoding: Encoding, threshold: Threshold | null, asking: Asking): Promise<Outcome> {
    for (const slack of SLACKS) {
      const outcome = await ask(encoding, this.#request.objective, threshold, slack, asking, (values) => {
        const witness = witnessNear(this.#request, encoding, values, { value: threshold?.value ?? null, strict: threshold?.strict ?? false });
        if (witness === null) return false;
        this.#raise(witness);
        return true;
      });
      // Less was said with slack: nothing but a witness comes of it.
      if (slack.sign === 0 && (outcome.status === 'unsat' || outcome.status === 'unknown')) return outcome;
      if (outcome.status === 'refuted') {
        this.#refuted = true;
        return outcome;
      }
    }
    return { status: 'possible' };
  }

  #raise(witness: NativeWitness): void {
    // A violation may be as good as the incumbent, rounded down, and still be one.
    if (!(witness.value >= this.#incumbent)) return;
    this.#witness = witness;
    this.#incumbent = witness.value;
  }

  /** What a leaf must exceed to matter. */
  #threshold(): number {
    const { gap, relativeGap, target, objective } = this.#request;
    if (objective.query === 'reach') return 0;
    if (target !== undefined) return objective.query === 'sigma' ? nextDown(target) : target;
    return addon().closingThreshold({ gap, relativeGap, milliseconds: 0, depthFirst: false, mostOpen: 0 }, this.#incumbent);
  }

  #left(): number {
    return (this.#limits.totalMs ?? Infinity) - (performance.now() - this.#startedAt);
  }

  #aborted(): boolean {
    return this.#request.signal?.aborted === true;
  }

  #over(): boolean {
    return this.#aborted() || this.#left() <= 0;
  }

  #result(remaining: readonly Leaf[]): SearchOutcome {
    const { left: _left, ...outcome } = this.#outcome;
    const done = this.#violated || remaining.length === 0;
    const lower = Math.max(0, this.#incumbent);
    const inputs = this.#request.network.inputs;
    const side = ({ ends }: Leaf, offset: 0 | 1): number[] => Array.from({ length: inputs }, (_, j) => ends[2 * j + offset]);
    return {
      ...outcome,
      lower,
      upper: Math.max(lower, this.#closed, ...remaining.map(({ upper }) => upper)),
      status: done ? 'complete' : outcome.status !== 'stalled' ? outcome.status : this.#aborted() ? 'interrupted' : this.#left() <= 0 ? 'timeout' : 'stalled',
      nothing: done && this.#witness === null && this.#closed < 0,
      witness: this.#witness,
      seconds: outcome.seconds + this.#elapsed(),
      remaining: done ? { boxes: 0, volumeFraction: 0 } : { boxes: remaining.length, volumeFraction: Math.min(1, remaining.reduce((sum, { share }) => sum + share, 0)) },
      undecided: done ? [] : remaining.slice(0, MOST_UNDECIDED).map((leaf) => ({ lower: side(leaf, 0), upper: side(leaf, 1) })),
      smt: { ...this.#stats, seconds: this.#elapsed() },
    };
  }

  #elapsed(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}

/** Leaves of the same inputs (of other subproblems, of other signs of neurons) are one; too many are the box around them. Worst first. */
function merged(leaves: readonly Leaf[]): Leaf[] {
  const byEnds = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const key = leaf.ends.join();
    const same = byEnds.get(key);
    if (same === undefined) byEnds.set(key, { ...leaf });
    else Object.assign(same, { upper: Math.max(same.upper, leaf.upper), share: same.share + leaf.share });
  }
  const all = [...byEnds.values()];
  if (all.length <= MOST_LEAVES) return all.sort((a, b) => b.upper - a.upper);
  const ends = all[0].ends.slice();
  for (const leaf of all) leaf.ends.forEach((end, i) => { ends[i] = i % 2 === 0 ? Math.min(ends[i], end) : Math.max(ends[i], end); });
  return [{ upper: all.reduce((most, { upper }) => Math.max(most, upper), -Infinity), share: Math.min(1, all.reduce((sum, { share }) => sum + share, 0)), ends }];
}

/** Strictly between, or the next double above `from`, which may be `to`. */
function middle(from: number, to: number): number {
  if (to === Infinity) return Math.max(1, 2 * Math.abs(from));
  const half = from + (to - from) / 2;
  return half > from && half < to ? half : nextUp(from);
}

