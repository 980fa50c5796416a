import * as tf from '@tensorflow/tfjs-core';
import { input, layers, model as functional, sequential, type LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { scratch } from '../../support/files.js';
import { changed, readsOrRefuses } from '../../support/damaged.js';
import { float32Error } from '../../support/float32.js';
import { random } from '../../support/random.js';
import { filesOf, loadedByTfjs, packed, runTfjs, writeTfjs, type Entry, type Files } from '../../support/tfjs.js';

const { directory } = scratch();
let folders = 0;
const place = (files: Files): string => writeTfjs(join(directory, String(folders++)), files);

/** TensorFlow.js and exact arithmetic on the same files: equal but for the rounding of float32. */
async function agrees(path: string, scale = 1): Promise<void> {
  const [ours, theirs] = [await loadModel(path), await loadedByTfjs(path)];
  const r = random(7);
  let largest = 0;
  for (let n = 0; n < 8; n++) {
    const x = Array.from({ length: ours.inputCount }, () => Math.fround(scale * (n === 0 ? 0 : r.between(-2, 2))));
    const outputs = evaluate(ours, { at: x }).nominal.outputs;
    const bounds = float32Error(ours, x);
    for (const [o, value] of runTfjs(theirs, x).entries()) {
      expect(Math.abs(value - outputs[o].lower)).toBeLessThanOrEqual(bounds[o]);
      largest = Math.max(largest, bounds[o]);
    }
  }
  expect(largest).toBeLessThan(1e-2); // or the comparison says nothing
}

/** With random biases, which layers otherwise start without. */
function randomised(model: LayersModel): LayersModel {
  const r = random(3);
  model.setWeights(model.getWeights().map((weight) => tf.tensor(Array.from({ length: weight.size }, () => r.between(-1, 1)), weight.shape)));
  return model;
}

describe('TensorFlow.js and we agree on the same files', () => {
  it.each<[string, () => LayersModel, number?]>([
    ['dense layers of every activation', () => sequential({ layers: [
      layers.dense({ inputShape: [5], units: 7, activation: 'relu' }), layers.dense({ units: 6, activation: 'tanh' }), layers.dense({ units: 4, activation: 'sigmoid' }),
      layers.dense({ units: 4 }), layers.dense({ units: 3, activation: 'softmax' })] })],
    ['activations as layers, also behind one another', () => sequential({ layers: [
      layers.dense({ inputShape: [3], units: 5 }), layers.reLU(), layers.activation({ activation: 'relu' }), layers.activation({ activation: 'tanh' }),
      layers.dense({ units: 4, activation: 'tanh' }), layers.activation({ activation: 'sigmoid' }), layers.softmax()] })],
    ['an activation of the inputs', () => sequential({ layers: [layers.inputLayer({ inputShape: [3] }), layers.activation({ activation: 'sigmoid' }), layers.dense({ units: 2 })] })],
    ['images, flattened and reshaped', () => sequential({ layers: [
      layers.flatten({ inputShape: [2, 3, 2] }), layers.reshape({ targetShape: [3, -1] }), layers.reshape({ targetShape: [12] }), layers.dense({ units: 2, activation: 'sigmoid' })] })],
    ['what only training does', () => sequential({ layers: [
      layers.dense({ inputShape: [3], units: 4, activation: 'relu' }), layers.dropout({ rate: 0.5 }), layers.gaussianNoise({ stddev: 1 }), layers.gaussianDropout({ rate: 0.5 }), layers.alphaDropout({ rate: 0.5 }),
      layers.dense({ units: 1, activation: 'sigmoid' })] })],
    ['no biases', () => sequential({ layers: [layers.dense({ inputShape: [3], units: 4, useBias: false, activation: 'relu' }), layers.dense({ units: 2, useBias: false })] })],
    ['inputs rescaled', () => sequential({ layers: [layers.rescaling({ inputShape: [2, 2], scale: 1 / 255, offset: -0.5 }), layers.flatten(), layers.dense({ units: 2 })] }), 255],
    ['inputs rescaled by a power of two', () => sequential({ layers: [layers.rescaling({ inputShape: [4], scale: 1 / 128, offset: -1 }), layers.dense({ units: 2, activation: 'tanh' })] }), 255],
    ['values rescaled in between', () => sequential({ layers: [layers.dense({ inputShape: [4], units: 3, activation: 'relu' }), layers.rescaling({ scale: -0.3, offset: 0.1 }), layers.dense({ units: 2 })] })],
    ['a chain of calls', () => {
      const x = input({ shape: [4] });
      const hidden = layers.dense({ units: 3, activation: 'relu' }).apply(x);
      return functional({ inputs: x, outputs: layers.dense({ units: 2 }).apply(hidden) as SymbolicTensor });
    }],
    ['a model in a model', () => sequential({ layers: [sequential({ layers: [layers.dense({ inputShape: [3], units: 4, activation: 'relu' })] }), layers.dense({ units: 2 })] })],
  ])('%s', async (_, make, scale) => {
    await agrees(place(await filesOf(randomised(make()))), scale);
  });

  it.each<['uint8' | 'uint16' | 'float16', 'float32' | 'int32']>([['uint8', 'float32'], ['uint16', 'float32'], ['float16', 'float32'], ['uint8', 'int32'], ['uint16', 'int32']])('weights quantised to %s for %s: the very numbers of the runtime', async (stored, dtype) => {
    const r = random(5);
    const topology = (await filesOf(sequential({ layers: [layers.dense({ inputShape: [40], units: 30, name: 'd' })] }))).json.modelTopology;
    const bytes = stored === 'uint8' ? 1 : 2;
    const data = Buffer.alloc(1230 * bytes);
    for (let i = 0; i < 1230; i++) {
      const q = r.below(256 ** bytes);
      const finite = stored === 'float16' && (q & 0x7c00) === 0x7c00 ? q & 0x83ff : q; // no infinities: subnormals there are
      if (bytes === 1) data[i] = finite;
      else data.writeUInt16LE(finite, 2 * i);
    }
    const quantization = stored === 'float16' ? { dtype: stored } : { dtype: stored, scale: 0.0123456789 / bytes ** 8 * (dtype === 'int32' ? 100 : 1), min: -1.2345678912345 };
    const weights: Entry[] = [{ name: 'd/kernel', shape: [40, 30], dtype, quantization }, { name: 'd/bias', shape: [30], dtype, quantization }];
    const path = place(packed(topology, weights, data, 3));
    const decoded = tf.io.decodeWeights(data.buffer.slice(data.byteOffset, data.byteOffset + data.length), weights);
    const [kernel, bias] = weights.map(({ name }) => [...decoded[name].dataSync()]);
    const model = await loadModel(path);
    expect([...model.parameters.subarray(1200)]).toEqual(bias);
    expect([...model.parameters.subarray(0, 1200)]).toEqual(Array.from({ length: 1200 }, (_, i) => kernel[(i % 40) * 30 + Math.floor(i / 40)]));
    expect(new Set(kernel).size).toBeGreaterThan(dtype === 'int32' ? 2 : 100);
    if (dtype === 'float32' && stored !== 'float16') await agrees(path); // TensorFlow.js's dense layers take no int32, and the float16 drawn here are too large for sums
  });
});

describe('what a file says', () => {
  const dense = { class_name: 'Dense', config: { name: 'd', units: 1, activation: 'relu', use_bias: true, batch_input_shape: [null, 2] } };
  const weights: Entry[] = [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }, { name: 'd/bias', shape: [1], dtype: 'float32' }];
  const data = Buffer.from(Float32Array.of(0.1, -2, 3).buffer);
  const files = (change: { topology?: unknown; layers?: unknown[]; weights?: unknown[]; data?: Uint8Array; json?: object } = {}): Files => {
    const made = packed(change.topology ?? { class_name: 'Sequential', config: { name: 's', layers: change.layers ?? [dense] } }, (change.weights ?? weights) as Entry[], change.data ?? data);
    return { ...made, json: { ...made.json, ...change.json } };
  };
  const config = (change: object) => ({ ...dense, config: { ...dense.config, ...change } });

  it('is taken exactly: float32, a row for each output', async () => {
    const model = await loadModel(place(files()));
    expect([...model.parameters]).toEqual([Math.fround(0.1), -2, 3]);
    expect(model.layers).toEqual([{ inputs: 2, outputs: 1, activation: 'relu' }]);
    expect([model.domain, model.normalisation, model.level, model.inputNames]).toEqual([null, null, 0, [null, null]]);
    expect(model.storage).toEqual({ format: 'TensorFlow.js layers model', tensors: [{ name: 'd/kernel', shape: [2, 1], type: 'float32' }, { name: 'd/bias', shape: [1], type: 'float32' }] });
  });
  it('a bias that the file lacks is fixed at zero, and so are scalings', async () => {
    const model = await loadModel(place(files({ layers: [config({ use_bias: false }), { class_name: 'Rescaling', config: { name: 'r', scale: 0.1 } }], weights: weights.slice(0, 1), data: data.subarray(0, 8) })));
    expect(model.layers).toEqual([{ inputs: 2, outputs: 1, activation: 'relu', fixed: 'bias' }, { inputs: 1, outputs: 1, activation: 'linear', fixed: true }]);
    expect([...model.parameters]).toEqual([Math.fround(0.1), -2, 0, Math.fround(0.1), 0]);
  });
  it('a scaling of inputs by a power of two is a normalisation', async () => {
    const model = await loadModel(place(files({ layers: [{ class_name: 'Rescaling', config: { name: 'r', scale: 0.0078125, offset: -1, batch_input_shape: [null, 2] } }, dense] })));
    expect(model.normalisation).toEqual({ mean: Float64Array.of(128, 128), range: Float64Array.of(128, 128), lower: Float64Array.of(-Infinity, -Infinity), upper: Float64Array.of(Infinity, Infinity) });
  });

  const call = (from: string) => [[[from, 0, 0, {}]]];
  const call3 = (from: string, kwargs: object = {}) => [{ args: [{ class_name: '__keras_tensor__', config: { shape: [null, 2], dtype: 'float32', keras_history: [from, 0, 0] } }], kwargs }];
  const inputLayer = { class_name: 'InputLayer', name: 'in', config: { name: 'in', batch_shape: [null, 2], sparse: false, dtype: 'float32' }, inbound_nodes: [] };
  const graph = (nodes: unknown, more: object[] = [], ends: object = {}) => ({
    class_name: 'Functional', config: { name: 'f', layers: [inputLayer, { ...dense, name: 'd', inbound_nodes: nodes }, ...more], input_layers: ['in', 0, 0], output_layers: [['d', 0, 0]], ...ends },
  });
  it.each<[string, Parameters<typeof files>[0]]>([
    ['Keras 2, as model.save writes it', { topology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: { class_name: 'Sequential', config: { name: 's', layers: [dense] } } } }],
    ['a list of layers', { topology: { class_name: 'Sequential', config: [dense] } }],
    ['camel case', { topology: { className: 'Sequential', config: { name: 's', layers: [{ className: 'Dense', config: { name: 'd', units: 1, activation: 'relu', useBias: true, batchInputShape: [null, 2] } }] } } }],
    ['Keras 3: batch_shape in an input layer, types as objects, names behind the model\'s', {
      topology: { class_name: 'Sequential', config: { name: 's', layers: [
        { module: 'keras.layers', class_name: 'InputLayer', config: { batch_shape: [null, 2], dtype: 'float32', sparse: false, ragged: false, name: 'in' }, registered_name: null },
        { module: 'keras.layers', class_name: 'Dense', config: { ...dense.config, lora_rank: null, quantization_config: null, dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' } } }, build_config: { input_shape: [null, 2] } }] } },
      weights: weights.map((each) => ({ ...each, name: `s/${each.name}` })) }],
    ['weights by number', { weights: [{ ...weights[0], name: 'd/0' }, { ...weights[1], name: 'd/1' }] }],
    ['no shape but that of the weights', { layers: [config({ batch_input_shape: null })] }],
    ['input_dim', { layers: [config({ batch_input_shape: undefined, input_dim: 2 })] }],
    ['a Functional model of Keras 2', { topology: graph(call('in')) }],
    ['its older form', { topology: graph([['in', 0, 0, {}]], [], { input_layers: [['in', 0, 0]], output_layers: ['d', 0, 0] }) }],
    ['a Functional model of Keras 3', { topology: graph(call3('in', { training: null, mask: null })) }],
  ])('%s', async (_, change) => {
    const [model, plain] = [await loadModel(place(files(change))), await loadModel(place(files()))];
    expect(model.hash).toBe(plain.hash);
  });

  const last = (class_name: string, more: object = {}) => [dense, { class_name, config: { name: 'x', ...more } }];
  it.each<[string, string, RegExp, Parameters<typeof files>[0]]>([
    ['a convolution', 'MODEL_UNSUPPORTED', /^class Conv2D is not supported: only dense layers are read, layer "x" \(Conv2D\) of .*model\.json/, { layers: last('Conv2D') }],
    ['batch normalisation', 'MODEL_UNSUPPORTED', /square root, which is no double; .*layer "x" \(BatchNormalization\)/, { layers: last('BatchNormalization') }],
    ['a class without a reason', 'MODEL_UNSUPPORTED', /^class LSTM is not supported, layer "x" \(LSTM\)/, { layers: last('LSTM') }],
    ['a class from Object', 'MODEL_UNSUPPORTED', /^class constructor is not supported, /, { layers: last('constructor') }],
    ['another activation', 'MODEL_UNSUPPORTED', /^activation "elu", layer "d" \(Dense\)/, { layers: [config({ activation: 'elu' })] }],
    ['an activation that is an object', 'MODEL_UNSUPPORTED', /^activation \{/, { layers: [config({ activation: { class_name: 'ReLU' } })] }],
    ['a capped relu', 'MODEL_UNSUPPORTED', /^max_value 6, layer "x" \(ReLU\)/, { layers: last('ReLU', { max_value: 6 }) }],
    ['a leaking relu', 'MODEL_UNSUPPORTED', /^negative_slope 0\.1/, { layers: last('ReLU', { negative_slope: 0.1 }) }],
    ['a setting that is not known', 'MODEL_UNSUPPORTED', /^setting lora_rank = 4, layer "d" \(Dense\)/, { layers: [config({ lora_rank: 4 })] }],
    ['softmax over one value', 'MODEL_UNSUPPORTED', /^softmax over one value, which is always 1/, { layers: last('Softmax', { axis: -1 }) }],
    ['softmax along another axis', 'MODEL_UNSUPPORTED', /^axis 2/, { layers: last('Softmax', { axis: 2 }) }],
    ['a dense layer over one axis of several', 'MODEL_UNSUPPORTED', /^input of shape \[3, 2\], layer "d" \(Dense\).*Flatten/, { layers: [config({ batch_input_shape: [null, 3, 2] })] }],
    ['values that are moved', 'MODEL_UNSUPPORTED', /^data_format "channels_first", which moves values/, { layers: [{ class_name: 'Flatten', config: { name: 'x', data_format: 'channels_first', batch_input_shape: [null, 1, 2] } }, dense] }],
    ['a scale for each channel', 'MODEL_UNSUPPORTED', /^scale \[1,2\]/, { layers: last('Rescaling', { scale: [1, 2] }) }],
    ['a scale beyond float32', 'MODEL_INVALID', /^scale 1e\+300/, { layers: last('Rescaling', { scale: 1e300 }) }],
    ['a scaling of too many values', 'MODEL_UNSUPPORTED', /^a step over 100000 values that needs a layer of 100000 x 100000/, { layers: [{ class_name: 'Rescaling', config: { name: 'x', scale: 0.1, batch_input_shape: [null, 100000] } }, dense] }],
    ['a model of another class', 'MODEL_UNSUPPORTED', /^class "Bert", modelTopology/, { topology: { class_name: 'Bert', config: { name: 'b' } } }],
    ['a graph model', 'MODEL_FORMAT_UNSUPPORTED', /^"graph-model", format in .*tfjs_layers_model/, { json: { format: 'graph-model' } }],
    ['two inputs', 'MODEL_UNSUPPORTED', /^input_layers \[\["in",0,0\],\["b",0,0\]\]/, { topology: graph(call('in'), [], { input_layers: [['in', 0, 0], ['b', 0, 0]] }) }],
    ['a branch', 'MODEL_UNSUPPORTED', /^layer "e" \(Dense\) is not on the way/, { topology: graph(call('in'), [{ ...dense, name: 'e', inbound_nodes: call('in') }]) }],
    ['a layer that reads two', 'MODEL_UNSUPPORTED', /^inbound_nodes .*layer "d" \(Dense\)/, { topology: graph([[['in', 0, 0, {}], ['in', 0, 0, {}]]]) }],
    ['a layer that is called twice', 'MODEL_UNSUPPORTED', /^inbound_nodes/, { topology: graph([[['in', 0, 0, {}]], [['d', 0, 0, {}]]]) }],
    ['a call with dropout turned on', 'MODEL_UNSUPPORTED', /^the layer is called with \{"training":true\}/, { topology: graph(call3('in', { training: true })) }],
    ['the same in Keras 2', 'MODEL_UNSUPPORTED', /^the layer is called with \{"training":true\}/, { topology: graph([[['in', 0, 0, { training: true }]]]) }],
    ['a cycle', 'MODEL_INVALID', /^a cycle/, { topology: graph(call('d')) }],
    ['a name that is not there', 'MODEL_INVALID', /^no layer "ghost"/, { topology: graph(call('ghost')) }],
    ['no topology', 'MODEL_INVALID', /^missing, modelTopology/, { json: { modelTopology: undefined } }],
    ['no manifest', 'MODEL_INVALID', /^missing, weightsManifest/, { json: { weightsManifest: undefined } }],
    ['no layers', 'MODEL_INVALID', /^\[\], layers in modelTopology/, { layers: [] }],
    ['two layers of a name', 'MODEL_INVALID', /^two layers named "d"/, { layers: [dense, dense] }],
    ['no layer with weights', 'MODEL_INVALID', /^no layer with weights/, { layers: last('Rescaling', { scale: 0.5, batch_input_shape: [null, 2] }).slice(1), weights: [], data: new Uint8Array() }],
    ['no units', 'MODEL_INVALID', /^units 0/, { layers: [config({ units: 0 })] }],
    ['another shape of weights', 'MODEL_INVALID', /^kernel of shape \[1, 2\], layer "d" \(Dense\) .*expected \[2, 1\], inputs by units/, { weights: [{ ...weights[0], shape: [1, 2] }, weights[1]] }],
    ['weights with a side of zero', 'MODEL_INVALID', /the shape of its input is not known/, { layers: [config({ batch_input_shape: null })], weights: [{ ...weights[0], shape: [0, 1] }, weights[1]], data: data.subarray(8) }],
    ['a bias of another shape', 'MODEL_INVALID', /^bias of shape \[1, 1\]/, { weights: [weights[0], { ...weights[1], shape: [1, 1] }] }],
    ['a weight that is missing', 'MODEL_INVALID', /^no weight "d\/bias"/, { weights: weights.slice(0, 1), data: data.subarray(0, 8) }],
    ['a weight of no layer', 'MODEL_INVALID', /^weight "e\/kernel" belongs to no layer/, { weights: [...weights, { name: 'e/kernel', shape: [0], dtype: 'float32' }] }],
    ['two weights of a name', 'MODEL_INVALID', /^two weights named "d\/kernel"/, { weights: [weights[0], weights[0], weights[1]], data: Buffer.concat([data, data]).subarray(0, 20) }],
    ['two weights that may be meant', 'MODEL_INVALID', /^weights "a\/d\/kernel" and "b\/d\/kernel"/, { weights: ['a', 'b'].map((model) => ({ ...weights[0], name: `${model}/d/kernel` })), data: Buffer.concat([data, data]).subarray(0, 16) }],
    ['a weight that two layers of one name have', 'MODEL_INVALID', /^weight "d\/kernel" of another layer, layer "d" \(Dense\)/, {
      layers: [config({ units: 2 }), { class_name: 'Sequential', config: { name: 'inner', layers: [config({ units: 2 })] } }],
      weights: [{ ...weights[0], shape: [2, 2] }, { ...weights[1], shape: [2] }], data: Buffer.alloc(24) }],
    ['a type of text', 'MODEL_INVALID', /^dtype "string" of "d\/kernel", weightsManifest\[0\]\.weights\[0\]/, { weights: [{ ...weights[0], dtype: 'string' }, weights[1]] }],
    ['a negative side', 'MODEL_INVALID', /^shape \[-2,-1\]/, { weights: [{ ...weights[0], shape: [-2, -1] }, weights[1]] }],
    ['a scale that is missing', 'MODEL_INVALID', /^quantization \{"dtype":"uint8"\} of "d\/kernel".*a scale and a min/, { weights: [{ ...weights[0], quantization: { dtype: 'uint8' } }, weights[1]] }],
    ['bits that are not known', 'MODEL_INVALID', /^quantization \{"dtype":"uint4"\}/, { weights: [{ ...weights[0], quantization: { dtype: 'uint4' } }, weights[1]] }],
    ['a size beyond all files', 'FILE_TOO_LARGE', /bytes of weights/, { weights: [{ ...weights[0], shape: [2 ** 50, 2 ** 50] }, weights[1]] }],
    ['shards that are short', 'MODEL_INVALID', /^8 bytes in the shards, weightsManifest\[0\] .*expected 12/, { data: data.subarray(0, 8) }],
    ['shards that are long', 'MODEL_INVALID', /^more bytes in the shards/, { data: Buffer.concat([data, data]) }],
    ['NaN', 'MODEL_INVALID', /^NaN at 1, weight "d\/kernel"/, { data: Buffer.from(Float32Array.of(1, NaN, 2).buffer) }],
    ['an infinite weight', 'MODEL_INVALID', /^-Infinity at 0, weight "d\/bias"/, { data: Buffer.from(Float32Array.of(1, 2, -Infinity).buffer) }],
    ['an integer that float32 does not hold', 'MODEL_INVALID', /^16777217 at 0/, { weights: [{ ...weights[0], dtype: 'int32' }, weights[1]], data: Buffer.from(Int32Array.of(16777217, 1, 2).buffer) }],
    ['another input shape in between', 'MODEL_INVALID', /^input shape \[3\], layer "x" \(Flatten\).*\[1\]/, { layers: last('Flatten', { batch_input_shape: [null, 3] }) }],
    ['an input shape with gaps', 'MODEL_INVALID', /^input shape \[null\]/, { layers: [config({ batch_input_shape: [null, null] })] }],
  ])('%s is refused: %s', async (_, code, message, change) => {
    await expect(loadModel(place(files(change)))).rejects.toMatchObject({ code, exitStatus: 3, message: expect.stringMatching(message) as string });
  });

  it.each([['../d.bin'], ['/etc/passwd'], ['a/../../b.bin'], ['file:///etc/passwd'], ['C:\\x.bin'], ['..\\x'], [''], ['a\0b'], [5]])('a shard at %j is not looked for', async (name) => {
    await expect(loadModel(place(files({ json: { weightsManifest: [{ paths: [name], weights }] } })))).rejects.toMatchObject({ code: 'MODEL_INVALID', message: expect.stringMatching(/weightsManifest\[0\]\.paths\[0\] of .*beside the model/) as string });
  });
  it('whatever is put in the place of any part of the file: a network of finite numbers, or an error with a code', async () => {
    const good = files({ topology: graph(call('in')) });
    const path = place(good);
    await fc.assert(fc.asyncProperty(changed(good.json), async (json) => {
      writeTfjs(dirname(path), { json: json as Files['json'], shards: {} });
      await readsOrRefuses(path);
    }), { numRuns: 200 });
  });
  it('cut off anywhere, or with other bytes: an error with a code', async () => {
    const good = files();
    const path = place(good);
    const text = readFileSync(path);
    for (let length = 0; length < text.length; length += 3) {
      writeFileSync(path, text.subarray(0, length));
      await expect(loadModel(path)).rejects.toMatchObject({ code: 'JSON_INVALID' });
    }
    writeFileSync(path, text);
    for (let length = 0; length < data.length; length++) {
      writeTfjs(dirname(path), { ...good, shards: { 'group1-shard1of1.bin': data.subarray(0, length) } });
      await expect(loadModel(path)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    }
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 12, maxLength: 12 }), async (bytes) => {
      writeTfjs(dirname(path), { ...good, shards: { 'group1-shard1of1.bin': bytes } });
      await readsOrRefuses(path);
    }), { numRuns: 200 });
  });
  it('a shard that is missing is named', async () => {
    await expect(loadModel(place(files({ json: { weightsManifest: [{ paths: ['gone.bin'], weights }] } })))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringMatching(/gone\.bin/) as string });
  });
});
