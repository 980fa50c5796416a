import type { Picture } from './result.js';

/** Of the picture of a region, in pixels. */
export const REGION_FRAME = { width: 420, height: 320 } as const;

/** Where a point of the domain is in it: to the right, and down. */
export function placeIn([[x0, x1], [y0, y1]]: Picture['domain'], [x, y]: readonly [number, number]): [number, number] {
  return [(x - x0) / (x1 - x0) * REGION_FRAME.width, (y1 - y) / (y1 - y0) * REGION_FRAME.height];
}
