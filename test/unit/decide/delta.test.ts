import { describe, expect, it } from 'vitest';
import { searchDelta, type DeltaOptions, type DeltaProgress } from '../../../src/decide/delta.js';
import { flips, isInsideBox } from '../../../src/exact/witness.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { verifyEpsilon } from '../../../src/query/epsilon.js';
import { verifySigma } from '../../../src/query/sigma.js';
import { loadModel } from '../../../src/network/load.js';
import { cats as catsObject, randomModel, threeClasses } from '../../support/models.js';
import { random } from '../../support/random.js';

const cats = await loadModel(catsObject());
const [w1, w2, b] = cats.parameters;
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const logit = (f: number): number => Math.log(f / (1 - f));

/** Eq. 11 turned round: at one input z moves by S per unit of delta, and no parameter occurs twice. */
function localThreshold(x: readonly number[], epsilon: number, relative: boolean): number {
  const z = w1 * x[0] + w2 * x[1] + b;
  const reach = relative ? Math.abs(w1 * x[0]) + Math.abs(w2 * x[1]) + Math.abs(b) : Math.abs(x[0]) + Math.abs(x[1]) + 1;
  const f = sigmoid(z);
  const up = f + epsilon < 1 ? logit(f + epsilon) - z : Infinity;
  const down = f - epsilon > 0 ? z - logit(f - epsilon) : Infinity;
  return Math.min(up, down) / reach;
}

describe('against closed forms at one input', () => {
  const draw = random(7);
  const cases = Array.from({ length: 12 }, () => ({ at: [draw.between(6, 21), draw.between(1.5, 4)], epsilon: draw.between(0.001, 0.4) }));
  it.each([false, true])('epsilon, relative %s', async (relative) => {
    for (const { at, epsilon } of cases) {
      const { lower, upper, status, witness } = await searchDelta(cats, { epsilon, at, relative, deltaGap: 1e-4 });
      const truth = localThreshold(at, epsilon, relative);
      expect(status).toBe('complete');
      expect(lower! / truth).toBeLessThanOrEqual(1 + 1e-12);
      expect(upper / truth).toBeGreaterThanOrEqual(1 - 1e-12);
      expect(upper - lower!).toBeLessThanOrEqual(1e-4 * upper);
      expect(witness!.value).toBeGreaterThanOrEqual(epsilon);
    }
  });
  it('label: the distance of the logit from 0', async () => {
    for (const { at } of cases) {
      const { lower, upper } = await searchDelta(cats, { label: true, at });
      const truth = Math.abs(w1 * at[0] + w2 * at[1] + b) / (Math.abs(at[0]) + Math.abs(at[1]) + 1);
      expect(lower! / truth).toBeLessThanOrEqual(1 + 1e-12);
      expect(upper / truth).toBeGreaterThanOrEqual(1 - 1e-12);
    }
  });
  it('with some parameters fixed', async () => {
    const { lower, upper } = await searchDelta(cats, { label: true, at: [10, 3], perturb: 'biases' });
    const truth = Math.abs(w1 * 10 + w2 * 3 + b);
    expect(lower! <= truth && truth <= upper).toBe(true);
  });
});

/** What a result says of itself, checked without the search: the witness is in the box at `upper` and violates, exactly. */
function checkUpper(model: typeof cats, options: DeltaOptions, { upper, witness, relative }: Awaited<ReturnType<typeof searchDelta>>): void {
  const center = options.against?.parameters ?? model.parameters;
  const parameters = Float64Array.from(witness!.parameters!);
  const box = relative ? { kind: 'relative' as const, center, ratio: upper, mask: center.map(() => 1) } : { kind: 'radius' as const, center, radius: center.map(() => upper) };
  expect(isInsideBox(parameters, box)).toBe(true);
  const { difference, nominal } = evaluate(model, { at: witness!.input, parameters, ...(options.against === undefined ? {} : { against: options.against }) });
  if (options.epsilon !== undefined) expect(difference!.upper).toBeGreaterThan(options.epsilon);
  else {
    expect(flips(model.spec, model.parameters, parameters, witness!.input, { level: model.level, decision: model.decision })).toBe(true);
    expect(nominal.margin.upper).toBeGreaterThanOrEqual(options.sigma ?? 0);
    expect([witness!.nominalLabel, witness!.label]).toEqual([nominal.label, evaluate(model, { at: witness!.input, parameters }).perturbed!.label]);
  }
}

