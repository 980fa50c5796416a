/** Verdicts on many inputs, through the built addon: against closed forms, single queries, and exact arithmetic. */
import { describe, expect, it } from 'vitest';
import { isInsideBox, label } from '../../../src/exact/witness.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { parameterBox } from '../../../src/query/box.js';
import { verifyLabel } from '../../../src/query/sigma.js';
import { inUnits } from '../../../src/query/units.js';
import type { InputVerdict, VerdictsSummary } from '../../../src/verdicts/result.js';
import { streamVerdicts, type VerdictOptions } from '../../../src/verdicts/verdicts.js';
import { scratch } from '../../support/files.js';
import { cats, randomModel, threeClasses } from '../../support/models.js';
import { nnetText, physicalDomain, randomNnet } from '../../support/nnet.js';
import { heNetwork, modelFile, random } from '../../support/random.js';
import { available } from '../../support/smt.js';
import { moved, randomCopy, randomDraft, without } from '../../support/widths.js';

const { write } = scratch();
const catsModel = await loadModel(cats());

async function all(model: Model, inputs: Parameters<typeof streamVerdicts>[1], options: VerdictOptions): Promise<{ rows: InputVerdict[]; summary: VerdictsSummary }> {
  const stream = streamVerdicts(model, inputs, options);
  const rows: InputVerdict[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { rows, summary: step.value };
    rows.push(step.value);
  }
}

/** Each row holds: its labels are those of exact arithmetic, its parameters lie in the box and do what they are said to. */
function checkExactly(model: Model, inputs: readonly ArrayLike<number>[], rows: readonly InputVerdict[], options: VerdictOptions): void {
  const network = inUnits(model, options.units);
  const box = parameterBox(network, options);
  const rule = { level: options.level ?? network.level, decision: options.decision ?? network.decision };
  rows.forEach(({ row, verdict, nominalLabel, label: after, witness }, i) => {
    expect(row).toBe(i + 1);
    expect(nominalLabel).toBe(label(network.spec, network.parameters, inputs[i], rule));
    if (verdict !== 'flips') return expect([after, witness]).toEqual([null, null]);
    expect(witness!.input).toEqual(Array.from(inputs[i]));
    const parameters = Float64Array.from(witness!.parameters ?? box.of.parameters);
    expect(isInsideBox(parameters, box.spec)).toBe(true);
    expect(after).toBe(label(box.of.spec, parameters, inputs[i], rule));
    expect(after).not.toBe(nominalLabel);
  });
}

describe('verdicts on the cats', () => {
  const r = random(5);
  const inputs = Array.from({ length: 3000 }, () => [r.between(6.3, 20.5), r.between(2, 3.9)]);

  it('are those of the closed form, in the order of the inputs', async () => {
    const { rows, summary } = await all(catsModel, inputs, { delta: 0.01 });
    expect(rows).toHaveLength(3000);
    checkExactly(catsModel, inputs, rows, { delta: 0.01 });
    rows.forEach(({ verdict }, i) => {
      const [x, y] = inputs[i];
      const z = 0.07577862 * x + 1.18118408 * y - 3.51518067;
      const room = 0.01 * (1 + x + y) - Math.abs(z);
      if (Math.abs(room) > 1e-12) expect(verdict).toBe(room > 0 ? 'flips' : 'safe');
    });
    const count = (verdict: string): number => rows.filter((each) => each.verdict === verdict).length;
    expect(summary).toMatchObject({ schema: 'parabound/verdicts@1', status: 'complete', inputs: 3000, safe: count('safe'), flips: count('flips'), undecided: 0, outside: 0, model: catsModel.hash });
    expect(summary.flips).toBeGreaterThan(100);
    const [female, male] = summary.labels;
    expect(female.flips).toBe(rows.filter(({ verdict, nominalLabel }) => verdict === 'flips' && nominalLabel === 0).length);
    expect(female.safe + male.safe).toBe(summary.safe);
  });
  it('take a level, and no more parameters than are wanted', async () => {
    const options = { delta: 0.02, level: 0.9, perturb: 'biases', witness: 'none' } as const;
    const { rows } = await all(catsModel, inputs.slice(0, 500), options);
    const t = Math.log(0.9 / 0.1);
    rows.forEach(({ verdict, witness }, i) => {
      const z = 0.07577862 * inputs[i][0] + 1.18118408 * inputs[i][1] - 3.51518067;
      if (Math.abs(Math.abs(z - t) - 0.02) > 1e-9) expect(verdict).toBe(Math.abs(z - t) < 0.02 ? 'flips' : 'safe');
      expect(witness).toBeUndefined();
    });
  });
  it('count what lies outside the domain, and say so', async () => {
    const { summary } = await all(catsModel, [[10, 3], [1, 1]], { delta: 0.01 });
    expect(summary.outside).toBe(1);
    expect(summary.notes).toEqual(['1 of the inputs are outside the model\'s domain']);
  });
  it('of nothing are nothing', async () => {
    expect((await all(catsModel, [], { delta: 0.01 })).summary).toMatchObject({ inputs: 0, status: 'complete' });
  });
  it('where nothing moves are safe, at ties too', async () => {
    const { rows } = await all(await loadModel(threeClasses()), [[0], [1]], { delta: 0 });
    expect(rows.map(({ verdict, nominalLabel }) => [verdict, nominalLabel])).toEqual([['safe', 0], ['safe', 0]]);
  });
});

