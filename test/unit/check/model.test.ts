/** The checker's readers against the package's: the same network from every file that both take, and no less strict. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modelHash, readModel } from '../../../src/check/model.js';
import { loadModel } from '../../../src/index.js';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const files = ['examples', 'test/fixtures'].flatMap((folder) => readdirSync(at(folder)).map((name) => at(`${folder}/${name}`))).filter((name) => /\.(json|nnet)$/.test(name));
const good = readFileSync(at('examples/cats.json'), 'utf8'), nnet = readFileSync(at('test/fixtures/scaled.nnet'), 'utf8');

describe('a model', () => {
  it.each(files)('%s has the same hash', async (file) => {
    const model = await loadModel(file), checked = readModel(readFileSync(file, 'utf8'), file.endsWith('.nnet'));
    expect(modelHash(checked)).toBe(model.hash);
    expect([...checked.parameters]).toEqual([...model.parameters]);
    expect([checked.level, checked.smallest]).toEqual([model.level, model.decision === 'min']);
  });
  it('-0 is hashed as 0', () => {
    const of = (bias: string): string => modelHash(readModel(`{"format":"parabound-model@1","inputs":[{}],"layers":[{"weights":[[1]],"bias":[${bias}],"activation":"linear"}]}`, false));
    expect(of('-0')).toBe(of('0'));
  });
});

const changed = (change: (model: { layers: Record<string, unknown>[] } & Record<string, unknown>) => void): string => {
  const model = JSON.parse(good) as { layers: Record<string, unknown>[] } & Record<string, unknown>;
  change(model);
  return JSON.stringify(model);
};

it('a normalisation that changes no input is none', () => {
  const read = (normalisation: object): unknown => readModel(changed((model) => { model.normalisation = normalisation; }), false).normalisation;
  const none = { mean: [0, 0], range: [1, 1] };
  expect([read(none), read({ ...none, lower: [null, null], upper: [null, null] })]).toEqual([null, null]);
  for (const other of [{ mean: [0, 1e-300] }, { range: [1, 2] }, { lower: [null, -1e300] }, { upper: [0, null] }]) expect(read({ ...none, ...other })).not.toBeNull();
});

describe('limits of a .nnet file', () => {
  const read = (lower: string, upper: string): ReturnType<typeof readModel> => readModel(`1,1,1,1,\n1,1,\n0,\n${lower},\n${upper},\n2,0,\n4,1,\n3,\n5,\n`, true);
  it('are none from 1e30 on, and what they say below', () => {
    for (const [lower, upper, lo, hi] of [['-1', '7', -1, 7], ['-1e30', '1e30', -Infinity, Infinity], ['-inf', '7', -Infinity, 7], ['-9e29', '+Infinity', -9e29, Infinity]] as const) {
      expect(read(lower, upper)).toMatchObject({ normalisation: { mean: Float64Array.of(2), range: Float64Array.of(4), lower: Float64Array.of(lo), upper: Float64Array.of(hi) }, parameters: Float64Array.of(3, 5), level: 0, smallest: false });
    }
  });
  it.each([['1e30', '1e30'], ['inf', 'inf'], ['-1e30', '-1e30'], ['-inf', '-inf'], ['2', '1']])('hold nothing from %s to %s', (lower, upper) => {
    expect(() => read(lower, upper)).toThrow(RangeError);
  });
});

describe('no model', () => {
  it.each<[string, string]>([
    ['text', 'cats'],
    ['another format', changed((model) => { model.format = 'parabound-model@2'; })],
    ['an unknown field', changed((model) => { model.scale = 2; })],
    ['an unknown field of a layer', changed(({ layers }) => { layers[0].dropout = 0.5; })],
    ['a layer fixed otherwise', changed(({ layers }) => { layers[0].fixed = 'weights'; })],
    ['a normalisation with an unknown field', changed((model) => { model.normalisation = { mean: [0, 0], range: [1, 1], scale: 1 }; })],
    ['a normalisation without ranges', changed((model) => { model.normalisation = { mean: [0, 0] }; })],
    ['means that are too few', changed((model) => { model.normalisation = { mean: [0], range: [1, 1] }; })],
    ['a mean that is null', changed((model) => { model.normalisation = { mean: [null, 0], range: [1, 1] }; })],
    ['a range of zero', changed((model) => { model.normalisation = { mean: [0, 0], range: [1, 0] }; })],
    ['limits that cross', changed((model) => { model.normalisation = { mean: [0, 0], range: [1, 1], lower: [2, null], upper: [1, null] }; })],
    ['no layers', changed((model) => { model.layers = []; })],
    ['ragged rows', changed(({ layers }) => { layers[0].weights = [[1, 2], [1]]; })],
    ['a row that is too long', changed(({ layers }) => { layers[0].weights = [[1, 2, 3]]; })],
    ['numbers as text', changed(({ layers }) => { layers[0].weights = [['1', 2]]; })],
    ['null for a number', changed(({ layers }) => { layers[0].bias = [null]; })],
    ['too many biases', changed(({ layers }) => { layers[0].bias = [1, 2]; })],
    ['an unknown activation', changed(({ layers }) => { layers[0].activation = 'gelu'; })],
    ['softmax over one output', changed(({ layers }) => { layers[0].activation = 'softmax'; })],
    ['softmax on a hidden layer', changed(({ layers }) => { layers.unshift({ weights: [[1, 0], [0, 1]], bias: [0, 0], activation: 'softmax' }); })],
    ['an unknown decision', changed((model) => { model.output = { decision: 'median' }; })],
  ])('%s', (_, text) => { expect(() => readModel(text, false)).toThrow(Error); });

  it('.nnet: with any line cut off or doubled, or a number that is none', () => {
    const lines = nnet.split('\n');
    const first = lines.findIndex((line) => !line.startsWith('//'));
    for (let i = first; i < lines.length; i++) {
      if (lines[i].trim() === '') continue;
      expect(() => readModel(lines.filter((_, j) => j !== i).join('\n'), true), `without ${lines[i]}`).toThrow(RangeError);
      expect(() => readModel([...lines.slice(0, i), lines[i].replace(/[\d.]+/, 'x'), ...lines.slice(i + 1)].join('\n'), true), `x in ${lines[i]}`).toThrow(RangeError);
      expect(() => readModel([...lines.slice(0, i), lines[i], ...lines.slice(i)].join('\n'), true), `twice ${lines[i]}`).toThrow(RangeError);
    }
  });
});
