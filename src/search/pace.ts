/** How fast the bound of a search comes down. */

/** Before so many boxes it tells nothing. */
const FIRST = 64;

export class Pace {
  #boxes = 0;
  #upper = Infinity;
  /** By how much the logarithm of the bound fell, for each doubling of the boxes, when they had doubled last. */
  #fell: number | undefined;

  /** So many boxes have been bounded by now, and the bound is `upper`. */
  note(boxes: number, upper: number): void {
    if (boxes < Math.max(FIRST, 2 * this.#boxes)) return;
    if (this.#boxes > 0 && this.#upper < Infinity) this.#fell = Math.log(this.#upper / upper) / Math.log2(boxes / this.#boxes);
    this.#boxes = boxes;
    this.#upper = upper;
  }

  /** How often the boxes have to double until the bound comes down from `upper` to `goal`, as it fell lately; undefined: nothing is known. */
  doublings(upper: number, goal: number): number | undefined {
    if (this.#fell === undefined) return undefined;
    return upper > goal ? Math.log(upper / Math.max(goal, 0)) / Math.max(this.#fell, 0) : 0;
  }
}
