import { describe, expect, it } from 'vitest';
import { ParaboundError } from '../../../src/errors.js';
import { loadModel } from '../../../src/network/load.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { modelObject } from '../../../src/network/serialize.js';
import { cats, numbered, threeClasses } from '../../support/models.js';

/** A model with the value at a path (`layers.0.bias`) replaced, or removed where the value is undefined. */
function changed(model: ModelObject, path: string, value: unknown): ModelObject {
  const json = JSON.parse(JSON.stringify(model)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop()!;
  const owner = keys.reduce((at, key) => at[key] as Record<string, unknown>, json);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return json as unknown as ModelObject;
}

async function failure(model: unknown): Promise<ParaboundError> {
  const error: unknown = await loadModel(model as ModelObject).then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ParaboundError);
  return error as ParaboundError;
}

describe('a model is read as it stands', () => {
  it('takes shapes, names, bounds and labels', async () => {
    const model = await loadModel(cats());
    expect(model.layers).toEqual([{ inputs: 2, outputs: 1, activation: 'sigmoid' }]);
    expect([...model.parameters]).toEqual([0.07577862, 1.18118408, -3.51518067]);
    expect([...model.domain!]).toEqual([6.3, 20.5, 2, 3.9]);
    expect([model.inputName(0), model.className(1), model.level, model.decision]).toEqual(['heart weight (g)', 'male', 0.5, 'max']);
  });
  it('lays parameters out layer by layer, weights by rows, then biases, in shared memory', async () => {
    const model = await loadModel(numbered());
    expect([...model.parameters]).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(model.parameters.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
  it('gives the addon the same spec every time', async () => {
    const model = await loadModel(numbered());
    expect(model.spec).toEqual({ inputs: 2, layers: [{ inputs: 2, outputs: 3, activation: 1 }, { inputs: 3, outputs: 1, activation: 2 }], parameters: model.parameters });
    expect(model.spec).toBe(model.spec);
  });
  it('knows the default levels: 0.5 after a sigmoid, else 0', async () => {
    expect((await loadModel(numbered())).level).toBe(0.5);
    expect((await loadModel(changed(numbered(), 'layers.1.activation', 'linear'))).level).toBe(0);
  });
  it('copies typed rows', async () => {
    const weights = [Float64Array.of(0.1, 0.2)];
    const model = await loadModel({ ...cats(), layers: [{ weights, bias: Float32Array.of(0.1), activation: 'sigmoid' }] });
    weights[0][0] = 7;
    expect([...model.parameters]).toEqual([0.1, 0.2, Math.fround(0.1)]);
  });
  it('has no default domain where an input has no bounds', async () => {
    expect((await loadModel(changed(cats(), 'inputs.0', { name: 'a' }))).domain).toBeNull();
  });
  it('accepts bounds that are one point, and free text', async () => {
    const model = await loadModel({ ...changed(cats(), 'inputs.0.upper', 6.3), name: 'cats', about: { seed: 1 } });
    expect([...model.domain!]).toEqual([6.3, 6.3, 2, 3.9]);
  });
});

/* What is changed, and what the message must name. The counterpart that is accepted is the unchanged model, above. */
const BROKEN: [string, ModelObject, string, unknown, RegExp][] = [
  ['no format', cats(), 'format', undefined, /missing, format in/],
  ['no inputs', cats(), 'inputs', undefined, /missing, inputs in/],
  ['empty inputs', cats(), 'inputs', [], /inputs in .*not empty/],
  ['inputs not a list', cats(), 'inputs', 2, /2, inputs in/],
  ['an input that is null', cats(), 'inputs.1', null, /null, inputs\[1\]/],
  ['an upper bound missing', cats(), 'inputs.1.upper', undefined, /missing, inputs\[1\]\.upper/],
  ['a bound that is null', cats(), 'inputs.0.lower', null, /null, inputs\[0\]\.lower/],
  ['a bound that is text', cats(), 'inputs.0.lower', '6.3', /"6\.3", inputs\[0\]\.lower/],
  ['an infinite bound', cats(), 'inputs.0.upper', Infinity, /Infinity, inputs\[0\]\.upper.*finite/],
  ['inverted bounds', cats(), 'inputs.0.lower', 21, /inverted bounds \[21, 20\.5\], inputs\[0\]/],
  ['a name that is a number', cats(), 'inputs.0.name', 3, /3, inputs\[0\]\.name/],
  ['no layers', cats(), 'layers', undefined, /missing, layers in/],
  ['empty layers', cats(), 'layers', [], /layers in .*not empty/],
  ['no weights', cats(), 'layers.0.weights', undefined, /missing, layers\[0\]\.weights/],
  ['no rows', cats(), 'layers.0.weights', [], /layers\[0\]\.weights in .*not empty/],
  ['an empty row', cats(), 'layers.0.weights', [[]], /layers\[0\]\.weights\[0\]/],
  ['a row that is a number', cats(), 'layers.0.weights', [1, 2], /1, layers\[0\]\.weights\[0\]/],
  ['ragged weights', numbered(), 'layers.0.weights.2', [4], /ragged: 1 numbers after rows of 2, layers\[0\]\.weights\[2\]/],
  ['rows that do not fit the inputs', cats(), 'layers.0.weights', [[1, 2, 3]], /3 numbers, layers\[0\]\.weights\[0\].*rows of 2/],
  ['rows that do not fit the layer before', numbered(), 'layers.1.weights', [[9, 10]], /2 numbers, layers\[1\]\.weights\[0\].*rows of 3/],
  ['no bias', cats(), 'layers.0.bias', undefined, /missing, layers\[0\]\.bias/],
  ['too few biases', numbered(), 'layers.0.bias', [6, 7], /2 numbers, layers\[0\]\.bias.*3, one for each row/],
  ['a NaN weight', cats(), 'layers.0.weights.0.1', NaN, /NaN, layers\[0\]\.weights\[0\]\[1\]/],
  ['a NaN as text', cats(), 'layers.0.weights.0.1', 'NaN', /"NaN", layers\[0\]\.weights\[0\]\[1\]/],
  ['a weight that is null', cats(), 'layers.0.weights.0.0', null, /null, layers\[0\]\.weights\[0\]\[0\]/],
  ['an infinite bias', cats(), 'layers.0.bias.0', -Infinity, /-Infinity, layers\[0\]\.bias\[0\]/],
  ['a nested bias', cats(), 'layers.0.bias', [[1]], /\[1\], layers\[0\]\.bias\[0\]/],
  ['no activation', cats(), 'layers.0.activation', undefined, /missing, layers\[0\]\.activation/],
  ['an unknown activation', cats(), 'layers.0.activation', 'gelu', /"gelu", layers\[0\]\.activation.*linear, relu, sigmoid, tanh, softmax/],
  ['an activation from the prototype', cats(), 'layers.0.activation', 'toString', /"toString", layers\[0\]\.activation/],
  ['a layer that is not fixed', cats(), 'layers.0.fixed', false, /false, layers\[0\]\.fixed.*true, bias/],
  ['a layer with other parts fixed', cats(), 'layers.0.fixed', 'weights', /"weights", layers\[0\]\.fixed/],
  ['softmax on a hidden layer', numbered(), 'layers.0.activation', 'softmax', /softmax on a hidden layer, layers\[0\]/],
  ['softmax over one output', cats(), 'layers.0.activation', 'softmax', /softmax over one output/],
  ['an unknown field in the model', cats(), 'scaling', [1], /unknown field "scaling"/],
  ['a normalisation that is none', cats(), 'normalisation', [1], /\[1\], normalisation in/],
  ['an unknown field in the normalisation', cats(), 'normalisation', { mean: [0, 0], range: [1, 1], scale: 2 }, /unknown field "scale", normalisation/],
  ['a normalisation without ranges', cats(), 'normalisation', { mean: [0, 0] }, /missing, normalisation\.range/],
  ['means that are too few', cats(), 'normalisation', { mean: [0], range: [1, 1] }, /1 numbers, normalisation\.mean.*2, one for each input/],
  ['a mean that is null', cats(), 'normalisation', { mean: [0, null], range: [1, 1] }, /null, normalisation\.mean\[1\]/],
  ['a range of zero', cats(), 'normalisation', { mean: [0, 0], range: [1, 0] }, /0, normalisation\.range\[1\].*above zero/],
  ['limits that cross', cats(), 'normalisation', { mean: [0, 0], range: [1, 1], lower: [null, 2], upper: [null, 1] }, /inverted limits \[2, 1\] of input 1/],
  ['an unknown field in a layer', cats(), 'layers.0.dropout', 0.5, /unknown field "dropout", layers\[0\]/],
  ['an unknown field in output', cats(), 'output.lebel', 0.5, /unknown field "lebel", output/],
  ['a level that is not finite', cats(), 'output.level', NaN, /NaN, output\.level/],
  ['an unknown decision', threeClasses(), 'output', { decision: 'least' }, /"least", output\.decision/],
  ['too few labels', threeClasses(), 'output', { labels: ['a', 'b'] }, /2 labels, output\.labels.*3, one for each class/],
  ['one label for one output', cats(), 'output.labels', ['cat'], /1 labels, output\.labels.*2/],
  ['a label that is a number', cats(), 'output.labels', ['a', 1], /1, output\.labels\[1\]/],
];

describe('a normalisation of inputs', () => {
  const given = { mean: [1, 2], range: [0.5, 4], lower: [null, -3], upper: [7, null] };
  const normalised = (normalisation: object) => loadModel({ ...cats(), normalisation } as ModelObject);
  it('is read, null being no limit', async () => {
    expect((await normalised(given)).normalisation).toEqual({ mean: Float64Array.of(1, 2), range: Float64Array.of(0.5, 4), lower: Float64Array.of(-Infinity, -3), upper: Float64Array.of(7, Infinity) });
    expect((await normalised({ mean: [1, 2], range: [1, 1] })).normalisation).toMatchObject({ lower: Float64Array.of(-Infinity, -Infinity), upper: Float64Array.of(Infinity, Infinity) });
  });
  it('that changes no input is none', async () => {
    const model = await normalised({ mean: [0, -0], range: [1, 1], lower: [null, null] });
    expect([model.normalisation, model.hash]).toEqual([null, (await loadModel(cats())).hash]);
  });
  it('is written so that it is read back the same', async () => {
    const model = await normalised(given);
    const again = await loadModel(JSON.parse(JSON.stringify(modelObject(model))) as ModelObject);
    expect({ ...again }).toEqual({ ...model });
    expect(again.hash).toBe(model.hash);
  });
});

describe('anything else is refused, and the message names the field', () => {
  it.each(BROKEN)('%s', async (_, model, path, value, message) => {
    const error = await failure(changed(model, path, value));
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.exitStatus).toBe(3);
    expect(error.message).toMatch(message);
    expect(error.line).not.toContain('\n');
  });
  it.each([null, 7, [], undefined])('%s is no model', async (value) => {
    expect((await failure(value)).code).toBe('MODEL_INVALID');
  });
  it('another format is unsupported rather than invalid', async () => {
    const error = await failure({ ...cats(), format: 'parabound-model@2' });
    expect(error.code).toBe('MODEL_FORMAT_UNSUPPORTED');
    expect(error.message).toContain('"parabound-model@2"');
  });
});
