/**
 * Growing precision: a question about real numbers is asked with more and more bits until the enclosures answer
 * it or a stated limit is reached. `undefined` is "undecided": never true, never false.
 */

export type Decided<T> = T | undefined;

const FIRST_BITS = 128;
export const DEFAULT_LIMIT = 4096;

/** The first answer that is not undefined at 128, 256, ... <= limit bits. */
export function withGrowingPrecision<T>(ask: (bits: number) => Decided<T>, limit = DEFAULT_LIMIT): Decided<T> {
  for (let bits = Math.min(FIRST_BITS, limit); ; bits = Math.min(2 * bits, limit)) {
    const answer = ask(bits);
    if (answer !== undefined || bits >= limit) return answer;
  }
}
