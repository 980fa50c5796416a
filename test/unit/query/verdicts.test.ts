/** What the query layer makes of a search's outcome. The search itself is a stand-in here: each test says what it answers. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { estimateEpsilon, verifyEpsilon } from '../../../src/query/epsilon.js';
import type { NativeWitness } from '../../../src/search/native.js';
import type { SearchOutcome, SearchRequest } from '../../../src/search/request.js';
import { estimateSigma, verifyLabel, verifySigma } from '../../../src/query/sigma.js';
import { cats, threeClasses } from '../../support/models.js';

const asked: SearchRequest[] = [];
let answer: (request: SearchRequest) => Partial<SearchOutcome>;

vi.mock('../../../src/search/search.js', () => ({
  search: (request: SearchRequest): Promise<SearchOutcome> => {
    asked.push(request);
    const found: SearchOutcome = {
      lower: 0, upper: 0, status: 'complete', nothing: false, witness: null, boxes: 10, seconds: 0.001, threads: 1, remaining: { boxes: 0, volumeFraction: 0 }, undecided: [],
      ...answer(request),
    };
    // As the search says it of sigma: every box was empty.
    const nothing = found.status === 'complete' && found.witness === null && found.upper === 0;
    return Promise.resolve({ ...found, nothing });
  },
}));

const model = await loadModel(cats());
const three = await loadModel(threeClasses());
const delta = { delta: 0.01 };

/** A flip from label 0 to 1 at the exact boundary, with the margin that the search claims. */
const flip = (value: number, label = 0): NativeWitness => ({ input: Float64Array.of(7, 3), parameters: Float64Array.of(0.1, 1.2, -3.5), value, output: 0, nominalLabel: label, label: 1 - label });

/** x = 1: scores 1, -1, 0 by the nominal parameters; 0.5, -1, 0.75 by these. */
const overtaken: NativeWitness = { input: Float64Array.of(1), parameters: Float64Array.of(0.5, -1, 0, 0, 0, 0.75), value: 0, output: 1, nominalLabel: 0, label: 1 };

/** By the class that a search is about; reach counts as its class's second search. */
const perClass = (outcomes: Partial<SearchOutcome>[], reach: Partial<SearchOutcome> = { lower: 1, upper: 1 }) => (request: SearchRequest) =>
  request.objective.query === 'sigma' ? outcomes[request.objective.label] : reach;

beforeEach(() => { asked.length = 0; });

