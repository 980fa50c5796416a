/**
 * Fewer bits in some layers than in others. More bits in a layer need not be better - a weight may happen to lie on the coarser
 * grid - so that every assignment stands for itself: it counts when it is proved, whatever others are.
 */
export interface Sizes {
  /** Of each layer, parameters that have its bits. */
  readonly counts: readonly number[];
  readonly least: number;
  readonly most: number;
}

export function totalOf(bits: readonly number[], { counts }: Sizes): number {
  return bits.reduce((sum, each, l) => sum + each * counts[l], 0);
}

/** Undefined once there is no time to decide. */
export type Decide = (bits: readonly number[]) => Promise<boolean | undefined>;

/**
 * From an assignment that is proved: takes bits from one layer after the other, the largest first, until no layer gives any more;
 * then gives a layer one bit so that another may give up more than that, and begins again. `accept` hears of each smaller
 * assignment that is proved. Every step makes the total smaller, so it ends.
 */
export async function refine(start: readonly number[], sizes: Sizes, decide: Decide, accept: (bits: readonly number[]) => void): Promise<void> {
  let current = start;
  for (;;) {
    let smaller: readonly number[] | null = null;
    for (const candidate of [...lowered(current, sizes), ...swapped(current, sizes)]) {
      const proved = await decide(candidate);
      if (proved === undefined) return;
      if (!proved) continue;
      smaller = candidate;
      break;
    }
    if (smaller === null) return;
    accept((current = smaller));
  }
}

/** One layer with a bit less, and then with two, for the width in between may be the worse: the layers with most to give first. */
function lowered(bits: readonly number[], { counts, least }: Sizes): number[][] {
  const order = [...counts.keys()].filter((l) => counts[l] > 0).sort((a, b) => counts[b] - counts[a]);
  return [1, 2].flatMap((less) => order.filter((l) => bits[l] - less >= least).map((l) => changed(bits, [[l, -less]])));
}

/** One layer with a bit more, another with so many less that the total is smaller: those that change least first. */
function swapped(bits: readonly number[], sizes: Sizes): number[][] {
  const { counts, least, most } = sizes;
  const before = totalOf(bits, sizes);
  const pairs: number[][] = [];
  for (const [up, more] of counts.entries()) {
    if (more === 0 || bits[up] >= most) continue;
    for (const [down, fewer] of counts.entries()) {
      if (down === up || fewer === 0) continue;
      const less = Math.floor(more / fewer) + 1; // the least that outweighs the bit
      if (bits[down] - less >= least) pairs.push(changed(bits, [[up, 1], [down, -less]]));
    }
  }
  return pairs.sort((a, b) => (before - totalOf(a, sizes)) - (before - totalOf(b, sizes)));
}

function changed(bits: readonly number[], changes: readonly (readonly [number, number])[]): number[] {
  const all = [...bits];
  for (const [l, by] of changes) all[l] += by;
  return all;
}
