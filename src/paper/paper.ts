/** What Murthy, Das and Islam (2019) report, as printed, and for which network of examples/. */

export const DELTAS = [0.005, 0.01] as const;

/** A number as the paper prints it: its digits say how it was rounded. */
export type Printed = string;

export interface PaperNetwork {
  /** Names the files of this network. */
  readonly id: string;
  /** The column of Table 1. */
  readonly title: string;
  readonly what: string;
  readonly figure: 6 | 7 | 8;
  /** The file in examples/. */
  readonly model: string;
  /** False where the paper prints no weights, so that ours were trained afresh and digits cannot be compared. */
  readonly sameWeights: boolean;
  /** Table 1, one entry for each of DELTAS. Sigma is printed as (male, female): labels 1 and 0. */
  readonly epsilon: readonly [Printed, Printed];
  readonly sigma: readonly [readonly [male: Printed, female: Printed], readonly [male: Printed, female: Printed]];
}

export const NETWORKS: readonly PaperNetwork[] = [
  {
    id: 'cats',
    title: 'CAT',
    what: 'the cats classifier (logistic regression, the weights of the paper)',
    figure: 6,
    model: 'cats.json',
    sameWeights: true,
    epsilon: ['0.00691', '0.05054'],
    sigma: [['0.024', '0.021'], ['0.052', '0.04']],
  },
  {
    id: 'athletes-relu',
    title: 'ATH-ReLU',
    what: 'the athletes network with hidden ReLU units (2-3-1, trained afresh)',
    figure: 7,
    model: 'athletes-relu.json',
    sameWeights: false,
    epsilon: ['0.166', '0.0825'],
    sigma: [['0.082', '0.076'], ['0.165', '0.144']],
  },
  {
    id: 'athletes-linear',
    title: 'ATH-Linear',
    what: 'the athletes network with hidden linear units (2-3-1, trained afresh)',
    figure: 8,
    model: 'athletes-linear.json',
    sameWeights: false,
    epsilon: ['0.545', '0.219'],
    sigma: [['0.268', '0.218'], ['0.44', '0.34']],
  },
];

/** The largest number that, rounded as printed, could read so: half a unit of the last digit above it. */
export function largestMeant(printed: Printed): number {
  return Number(printed) + halfUnit(printed);
}

/** The smallest number that, rounded as printed, could read so. */
export function smallestMeant(printed: Printed): number {
  return Number(printed) - halfUnit(printed);
}

function halfUnit(printed: Printed): number {
  const decimals = printed.length - printed.indexOf('.') - 1;
  return 0.5 * 10 ** -decimals;
}
