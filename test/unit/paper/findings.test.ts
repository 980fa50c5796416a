import { describe, expect, it } from 'vitest';
import { compare, contradictions, printedSigma, refutations } from '../../../src/paper/findings.js';
import { largestMeant, NETWORKS, smallestMeant } from '../../../src/paper/paper.js';
import type { Bound } from '../../../src/paper/reproduction.js';
import { sampleReproduction } from './samples.js';

const [cats, relu] = NETWORKS;
const enclosure = (lower: number, upper: number): Bound => ({ lower, upper, status: 'complete', witness: null });

describe('the paper against proved enclosures', () => {
  it('takes a printed number for all that round to it', () => {
    expect(smallestMeant('0.024')).toBeCloseTo(0.0235, 12);
    expect(largestMeant('0.04')).toBeCloseTo(0.045, 12);
  });

  it('compares with the enclosure, not with a number', () => {
    expect(compare(cats, '0.024', enclosure(0.024355, 0.024356))).toBe('agrees');
    expect(compare(cats, '0.024', enclosure(0.0245001, 0.0246))).toBe('below');
    expect(compare(cats, '0.024', enclosure(0.02, 0.0234))).toBe('above');
    expect(compare(cats, '0.024', enclosure(0, 1))).toBe('open');
    expect(compare(relu, '0.166', enclosure(0.3, 0.31))).toBe('incomparable');
  });

  it('refutes both epsilon of the cats and no sigma', () => {
    const refuted = refutations(sampleReproduction());
    expect(refuted.map(({ quantity, delta, printed }) => [quantity, delta, printed])).toEqual([['epsilon', 0.005, '0.00691'], ['epsilon', 0.01, '0.05054']]);
  });

  it('finds what the paper\'s table says against itself', () => {
    const found = contradictions().map(({ network, kind, delta }) => `${network.id} ${kind} ${delta}`);
    expect(found).toEqual([
      'cats below sigma 0.005', 'cats below sigma 0.01',
      'athletes-relu falls 0.01', 'athletes-relu below sigma 0.01',
      'athletes-linear falls 0.01', 'athletes-linear below sigma 0.01',
    ]);
  });

  it('reads Table 1\'s pair as (male, female), labels 1 and 0', () => {
    expect([printedSigma(cats, 0, 1), printedSigma(cats, 0, 0)]).toEqual(['0.024', '0.021']);
  });
});
