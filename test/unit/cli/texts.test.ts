import { describe, expect, it } from 'vitest';
import { evaluationText } from '../../../src/cli/text/evaluation.js';
import { epsilonText, sigmaText, verifyText } from '../../../src/cli/text/results.js';
import { estimateEpsilon, estimateSigma, evaluate, loadModel, verifyEpsilon } from '../../../src/index.js';
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

describe('what was proved', () => {
  it('does not read as the contrary of the verdict', async () => {
    const model = await loadModel(cats());
    const text = async (epsilon: number): Promise<string> => verifyText(model, await verifyEpsilon(model, { delta: 0.01, epsilon }), epsilon);
    expect(await text(0.0575258)).toMatch(/^robust\n {2}epsilon in \[0\.05752576\d*, 0\.0575258\]\n/);
    expect(await text(0.05752576)).toMatch(/^violated\n {2}epsilon in \[0\.057525763\d*, [^]*\n {2}witness: difference at least 0\.05752576321 at\n/);
    const attained = 0.057525763214; // by 11 digits
    expect(await text(attained)).toMatch(/ at least 0\.0575257632142\d* at\n/);
  });
});

describe('a status in words', () => {
  it('adds something to its name', async () => {
    const model = await loadModel(cats());
    const text = epsilonText(model, { ...await estimateEpsilon(model, { delta: 0.01 }), status: 'interrupted' });
    expect(text).toContain('interrupted: stopped from outside');
  });
});
