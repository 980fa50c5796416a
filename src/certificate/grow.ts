/** Best-first branch and bound in the checker's own leaf rule: what a thread does with the boxes it is given. */
import type { Claim } from '../check/claims.js';
import { cutOf } from '../check/file.js';
import type { Problem } from '../check/statement.js';
import { Leaf } from './leaf.js';
import { Heap, Tree } from './tree.js';

/** Boxes one after the other, with what is known of each. */
export interface Batch {
  readonly count: number;
  /** Lower ends of a box, then upper ones. */
  readonly boxes: Float64Array;
  readonly bounds: Float64Array;
  readonly dimensions: Int32Array;
  readonly hints: Uint8Array;
  /** They were bounded for a claim that was raised since. */
  readonly stale: boolean;
}

/** Where each box of a batch went: roots first, with what is left open of them. */
export interface Grown {
  readonly size: number;
  readonly child: Int32Array;
  readonly dimension: Int32Array;
  readonly bound: Float64Array;
  readonly hints: Uint8Array;
  /** Nodes that are neither split nor proved. */
  readonly open: Int32Array;
  /** Epsilon: no bound below this can be proved with room to spare, for it is reached at a point. */
  readonly target: number;
  /** Flips: a node at whose centre the claim cannot be proved, whatever is split; -1 for none. */
  readonly hopeless: number;
}

/** At the centre of one in so many boxes it is looked at whether splitting can help at all. */
const PROBES = 8;

interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Splits the boxes of one problem and claim. Keeps the checker's state from one slice to the next. */
export class Grower {
  readonly problem: Problem;
  readonly leaf: Leaf;
  /** What a bound is to stay above what is reached by, where that is what decides. Null: such boxes are left open, as if they were narrow. */
  readonly #room: number | null;
  #probe = 0;

  constructor(problem: Problem, claim: Claim, room: number | null) {
    this.problem = problem;
    this.leaf = new Leaf(problem, claim);
    this.#room = room;
  }

  get hintSize(): number {
    return this.leaf.prover.hintSize;
  }

  /** Bounds a node of a tree. */
  look(tree: Tree, node: number, { lower, upper }: Box): void {
    const bound = this.leaf.bound(lower, upper, tree.hint(node));
    tree.bound[node] = bound;
    tree.dimension[node] = bound <= this.leaf.target ? -1 : this.leaf.dimension(lower, upper, bound);
  }

  /** Splits what is worst until all is proved, the time is over, or a box cannot be split. */
  grow({ count, boxes, bounds, dimensions, hints, stale }: Batch, milliseconds: number): Grown {
    const end = performance.now() + milliseconds, inputs = this.problem.lower.length;
    let { target } = this.leaf, hopeless = -1;
    const tree = new Tree(this.hintSize), heap = new Heap(tree), open: number[] = [], places = new Map<number, Box>();
    for (let k = 0; k < count; k++) {
      const node = tree.add(-1), at = 2 * inputs * k;
      tree.bound[node] = bounds[k];
      tree.dimension[node] = dimensions[k];
      tree.hint(node).set(hints.subarray(k * this.hintSize, (k + 1) * this.hintSize));
      places.set(node, { lower: boxes.slice(at, at + inputs), upper: boxes.slice(at + inputs, at + 2 * inputs) });
      if (stale) this.look(tree, node, places.get(node)!);
      if (!(tree.bound[node] <= target)) heap.push(node);
    }
    while (heap.top > target && performance.now() < end) {
      const node = heap.pop(), dimension = tree.dimension[node];
      if (dimension < 0) {
        open.push(node);
        continue;
      }
      const { lower, upper } = places.get(node)!;
      if (this.#probe++ % PROBES === 0) {
        const reached = this.#reached(lower, upper, tree.hint(node));
        if (reached > target && this.#room === null) {
          tree.dimension[node] = -1;
          open.push(node);
          continue;
        }
        if (reached > target && this.leaf.flips) {
          hopeless = node;
          open.push(node);
          break;
        }
        if (reached > target && reached < Infinity) target = reached + this.#room!;
      }
      places.delete(node);
      const half = tree.split(node), cut = cutOf(lower[dimension], upper[dimension]);
      for (const child of [half, half + 1]) {
        const box = { lower: lower.slice(), upper: upper.slice() };
        (child === half ? box.upper : box.lower)[dimension] = cut;
        tree.hint(child).set(tree.hint(node));
        this.look(tree, child, box);
        if (tree.bound[child] <= target) continue;
        places.set(child, box);
        heap.push(child);
      }
    }
    for (const node of heap.nodes) open.push(node);
    const { size, child, dimension, bound } = tree;
    return {
      size, target, hopeless, open: Int32Array.from(open), hints: tree.hints.slice(0, size * this.hintSize),
      child: child.slice(0, size), dimension: dimension.slice(0, size), bound: bound.slice(0, size),
    };
  }

  /** What the rule gives at the centre of a box: no split of it proves less everywhere. */
  #reached(lower: Float64Array, upper: Float64Array, hint: Uint8Array): number {
    const centre = lower.map((value, j) => value + (upper[j] - value) / 2);
    return this.leaf.bound(centre, centre, hint.slice());
  }
}