describe('estimate epsilon', () => {
  it('asks for what the options say', async () => {
    answer = () => ({ lower: 0.1, upper: 0.2 });
    const result = await estimateEpsilon(model, { ...delta, gap: 0, relativeGap: 0.5, timeout: 2, maxBoxes: 7, threads: 3, seed: 9, output: 'logit' });
    expect(asked[0]).toMatchObject({ objective: { query: 'epsilon', outputs: [0], measure: 'logit' }, domain: model.domain, gap: 0, relativeGap: 0.5, maxBoxes: 7, threads: 3, seed: 9 });
    expect(asked[0].timeoutMs).toBeGreaterThan(1900);
    expect(asked[0].target).toBeUndefined();
    expect(result).toMatchObject({ schema: 'parabound/result@1', query: 'epsilon', lower: 0.1, upper: 0.2, status: 'complete', witness: null, stats: { boxes: 10, leavesBySmt: 0, threads: 1 }, model: model.hash, semantics: 'real', notes: [] });
  });
  it('writes an upper bound that is not known as null', async () => {
    answer = () => ({ upper: Infinity, status: 'timeout' });
    expect(JSON.parse(JSON.stringify(await estimateEpsilon(model, delta)))).toMatchObject({ upper: null, status: 'timeout' });
  });
  it('gives a witness as plain lists, without parameters for a plain copy, and not at all on request', async () => {
    answer = () => ({ witness: flip(0.1) });
    expect((await estimateEpsilon(model, delta)).witness).toEqual({ input: [7, 3], parameters: [0.1, 1.2, -3.5], value: 0.1, output: 0, nominalLabel: 0, label: 1 });
    expect((await estimateEpsilon(model, { against: model })).witness?.parameters).toBeNull();
    expect(await estimateEpsilon(model, { ...delta, witness: 'none' })).not.toHaveProperty('witness');
  });
  it('decides labels that the search leaves open', async () => {
    answer = () => ({ witness: { ...flip(0.1), nominalLabel: -1, label: -1 } });
    // z0 = 0.07577862*7 + 1.18118408*3 - 3.51518067 > 0, and so is z
    expect((await estimateEpsilon(model, delta)).witness).toMatchObject({ nominalLabel: 1, label: 1 });
    expect((await estimateEpsilon(model, { ...delta, level: 0.9 })).witness).toMatchObject({ nominalLabel: 0, label: 0 });
  });
  it('decides the new label of three or more, which the search knows by plain arithmetic alone', async () => {
    answer = () => ({ witness: overtaken });
    expect((await estimateEpsilon(three, delta)).witness).toMatchObject({ nominalLabel: 0, label: 2 });
  });
  it('notes options without effect', async () => {
    answer = () => ({});
    expect((await estimateEpsilon(three, { ...delta, level: 0.5 })).notes).toEqual([expect.stringContaining('level has no effect')]);
    expect((await estimateEpsilon(model, { ...delta, decision: 'min' })).notes).toEqual([expect.stringContaining('decision has no effect')]);
  });
  it('refuses fields that do not exist, and values out of range', async () => {
    answer = () => ({});
    await expect(estimateEpsilon(model, { dleta: 1 } as object)).rejects.toMatchObject({ code: 'OPTION_UNKNOWN', exitStatus: 2 });
    await expect(estimateEpsilon(model, { ...delta, epsilon: 1 } as object)).rejects.toMatchObject({ code: 'OPTION_UNKNOWN' });
    await expect(estimateEpsilon(model, { ...delta, json: true } as object)).rejects.toMatchObject({ code: 'OPTION_UNKNOWN' });
    await expect(estimateEpsilon(model, { delta: NaN })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(estimateEpsilon(model, { ...delta, threads: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(estimateEpsilon(three, { ...delta, outputs: [3] })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(estimateEpsilon('cats.json' as never, delta)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    expect(asked).toEqual([]);
  });
});

describe('verify epsilon', () => {
  const verify = (outcome: Partial<SearchOutcome>, epsilon = 0.1) => { answer = () => outcome; return verifyEpsilon(model, { ...delta, epsilon }); };

  it('asks with the target', async () => {
    await verify({});
    expect(asked[0]).toMatchObject({ target: 0.1 });
  });
  it('robust: the upper bound is at most epsilon', async () => {
    expect(await verify({ lower: 0.05, upper: 0.1, witness: flip(0.05) })).toMatchObject({ verdict: 'robust', witness: null, bound: { lower: 0.05, upper: 0.1 } });
  });
  it('violated: the witness is above epsilon', async () => {
    expect(await verify({ lower: 0.11, upper: Infinity, witness: flip(0.11) })).toMatchObject({ verdict: 'violated', witness: { value: 0.11 }, remaining: { boxes: 0, volumeFraction: 0 } });
  });
  it('unknown: neither, and what is left is said', async () => {
    const remaining = { boxes: 3, volumeFraction: 0.25 };
    expect(await verify({ lower: 0.05, upper: 0.2, status: 'timeout', witness: flip(0.05), remaining })).toMatchObject({ verdict: 'unknown', witness: null, status: 'timeout', remaining });
    expect(await verify({ lower: 0.2, upper: 0.3, status: 'timeout', witness: null, remaining })).toMatchObject({ verdict: 'unknown' }); // no witness, no violation
  });
  it('at a tie the value rounded down does not decide, exact arithmetic does', async () => {
    const { input, parameters } = flip(0);
    const sigmoid = (p: ArrayLike<number>) => 1 / (1 + Math.exp(-(p[0] * input[0] + p[1] * input[1] + p[2])));
    const difference = Math.abs(sigmoid(parameters) - sigmoid(model.parameters));
    const below = difference * (1 - 1e-12);
    // The search's value equals epsilon, and the true difference is a little above both.
    expect(await verify({ lower: below, upper: 1, status: 'stalled', witness: { ...flip(below) } }, below)).toMatchObject({ verdict: 'violated' });
    const above = difference * (1 + 1e-12);
    expect(await verify({ lower: above, upper: 1, status: 'stalled', witness: { ...flip(above) } }, above)).toMatchObject({ verdict: 'unknown' });
  });
});

describe('estimate sigma', () => {
  it('asks for each class, and whether it is there where nothing flips', async () => {
    answer = perClass([{ lower: 0.1, upper: 0.2, witness: flip(0.1) }, { lower: 0, upper: 0 }]);
    const result = await estimateSigma(model, { ...delta, level: 0.25 });
    expect(asked.map(({ objective }) => objective)).toEqual([
      { query: 'sigma', label: 0, measure: 'confidence', level: 0.25, decision: 'max' },
      { query: 'sigma', label: 1, measure: 'confidence', level: 0.25, decision: 'max' },
      { query: 'reach', label: 1, level: 0.25, decision: 'max' },
    ]);
    expect(result).toMatchObject({ query: 'sigma', lower: 0.1, upper: 0.2, classes: [{ label: 0, reachable: true, lower: 0.1, upper: 0.2 }, { label: 1, reachable: true, lower: 0, upper: 0, witness: null }] });
    expect(result.stats.boxes).toBe(30);
  });
  it('a class that no input has is sigma 0, whatever its search came to', async () => {
    answer = perClass([{ upper: 0.5, status: 'timeout' }, { lower: 0.1, upper: 0.2, witness: flip(0.1, 1) }], { lower: 0, upper: 0 });
    expect((await estimateSigma(model, delta)).classes[0]).toMatchObject({ reachable: false, lower: 0, upper: 0, status: 'complete' });
  });
  it('a class whose search was stopped may be reachable or not', async () => {
    answer = perClass([{ upper: 0.5, status: 'timeout' }, { upper: 0.5, status: 'limit' }], { lower: 0, upper: 1, status: 'timeout' });
    const result = await estimateSigma(model, delta);
    expect(result.classes.map(({ reachable }) => reachable)).toEqual([null, null]);
    expect(result.status).toBe('timeout'); // the worse of the two
  });
  it('shares time and boxes among the classes', async () => {
    answer = () => ({ upper: 1, status: 'limit', boxes: 10, witness: overtaken });
    await estimateSigma(three, { ...delta, maxBoxes: 60, timeout: 3 });
    expect(asked.map(({ maxBoxes }) => maxBoxes)).toEqual([20, 25, 40]); // a third of 60, half of 50, all of 40
    expect(asked[0].timeoutMs).toBeLessThanOrEqual(1000);
    expect(asked[2].timeoutMs).toBeGreaterThan(2500);
  });
  it('keeps what was proved before an abort, and says that the rest was not searched', async () => {
    const controller = new AbortController();
    answer = () => { controller.abort(); return { lower: 0.1, upper: 0.2, witness: flip(0.1) }; };
    const result = await estimateSigma(model, { ...delta, signal: controller.signal });
    expect(asked.length).toBe(1);
    expect(result).toMatchObject({ status: 'interrupted', upper: 1, classes: [{ lower: 0.1, upper: 0.2, status: 'complete' }, { reachable: null, lower: 0, upper: 1, status: 'interrupted', witness: null }] });
  });
  it('a margin on the logit needs a level that a logit has', async () => {
    await expect(estimateSigma(model, { ...delta, output: 'logit', level: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID', exitStatus: 2 });
    answer = () => ({ witness: flip(0) });
    await expect(estimateSigma(model, { ...delta, output: 'logit', level: 0.5 })).resolves.toMatchObject({ lower: 0 });
    await expect(verifyLabel(model, { ...delta, output: 'logit', level: 0 })).resolves.toMatchObject({ query: 'verify-label' });
  });
});

describe('verify label', () => {
  const verify = (...outcomes: Partial<SearchOutcome>[]) => { answer = perClass(outcomes); return verifyLabel(model, delta); };

  it('robust: every box of every class was proved not to flip', async () => {
    expect(await verify({}, {})).toMatchObject({ query: 'verify-label', verdict: 'robust', bound: null, witness: null });
    expect(asked.map(({ target }) => target)).toEqual([0, 0]);
  });
  it('violated: any flip will do, even one of margin 0, and no other class need be searched', async () => {
    expect(await verify({ lower: 0, upper: 0.5, witness: flip(0) })).toMatchObject({ verdict: 'violated', witness: { nominalLabel: 0, label: 1 }, bound: null });
    expect(asked.length).toBe(1);
  });
  it('robust without a search where p0 is the only point of the box', async () => {
    for (const box of [{ delta: 0 }, { deltaRelative: 0 }, { against: model }, { parameters: { lower: model.parameters, upper: model.parameters } }]) {
      answer = () => { throw new Error('searched'); };
      expect(await verifyLabel(model, box)).toMatchObject({ verdict: 'robust', status: 'complete', remaining: { boxes: 0, volumeFraction: 0 } });
      expect(await verifySigma(model, { ...box, sigma: 0 })).toMatchObject({ verdict: 'robust', bound: { lower: 0, upper: 0 } });
    }
  });
  it('unknown: no witness, but no proof either', async () => {
    expect(await verify({ upper: 1e-300, status: 'stalled', remaining: { boxes: 1, volumeFraction: 0.1 } }, {})).toMatchObject({ verdict: 'unknown', status: 'stalled', remaining: { boxes: 1, volumeFraction: 0.1 } });
    expect(await verify({}, { upper: 0, status: 'stalled' })).toMatchObject({ verdict: 'unknown' });
    expect(await verify({}, { upper: 0, status: 'timeout' })).toMatchObject({ verdict: 'unknown' });
    expect(await verify({ upper: 0.5, status: 'timeout' }, { lower: 0, upper: 0.5, witness: flip(0, 1) })).toMatchObject({ verdict: 'violated' });
  });
});

describe('verify sigma', () => {
  const verify = (sigma: number, ...outcomes: Partial<SearchOutcome>[]) => { answer = perClass(outcomes); return verifySigma(model, { ...delta, sigma }); };

  it('robust: the upper bound is below sigma in every class', async () => {
    expect(await verify(0.3, { lower: 0.1, upper: 0.2, witness: flip(0.1) }, { upper: 0.25 })).toMatchObject({ verdict: 'robust', bound: { lower: 0.1, upper: 0.25 } });
    expect(asked.map(({ target }) => target)).toEqual([0.3, 0.3]);
  });
  it('violated: a flip with a margin of sigma itself', async () => {
    expect(await verify(0.3, { lower: 0.3, upper: 0.5, witness: flip(0.3) })).toMatchObject({ verdict: 'violated', bound: { lower: 0.3, upper: 1 } });
  });
  it('unknown: an upper bound of sigma itself leaves it open', async () => {
    expect(await verify(0.3, { lower: 0.1, upper: 0.3, status: 'stalled', witness: flip(0.1) }, {})).toMatchObject({ verdict: 'unknown' });
  });
  it('with sigma 0 is verify label', async () => {
    expect(await verify(0, {}, {})).toMatchObject({ verdict: 'robust' });
    expect(await verify(0, { upper: 0, status: 'stalled' }, {})).toMatchObject({ verdict: 'unknown' });
  });
  it('without sigma is no question', async () => {
    await expect(verifySigma(model, delta as never)).rejects.toMatchObject({ code: 'OPTION_REQUIRED', exitStatus: 2 });
    await expect(verifySigma(model, { ...delta, sigma: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
