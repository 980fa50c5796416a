import { describe, expect, it } from 'vitest';
import { ParaboundError } from '../../../src/errors.js';
import { loadModel } from '../../../src/network/load.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { cats, numbered, threeClasses } from '../../support/models.js';

/** A model with one thing changed in its JSON. */
function changed(model: ModelObject, change: (json: any) => void): ModelObject { // eslint-disable-line @typescript-eslint/no-explicit-any
  const json: unknown = JSON.parse(JSON.stringify(model));
  change(json);
  return json as ModelObject;
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
    expect((await loadModel(changed(numbered(), (json) => { json.layers[1].activation = 'linear'; }))).level).toBe(0);
  });
  it('copies typed rows', async () => {
    const weights = [Float64Array.of(0.1, 0.2)];
    const model = await loadModel({ ...cats(), layers: [{ weights, bias: Float32Array.of(0.1), activation: 'sigmoid' }] });
    weights[0][0] = 7;
    expect([...model.parameters]).toEqual([0.1, 0.2, Math.fround(0.1)]);
  });
  it('has no default domain where an input has no bounds', async () => {
    expect((await loadModel(changed(cats(), (json) => { json.inputs[0] = { name: 'a' }; }))).domain).toBeNull();
  });
  it('accepts bounds that are one point, and free text', async () => {
    const model = await loadModel(changed(cats(), (json) => { json.inputs[0].upper = 6.3; json.name = 'cats'; json.about = { seed: 1 }; }));
    expect([...model.domain!]).toEqual([6.3, 6.3, 2, 3.9]);
  });
});

/* What is changed, and what the message must name. The counterpart that is accepted is the unchanged model, above. */
const BROKEN: [string, ModelObject, (json: any) => void, RegExp][] = [ // eslint-disable-line @typescript-eslint/no-explicit-any
  ['no format', cats(), (m) => { delete m.format; }, /missing, format in/],
  ['no inputs', cats(), (m) => { delete m.inputs; }, /missing, inputs in/],
  ['empty inputs', cats(), (m) => { m.inputs = []; }, /inputs in .*not empty/],
  ['inputs not a list', cats(), (m) => { m.inputs = 2; }, /2, inputs in/],
  ['an input that is null', cats(), (m) => { m.inputs[1] = null; }, /null, inputs\[1\]/],
  ['an upper bound missing', cats(), (m) => { delete m.inputs[1].upper; }, /missing, inputs\[1\]\.upper/],
  ['a bound that is null', cats(), (m) => { m.inputs[0].lower = null; }, /null, inputs\[0\]\.lower/],
  ['a bound that is text', cats(), (m) => { m.inputs[0].lower = '6.3'; }, /"6\.3", inputs\[0\]\.lower/],
  ['an infinite bound', cats(), (m) => { m.inputs[0].upper = Infinity; }, /Infinity, inputs\[0\]\.upper.*finite/],
  ['inverted bounds', cats(), (m) => { m.inputs[0].lower = 21; }, /inverted bounds \[21, 20\.5\], inputs\[0\]/],
  ['a name that is a number', cats(), (m) => { m.inputs[0].name = 3; }, /3, inputs\[0\]\.name/],
  ['no layers', cats(), (m) => { delete m.layers; }, /missing, layers in/],
  ['empty layers', cats(), (m) => { m.layers = []; }, /layers in .*not empty/],
  ['no weights', cats(), (m) => { delete m.layers[0].weights; }, /missing, layers\[0\]\.weights/],
  ['no rows', cats(), (m) => { m.layers[0].weights = []; }, /layers\[0\]\.weights in .*not empty/],
  ['an empty row', cats(), (m) => { m.layers[0].weights = [[]]; }, /layers\[0\]\.weights\[0\]/],
  ['a row that is a number', cats(), (m) => { m.layers[0].weights = [1, 2]; }, /1, layers\[0\]\.weights\[0\]/],
  ['ragged weights', numbered(), (m) => { m.layers[0].weights[2] = [4]; }, /ragged: 1 numbers after rows of 2, layers\[0\]\.weights\[2\]/],
  ['rows that do not fit the inputs', cats(), (m) => { m.layers[0].weights = [[1, 2, 3]]; }, /3 numbers, layers\[0\]\.weights\[0\].*rows of 2/],
  ['rows that do not fit the layer before', numbered(), (m) => { m.layers[1].weights = [[9, 10]]; }, /2 numbers, layers\[1\]\.weights\[0\].*rows of 3/],
  ['no bias', cats(), (m) => { delete m.layers[0].bias; }, /missing, layers\[0\]\.bias/],
  ['too few biases', numbered(), (m) => { m.layers[0].bias.pop(); }, /2 numbers, layers\[0\]\.bias.*3, one for each row/],
  ['a NaN weight', cats(), (m) => { m.layers[0].weights[0][1] = NaN; }, /NaN, layers\[0\]\.weights\[0\]\[1\]/],
  ['a NaN as text', cats(), (m) => { m.layers[0].weights[0][1] = 'NaN'; }, /"NaN", layers\[0\]\.weights\[0\]\[1\]/],
  ['a weight that is null', cats(), (m) => { m.layers[0].weights[0][0] = null; }, /null, layers\[0\]\.weights\[0\]\[0\]/],
  ['an infinite bias', cats(), (m) => { m.layers[0].bias[0] = -Infinity; }, /-Infinity, layers\[0\]\.bias\[0\]/],
  ['a nested bias', cats(), (m) => { m.layers[0].bias = [[1]]; }, /\[1\], layers\[0\]\.bias\[0\]/],
  ['no activation', cats(), (m) => { delete m.layers[0].activation; }, /missing, layers\[0\]\.activation/],
  ['an unknown activation', cats(), (m) => { m.layers[0].activation = 'gelu'; }, /"gelu", layers\[0\]\.activation.*linear, relu, sigmoid, tanh, softmax/],
  ['an activation from the prototype', cats(), (m) => { m.layers[0].activation = 'toString'; }, /"toString", layers\[0\]\.activation/],
  ['softmax on a hidden layer', numbered(), (m) => { m.layers[0].activation = 'softmax'; }, /softmax on a hidden layer, layers\[0\]/],
  ['softmax over one output', cats(), (m) => { m.layers[0].activation = 'softmax'; }, /softmax over one output/],
  ['an unknown field in the model', cats(), (m) => { m.normalisation = [1]; }, /unknown field "normalisation"/],
  ['an unknown field in a layer', cats(), (m) => { m.layers[0].dropout = 0.5; }, /unknown field "dropout", layers\[0\]/],
  ['an unknown field in output', cats(), (m) => { m.output.lebel = 0.5; }, /unknown field "lebel", output/],
  ['a level that is not finite', cats(), (m) => { m.output.level = NaN; }, /NaN, output\.level/],
  ['an unknown decision', threeClasses(), (m) => { m.output = { decision: 'least' }; }, /"least", output\.decision/],
  ['too few labels', threeClasses(), (m) => { m.output = { labels: ['a', 'b'] }; }, /2 labels, output\.labels.*3, one for each class/],
  ['one label for one output', cats(), (m) => { m.output.labels = ['cat']; }, /1 labels, output\.labels.*2/],
  ['a label that is a number', cats(), (m) => { m.output.labels = ['a', 1]; }, /1, output\.labels\[1\]/],
];

describe('anything else is refused, and the message names the field', () => {
  it.each(BROKEN)('%s', async (_, model, change, message) => {
    const error = await failure(changed(model, change));
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