describe('verdicts at ties', () => {
  const tie = (weights: number[], bias: number): ModelObject => ({ format: 'parabound-model@1', inputs: weights.map(() => ({ lower: -1, upper: 1 })), layers: [{ weights: [weights], bias: [bias], activation: 'linear' }] });

  it('an output that reaches the level and no more does not flip from below; from above it does', async () => {
    const options = { delta: 0.5, perturb: 'biases' } as const;
    const { rows } = await all(await loadModel(tie([1], 0)), [[-0.5], [0.5], [-0.25], [0.75]], options);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['safe', 'flips', 'flips', 'safe']);
  });
  it('a label that rounding gets wrong is not believed', async () => {
    // 2^-60 - 2^-59 < 0, but sums rounded up on the way are above 0.
    const model = await loadModel(tie([1, 2 ** -60, -(2 ** -59), -1], 0));
    const inputs = [[1, 1, 1, 1]];
    const options = { delta: 2 ** -50 };
    const { rows } = await all(model, inputs, options);
    expect(rows[0].nominalLabel).toBe(0);
    checkExactly(model, inputs, rows, options);
  });
  it('relu outputs that are all 0 tie, and the first wins', async () => {
    const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: -4, upper: 4 }], layers: [{ weights: [[1], [-1]], bias: [-1, -1], activation: 'relu' }] });
    const options = { delta: 0.25, perturb: 'biases' } as const;
    const inputs = [[0], [-1], [-1.1], [-2], [0.9], [3]];
    const { rows } = await all(model, inputs, options);
    expect(rows.map(({ verdict, nominalLabel }) => [verdict, nominalLabel])).toEqual([['safe', 0], ['flips', 0], ['flips', 1], ['safe', 1], ['safe', 0], ['safe', 0]]);
    checkExactly(model, inputs, rows, options);
  });
});

describe('verdicts on any network', () => {
  const r = random(17);
  const kinds = [
    [[2, 3, 1], 'relu', 'sigmoid'], [[3, 4, 3], 'tanh', 'softmax'], [[2, 4], 'relu', 'linear'], [[2, 3, 3], 'relu', 'relu'], [[2, 5, 5, 1], 'relu', 'tanh'], [[3, 6, 6, 4], 'relu', 'linear'], [[2, 4, 4, 3], 'sigmoid', 'softmax'],
  ] as const;
  it.each(kinds)('%j %s %s agree with single queries', async (sizes, hidden, last) => {
    const model = await loadModel(modelFile(heNetwork(r, sizes, hidden, last), sizes[0] === 2 ? [-1, 1, -1, 1] : [-1, 1, -1, 1, -1, 1]) as ModelObject);
    const options = { delta: 0.05, ...(model.outputCount > 1 ? { decision: r.pick(['max', 'min'] as const) } : {}) };
    const inputs = Array.from({ length: 60 }, () => Float64Array.from({ length: sizes[0] }, () => r.between(-1, 1)));
    const { rows, summary } = await all(model, inputs, options);
    checkExactly(model, inputs, rows, options);
    for (let i = 0; i < 20; i++) {
      const { verdict } = await verifyLabel(model, { ...options, at: inputs[i], smt: 'off', threads: 1 });
      if (verdict !== 'unknown' && rows[i].verdict !== 'undecided') expect([i, rows[i].verdict]).toEqual([i, verdict === 'robust' ? 'safe' : 'flips']);
    }
    expect(summary.undecided).toBeLessThanOrEqual(sizes.length > 3 || last === 'relu' ? 20 : 0);
    expect(summary.safe).toBeGreaterThan(0);
  });
  it('a copy, of other widths too: its own parameters need no repeating', async () => {
    for (const by of [0, 0.05]) {
      const nominal = randomDraft(r, [2, 4, 3], 'relu', 'linear');
      const model = await loadModel(nominal);
      const against = await loadModel(by === 0 ? randomCopy(r, nominal, 3) : without(moved(r, nominal, by), 0, 1));
      const inputs = Array.from({ length: 100 }, () => [r.between(-1, 1), r.between(-1, 1)]);
      const plain = await all(model, inputs, { against });
      checkExactly(model, inputs, plain.rows, { against });
      for (const [i, { verdict, witness }] of plain.rows.entries()) {
        expect(verdict).toBe(label(model.spec, model.parameters, inputs[i], model) === label(against.spec, against.parameters, inputs[i], model) ? 'safe' : 'flips');
        if (verdict === 'flips') expect(witness!.parameters).toBeNull();
      }
      const wider = { against, delta: 0.1 };
      const { rows } = await all(model, inputs, wider);
      checkExactly(model, inputs, rows, wider);
      expect(rows.filter(({ verdict }) => verdict === 'flips').length).toBeGreaterThan(0);
    }
  });
  it('inputs in the units of a .nnet, beyond its limits too', async () => {
    for (let n = 0; n < 6; n++) {
      const parts = randomNnet(r, [2, 4, 3]);
      const model = await loadModel(write(`${n}.nnet`, nnetText(parts)));
      const domain = physicalDomain(r, parts);
      const inputs = Array.from({ length: 30 }, () => domain.map(([lo, hi]) => Math.min(hi, Math.max(lo, r.between(lo, hi)))));
      const options = { delta: 0.1, decision: 'min' } as const;
      checkExactly(model, inputs, (await all(model, inputs, options)).rows, options);
      const normalised = { ...options, units: 'normalised' } as const;
      const { rows } = await all(model, inputs.map(() => [0.25, -0.5]), normalised);
      checkExactly(model, inputs.map(() => [0.25, -0.5]), rows, normalised);
    }
  });
  it.skipIf(!available)('what is left open is decided by Z3 if it may', async () => {
    const model = await loadModel(randomModel({ sizes: [2, 3, 3, 1], seed: 3, last: 'linear' }));
    const inputs = Array.from({ length: 400 }, () => [r.between(-1, 1), r.between(-1, 1)]);
    const open = (await all(model, inputs, { delta: 0.1 })).rows.flatMap(({ row, verdict }) => (verdict === 'undecided' ? [inputs[row - 1]] : [])).slice(0, 2);
    const { rows, summary } = await all(model, open, { delta: 0.1, smt: 'auto' });
    expect(open.length).toBeGreaterThan(0);
    expect(summary.undecided).toBe(0);
    checkExactly(model, open, rows, { delta: 0.1 });
  });
});

