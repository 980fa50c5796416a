import { describe, expect, it } from 'vitest';
import { compare, contradictions, printedSigma, refutations } from '../../../src/report/findings.js';
import type { EvaluationResult } from '../../../src/query/evaluate.js';
import { largestMeant, NETWORKS, smallestMeant } from '../../../src/report/paper.js';
import { refutationText } from '../../../src/report/refutation-text.js';
import type { Bound } from '../../../src/report/reproduction.js';
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

describe('a refutation in words', () => {
  const [refutation] = refutations(sampleReproduction());
  const outputs = (lower: number, upper: number) => ({ outputs: [{ lower, upper }], label: 1, margin: { lower: 0, upper: 1 } });
  const point = (lower: number, upper: number) => ({ nominal: outputs(0.5, 0.5), perturbed: outputs(0.25, 0.25), difference: { lower, upper, output: 0 } }) as unknown as EvaluationResult;

  it('prints only decimals in which the bounds agree', () => {
    const shown = (lower: number, upper: number) => new Map(refutationText(refutation, point(lower, upper), ['a', 'b'], 'w.json').facts).get('|f_p0(x) - f_p(x)|');
    expect(shown(0.0285255, 0.0285257)).toBe('0.028525... > 0.00691');
    expect(shown(0.25, 0.25)).toBe('0.250000000000000... > 0.00691');
  });

  it('names the point, and how to replay it', () => {
    const { claim, facts } = refutationText(refutation, point(0.03, 0.03), ['a', 'b'], 'w.json');
    expect(claim).toBe('CAT, delta 0.005: the printed epsilon 0.00691 is not a maximum, because this point attains more.');
    expect(facts[0]).toEqual(['x', '20.5, 2  (a, b)']);
    expect(facts.at(-1)![1]).toContain('parabound eval cats.json --parameters w.json');
  });
});