describe('over a domain', async () => {
  const three = await loadModel(threeClasses());
  const deep = await loadModel(randomModel({ sizes: [2, 6, 6, 1], seed: 3, last: 'sigmoid' }));
  it.each([
    ['cats, epsilon', cats, { epsilon: 0.05 }], ['cats, sigma', cats, { sigma: 0.03 }], ['cats, relative', cats, { sigma: 0.03, relative: true }],
    ['three classes, epsilon', three, { epsilon: 0.1 }], ['three classes, sigma', three, { sigma: 0.2 }], ['deep, epsilon', deep, { epsilon: 0.05, deltaGap: 0.1 }],
  ] as const)('%s: proved below, violated above', async (_, model, options) => {
    const result = await searchDelta(model, options);
    expect(result.status).toBe('complete');
    checkUpper(model, options, result);
    // No parameters of the box at `lower`, at any input, violate what is proved there.
    const draw = random(5);
    for (let n = 0; n < 100; n++) {
      const at = Array.from({ length: model.inputCount }, (_, i) => draw.between(model.domain![2 * i], model.domain![2 * i + 1]));
      const parameters = model.parameters.map((p) => p + draw.pick([-1, 1]) * result.lower! * (result.relative ? Math.abs(p) : 1) * (1 - 1e-12));
      const { difference, nominal, perturbed } = evaluate(model, { at, parameters });
      if ('epsilon' in options) expect(difference!.lower).toBeLessThanOrEqual(options.epsilon);
      else if (nominal.margin.lower >= options.sigma) expect(perturbed!.label).toBe(nominal.label);
    }
  });
  it('the verdicts at both ends are those of verify', async () => {
    const { lower, upper } = await searchDelta(cats, { epsilon: 0.05 });
    expect((await verifyEpsilon(cats, { epsilon: 0.05, delta: lower! })).verdict).toBe('robust');
    expect((await verifyEpsilon(cats, { epsilon: 0.05, delta: upper })).verdict).toBe('violated');
    const sigma = await searchDelta(cats, { sigma: 0.03 });
    expect((await verifySigma(cats, { sigma: 0.03, delta: sigma.lower! })).verdict).toBe('robust');
    expect((await verifySigma(cats, { sigma: 0.03, delta: sigma.upper })).verdict).toBe('violated');
  });
  it('a label that any change flips: 0, and next to nothing above it', async () => {
    const result = await searchDelta(cats, { label: true });
    expect(result).toMatchObject({ lower: 0, status: 'complete' });
    expect(result.upper).toBeLessThan(1e-8);
    checkUpper(cats, { label: true }, result);
  });
  it('a difference that no sigmoid can have: no upper end', async () => {
    const result = await searchDelta(cats, { epsilon: 1 });
    expect(result).toMatchObject({ upper: Infinity, status: 'capped', witness: null });
    expect(JSON.parse(JSON.stringify(result)) as object).toMatchObject({ upper: null });
    expect(result.lower).toBeGreaterThan(1e6);
  });
});

