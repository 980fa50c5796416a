/** A tree of boxes while it grows. Nodes are numbers, the roots first; the two halves of a split are neighbours. */
import { cutOf } from '../check/file.js';

/** Hints beyond the first few are of problems with many classes, and are then as many bytes a node. */
export class Tree {
  readonly hintSize: number;
  size = 0;
  /** Of the roots -1. */
  parent = new Int32Array(64);
  /** The lower half of a split, the upper one next to it; 0 where there is none. */
  child = new Int32Array(64);
  /** Where a split goes, or would go; -1 where no side can be cut. */
  dimension = new Int32Array(64);
  /** What is proved on it: see Leaf. */
  bound = new Float64Array(64);
  hints: Uint8Array;
  /** Nodes whose boxes are left to a solver. */
  readonly solved = new Set<number>();

  constructor(hintSize: number) {
    this.hintSize = hintSize;
    this.hints = new Uint8Array(64 * hintSize);
  }

  add(parent: number): number {
    if (this.size === this.parent.length) this.#grow();
    this.parent[this.size] = parent;
    return this.size++;
  }

  /** Splits a node; returns its lower half. */
  split(node: number): number {
    const half = this.add(node);
    this.add(node);
    return (this.child[node] = half);
  }

  hint(node: number): Uint8Array {
    return this.hints.subarray(node * this.hintSize, (node + 1) * this.hintSize);
  }

  /** The box of a node below a root whose box is given. */
  box(node: number, root: { lower: Float64Array; upper: Float64Array }): { lower: Float64Array; upper: Float64Array } {
    const path: number[] = [], lower = root.lower.slice(), upper = root.upper.slice();
    for (let at = node; this.parent[at] >= 0; at = this.parent[at]) path.push(at);
    for (let i = path.length - 1; i >= 0; i--) {
      const above = this.parent[path[i]], dimension = this.dimension[above], cut = cutOf(lower[dimension], upper[dimension]);
      (path[i] === this.child[above] ? upper : lower)[dimension] = cut;
    }
    return { lower, upper };
  }

  #grow(): void {
    const longer = <T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const count = 2 * this.parent.length;
    this.parent = longer(this.parent, new Int32Array(count));
    this.child = longer(this.child, new Int32Array(count));
    this.dimension = longer(this.dimension, new Int32Array(count));
    this.bound = longer(this.bound, new Float64Array(count));
    this.hints = longer(this.hints, new Uint8Array(count * this.hintSize));
  }
}

/** Nodes by their bounds, the largest on top. */
export class Heap {
  readonly #nodes: number[] = [];
  readonly #tree: Tree;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** The largest bound; -Infinity where there is none. */
  get top(): number {
    return this.#nodes.length === 0 ? -Infinity : this.#tree.bound[this.#nodes[0]];
  }

  get nodes(): readonly number[] {
    return this.#nodes;
  }

  push(node: number): void {
    const nodes = this.#nodes, { bound } = this.#tree;
    let at = nodes.length;
    for (nodes.push(node); at > 0; ) {
      const above = (at - 1) >> 1;
      if (bound[nodes[above]] >= bound[node]) break;
      nodes[at] = nodes[above];
      at = above;
    }
    nodes[at] = node;
  }

  pop(): number {
    const nodes = this.#nodes, { bound } = this.#tree, top = nodes[0], last = nodes.pop()!;
    if (nodes.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= nodes.length) break;
      if (below + 1 < nodes.length && bound[nodes[below + 1]] > bound[nodes[below]]) below++;
      if (bound[last] >= bound[nodes[below]]) break;
      nodes[at] = nodes[below];
      at = below;
    }
    nodes[at] = last;
    return top;
  }
}
