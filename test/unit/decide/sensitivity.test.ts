import { describe, expect, it } from 'vitest';
import { sensitivityText } from '../../../src/cli/text/decisions.js';
import { sensitivity, type SensitivityOptions, type SensitivityResult, type Share } from '../../../src/decide/sensitivity.js';
import { loadModel } from '../../../src/network/load.js';
import { estimateEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { Model } from '../../../src/network/model.js';
import { layerRanges } from '../../../src/network/layout.js';
import { cats as catsObject, randomModel } from '../../support/models.js';
import { random } from '../../support/random.js';

const cats = await loadModel(catsObject());
const deep = await loadModel(randomModel({ sizes: [2, 5, 4, 1], seed: 4, last: 'sigmoid' }));

const rangeOf = (model: Model, { layer, kind }: Share): [number, number] => {
  const { weights, biases, end } = layerRanges(model.layers)[layer];
  return kind === 'layer' ? [weights, end] : kind === 'weights' ? [weights, biases] : [biases, end];
};

/** A copy with a change in the parameters from..end only, or only elsewhere. */
function mixed(base: Model, changed: Float64Array, [from, end]: [number, number], inside: boolean): Model {
  return new Model({ ...base, parameters: base.parameters.map((p, i) => ((i >= from && i < end) === inside ? changed[i] : p)) });
}

const parts = ({ layers, tensors }: SensitivityResult): Share[] => [...layers, ...tensors];

describe('shares of a box', () => {
  const { parameters: p0 } = cats;
  const queries: [SensitivityOptions, { delta: number } | { deltaRelative: number }][] = [
    [{ delta: 0.01 }, { delta: 0.01 }], [{ deltaRelative: 0.02 }, { deltaRelative: 0.02 }],
    [{ parameters: { lower: p0.map((p) => p - 0.01), upper: p0.map((p) => p + 0.01) } }, { delta: 0.01 }],
  ];
  it.each(queries)('%j: those of perturb, which knows one tensor and all but the others', async (box, same) => {
    const options = { ...same, gap: 1e-9 };
    const result = await sensitivity(cats, { ...box, gap: 1e-9 });
    const [weights, biases] = await Promise.all(['weights', 'biases'].map((perturb) => estimateEpsilon(cats, { ...options, perturb })));
    const all = await estimateEpsilon(cats, options);
    const near = (a: { lower: number; upper: number }, b: { lower: number; upper: number }): void => {
      expect(a.lower).toBeLessThanOrEqual(b.upper + 1e-12); // p +- 0.01 is rounded in bounds
      expect(a.upper).toBeGreaterThanOrEqual(b.lower - 1e-12);
    };
    near(result.total, all);
    expect(result.tensors.map(({ layer, kind, parameters, moving }) => [layer, kind, parameters, moving])).toEqual([[0, 'weights', 2, 2], [0, 'biases', 1, 1]]);
    near(result.tensors[0].alone, weights);
    near(result.tensors[0].without, biases);
    near(result.tensors[1].alone, biases);
    near(result.tensors[1].without, weights);
    expect(result.layers).toMatchObject([{ layer: 0, kind: 'layer', without: { lower: 0, upper: 0 }, saving: { lower: 1, upper: 1 } }]);
    expect(result.layers[0].alone).toEqual(result.total); // not searched again
    expect(result.status).toBe('complete');
  });
  const boxes: ({ delta: number; perturb?: string } | { deltaRelative: number })[] = [{ delta: 0.005 }, { deltaRelative: 0.01 }, { delta: 0.01, perturb: 'weights' }];
  it.each(boxes)('hold what is sampled: %j', async (box) => {
    const result = await sensitivity(deep, { ...box, relativeGap: 0.05, timeout: 10 });
    expect(parts(result).length).toBe(9);
    const draw = random(9);
    const center = deep.parameters;
    const reach = (p: number): number => ('delta' in box ? box.delta : box.deltaRelative * Math.abs(p)) * (1 - 1e-12);
    for (let n = 0; n < 15; n++) {
      const changed = center.map((p) => p + draw.pick([-1, 1]) * reach(p));
      const at = [draw.between(-1, 1), draw.between(-1, 1)];
      for (const part of parts(result)) {
        const range = rangeOf(deep, part);
        for (const which of ['alone', 'without'] as const) {
          const { parameters } = mixed(deep, changed, range, which === 'alone');
          if ('perturb' in box) layerRanges(deep.layers).forEach(({ biases, end }) => parameters.set(center.subarray(biases, end), biases));
          expect(evaluate(deep, { at, parameters }).difference!.lower).toBeLessThanOrEqual(part[which].upper);
        }
      }
    }
    for (const { alone, without, share, saving } of parts(result)) {
      expect(alone.lower).toBeLessThanOrEqual(result.total.lower); // a part of the box attains no more
      expect(without.upper).toBeLessThanOrEqual(result.total.upper);
      expect(share!.upper).toBeLessThanOrEqual(1);
      expect(saving!.lower).toBeGreaterThanOrEqual(0);
    }
    if ('perturb' in box) expect(result.tensors.filter(({ kind }) => kind === 'biases')).toMatchObject(Array(3).fill({ moving: 0, alone: { lower: 0, upper: 0 }, saving: { lower: 0 } }) as object[]);
  });
  it('of bounds that do not hold the nominal parameters', async () => {
    const away = p0.map((p, i) => p + (i === 2 ? 0.5 : -0.05));
    const { tensors, layers } = await sensitivity(cats, { parameters: { lower: away, upper: away } });
    expect(layers[0].share!.upper).toBeCloseTo(1, 3);
    expect(tensors[0].share!.upper).toBeGreaterThan(1); // the bias makes up for part of it
  });
});

describe('shares of a copy', () => {
  const draw = random(6);
  const changed = deep.parameters.map((p) => p + 0.02 * draw.normal());
  const copy = new Model({ ...deep, parameters: changed });

  it('are those of copies with one tensor changed, or all but that', async () => {
    const at = [0.3, -0.6];
    const result = await sensitivity(deep, { against: copy, at });
    for (const part of parts(result)) {
      const range = rangeOf(deep, part);
      for (const which of ['alone', 'without'] as const) {
        const beside = await estimateEpsilon(deep, { against: mixed(deep, changed, range, which === 'alone'), at });
        expect(Math.max(part[which].lower, beside.lower)).toBeLessThanOrEqual(Math.min(part[which].upper, beside.upper));
      }
    }
    const sum = result.tensors.reduce((total, { share }) => total + share!.lower, 0);
    expect(sum).toBeGreaterThan(1); // known changes of tensors cancel each other here
  });
  it('may exceed the whole where changes cancel', async () => {
    const linear = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 1, upper: 1 }], layers: [{ weights: [[0]], bias: [0], activation: 'linear' }] });
    const cancelling = new Model({ ...linear, parameters: Float64Array.of(1, -0.75) });
    const { tensors, total } = await sensitivity(linear, { against: cancelling });
    expect([total.lower, total.upper]).toEqual([0.25, 0.25]);
    expect(tensors[0].share!.lower).toBeCloseTo(4, 12);
    expect(tensors[0].saving!.upper).toBeCloseTo(-2, 12); // without the weight's change 0.75 is left
  });
  it('of another shape are refused: tensors have no counterparts', async () => {
    const wider = await loadModel(randomModel({ sizes: [2, 6, 4, 1], seed: 4, last: 'sigmoid' }));
    await expect(sensitivity(deep, { against: wider })).rejects.toMatchObject({ code: 'AGAINST_MISMATCH' });
  });
});

