import { describe, expect, it } from 'vitest';
import { evaluationText } from '../../../src/cli/text/evaluation.js';
import { epsilonText, sigmaText } from '../../../src/cli/text/results.js';
import { estimateEpsilon, estimateSigma, evaluate, loadModel } from '../../../src/index.js';
import { cats, numbered } from '../../support/models.js';

describe('classes in words', () => {
  it('are called by name and number', async () => {
    const model = await loadModel(cats());
    expect(sigmaText(model, await estimateSigma(model, { delta: 0.01 }))).toMatch(/^sigma of female \(0\) in /);
    expect(evaluationText(model, evaluate(model, { at: [20.5, 2] }))).toContain('label male (1), margin');
  });

  it('are called by their number alone where they have no name', async () => {
    const model = await loadModel(numbered());
    expect(sigmaText(model, await estimateSigma(model, { delta: 0.01 }))).toMatch(/^sigma of class 0(:| in) /);
    expect(evaluationText(model, evaluate(model, { at: [1, 1] }))).toContain('label 1, margin');
  });
});

describe('a status in words', () => {
  it('adds something to its name', async () => {
    const model = await loadModel(cats());
    const text = epsilonText(model, { ...await estimateEpsilon(model, { delta: 0.01 }), status: 'interrupted' });
    expect(text).toContain('interrupted: stopped from outside');
  });
});
