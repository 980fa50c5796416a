/** `.nnet` files as text, from their parts. */
import type { Random } from './random.js';

export interface NnetParts {
  sizes: number[];
  lower: readonly (number | string)[];
  upper: readonly (number | string)[];
  mean: number[];
  range: number[];
  /** Layer by layer, weights row-major, then biases. */
  parameters: ArrayLike<number>;
}

const line = (values: readonly (number | string)[]): string => `${values.join(',')},`;

export function nnetText({ sizes, lower, upper, mean, range, parameters }: NnetParts, comments = ['// made by a test']): string {
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]];
  const lines = [...comments, line([sizes.length - 1, inputs, outputs, Math.max(...sizes)]), line(sizes), line([0]), line(lower), line(upper), line([...mean, 0]), line([...range, 1])];
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    for (let row = 0; row < sizes[l]; row++) lines.push(line(Array.from({ length: sizes[l - 1] }, () => parameters[at++])));
    for (let row = 0; row < sizes[l]; row++) lines.push(line([parameters[at++]]));
  }
  return `${lines.join('\n')}\n`;
}

export function parameterCountOf(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, size, l) => sum + size * (sizes[l] + 1), 0);
}

/** A random network behind a random header: scales far apart, quotients that are no doubles, limits inside and outside of use. */
export function randomNnet(r: Random, sizes: number[]): NnetParts {
  const inputs = sizes[0];
  const each = <T>(of: () => T): T[] => Array.from({ length: inputs }, of);
  const mean = each(() => r.pick([0, 0.1, r.normal(), 1000 * r.normal(), 19791.091]));
  const range = each(() => r.pick([1, 3, 0.7, 60261, 6.28318530718, 2 ** -5, Math.exp(3 * r.normal())]));
  const lower = mean.map((m, j) => r.pick<number | string>([m - range[j], m - 0.3 * range[j], m, '-inf', -3.4e38]));
  const upper = mean.map((m, j) => r.pick<number | string>([m + range[j], m + 0.4 * range[j], m, 'inf', 3.4e38]));
  const parameters = Array.from({ length: parameterCountOf(sizes) }, () => r.normal());
  return { sizes, mean, range, lower, upper, parameters };
}

/** A box round the mean, some of its sides beyond the limits, some of length zero. */
export function physicalDomain(r: Random, { mean, range }: NnetParts): [number, number][] {
  return mean.map((m, j) => {
    const [a, b] = r.pick([[-1, 1], [-0.5, 0.5], [0, 0.3], [0.2, 0.2], [-3, -2], [-0.1, 4]]);
    return [m + a * range[j], m + b * range[j]];
  });
}
