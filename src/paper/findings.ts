import { DELTAS, largestMeant, NETWORKS, smallestMeant, type PaperNetwork, type Printed } from './paper.js';
import type { Bound, Reproduction } from './reproduction.js';

/**
 * How a printed number stands to the proved enclosure of the same quantity:
 * 'agrees': every number of the enclosure rounds to it;
 * 'below': every such number is less than an attained value, so that it cannot be the maximum;
 * 'above': every such number is more than the proved upper bound;
 * 'open': the enclosure is not narrow enough to say;
 * 'incomparable': the paper's network is another one.
 */
export type Comparison = 'agrees' | 'below' | 'above' | 'open' | 'incomparable';

export function compare(network: PaperNetwork, printed: Printed, { lower, upper }: Bound): Comparison {
  if (!network.sameWeights) return 'incomparable';
  const [least, most] = [smallestMeant(printed), largestMeant(printed)];
  if (most < lower) return 'below';
  if (least > upper) return 'above';
  return least <= lower && upper <= most ? 'agrees' : 'open';
}

/** What the paper's own numbers say about each other; no network is needed for these. */
export interface Contradiction {
  network: PaperNetwork;
  /** 'falls': epsilon is less at twice the delta. 'below sigma': epsilon is less than sigma at the same delta. */
  kind: 'falls' | 'below sigma';
  delta: number;
  epsilon: Printed;
  /** The epsilon at half this delta, or the larger sigma. */
  other: Printed;
}

/**
 * Two things that no true maxima do. Epsilon cannot fall when delta grows, because the smaller box lies in the larger one. And
 * epsilon is never less than sigma: an input that flips has f_p0 and f_p on different sides of l, so |f_p0 - f_p| >= |f_p0 - l|.
 */
export function contradictions(): Contradiction[] {
  return NETWORKS.flatMap((network) => {
    const found: Contradiction[] = [];
    const [first, second] = network.epsilon;
    if (largestMeant(second) < smallestMeant(first)) found.push({ network, kind: 'falls', delta: DELTAS[1], epsilon: second, other: first });
    DELTAS.forEach((delta, i) => {
      const sigma = network.sigma[i].reduce((a, b) => (Number(a) >= Number(b) ? a : b));
      const epsilon = network.epsilon[i];
      if (largestMeant(epsilon) < smallestMeant(sigma)) found.push({ network, kind: 'below sigma', delta, epsilon, other: sigma });
    });
    return found;
  });
}

/** A printed number that is refuted by a point anyone can evaluate. */
export interface Refutation {
  network: PaperNetwork;
  quantity: 'epsilon' | 'sigma';
  delta: number;
  printed: Printed;
  bound: Bound;
}

export function refutations({ networks }: Reproduction): Refutation[] {
  return networks.flatMap(({ network, deltas }) =>
    deltas.flatMap(({ delta, epsilon, sigma }, i) => {
      const rows: Refutation[] = [
        { network, quantity: 'epsilon', delta, printed: network.epsilon[i], bound: epsilon },
        ...sigma.map((bound, label): Refutation => ({ network, quantity: 'sigma', delta, printed: printedSigma(network, i, label), bound })),
      ];
      return rows.filter(({ printed, bound }) => compare(network, printed, bound) === 'below');
    }),
  );
}

/** Table 1 prints (male, female): labels 1 and 0. */
export function printedSigma(network: PaperNetwork, deltaIndex: number, label: number): Printed {
  return network.sigma[deltaIndex][1 - label];
}
