export type Curve = [x: number, y: number][];

/** Halvings on an edge of the grid: enough to reach neighbouring doubles from any start. */
const BISECTIONS = 64;

/**
 * The curves z(x, y) = level inside a rectangle, by marching squares whose crossings are found by bisection on the cells' edges, so that
 * every vertex lies on the level to within rounding. What turns round within one cell of the grid is missed.
 *
 * @param domain x_lo, x_hi, y_lo, y_hi
 */
export function levelCurves(z: (point: readonly number[]) => number, domain: ArrayLike<number>, level: number, cells = 100): Curve[] {
  const side = cells + 1;
  const at = (k: number, axis: 0 | 1): number => {
    const lower = domain[2 * axis];
    const upper = domain[2 * axis + 1];
    return k === cells ? upper : lower + (k / cells) * (upper - lower);
  };
  const above = (x: number, y: number): boolean => z([x, y]) > level;
  const sign = Array.from({ length: side * side }, (_, n) => above(at(n % side, 0), at(Math.floor(n / side), 1)));

  const crossings = new Map<number, [number, number]>();
  /** The edge from node n to the right (axis 0) or up (axis 1), if the level passes through it. */
  const crossing = (n: number, axis: 0 | 1): number | undefined => {
    if (sign[n] === sign[n + (axis === 0 ? 1 : side)]) return undefined;
    const edge = 2 * n + axis;
    if (!crossings.has(edge)) {
      const [i, j] = [n % side, Math.floor(n / side)];
      const start: [number, number] = [at(i, 0), at(j, 1)];
      const end: [number, number] = axis === 0 ? [at(i + 1, 0), start[1]] : [start[0], at(j + 1, 1)];
      crossings.set(edge, bisect(above, start, end, sign[n]));
    }
    return edge;
  };

  const links = new Map<number, number[]>();
  const link = (a: number, b: number): void => {
    for (const [from, to] of [[a, b], [b, a]]) links.set(from, [...(links.get(from) ?? []), to]);
  };
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      const n = j * side + i;
      const [bottom, right, top, left] = [crossing(n, 0), crossing(n + 1, 1), crossing(n + side, 0), crossing(n, 1)];
      if (bottom !== undefined && right !== undefined && top !== undefined && left !== undefined) {
        // A saddle: the centre decides which corners belong together.
        const joined = above((at(i, 0) + at(i + 1, 0)) / 2, (at(j, 1) + at(j + 1, 1)) / 2) === sign[n];
        link(bottom, joined ? right : left);
        link(top, joined ? left : right);
      } else {
        const ends = [bottom, right, top, left].filter((edge) => edge !== undefined);
        if (ends.length === 2) link(ends[0], ends[1]);
      }
    }
  }
  return chains(links).map((chain) => chain.map((edge) => crossings.get(edge)!));
}

/** The point of the segment at which `above` turns. */
function bisect(above: (x: number, y: number) => boolean, start: [number, number], end: [number, number], sign: boolean): [number, number] {
  let [x0, y0] = start;
  let [x1, y1] = end;
  for (let k = 0; k < BISECTIONS; k++) {
    const x = (x0 + x1) / 2;
    const y = (y0 + y1) / 2;
    if ((x === x0 && y === y0) || (x === x1 && y === y1)) break;
    if (above(x, y) === sign) [x0, y0] = [x, y];
    else [x1, y1] = [x, y];
  }
  return [x1, y1];
}

/** Walks the links into paths: open ones from their ends first, then closed ones, which end where they began. */
function chains(links: Map<number, number[]>): number[][] {
  const seen = new Set<number>();
  const walk = (start: number): number[] => {
    const path = [start];
    seen.add(start);
    for (;;) {
      const next = links.get(path[path.length - 1])!.find((edge) => !seen.has(edge));
      if (next === undefined) break;
      seen.add(next);
      path.push(next);
    }
    return path;
  };
  const open = [...links.keys()].filter((edge) => links.get(edge)!.length === 1);
  const paths: number[][] = [];
  for (const start of open) if (!seen.has(start)) paths.push(walk(start));
  for (const start of links.keys()) {
    if (seen.has(start)) continue;
    const path = walk(start);
    paths.push([...path, path[0]]);
  }
  return paths;
}