describe('a sensitivity that is stopped', () => {
  const options: SensitivityOptions = { delta: 0.05, gap: 0, smt: 'off' };
  it('shares the time and the boxes among all searches', async () => {
    const timed = await sensitivity(deep, { ...options, timeout: 1 });
    expect(timed.stats.seconds).toBeLessThan(1.5);
    const limited = await sensitivity(deep, { ...options, maxBoxes: 130 });
    expect(limited.stats.boxes).toBeLessThan(300);
    for (const { alone, without } of parts(limited)) expect(Math.max(alone.upper, without.upper)).toBeLessThanOrEqual(limited.total.upper);
  });
  it('keeps what is proved, and bounds each part by the whole', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const result = await sensitivity(deep, { ...options, signal: controller.signal, onProgress: ({ part }) => { seen.push(part.which); controller.abort(); } });
    expect(result.status).toBe('interrupted');
    expect(result.total.upper).toBeLessThan(1);
    for (const { alone } of parts(result)) expect(alone.upper).toBeLessThanOrEqual(result.total.upper);
    const before = await sensitivity(deep, { ...options, signal: AbortSignal.abort() });
    expect(before).toMatchObject({ status: 'interrupted', layers: [{ alone: { lower: 0, status: 'interrupted' } }, {}, {}] });
  });
});

describe('questions that are none', () => {
  it.each([[{}, 'BOX_REQUIRED'], [{ delta: 0.1, certificate: 'x' }, 'OPTION_UNKNOWN'], [{ delta: 0.1, witness: 'none' }, 'OPTION_UNKNOWN'], [{ delta: -1 }, 'OPTION_INVALID'], [{ delta: 0.1, epsilon: 1 }, 'OPTION_UNKNOWN']])('%j: %s', async (asked, code) => {
    await expect(sensitivity(cats, asked as never)).rejects.toMatchObject({ code });
  });
  it('of what does not move are 0, and of all that moves 1, however wide the ends are', async () => {
    const copy = new Model({ ...deep, parameters: deep.parameters.map((p, i) => (i < layerRanges(deep.layers)[0].biases ? p + 0.01 : p)) });
    for (const box of [{ delta: 0.01, perturb: 'weights,0' }, { against: copy }]) {
      const result = await sensitivity(deep, { ...box, gap: 1 });
      expect(result.total.upper).toBeGreaterThan(result.total.lower);
      const [moved, still] = [parts(result).filter(({ moving }) => moving > 0), parts(result).filter(({ moving }) => moving === 0)];
      expect(moved.map(({ share, saving }) => [share, saving])).toEqual(moved.map(() => [{ lower: 1, upper: 1 }, { lower: 1, upper: 1 }]));
      expect(still.map(({ share, saving }) => [share, saving])).toEqual(still.map(() => [{ lower: 0, upper: 0 }, { lower: 0, upper: 0 }]));
      expect([moved.length, still.length]).toEqual([2, 7]);
      expect(sensitivityText(result)).toMatch(/\n {4}weights +10 .* 100% +100%\n {4}biases +0 .* 0% +0%\n/);
    }
  });
  it('nothing moves: no shares', async () => {
    expect(await sensitivity(cats, { delta: 0 })).toMatchObject({ total: { lower: 0, upper: 0 }, tensors: [{ share: null, saving: null }, { share: null, saving: null }], stats: { boxes: 0 } });
  });
});
