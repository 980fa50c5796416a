/**
 * One part of a certificate: a tree whose leaves the checker's rule proves. Worst boxes are split first, so that whenever it has to
 * end the largest bound of a leaf is as small as it can be: the part then claims that much.
 */
import { Prover, type Claim } from '../check/claims.js';
import type { Problem } from '../check/statement.js';
import { Grower, type Batch, type Grown } from './grow.js';
import { Heap, Tree } from './tree.js';
import type { Threads } from './threads.js';

export interface Budget {
  /** Of performance.now(); Infinity for none. */
  readonly end: number;
  readonly signal: AbortSignal | undefined;
}

export interface Proof {
  /** With the bound that was proved. */
  readonly claim: Claim;
  readonly tree: Tree;
  /** Bytes of a leaf's hint that the claim reads: none where nothing can break it. */
  readonly hintSize: number;
  readonly leaves: number;
  /** The claim that was asked for. */
  readonly complete: boolean;
}

const SLICE_MS = 10;
const THREAD_SLICE_MS = 40;
/** Time in this thread before others are asked. */
const ALONE_MS = 300;
const CHUNK = 64;
/** From here on it is looked at whether anything is gained; each look when boxes are this many times what they were. */
const FIRST_LOOK = 1000;
const LOOK_FACTOR = 3;
/** What is missing has to shrink to this part of itself. */
const PROGRESS = 0.95;
const RAISE_STEPS = 12;

export class Part {
  readonly #problem: Problem;
  readonly #claim: Claim;
  readonly #grower: Grower;
  readonly #tree: Tree;
  readonly #heap: Heap;
  #bounded = 0;
  /** Boxes that no split makes narrower. */
  #narrow: number[] = [];

  constructor(problem: Problem, claim: Claim) {
    this.#problem = problem;
    this.#claim = claim;
    this.#grower = new Grower(problem, claim);
    this.#tree = new Tree(this.#grower.hintSize);
    this.#heap = new Heap(this.#tree);
  }

  /** Null where nothing is proved that can be stated. */
  async prove({ end, signal }: Budget, threads: Threads): Promise<Proof | null> {
    const root = this.#tree.add(-1);
    this.#tree.hint(root).fill(128);
    this.#grower.look(this.#tree, root, this.#problem);
    if (!(this.#tree.bound[root] <= this.#grower.leaf.target)) this.#heap.push(root);
    const startedAt = performance.now();
    const over = (): boolean => this.#heap.size === 0 || this.#stuck() || performance.now() >= end || signal?.aborted === true || this.#idle();
    while (!over() && performance.now() < startedAt + ALONE_MS) await this.#slice();
    if (!over() && threads.count > 1) await this.#farm(threads, over);
    while (!over()) await this.#slice();
    return this.#proof();
  }

  /** A narrow box whose bound is the largest: nothing lowers it. For flips the claim has to be raised over it. */
  #stuck(): boolean {
    return this.#claim.property === 'epsilon' && this.#narrow.some((node) => this.#tree.bound[node] >= this.#heap.top);
  }

  #look = FIRST_LOOK;
  #missing = Infinity;

  /** Has the bound hardly moved, for many boxes? */
  #idle(): boolean {
    if (this.#bounded < this.#look) return false;
    const missing = Math.max(this.#heap.top, ...this.#narrow.map((node) => this.#tree.bound[node])) - this.#grower.leaf.target;
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
          threads.grow(this.#problem, this.#claim, taken.batch, THREAD_SLICE_MS).then((grown) => {
            running--;
            this.#absorb(taken, () => grown);
            turn();
          }, (error: unknown) => {
            running--;
            failed = true;
            for (const node of taken.nodes) this.#heap.push(node);
            if (running === 0) reject(error instanceof Error ? error : new Error(String(error)));
          });
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
    return { nodes, batch: { count: nodes.length, boxes, hints, bounds: Float64Array.from(nodes, (node) => bound[node]), dimensions: Int32Array.from(nodes, (node) => dimension[node]) } };
  }

  #absorb({ nodes, batch }: { nodes: number[]; batch: Batch }, grow: (batch: Batch) => Grown): void {
    const grown = grow(batch), tree = this.#tree, here = Int32Array.from({ length: grown.size }, (_, i) => (i < nodes.length ? nodes[i] : -1));
    for (let i = 0; i < grown.size; i++) {
      if (grown.child[i] === 0) continue;
      const half = tree.split(here[i]);
      for (const side of [0, 1]) {
        const from = grown.child[i] + side, to = half + side;
        here[from] = to;
        tree.bound[to] = grown.bound[from];
        tree.dimension[to] = grown.dimension[from];
        tree.hint(to).set(grown.hints.subarray(from * tree.hintSize, (from + 1) * tree.hintSize));
      }
    }
    this.#bounded += grown.size - nodes.length;
    for (const node of grown.open) {
      if (tree.dimension[here[node]] < 0) this.#narrow.push(here[node]);
      else this.#heap.push(here[node]);
    }
  }

