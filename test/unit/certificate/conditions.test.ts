/** An accepted claim may be about less than a reader thinks: some of the outputs, another level, normalised inputs. The report says so. */
import { afterAll, describe, expect, it } from 'vitest';
import { readModel } from '../../../src/check/model.js';
import { check, modelHash, Workshop } from '../../support/certificates.js';

const shop = new Workshop();
afterAll(() => { shop.close(); });

const modelWith = (rest: object) => readModel(JSON.stringify({ format: 'parabound-model@1', inputs: [{}], ...rest }), false);
/** Output 0 moves, output 1 does not. */
const two = modelWith({ layers: [{ weights: [[1], [0]], bias: [0, 0], activation: 'linear' }] });
const one = modelWith({ normalisation: { mean: [10], range: [4] }, layers: [{ weights: [[1]], bias: [0], activation: 'sigmoid' }] });
const header = { format: 'parabound-certificate@1', version: '0', level: 0, decision: 'max', output: 'confidence', domain: [[-1, 1]] };
const epsilon = { ...header, query: 'verify-epsilon', model: modelHash(two), box: { kind: 'radius', center: null, radius: [0.25, 0, 0, 0] }, threshold: 0.3, verdict: 'robust' };
const moved = (outputs: number[]) => [{ property: 'epsilon', outputs, lower: 0, upper: 0.3, witness: null, leaves: 1, hint: 0 }];
const kept = [0, 1].map((label) => ({ property: 'label', label, lower: 0, upper: 0, witness: null, leaves: 1, hint: 1 }));

describe('conditions', () => {
  it.each([
    ['none', { parts: moved([0, 1]) }, []],
    ['some outputs', { parts: moved([1]) }, ['only of output 1']],
    ['one output, named twice', { parts: moved([1, 1]) }, ['only of output 1']],
    ['logits', { parts: moved([1, 0]), output: 'logit' }, ['in logits']],
    ['a rule for labels, which epsilon does not ask', { parts: moved([1, 0]), decision: 'min', level: 3 }, []],
  ])('of epsilon: %s', async (_, change, conditions) => {
    expect(await check(await shop.packed({ ...epsilon, ...change, trees: [['leaf']] }), two)).toMatchObject({ verdict: 'accepted', conditions });
  });
  it.each([
    ['the other decision', { decision: 'min' }, ['the smallest output decides, not as in the model']],
    ['its own', {}, []],
  ])('of labels: %s', async (_, change, conditions) => {
    const label = { ...header, query: 'verify-label', model: modelHash(two), box: { kind: 'radius', center: null, radius: 0 }, verdict: 'robust', parts: kept, trees: kept.map(() => [{ leaf: [128] }]), ...change };
    expect(await check(await shop.packed(label), two)).toMatchObject({ verdict: 'accepted', conditions });
  });
  it('of one output: another level than the model\'s, and normalised inputs', async () => {
    const label = { ...header, query: 'verify-label', model: modelHash(one), units: 'normalised', level: 2, box: { kind: 'radius', center: null, radius: 5 }, verdict: 'robust', parts: kept.map((part) => ({ ...part, hint: 0 })), trees: [['leaf'], ['leaf']] };
    expect(await check(await shop.packed(label), one)).toMatchObject({ verdict: 'accepted', conditions: ['label 1 is f > 2, not the model\'s 0.5', 'inputs are normalised'] });
  });
});
