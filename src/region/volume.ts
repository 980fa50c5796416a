/**
 * Parts of the domain that boxes take up. Inputs that do not vary have no part in it. Each part is a product of quotients of
 * widths, so its rounding is relative: a few units in the last place for each input, and one for each box in a sum, as nothing is
 * ever subtracted.
 */
import { nextUp } from '../exact/bounds.js';
import type { Part } from './result.js';

/** More than all that is lost where products underflow. */
const UNDERFLOWN = 1e-300;

export class Volume {
  readonly #free: number[];
  readonly #domain: Float64Array;
  readonly #widths: number[];

  /** Of lo0, hi0, lo1, ... */
  constructor(domain: Float64Array) {
    this.#domain = domain;
    this.#free = Array.from({ length: domain.length / 2 }, (_, j) => j).filter((j) => domain[2 * j] < domain[2 * j + 1]);
    this.#widths = this.#free.map((j) => width(domain, j, this.#isHuge(j)));
  }

  get free(): readonly number[] {
    return this.#free;
  }

  /** A box's part, rounded. */
  of(ends: ArrayLike<number>): number {
    return this.#free.reduce((part, j, n) => part * (width(ends, j, this.#isHuge(j)) / this.#widths[n]), 1);
  }

  /** Encloses what the sum of `count` such parts would be without rounding. */
  enclose(sum: number, count: number): Part {
    if (count === 0) return { lower: 0, upper: 0 };
    const relative = (count + 4 * this.#free.length + 4) * 2 ** -52;
    return { lower: Math.max(0, sum * (1 - relative) - UNDERFLOWN), upper: Math.min(1, sum * (1 + relative) + UNDERFLOWN) };
  }

  /** The width is beyond the doubles. */
  #isHuge(j: number): boolean {
    return !Number.isFinite(this.#domain[2 * j + 1] - this.#domain[2 * j]);
  }
}

function width(ends: ArrayLike<number>, j: number, huge: boolean): number {
  return huge ? ends[2 * j + 1] / 2 - ends[2 * j] / 2 : ends[2 * j + 1] - ends[2 * j];
}

/** At least 1 - a - b, for what is at least a and at least b. */
export function restAbove(...parts: number[]): number {
  return parts.reduce((rest, part) => (part === 0 ? rest : Math.max(0, Math.min(rest, nextUp(rest - part)))), 1);
}

/** At most 1 - a - b. */
export function restBelow(...parts: number[]): number {
  return parts.reduce((rest, part) => (part === 0 ? rest : Math.max(0, -nextUp(part - rest))), 1);
}
