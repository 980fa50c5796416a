import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/query/evaluate.js';
import { refutations } from '../../../src/paper/findings.js';
import { refutationText } from '../../../src/paper/refutation-text.js';
import { sampleReproduction } from './samples.js';

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
