/** Boxes that are open, the largest first, to a factor of two. */
export interface OpenBox {
  readonly ends: Float64Array;
  /** Its part of the domain. */
  readonly part: number;
}

/** Parts beyond it are below the doubles. */
const MOST_LEVELS = 1100;

export class RegionFrontier {
  /** By the logarithm of their part. */
  readonly #levels = new Map<number, OpenBox[]>();
  #least = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(box: OpenBox): void {
    const level = Math.max(0, Math.min(MOST_LEVELS, Math.floor(-Math.log2(box.part))));
    const boxes = this.#levels.get(level);
    if (boxes === undefined) this.#levels.set(level, [box]);
    else boxes.push(box);
    this.#least = Math.min(this.#least, level);
    this.#size++;
  }

  /** Moves up to `count` boxes out, of one level. */
  take(count: number): OpenBox[] {
    if (this.#size === 0) return [];
    while (!this.#levels.has(this.#least)) this.#least++;
    const boxes = this.#levels.get(this.#least)!;
    const taken = boxes.splice(Math.max(0, boxes.length - count));
    if (boxes.length === 0) this.#levels.delete(this.#least);
    this.#size -= taken.length;
    return taken;
  }

  * all(): Generator<OpenBox> {
    for (const level of [...this.#levels.keys()].sort((a, b) => a - b)) yield* this.#levels.get(level)!;
  }
}
