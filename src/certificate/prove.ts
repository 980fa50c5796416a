/**
 * One part of a certificate: a tree whose leaves the checker's rule proves. Worst boxes are split first, so that whenever it has to
 * end the largest bound of a leaf is as small as it can be: the part then claims that much.
 */
import { Prover, type Claim } from '../check/claims.js';
import type { Problem } from '../check/statement.js';
import { Grower, type Batch, type Grown } from './grow.js';
import type { BoxSolver } from './solve.js';
import { Heap, Tree } from './tree.js';
import type { Threads } from './threads.js';

export interface Budget {
  /** Of performance.now(); Infinity for none. */
  readonly end: number;
  readonly signal: AbortSignal | undefined;
  /** Called every so often: what is proved by now, Infinity where that is not known before the end. */
  readonly onProgress?: ((progress: { upper: number; boxes: number; open: number }) => void) | undefined;
}

export interface Proof {
  /** With the bound that was proved. */
  readonly claim: Claim;
  readonly tree: Tree;
  /** Bytes of a leaf's hint that the claim reads: none where nothing can break it. */
  readonly hintSize: number;
  readonly leaves: number;
  /** Of these, left to a solver. */
  readonly solved: number;
  /** The claim that was asked for. */
  readonly complete: boolean;
}

const SLICE_MS = 10;
const THREAD_SLICE_MS = 40;
const PROGRESS_MS = 50;
/** Time in this thread before others are asked. */
const ALONE_MS = 300;
const CHUNK = 64;
/** From here on it is looked at whether anything is gained; each look when boxes are this many times what they were. */
const FIRST_LOOK = 1000;
const LOOK_FACTOR = 3;
/** What is missing has to shrink to this part of itself. */
const PROGRESS = 0.95;
const RAISE_STEPS = 20, RAISE_MS = 1000;
/** Boxes that a solver is asked about: more are gathered into larger ones. */
const MOST_ASKED = 32;
/** Once this many times a box's time was in vain, no more is asked. */
const MOST_IN_VAIN = 2;
/** Of what a claim is raised by, so that it need not be raised again soon. */
const OVERSHOOT = 0.02;

export class Part {
  readonly #problem: Problem;
  readonly #asked: Claim;
  readonly #room: number;
  readonly #solver: BoxSolver | null;
  /** What the rule cannot prove even at a point is left for the solver; the claim is not raised. */
  #exact: boolean;
  /** Raised where it cannot be proved. */
  #claim: Claim;
  #grower: Grower;
  readonly #tree: Tree;
  readonly #heap: Heap;
  #bounded = 0;
  #raised = false;
  /** Boxes that no split makes narrower. */
  #narrow: number[] = [];
  #narrowest = -Infinity;

  /** A claim that turns out to be out of the rule's reach, and of the solver's, is raised to what the rule can prove, and `room`. */
  constructor(problem: Problem, claim: Claim, room: number, solver: BoxSolver | null = null) {
    this.#problem = problem;
    this.#asked = this.#claim = claim;
    this.#room = room;
    this.#solver = solver?.covers(claim) === true ? solver : null;
    this.#exact = this.#solver !== null;
    this.#grower = new Grower(problem, claim, this.#exact ? null : room);
    this.#tree = new Tree(this.#grower.hintSize);
    this.#heap = new Heap(this.#tree);
  }

