import { seededRandom } from '../random.js';

/** `count` inputs drawn uniformly from the domain lo0, hi0, lo1, hi1, ...; the same for the same seed. */
export function randomInputs(domain: ArrayLike<number>, count: number, seed: number): number[][] {
  const random = seededRandom(seed);
  const dimensions = domain.length / 2;
  return Array.from({ length: count }, () =>
    Array.from({ length: dimensions }, (_, i) => {
      const lower = domain[2 * i];
      const upper = domain[2 * i + 1];
      return Math.min(upper, lower + random() * (upper - lower)); // the rounded sum may pass `upper` by an ulp
    }),
  );
}
