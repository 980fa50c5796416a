import { nextUp } from '../exact/bounds.js';

/** a + b rounded up: by Knuth's TwoSum s + e is the exact sum, so that an exact s stays as it is. */
export function sumUp(a: number, b: number): number {
  const s = a + b;
  const t = s - a;
  const e = (a - (s - t)) + (b - t);
  return e > 0 ? nextUp(s) : s;
}

/** a * b rounded up, perhaps one double more than needed. */
export function productUp(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : nextUp(a * b);
}