  /** Null where nothing is proved that can be stated. */
  async prove({ end, signal, onProgress }: Budget, threads: Threads): Promise<Proof | null> {
    const root = this.#tree.add(-1), startedAt = performance.now();
    this.#onProgress = onProgress;
    this.#tree.hint(root).fill(128);
    this.#grower.look(this.#tree, root, this.#problem);
    if (!(this.#tree.bound[root] <= this.#grower.leaf.target)) this.#heap.push(root);
    if (this.#exact) {
      await this.#search({ end: startedAt + (end - startedAt) / 2, signal }, threads);
      if (await this.#solve(end, signal)) return this.#tree.solved.size === 0 ? this.#proof() : this.#proved(this.#asked);
      this.#giveUpExactness();
    }
    await this.#search({ end, signal }, threads);
    return this.#proof();
  }

  async #search({ end, signal }: Budget, threads: Threads): Promise<void> {
    const startedAt = performance.now();
    const over = (): boolean => !(this.#heap.top > this.#grower.leaf.target) || this.#stuck() || performance.now() >= end || signal?.aborted === true || this.#idle();
    while (!over() && performance.now() < startedAt + ALONE_MS) await this.#slice();
    if (!over() && threads.count > 1) await this.#farm(threads, over);
    while (!over()) await this.#slice();
  }

  /** Leaves every open box to the solver, if it proves them all. */
  async #solve(end: number, signal: AbortSignal | undefined): Promise<boolean> {
    const tree = this.#tree, waiting = this.#gathered(MOST_ASKED), solver = this.#solver!;
    let vain = 0;
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const startedAt = performance.now(), answer = signal?.aborted === true ? 'unknown' : await solver.ask(this.#asked, tree.box(node, this.#problem), end - startedAt);
      if (answer === 'unsat') {
        tree.solved.add(node);
        continue;
      }
      vain += performance.now() - startedAt;
      if (answer === 'sat' || tree.child[node] === 0 || vain > MOST_IN_VAIN * solver.milliseconds) {
        tree.solved.clear();
        return false;
      }
      waiting.push(...[tree.child[node], tree.child[node] + 1].filter((child) => !(tree.bound[child] <= this.#grower.leaf.target)));
    }
    return true;
  }

  /** Open boxes; or, of the deepest, those above them, until they are so few. */
  #gathered(most: number): number[] {
    const { parent } = this.#tree, depth = (node: number): number => {
      let count = 0;
      for (let at = node; parent[at] >= 0; at = parent[at]) count++;
      return count;
    };
    let open = this.#open().map((node) => ({ node, depth: depth(node) }));
    while (open.length > most) {
      const deepest = Math.max(...open.map((each) => each.depth)), above = new Set(open.filter((each) => each.depth === deepest).map(({ node }) => parent[node]));
      open = [...open.filter((each) => each.depth < deepest), ...[...above].map((node) => ({ node, depth: deepest - 1 }))];
    }
    return open.map(({ node }) => node);
  }

  #open(): number[] {
    return [...this.#heap.nodes.filter((node) => !(this.#tree.bound[node] <= this.#grower.leaf.target)), ...this.#narrow];
  }

  /** Boxes that were put aside may be split again, and the claim may be raised. */
  #giveUpExactness(): void {
    this.#exact = false;
    this.#claim = { ...this.#asked };
    this.#grower = new Grower(this.#problem, this.#claim, this.#room);
    const aside = this.#narrow;
    this.#narrow = [];
    this.#narrowest = -Infinity;
    this.#look = FIRST_LOOK;
    this.#missing = Infinity;
    this.#bounded = 0;
    for (const node of aside) {
      this.#grower.look(this.#tree, node, this.#tree.box(node, this.#problem));
      this.#heap.push(node);
    }
  }

  /** A narrow box whose bound is the largest: nothing lowers it. For flips the claim has to be raised over it. */
  #stuck(): boolean {
    if (this.#exact) return this.#narrow.length > MOST_ASKED;
    if (this.#claim.property === 'sigma') return !(this.#claim.upper < Infinity);
    return this.#claim.property === 'label' ? this.#narrow.length > 0 || this.#raised : this.#narrowest >= this.#heap.top;
  }

  #look = FIRST_LOOK;
  #missing = Infinity;
  #onProgress: Budget['onProgress'];
  #told = 0;

  #tell(): void {
    if (this.#onProgress === undefined || performance.now() < this.#told + PROGRESS_MS) return;
    this.#told = performance.now();
    const upper = this.#claim.property === 'epsilon' ? Math.max(this.#heap.top, this.#narrowest, 0) : Infinity;
    this.#onProgress({ upper, boxes: this.#tree.size, open: this.#heap.size + this.#narrow.length });
  }

  /** Has the bound hardly moved, for many boxes? */
  #idle(): boolean {
    if (this.#bounded < this.#look) return false;
    const missing = Math.max(this.#heap.top, this.#narrowest) - this.#grower.leaf.target;
    const idle = !(missing < PROGRESS * this.#missing);
    this.#look = LOOK_FACTOR * this.#bounded;
    this.#missing = missing;
    return idle;
  }

  async #slice(): Promise<void> {
    this.#absorb(this.#take(CHUNK), (batch) => this.#grower.grow(batch, SLICE_MS));
    await new Promise(setImmediate);
  }

  #farm(threads: Threads, over: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let running = 0, failed = false;
      const turn = (): void => {
        while (!failed && running < threads.count && !over()) {
          const taken = this.#take(Math.min(CHUNK, Math.ceil(this.#heap.size / threads.count)));
          running++;
          threads.grow(this.#problem, this.#claim, this.#exact ? null : this.#room, taken.batch, THREAD_SLICE_MS).then((grown) => {
            running--;
            this.#absorb(taken, () => grown);
            turn();
          }, (error: unknown) => {
            running--;
            failed = true;
            for (const node of taken.nodes) this.#heap.push(node);
            if (running === 0) reject(error instanceof Error ? error : new Error(String(error)));
          }).catch(reject);
        }
        if (running === 0) resolve();
      };
      turn();
    });
  }

