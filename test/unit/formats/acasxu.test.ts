/** The networks that the format was made for, where they are: PARABOUND_DATA names the data folder (default ../shared/data). */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { estimateEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { random } from '../../support/random.js';

const data = process.env['PARABOUND_DATA'] ?? resolve(fileURLToPath(new URL('../../../', import.meta.url)), '../shared/data');
const network = (name: string, copy = ''): Promise<Model> => loadModel(`${data}/acasxu/ACASXU_run2a_${name}_batch_2000${copy}.nnet`);
const there = existsSync(`${data}/acasxu/properties.json`);

/** In doubles, rounding as it comes. */
function plainly({ layers, parameters, normalisation }: Model, x: readonly number[]): number[] {
  const { mean, range, lower, upper } = normalisation!;
  let values = x.map((value, j) => (Math.min(Math.max(value, lower[j]), upper[j]) - mean[j]) / range[j]);
  let at = 0;
  for (const [l, { inputs, outputs }] of layers.entries()) {
    const biases = at + inputs * outputs;
    values = Array.from({ length: outputs }, (_, row) => values.reduce((sum, value, j) => sum + parameters[at + row * inputs + j] * value, parameters[biases + row]));
    if (l + 1 < layers.length) values = values.map((value) => Math.max(value, 0));
    at = biases + outputs;
  }
  return values;
}

describe.skipIf(!there)(`ACAS Xu in ${data}`, () => {
  it('1_1 is 5-50x6-5, of which five of seven limits and eight means count', async () => {
    const model = await network('1_1');
    expect(model.layers.map(({ inputs, outputs, activation }) => `${inputs}-${outputs} ${activation}`)).toEqual(['5-50 relu', ...Array<string>(5).fill('50-50 relu'), '50-5 linear']);
    expect([...model.domain!]).toEqual([0, 60760, -3.141593, 3.141593, -3.141593, 3.141593, 100, 1200, 0, 1200]);
    expect([...model.normalisation!.mean]).toEqual([19791.091, 0, 0, 650, 600]);
    expect([...model.normalisation!.range]).toEqual([60261, 6.28318530718, 6.28318530718, 1100, 1200]);
  });

  it('has the values that plain arithmetic gives, to 1e-9', async () => {
    const model = await network('1_1');
    const r = random(11);
    for (let n = 0; n < 4; n++) {
      const at = Array.from({ length: 5 }, (_, j) => r.between(model.domain![2 * j] - (n === 3 ? 10 : 0), model.domain![2 * j + 1]));
      for (const [o, { lower, upper }] of evaluate(model, { at }).nominal.outputs.entries()) {
        expect(Math.abs(plainly(model, at)[o] - lower)).toBeLessThan(1e-9);
        expect(upper - lower).toBeLessThan(1e-15);
      }
    }
  });

  const { properties } = there ? JSON.parse(readFileSync(`${data}/acasxu/properties.json`, 'utf8')) as { properties: Record<string, { lower: number[]; upper: number[]; target_output: number }> } : { properties: {} };
  it.each([['3', '3_3'], ['4', '1_1'], ['5', '1_1'], ['9', '3_3']])('property %s on %s: no sampled difference from the 16-bit copy leaves the enclosure', async (property, name) => {
    const [model, copy] = await Promise.all([network(name), network(name, '_16bit')]);
    const { lower, upper, target_output: output } = properties[property];
    const domain = lower.map((lo, j): [number, number] => [lo, upper[j]]);
    const result = await estimateEpsilon(model, { against: copy, domain, outputs: [output], maxBoxes: 60, timeout: 2, threads: 1 });
    expect(result.upper).toBeLessThan(100);
    const { input, value } = result.witness!;
    expect(input.every((x, j) => lower[j] <= x && x <= upper[j])).toBe(true);
    expect(value).toBe(result.lower);
    const replayed = evaluate(model, { at: input, parameters: copy.parameters });
    const [before, after] = [replayed.nominal.outputs[output], replayed.perturbed!.outputs[output]];
    expect(Math.max(after.upper - before.lower, before.upper - after.lower)).toBeGreaterThanOrEqual(value * (1 - 1e-12));
    const r = random(5);
    for (let n = 0; n < 300; n++) {
      const x = domain.map(([lo, hi]) => r.pick([lo, hi, r.between(lo, hi)]));
      expect(Math.abs(plainly(model, x)[output] - plainly(copy, x)[output])).toBeLessThanOrEqual(result.upper + 1e-12);
    }
  });

  it('at a point both networks are told apart to the gap, in either unit', async () => {
    const [model, copy] = await Promise.all([network('1_1'), network('1_1', '_16bit')]);
    const at = [20000, 0.5, -0.25, 500, 100];
    const options = { against: copy, gap: 1e-12, threads: 1 };
    const physical = await estimateEpsilon(model, { ...options, at });
    expect(physical.status).toBe('complete');
    const differences = plainly(model, at).map((value, o) => Math.abs(value - plainly(copy, at)[o]));
    expect(Math.abs(Math.max(...differences) - physical.lower)).toBeLessThan(1e-12);
    const { mean, range } = model.normalisation!;
    const normalised = await estimateEpsilon(model, { ...options, units: 'normalised', at: at.map((x, j) => (x - mean[j]) / range[j]) });
    expect(Math.abs(normalised.lower - physical.lower)).toBeLessThan(1e-12);
  });
});

describe.skipIf(!existsSync(`${data}/har/HAR.nnet`))(`HAR and MNIST in ${data}`, () => {
  it('have no limits and no scale: no default domain, and nothing to normalise', async () => {
    for (const [path, shape] of [['har/HAR', [561, 500, 6]], ['mnist/mnist_relu_3_100', [784, 100, 100, 10, 10]]] as const) {
      const model = await loadModel(`${data}/${path}.nnet`);
      expect([model.inputCount, ...model.layers.map((layer) => layer.outputs)]).toEqual(shape);
      expect([model.domain, model.normalisation]).toEqual([null, null]);
      await expect(estimateEpsilon(model, { delta: 0.01 })).rejects.toMatchObject({ code: 'DOMAIN_MISSING' });
    }
  });
});
