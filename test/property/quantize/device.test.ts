import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { differencesOfTraces } from '../../../src/exact/difference.js';
import { trace } from '../../../src/exact/evaluate.js';
import { maximum, point, toDoubles, ZERO } from '../../../src/exact/real.js';
import { estimateEpsilon, loadModel, ParaboundError, verifyLabel, type Model, type ModelObject, type QueryOptions } from '../../../src/index.js';
import { prepare } from '../../../src/query/query.js';
import { plainly } from '../../../src/quantize/simulate.js';
import { someDevice } from '../../support/device.js';
import { heNetwork, modelFile, random, randomDomain, randomInput, type Random } from '../../support/random.js';

async function network(r: Random): Promise<Model> {
  const sizes = [1 + r.below(3), ...Array.from({ length: r.below(3) }, () => 1 + r.below(4)), 1 + r.below(2)];
  const made = heNetwork(r, sizes, r.pick(['relu', 'relu', 'sigmoid', 'tanh', 'linear']), r.pick(['linear', 'linear', 'sigmoid', 'relu']));
  if (r.uniform() < 0.3) made.parameters.forEach((value, i, p) => { p[i] = value * r.pick([1, 1, 0, 1e-7]); });
  return loadModel(modelFile(made, randomDomain(r, sizes[0])) as ModelObject);
}

function settings(r: Random, model: Model): QueryOptions {
  const places = ['input', ...Array.from({ length: model.layers.length - 1 }, (_, l) => String(l))];
  const formats = ['int8', 'int4', 'fp16', 'bf16', 'fixed:4.6', 'fixed:0.3', 'int8[-1..1]', 'int6[0..0.5]', 'fp32'];
  const activations = r.uniform() < 0.5 ? r.pick(formats) : places.filter(() => r.uniform() < 0.6).map((place) => `${r.pick(formats)}@${place}`).join(',');
  return {
    arithmetic: r.pick(['real', 'fp32', 'bf16', 'fp16', 'fp16', 'bf16'] as const),
    ...(r.uniform() < 0.5 && activations !== '' ? { activations } : {}),
    ...(r.uniform() < 0.5 ? { quantize: r.pick(['int8', 'fp16', 'bf16', 'int4']), quantizeBiases: r.uniform() < 0.5 } : { delta: r.pick([0, 0, 0.01]) }),
  };
}

const sumsOf = (values: ArrayLike<number>) => ({ hidden: [], logits: Array.from(values, (value) => point(Dyadic.fromDouble(value))), bits: Infinity });

describe('what devices compute', () => {
  it('is never further off than the proved upper end, and the attained lower end is not above it', async () => {
    const r = random(21);
    let runs = 0, near = 0;
    for (let round = 0; round < 90; round++) {
      const model = await network(r);
      const asked = settings(r, model);
      const input = randomInput(r, model.domain!);
      const options: QueryOptions = { ...asked, ...(r.uniform() < 0.7 ? { at: input } : {}), output: 'logit', timeout: 2, threads: 1, maxBoxes: 300, smt: 'off' };
      let query;
      try {
        query = prepare(model, options, [], 'any');
      } catch (error) {
        expect((error as ParaboundError).code).toBe('QUANTIZATION_INVALID');
        continue;
      }
      const { lower, upper, witness } = await estimateEpsilon(model, options);
      expect(lower).toBeLessThanOrEqual(upper);
      expect(lower).toBe(witness?.value ?? 0); // attained by a run, not by a point of the box
      if (witness && query.runs !== null) expect(witness.sums?.length).toBe(model.outputCount);
      const { runs: device, box } = query;
      if (device === null) continue;
      for (let time = 0; time < 12; time++) {
        const spec = box.spec;
        const parameters = spec.kind === 'radius' ? spec.center.map((center, i) => center + (2 * r.below(2) - 1) * spec.radius[i] * (1 - 1e-12)) : box.of.parameters;
        const x = options.at === undefined ? time === 0 && witness ? Float64Array.from(witness.input) : randomInput(r, model.domain!) : input;
        const sums = someDevice(r, model.layers, parameters, device.device, device.grids, plainly)(x);
        const each = differencesOfTraces(model.spec, trace(model.spec, model.parameters, x, 128), sumsOf(sums), { outputs: query.outputs, measure: 'logit' }, 128);
        const off = toDoubles(each.reduce(maximum, ZERO)).lower;
        // In real arithmetic this device's own doubles are off a little.
        const slack = device.device.arithmetic === null ? 1e-12 * (1 + Math.max(...sums.map(Math.abs))) : 0;
        expect([round, asked, off <= upper + slack, off, upper]).toEqual([round, asked, true, off, upper]);
        runs++;
        if (off > upper / 3) near++;
      }
    }
    expect(runs).toBeGreaterThan(500);
    expect(near / runs).toBeGreaterThan(0.05); // the bound is not just wide
  });
  it('keeps labels that are proved to be kept', async () => {
    const r = random(22);
    let robust = 0, violated = 0;
    for (let round = 0; round < 60; round++) {
      const model = await network(r);
      const x = randomInput(r, model.domain!);
      const options: QueryOptions = { ...settings(r, model), at: x, threads: 1, maxBoxes: 100, timeout: 2, smt: 'off' };
      let query;
      try {
        query = prepare(model, options, [], 'any');
      } catch { continue; }
      if (query.runs === null) continue;
      const { verdict, witness } = await verifyLabel(model, options);
      if (verdict === 'violated') {
        violated++;
        expect(witness?.label).not.toBe(witness?.nominalLabel);
        expect(witness?.sums?.length).toBe(model.outputCount);
      }
      if (verdict !== 'robust') continue;
      robust++;
      const label = (z: ArrayLike<number>): number => {
        const values = model.outputActivation === 'relu' ? Array.from(z, (value) => Math.max(value, 0)) : Array.from(z);
        return values.length === 1 ? Number(values[0] > (model.outputActivation === 'sigmoid' ? 0 : model.level)) : values.indexOf(Math.max(...values));
      };
      const nominal = trace(model.spec, model.parameters, x, 128).logits.map((z) => toDoubles(z).lower);
      for (let time = 0; time < 10; time++) {
        const sums = someDevice(r, model.layers, query.box.of.parameters, query.runs.device, query.runs.grids, plainly)(x);
        if (query.runs.device.arithmetic !== null) expect([round, label(sums)]).toEqual([round, label(nominal)]);
      }
    }
    expect(robust).toBeGreaterThan(10);
    expect(violated).toBeGreaterThanOrEqual(1);
  });
});