  #take(most: number): { nodes: number[]; batch: Batch } {
    const nodes: number[] = [], inputs = this.#problem.lower.length;
    while (nodes.length < most && this.#heap.size > 0) nodes.push(this.#heap.pop());
    const boxes = new Float64Array(2 * inputs * nodes.length), hints = new Uint8Array(nodes.length * this.#tree.hintSize);
    nodes.forEach((node, k) => {
      const { lower, upper } = this.#tree.box(node, this.#problem);
      boxes.set(lower, 2 * inputs * k);
      boxes.set(upper, 2 * inputs * k + inputs);
      hints.set(this.#tree.hint(node), k * this.#tree.hintSize);
    });
    const { bound, dimension } = this.#tree;
    return { nodes, batch: { count: nodes.length, boxes, hints, stale: this.#raised && this.#grower.leaf.flips, bounds: Float64Array.from(nodes, (node) => bound[node]), dimensions: Int32Array.from(nodes, (node) => dimension[node]) } };
  }

  #absorb({ nodes, batch }: { nodes: number[]; batch: Batch }, grow: (batch: Batch) => Grown): void {
    const grown = grow(batch), tree = this.#tree, here = Int32Array.from({ length: grown.size }, (_, i) => (i < nodes.length ? nodes[i] : -1));
    const set = (node: number, from: number): void => {
      tree.bound[node] = grown.bound[from];
      tree.dimension[node] = grown.dimension[from];
      tree.hint(node).set(grown.hints.subarray(from * tree.hintSize, (from + 1) * tree.hintSize));
    };
    for (let i = 0; i < grown.size; i++) {
      if (i < nodes.length) set(nodes[i], i);
      if (grown.child[i] === 0) continue;
      const half = tree.split(here[i]);
      for (const side of [0, 1]) {
        const from = grown.child[i] + side, to = half + side;
        here[from] = to;
        set(to, from);
      }
    }
    this.#bounded += grown.size - nodes.length;
    for (const node of grown.open) {
      if (tree.dimension[here[node]] < 0) {
        this.#narrow.push(here[node]);
        this.#narrowest = Math.max(this.#narrowest, tree.bound[here[node]]);
      } else {
        this.#heap.push(here[node]);
      }
    }
    if (grown.target > this.#grower.leaf.target && this.#claim.property === 'epsilon') this.#claimAtMost(grown.target);
    if (grown.hopeless >= 0) this.#overcome(here[grown.hopeless]);
    this.#tell();
  }

  #claimAtMost(upper: number): void {
    this.#raised = true;
    this.#claim = { ...this.#claim, upper } as Claim;
    this.#grower = new Grower(this.#problem, this.#claim, this.#room);
  }

  /** The claim is false to the rule at the centre of a box: raises it to what is true there, and a little. */
  #overcome(node: number): void {
    if (this.#claim.property !== 'sigma') {
      this.#raised = true;
      return;
    }
    const { lower, upper } = this.#tree.box(node, this.#problem), centre = lower.map((low, j) => low + (upper[j] - low) / 2), from = this.#claim.upper;
    const least = this.#least([{ lower: centre, upper: centre, hint: this.#tree.hint(node).slice() }], from);
    if (least === null || least.upper > from) this.#claimAtMost(least === null ? Infinity : least.upper + this.#room + (least.upper - from) * OVERSHOOT);
  }

  #proof(): Proof | null {
    const tree = this.#tree, open = this.#open();
    if (this.#claim.property === 'epsilon') {
      let upper = 0;
      for (let node = 0; node < tree.size; node++) if (tree.child[node] === 0) upper = Math.max(upper, tree.bound[node]);
      return upper < Infinity ? this.#proved({ ...this.#claim, upper }) : null;
    }
    if (this.#claim.property === 'sigma' && !(this.#claim.upper < Infinity)) return null;
    if (open.length === 0 || this.#claim.property === 'label') return open.length === 0 ? this.#proved(this.#claim) : null;
    const boxes = open.map((node) => ({ ...tree.box(node, this.#problem), hint: tree.hint(node).slice() })), least = this.#least(boxes, this.#claim.upper);
    if (least === null) return null;
    open.forEach((node, i) => tree.hint(node).set(least.hints[i]));
    return this.#proved({ ...this.#claim, upper: least.upper });
  }

  /** A node whose own bound is good enough need not be split. */
  #proved(claim: Claim): Proof {
    const tree = this.#tree, limit = claim.property === 'epsilon' ? claim.upper : 0;
    let leaves = 0, solved = 0;
    for (let stack = [0]; stack.length > 0; ) {
      const node = stack.pop()!;
      if (tree.solved.has(node)) solved++;
      if (tree.child[node] === 0 || tree.bound[node] <= limit || tree.solved.has(node)) {
        tree.child[node] = 0;
        leaves++;
      } else {
        stack.push(tree.child[node], tree.child[node] + 1);
      }
    }
    const { hintSize } = new Prover(this.#problem.layers, claim, this.#problem.decision);
    const complete = claim.property === 'label' || (this.#asked.property !== 'label' && claim.upper <= this.#asked.upper);
    return { claim, tree, hintSize, leaves, solved, complete };
  }

  /** About the least margin above which nothing flips in any of the boxes, and prices that prove it. Null where there is none. */
  #least(boxes: { lower: Float64Array; upper: Float64Array; hint: Uint8Array }[], from: number): { upper: number; hints: Uint8Array[] } | null {
    const startedAt = performance.now();
    let likely = 0;
    const proves = (upper: number): Uint8Array[] | null => {
      const { leaf } = new Grower(this.#problem, { ...this.#claim, upper } as Claim, this.#room), hints: Uint8Array[] = [];
      for (let k = 0; k < boxes.length; k++) {
        const i = (likely + k) % boxes.length, hint = boxes[i].hint.slice();
        if (!(leaf.bound(boxes[i].lower, boxes[i].upper, hint.subarray(0, leaf.prover.hintSize)) <= 0)) {
          likely = i; // to fail again
          return null;
        }
        hints[i] = hint;
      }
      return hints;
    };
    let low = from, step = Math.max(1e-9, from * 1e-6), high = from, hints = proves(high);
    while (hints === null) {
      [low, step] = [high, 4 * step];
      high += step;
      if (!(high < Infinity)) return null;
      hints = proves(high);
    }
    const narrow = (): boolean => high - low <= Math.max(1e-9 * high, 0.01 * this.#room) || performance.now() - startedAt > RAISE_MS;
    for (let i = 0; i < RAISE_STEPS && !narrow(); i++) {
      const middle = low + (high - low) / 2, there = proves(middle);
      if (there === null) low = middle;
      else [high, hints] = [middle, there];
    }
    return { upper: high, hints };
  }
}
