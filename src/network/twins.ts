/**
 * Units that were split: two of a network that read the same, in the place of one of another network. The one is split as
 * well, into twins that read what it reads and share its outgoing weights out between them, so that no more than that what
 * really changes is left between the two networks.
 */

/** `unit` is a twin of `of`: places in one layer, the second of a unit that the network has. */
export interface Twin {
  readonly unit: number;
  readonly of: number;
}

/** For the place of a unit that is missing, the first of `candidates` at which the other network's row is the same. */
export function twinOf(unit: number, candidates: readonly number[], rows: readonly Float64Array[]): Twin | undefined {
  const of = candidates.find((place) => rows[place].every((value, j) => value === rows[unit][j]));
  return of === undefined ? undefined : { unit, of };
}

/** Moves as much of a row's weight for `of` to its twin as that has in `like`, as far as the two then sum to it without rounding. */
export function shareOut(row: Float64Array, { unit, of }: Twin, like: Float64Array): void {
  const whole = row[of];
  const rest = whole - like[unit];
  const part = whole - rest;
  if (!isExactSum(part, rest, whole)) return; // the twin's weight stays zero
  row[unit] = part;
  row[of] = rest;
}

/** The row that a network would have if the other's twins were one unit in it, but for rounding: for comparisons. */
export function joined(row: Float64Array, twins: readonly Twin[]): Float64Array {
  const one = row.slice();
  for (const { unit, of } of twins) {
    one[of] += one[unit];
    one[unit] = 0;
  }
  return one;
}

/** a + b = sum over the reals: what a rounded sum loses is a double, and found without rounding (Knuth's TwoSum). */
function isExactSum(a: number, b: number, sum: number): boolean {
  if (a + b !== sum) return false;
  const ofB = sum - a;
  return a - (sum - ofB) + (b - ofB) === 0;
}
