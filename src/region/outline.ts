/**
 * The outline of a union of boxes of two inputs that do not overlap: their edges, counter-clockwise, less those that two boxes run along
 * in opposite ways. What is left closes into loops; holes run clockwise.
 */
import type { Loop } from './result.js';

type Corner = readonly [number, number];

/** @param boxes x_lo, x_hi, y_lo, y_hi of each */
export function outlineOf(boxes: readonly (readonly [number, number, number, number])[]): Loop[] {
  const across = new Lines();
  const along = new Lines();
  for (const [x0, x1, y0, y1] of boxes) {
    along.add(y0, x0, x1);
    across.add(x1, y0, y1);
    along.add(y1, x1, x0);
    across.add(x0, y1, y0);
  }
  const next = new Map<string, Corner[]>();
  const edge = (from: Corner, to: Corner): void => {
    const key = from.join();
    const ends = next.get(key);
    if (ends === undefined) next.set(key, [to]);
    else ends.push(to);
  };
  along.forEach((y, from, to) => { edge([from, y], [to, y]); });
  across.forEach((x, from, to) => { edge([x, from], [x, to]); });
  return loops(next);
}

/** Directed stretches of parallel lines: +1 for every stretch that runs up, -1 down, summed at every place of the line. */
class Lines {
  readonly #lines = new Map<number, Map<number, number>>();

  add(line: number, from: number, to: number): void {
    const steps = this.#lines.get(line) ?? new Map<number, number>();
    this.#lines.set(line, steps);
    steps.set(from, (steps.get(from) ?? 0) + 1);
    steps.set(to, (steps.get(to) ?? 0) - 1);
  }

  /** Where the sum is 1 the outline runs up, where it is -1 down. No part is longer than the sum stays as it is. */
  forEach(part: (line: number, from: number, to: number) => void): void {
    for (const [line, steps] of this.#lines) {
      let sum = 0;
      let start = 0;
      for (const at of [...steps.keys()].sort((a, b) => a - b)) {
        const step = steps.get(at)!;
        if (step === 0) continue;
        if (sum > 0) part(line, start, at);
        if (sum < 0) part(line, at, start);
        sum += step;
        start = at;
      }
    }
  }
}

function loops(next: Map<string, Corner[]>): Loop[] {
  const found: Loop[] = [];
  for (const [key, ends] of next) {
    while (ends.length > 0) {
      const start = key.split(',').map(Number) as [number, number];
      const loop: Loop = [];
      let at: Corner = start;
      do {
        loop.push([at[0], at[1]]);
        at = next.get(at.join())!.pop()!;
      } while (at[0] !== start[0] || at[1] !== start[1]);
      found.push(loop);
    }
  }
  return found;
}