  #proof(): Proof | null {
    const open = [...this.#heap.nodes, ...this.#narrow], tree = this.#tree;
    if (this.#claim.property === 'epsilon') {
      let upper = 0;
      for (let node = 0; node < tree.size; node++) if (tree.child[node] === 0) upper = Math.max(upper, tree.bound[node]);
      return upper < Infinity ? this.#proved({ ...this.#claim, upper }, open.length === 0) : null;
    }
    if (open.length === 0) return this.#proved(this.#claim, true);
    if (this.#claim.property === 'label') return null;
    const upper = this.#raise(open, this.#claim.upper);
    return upper === null ? null : this.#proved({ ...this.#claim, upper }, false);
  }

  /** A node whose own bound is good enough need not be split. */
  #proved(claim: Claim, complete: boolean): Proof {
    const tree = this.#tree, limit = claim.property === 'epsilon' ? claim.upper : 0;
    let leaves = 0;
    for (let stack = [0]; stack.length > 0; ) {
      const node = stack.pop()!;
      if (tree.child[node] === 0 || tree.bound[node] <= limit) {
        tree.child[node] = 0;
        leaves++;
      } else {
        stack.push(tree.child[node], tree.child[node] + 1);
      }
    }
    const { hintSize } = new Prover(this.#problem.layers, claim, this.#problem.decision);
    return { claim, tree, hintSize, leaves, complete };
  }

  /** About the least margin above which nothing flips in any of the open boxes; their prices are then those that prove it. */
  #raise(open: number[], from: number): number | null {
    const tree = this.#tree;
    const proves = (upper: number): boolean => {
      const { leaf } = new Grower(this.#problem, { ...this.#claim, upper } as Claim);
      for (let i = 0; i < open.length; i++) {
        const { lower, upper: high } = tree.box(open[i], this.#problem), hint = tree.hint(open[i]).slice();
        if (!(leaf.bound(lower, high, hint.subarray(0, leaf.prover.hintSize)) <= 0)) {
          [open[0], open[i]] = [open[i], open[0]]; // it is likely to fail again
          return false;
        }
        found[i] = hint;
      }
      return true;
    };
    const found: Uint8Array[] = [];
    let low = from, step = Math.max(1e-9, from * 1e-6), high = from + step;
    while (!proves(high)) {
      [low, step] = [high, 4 * step];
      high += step;
      if (!(high < Infinity)) return null;
    }
    for (let i = 0; i < RAISE_STEPS && high - low > 1e-9 * high; i++) {
      const middle = low + (high - low) / 2;
      if (proves(middle)) high = middle;
      else low = middle;
    }
    proves(high); // in the order that they are in now
    open.forEach((node, i) => tree.hint(node).set(found[i]));
    return high;
  }
}
