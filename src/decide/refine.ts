/**
 * Smaller formats in some layers than in others. A larger one in a layer need not be better - a weight may happen to lie on the
 * coarser grid - so that every assignment stands for itself: it counts when it is proved, whatever others are.
 */
export interface Sizes {
  /** Of each layer, parameters that have its format. */
  readonly counts: readonly number[];
  /** Of each format, ascending. An assignment has the place of a format in here for each layer. */
  readonly bits: readonly number[];
}

export function totalOf(places: readonly number[], { counts, bits }: Sizes): number {
  return places.reduce((sum, place, l) => sum + bits[place] * counts[l], 0);
}

/** Undefined once there is no time to decide. */
export type Decide = (places: readonly number[]) => Promise<boolean | undefined>;

/**
 * From an assignment that is proved: takes bits from one layer after the other, the largest first, until no layer gives any more;
 * then gives a layer the next size so that another may give up more than that, and begins again. `accept` hears of each smaller
 * assignment that is proved. Every step makes the total smaller, so it ends.
 */
export async function refine(start: readonly number[], sizes: Sizes, decide: Decide, accept: (places: readonly number[]) => void): Promise<void> {
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

/** One layer with the next size down, and then the one after that, for the one in between may be the worse: the layers with most to give first. */
function lowered(places: readonly number[], { counts, bits }: Sizes): number[][] {
  const order = [...counts.keys()].filter((l) => counts[l] > 0).sort((a, b) => counts[b] - counts[a]);
  return [1, 2].flatMap((steps) => order.flatMap((l) => {
    const below = [...new Set(bits.filter((size) => size < bits[places[l]]))].at(-steps);
    return ofSize(below, bits).map((place) => changed(places, [[l, place]]));
  }));
}

/** One layer with the next size up, another with so many bits less that the total is smaller: those that change least first. */
function swapped(places: readonly number[], sizes: Sizes): number[][] {
  const { counts, bits } = sizes;
  const before = totalOf(places, sizes);
  const pairs: number[][] = [];
  for (const [up, more] of counts.entries()) {
    if (more === 0) continue;
    const above = bits.find((size) => size > bits[places[up]]);
    if (above === undefined) continue;
    const gained = more * (above - bits[places[up]]);
    for (const [down, fewer] of counts.entries()) {
      if (down === up || fewer === 0) continue;
      const below = bits.filter((size) => fewer * (bits[places[down]] - size) > gained).at(-1); // the least that outweighs it
      for (const a of ofSize(above, bits)) for (const b of ofSize(below, bits)) pairs.push(changed(places, [[up, a], [down, b]]));
    }
  }
  return pairs.sort((a, b) => (before - totalOf(a, sizes)) - (before - totalOf(b, sizes)));
}

function ofSize(size: number | undefined, bits: readonly number[]): number[] {
  return [...bits.keys()].filter((place) => bits[place] === size);
}

function changed(places: readonly number[], changes: readonly (readonly [number, number])[]): number[] {
  const all = [...places];
  for (const [l, place] of changes) all[l] = place;
  return all;
}