describe('round a copy', () => {
  const moved = (by: number) => loadModel({ ...catsObject(), layers: [{ weights: [[w1 + by, w2]], bias: [b], activation: 'sigmoid' }] });
  it.each([-0.001, 0.001])('what the copy has used up is not there any more: its first weight moved by %s', async (by) => {
    const options = { epsilon: 0.05, at: [10, 3], against: await moved(by) };
    const result = await searchDelta(cats, options);
    const z = w1 * 10 + w2 * 3 + b;
    const truth = Math.min(logit(sigmoid(z) + 0.05) - (z + 10 * by), z + 10 * by - logit(sigmoid(z) - 0.05)) / 14;
    expect(result.lower! <= truth && truth <= result.upper).toBe(true);
    expect(result.status).toBe('complete');
    checkUpper(cats, options, result);
  });
  it('a copy that has not the property itself', async () => {
    const result = await searchDelta(cats, { epsilon: 0.01, at: [10, 3], against: await moved(0.1) });
    expect(result).toMatchObject({ lower: null, upper: 0, status: 'complete', steps: [{ delta: 0, verdict: 'violated' }] });
  });
});

describe('a search that is stopped', async () => {
  const deep = await loadModel(randomModel({ sizes: [4, 20, 20, 20, 1], seed: 1, last: 'sigmoid' }));
  it('keeps what was proved, and says what was left open', async () => {
    const result = await searchDelta(deep, { epsilon: 0.05, timeout: 0.5 });
    expect(result.steps.length).toBeGreaterThan(0);
    expect(result.lower).toBeGreaterThanOrEqual(0);
    expect(result.upper).toBeGreaterThan(result.lower!);
    expect(['complete', 'timeout']).toContain(result.status);
    expect(result.stats.seconds).toBeLessThan(2);
    if (result.status === 'timeout') expect(result.upper - result.lower!).toBeGreaterThan(0.01 * result.upper);
  });
  it('by a signal, between candidates and inside one', async () => {
    const controller = new AbortController();
    const seen: DeltaProgress[] = [];
    const result = await searchDelta(deep, { epsilon: 0.05, signal: controller.signal, onProgress: (now) => { if (seen.push(now) === 3) controller.abort(); } });
    expect(result.status).toBe('interrupted');
    expect(result.steps.length).toBeGreaterThanOrEqual(2);
    expect(result.steps.length).toBeLessThanOrEqual(3);
    expect(seen.at(-1)!.delta).toBe(null);
    const before = await searchDelta(deep, { epsilon: 0.05, signal: AbortSignal.abort() });
    expect(before).toMatchObject({ lower: 0, upper: Infinity, status: 'interrupted', steps: [] });
  });
  it('by --max-boxes: candidates are undecided, and counted each for itself', async () => {
    const result = await searchDelta(deep, { epsilon: 0.05, maxBoxes: 1 });
    expect(result.status).toBe('limit');
    expect(result.steps.filter(({ verdict }) => verdict === 'unknown').length).toBeGreaterThan(0);
    checkUpper(deep, { epsilon: 0.05 }, result);
  });
});

describe('questions that are none', () => {
  it.each([
    [{}, 'OPTION_REQUIRED'], [{ label: false }, 'OPTION_REQUIRED'], [{ epsilon: 0.1, label: true }, 'OPTION_CONFLICT'], [{ epsilon: 0.1, sigma: 0.1 }, 'OPTION_CONFLICT'],
    [{ epsilon: NaN }, 'OPTION_INVALID'], [{ sigma: -1 }, 'OPTION_INVALID'], [{ epsilon: 0.1, deltaGap: -1 }, 'OPTION_INVALID'], [{ epsilon: 0.1, relative: 1 }, 'OPTION_INVALID'],
    [{ epsilon: 0.1, delta: 0.1 }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, parameters: { lower: [], upper: [] } }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, certificate: 'x' }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, gap: 1 }, 'OPTION_UNKNOWN'],
    [{ epsilon: 0.1, at: [1] }, 'INPUT_INVALID'], [{ epsilon: 0.1, timeout: -1 }, 'OPTION_INVALID'], [null, 'OPTION_INVALID'],
  ])('%j: %s', async (options, code) => {
    await expect(searchDelta(cats, options as never)).rejects.toMatchObject({ code });
  });
});
