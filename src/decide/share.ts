/** Ratios of two enclosures of epsilon, rounded outward: each end bounds the ratio of the two true values. */
import { nextDown, nextUp } from '../exact/bounds.js';

export interface Range {
  lower: number;
  upper: number;
}

/** part / total, in [part.lower / total.upper, part.upper / total.lower]; at most 1 where the part's box lies in the whole. */
export function shareOf(part: Range, total: Range, nested: boolean): Range | null {
  if (total.upper === 0) return null;
  const lower = part.lower === 0 ? 0 : Math.max(0, nextDown(part.lower / total.upper));
  const upper = part.upper === 0 ? 0 : total.lower === 0 ? Infinity : nextUp(part.upper / total.lower);
  return nested ? { lower: Math.min(lower, 1), upper: Math.min(upper, 1) } : { lower, upper };
}

/** 1 - without / total: what epsilon loses where a part is left as it is; at least 0 where boxes are nested. */
export function savingOf(without: Range, total: Range, nested: boolean): Range | null {
  const rest = shareOf(without, total, nested);
  if (rest === null) return null;
  const lower = rest.upper === 0 ? 1 : nextDown(1 - rest.upper);
  const upper = rest.lower === 0 ? 1 : nextUp(1 - rest.lower);
  return nested ? { lower: Math.max(0, lower), upper: Math.min(1, Math.max(0, upper)) } : { lower, upper };
}