describe('a stream of verdicts', () => {
  it('gives what it has while more is waited for', async () => {
    let release = (): void => undefined;
    const later = new Promise<void>((resolve) => { release = resolve; });
    async function* source(): AsyncGenerator<number[]> {
      yield [10, 3];
      await later;
      yield [11, 3];
    }
    const stream = streamVerdicts(catsModel, source(), { delta: 0.01 });
    expect((await stream.next()).value).toMatchObject({ row: 1 });
    release();
    expect((await stream.next()).value).toMatchObject({ row: 2 });
    expect((await stream.next()).done).toBe(true);
  });
  it('does not read on before it is asked, and lets go of its source', async () => {
    let read = 0;
    let closed = false;
    function* source(): Generator<number[]> {
      try {
        for (;;) {
          read++;
          yield [10, 3];
        }
      } finally {
        closed = true;
      }
    }
    for await (const { row } of streamVerdicts(catsModel, source(), { delta: 0.01, threads: 2 })) if (row === 1000) break;
    expect(read).toBeLessThan(1000 + 6 * 512);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(true);
  });
  it('an abort ends it, though the source never answers, and keeps what was proved', async () => {
    const controller = new AbortController();
    async function* source(): AsyncGenerator<number[]> {
      yield [10, 3];
      await new Promise(() => undefined);
    }
    const stream = streamVerdicts(catsModel, source(), { delta: 0.01, signal: controller.signal });
    expect((await stream.next()).value).toMatchObject({ verdict: 'safe' });
    setTimeout(() => { controller.abort(); }, 10);
    const end = await stream.next();
    expect(end).toMatchObject({ done: true, value: { status: 'interrupted', inputs: 1, safe: 1 } });
  });
  it('so does the timeout', async () => {
    async function* source(): AsyncGenerator<number[]> {
      yield [10, 3];
      await new Promise(() => undefined);
    }
    expect((await all(catsModel, source(), { delta: 0.01, timeout: 0.2 })).summary).toMatchObject({ status: 'timeout', inputs: 1 });
  });
  it('an input that is none is an error that names its row, after the verdicts before it', async () => {
    const seen: number[] = [];
    await expect(async () => {
      for await (const { row } of streamVerdicts(catsModel, [[10, 3], [11, 3], [12]], { delta: 0.01 })) seen.push(row);
    }).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('row 3') as string });
    expect(seen).toEqual([1, 2]);
    await expect(all(catsModel, [[NaN, 1]], { delta: 0.01 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(all(catsModel, 7 as never, { delta: 0.01 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
  it('what is wrong with the question is said before an input is read', async () => {
    let read = false;
    function* source(): Generator<number[]> {
      read = true;
      yield [10, 3];
    }
    for (const [options, code] of [[{}, 'BOX_REQUIRED'], [{ delta: -1 }, 'OPTION_INVALID'], [{ delta: 1, at: [1, 2] }, 'OPTION_UNKNOWN'], [{ delta: 1, gap: 0 }, 'OPTION_UNKNOWN']] as const) {
      await expect(all(catsModel, source(), options as VerdictOptions)).rejects.toMatchObject({ code });
    }
    expect(read).toBe(false);
  });
});

