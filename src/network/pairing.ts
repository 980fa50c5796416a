/**
 * Which units of a narrower layer stand for which of a wider one: a pruned network keeps the order of the units that it
 * keeps, and so does one whose units were split. Any pairing is sound; a good one makes the change between the two small.
 */

/** Entries that a pairing may compare: a tenth of a second. Beyond it every second, third, ... entry of the rows counts. */
const MOST_COMPARED = 1e8;
/** Beyond this many pairs, which take 40 MB, units are paired by their number. */
const MOST_PAIRS = 1e7;

/**
 * For each row of `few` its place in `many` (at least as long), increasing, so that the sum over all pairs of the absolute
 * differences of their entries is least. Rows are all of one length.
 */
export function pairInOrder(few: readonly Float64Array[], many: readonly Float64Array[]): number[] {
  const spare = many.length - few.length;
  const pairs = few.length * (spare + 1);
  // Row i can only stand at i + k with 0 <= k <= spare, and k never falls from one row to the next.
  if (spare === 0 || few.length === 0 || pairs > MOST_PAIRS) return few.map((_, i) => i);
  const step = Math.ceil(pairs * few[0].length / MOST_COMPARED);
  let least = new Float64Array(spare + 1);
  const before = few.map((row, i) => {
    const next = new Float64Array(spare + 1);
    const from = new Uint32Array(spare + 1);
    let best = 0;
    for (let k = 0; k <= spare; k++) {
      if (least[k] < least[best]) best = k;
      from[k] = best;
      next[k] = least[best] + distance(row, many[i + k], step);
    }
    least = next;
    return from;
  });
  const places: number[] = [];
  let k = least.reduce((best, sum, at) => (sum < least[best] ? at : best), 0);
  for (let i = few.length - 1; i >= 0; i--) {
    places[i] = i + k;
    k = before[i][k];
  }
  return places;
}

function distance(a: Float64Array, b: Float64Array, step: number): number {
  let sum = 0;
  for (let j = 0; j < a.length; j += step) sum += Math.abs(a[j] - b[j]);
  return sum;
}
