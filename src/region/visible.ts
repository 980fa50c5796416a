/**
 * Which areas of a picture nobody can see: thinner than its pixels, or under the line of the nominal boundary. A set that is there and is not seen
 * has to be said in words.
 */
import { placeIn, REGION_FRAME } from './frame.js';
import type { AreaName, Loop, Picture, RegionResult } from './result.js';

const { width: WIDTH, height: HEIGHT } = REGION_FRAME;
const STRIDE = WIDTH + 2;
/** A pixel has the colour of an area that covers this much of it. */
const COVERED = 0.5;
/** Of the boundary's centre line, which is two pixels wide: pixels nearer than this, along either axis, are the line's. */
const UNDER_THE_LINE = 1;
/** Along the line, in pixels: none is stepped over. */
const STEP = 0.5;

/** Areas that have boxes and no pixel. */
export function unseenAreas({ counts, picture }: Pick<RegionResult, 'counts' | 'picture'>): AreaName[] {
  if (picture === null) return [];
  const under = underTheLine(picture);
  const [safe, flippable] = [coverage(picture.safe, picture), coverage(picture.flippable, picture)];
  const seen = (covered: (at: number) => number): boolean => safe.some((_, at) => at % STRIDE < WIDTH && under[at] === 0 && covered(at) >= COVERED);
  const shown: Record<AreaName, () => boolean> = {
    safe: () => seen((at) => safe[at]),
    flippable: () => seen((at) => flippable[at]),
    undecided: () => seen((at) => 1 - safe[at] - flippable[at]),
  };
  return (Object.keys(shown) as AreaName[]).filter((name) => counts[name] > 0 && !shown[name]());
}

/** How much of each pixel the loops enclose. An upright edge covers all that is to the right of it, as the next one takes off again. */
function coverage(loops: readonly Loop[], { domain }: Picture): Float64Array {
  const steps = new Float64Array(HEIGHT * STRIDE);
  for (const loop of loops) {
    const corners = loop.map((corner) => placeIn(domain, corner));
    corners.forEach(([x, from], i) => {
      const [u, to] = corners[(i + 1) % corners.length];
      if (x !== u || from === to) return;
      const column = Math.min(WIDTH, Math.floor(x));
      const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
      for (let row = Math.max(0, Math.floor(top)); row < Math.min(HEIGHT, bottom); row++) {
        const tall = (Math.min(bottom, row + 1) - Math.max(top, row)) * (to > from ? -1 : 1);
        steps[row * STRIDE + column] += tall * (column + 1 - x);
        steps[row * STRIDE + column + 1] += tall * (x - column);
      }
    });
  }
  for (let at = 1; at < steps.length; at++) if (at % STRIDE !== 0) steps[at] += steps[at - 1];
  return steps.map(Math.abs);
}

function underTheLine({ boundary, domain }: Picture): Uint8Array {
  const under = new Uint8Array(HEIGHT * STRIDE);
  for (const curve of boundary) {
    const places = curve.map((point) => placeIn(domain, point));
    places.forEach(([x, y], i) => {
      const [u, v] = places[Math.max(0, i - 1)];
      const steps = Math.max(1, Math.ceil(Math.min(Math.hypot(x - u, y - v), WIDTH + HEIGHT) / STEP));
      for (let n = 0; n <= steps; n++) cover(u + (x - u) * n / steps, v + (y - v) * n / steps);
    });
  }
  return under;

  /** Pixels whose centre is that near. */
  function cover(x: number, y: number): void {
    for (let row = Math.max(0, Math.ceil(y - UNDER_THE_LINE - 0.5)); row <= Math.min(HEIGHT - 1, y + UNDER_THE_LINE - 0.5); row++) {
      for (let column = Math.max(0, Math.ceil(x - UNDER_THE_LINE - 0.5)); column <= Math.min(WIDTH - 1, x + UNDER_THE_LINE - 0.5); column++) under[row * STRIDE + column] = 1;
    }
  }
}
