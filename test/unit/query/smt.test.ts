/** Queries that only Z3 settles, through the library: what it adds, what it costs, and what stays without it. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { differenceAbove, isInsideBox } from '../../../src/exact/witness.js';
import { estimateEpsilon, estimateSigma, loadModel, verifyEpsilon, verifyLabel, type Model } from '../../../src/index.js';
import { Solver } from '../../../src/smt/solver.js';
import { awkward, deep, DEEP_EPSILON, DEEP_WEIGHTS, identity, shifted } from '../../support/ties.js';
import { available } from '../../support/smt.js';

const load = (object: object): Promise<Model> => loadModel(object as Parameters<typeof loadModel>[0]);
afterEach(() => { vi.restoreAllMocks(); });

describe.skipIf(!available)('epsilon that is the true maximum', () => {
  it('is robust, and the double below it violated, in exact arithmetic', async () => {
    const model = await load(deep());
    const options = { ...DEEP_WEIGHTS, threads: 1 };
    expect(await verifyEpsilon(model, { ...options, epsilon: DEEP_EPSILON, smt: 'off' })).toMatchObject({ verdict: 'unknown', status: 'stalled', stats: { leavesBySmt: 0 } });
    const robust = await verifyEpsilon(model, { ...options, epsilon: DEEP_EPSILON });
    expect(robust).toMatchObject({ verdict: 'robust', status: 'complete', bound: { upper: DEEP_EPSILON }, undecided: [], remaining: { boxes: 0, volumeFraction: 0 } });
    const { leavesBySmt, smt } = robust.stats;
    expect(leavesBySmt).toBeGreaterThan(0);
    expect(smt).toMatchObject({ asked: leavesBySmt, closed: leavesBySmt, refuted: 0, gaveUp: 0 });
    const less = nextDown(DEEP_EPSILON);
    const { verdict, witness } = await verifyEpsilon(model, { ...options, epsilon: less });
    expect(verdict).toBe('violated');
    const [x, parameters] = [Float64Array.from(witness!.input), Float64Array.from(witness!.parameters!)];
    const radius = Float64Array.from([0.125, 0.125, 0.125, 0.125, 0, 0, 0.125, 0.125, 0.125, 0.125, 0, 0, 0.125, 0.125, 0]);
    expect(isInsideBox(parameters, { kind: 'radius', center: model.parameters, radius })).toBe(true);
    expect(differenceAbove({ shape: model.spec, nominal: model.parameters, parameters, x, outputs: [0], measure: 'confidence' }, less)).toBe(true);
  });
  it('is found at gap 0', async () => {
    expect(await estimateEpsilon(await load(deep()), { ...DEEP_WEIGHTS, gap: 0, threads: 1 })).toMatchObject({ lower: DEEP_EPSILON, upper: DEEP_EPSILON, status: 'complete' });
  });
  it('is touched from above by no double that intervals prove', async () => {
    const model = await load(awkward());
    const epsilon = nextUp(0.9);
    expect((await verifyEpsilon(model, { delta: 0.1, epsilon, threads: 1, smt: 'off' })).verdict).toBe('unknown');
    expect((await verifyEpsilon(model, { delta: 0.1, epsilon, threads: 1 })).verdict).toBe('robust');
    expect((await verifyEpsilon(model, { delta: 0.1, epsilon, threads: 1, smtTimeout: 1e-6 })).verdict).toBe('unknown');
  });
});

describe.skipIf(!available)('one function in two forms', () => {
  it('differs by nothing, and by what its bias differs', async () => {
    const model = await load(identity());
    const ask = async (bias: number, smt: 'off' | 'auto') => verifyEpsilon(model, { against: await load(shifted(bias)), epsilon: 0, smt, threads: 1 });
    expect((await ask(0.1, 'off')).verdict).toBe('unknown');
    expect((await ask(0.1, 'auto')).verdict).toBe('robust');
    expect((await ask(nextUp(0.1), 'auto')).verdict).toBe('violated');
  });
  it('keeps its labels, and sigma is 0', async () => {
    const model = await load(identity());
    const options = { against: await load(shifted()), level: 0.4, gap: 0, threads: 1 };
    expect((await verifyLabel(model, options)).verdict).toBe('robust');
    const { classes } = await estimateSigma(model, options);
    for (const each of classes) expect(each).toMatchObject({ lower: 0, upper: 0, status: 'complete', flips: false, reachable: true, witness: null });
  });
});

describe.skipIf(!available)('always', () => {
  it('asks about what a limit leaves, and keeps half of the time for it', async () => {
    const model = await load(deep());
    const options = { delta: 0.25, perturb: 'biases', epsilon: 1.25, threads: 1 };
    expect((await verifyEpsilon(model, { ...options, maxBoxes: 50 })).verdict).toBe('unknown');
    expect(await verifyEpsilon(model, { ...options, maxBoxes: 50, smt: 'always' })).toMatchObject({ verdict: 'robust', bound: { upper: 1.25 }, status: 'complete' });
    const { verdict, stats } = await verifyEpsilon(model, { ...options, timeout: 4, smt: 'always' });
    expect(verdict).toBe('robust');
    expect(stats.seconds).toBeLessThan(4.5);
  });
});

describe('without z3-solver', () => {
  it('everything is as it was, and a note says what could be', async () => {
    const warm = vi.spyOn(Solver.prototype, 'warm').mockResolvedValue('missing');
    const [model, against] = [await load(identity()), await load(shifted())];
    const options = { against, epsilon: 0, threads: 1 };
    const off = await verifyEpsilon(model, { ...options, smt: 'off' });
    expect(warm).not.toHaveBeenCalled();
    const { notes, stats, ...rest } = await verifyEpsilon(model, options);
    expect(rest).toMatchObject({ verdict: off.verdict, bound: off.bound, status: 'stalled', remaining: off.remaining, undecided: off.undecided });
    expect(stats.smt).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/z3-solver, which is not installed$/)]);
  });
  it('nothing is said, or started, where nothing is left', async () => {
    const warm = vi.spyOn(Solver.prototype, 'warm').mockResolvedValue('missing');
    expect((await verifyEpsilon(await load(deep()), { ...DEEP_WEIGHTS, epsilon: 5, smt: 'always' })).notes).toEqual([]);
    expect(warm).not.toHaveBeenCalled();
  });
  it('a solver that dies at every question leaves the boxes as they were', async () => {
    vi.spyOn(Solver.prototype, 'warm').mockResolvedValue('ready');
    vi.spyOn(Solver.prototype, 'ask').mockResolvedValue({ status: 'unknown', reason: 'the solver died' });
    const { verdict, stats } = await verifyEpsilon(await load(identity()), { against: await load(shifted()), epsilon: 0, threads: 1 });
    expect([verdict, stats.smt!.gaveUp]).toEqual(['unknown', stats.smt!.asked]);
  });
});

describe('options', () => {
  it.each([[{ smt: 'sometimes' }, 'off or auto or always'], [{ smtTimeout: -1 }, 'a finite number >= 0'], [{ smtTimeout: NaN }, 'a finite number >= 0']])('%j is refused', async (bad, expected) => {
    await expect(estimateEpsilon(await load(deep()), { delta: 0, ...bad } as never)).rejects.toThrow(expected);
  });
});
