// An ONNX model, made here, and the questions of whoever ships it: which inputs can be trusted, and how far may parameters move?
//
//   npm install parabound protobufjs
//   node onnx.mjs [DIRECTORY]
//
// Three kinds of machine vibration are told apart by four numbers. The graph has what exporters write: a normalisation (Sub, Div), Gemm, Relu,
// MatMul and Add, Softmax. Any file of these operators would do as well; docs/onnx.md lists them.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { flipRegion, loadModel, searchDelta, streamVerdicts } from 'parabound';

const directory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'parabound-onnx-'));

// What of onnx.proto such a model needs.
const { root } = protobuf.parse(`
syntax = "proto3";
message Dimension { int64 dim_value = 1; }
message Shape { repeated Dimension dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Type { TensorType tensor_type = 1; }
message Value { string name = 1; Type type = 2; }
message Attribute { string name = 1; int64 i = 3; int32 type = 20; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; }
message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12; }
message Opset { string domain = 1; int64 version = 2; }
message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8; }
`, { keepCase: true });

const FLOAT = 1, INT = 2;
const value = (name, width) => ({ name, type: { tensor_type: { elem_type: FLOAT, shape: { dim: [{ dim_value: 1 }, { dim_value: width }] } } } });
const tensor = (name, dims, numbers) => ({ name, dims, data_type: FLOAT, raw_data: new Uint8Array(Float32Array.from(numbers).buffer) });
const node = (op_type, input, output, attribute = []) => ({ op_type, name: `${op_type} to ${output}`, input, output: [output], attribute });

let state = 7;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

/** Made-up vibrations of three kinds, each round a centre of its own. */
const CENTRES = [[20, 1, 3, 0.2], [35, 2.5, 2, 0.6], [50, 1.5, 5, 0.4]], SPREAD = [6, 0.6, 0.8, 0.1];
const vibration = (kind) => CENTRES[kind].map((centre, j) => centre + SPREAD[j] * (random() + random() - 1));
const MEAN = [35, 1.6, 3.3, 0.4], RANGE = [15, 1, 1.5, 0.25];

/** Features from random directions, and an output layer learnt by the perceptron's rule. */
function weights() {
  const hidden = 8, first = Array.from({ length: hidden * 4 }, () => 2 * random() - 1), biases = Array.from({ length: hidden }, () => random() - 0.5);
  const last = new Array(hidden * 3).fill(0), offsets = [0, 0, 0];
  const features = (input) => biases.map((bias, i) => Math.max(0, bias + input.reduce((sum, x, j) => sum + first[4 * i + j] * (x - MEAN[j]) / RANGE[j], 0)));
  for (let step = 0; step < 3000; step++) {
    const kind = step % 3, h = features(vibration(kind));
    const scores = offsets.map((offset, k) => offset + h.reduce((sum, each, i) => sum + last[3 * i + k] * each, 0));
    const told = scores.indexOf(Math.max(...scores));
    if (told === kind) continue;
    for (const [k, by] of [[kind, 0.05], [told, -0.05]]) {
      offsets[k] += by;
      h.forEach((each, i) => { last[3 * i + k] += by * each; });
    }
  }
  return { hidden, first, biases, last, offsets };
}

function onnx() {
  const { hidden, first, biases, last, offsets } = weights();
  const Model = root.lookupType('Model');
  return Model.encode(Model.fromObject({
    ir_version: 8, producer_name: 'parabound example', opset_import: [{ domain: '', version: 17 }],
    graph: {
      name: 'vibrations',
      input: [value('vibration', 4)],
      output: [value('kind', 3)],
      initializer: [
        tensor('mean', [4], MEAN), tensor('range', [4], RANGE),
        tensor('first', [hidden, 4], first), tensor('biases', [hidden], biases),
        tensor('last', [hidden, 3], last), tensor('offsets', [3], offsets),
      ],
      node: [
        node('Sub', ['vibration', 'mean'], 'centred'), node('Div', ['centred', 'range'], 'scaled'),
        node('Gemm', ['scaled', 'first', 'biases'], 'sums', [{ name: 'transB', type: INT, i: 1 }]), node('Relu', ['sums'], 'features'),
        node('MatMul', ['features', 'last'], 'products'), node('Add', ['products', 'offsets'], 'scores'), node('Softmax', ['scores'], 'kind'),
      ],
    },
  })).finish();
}

const path = join(directory, 'vibrations.onnx');
writeFileSync(path, onnx());
const model = await loadModel(path);
console.log(`made and loaded: ${path}`);

// 1. Which inputs can be trusted, if the weights become int8? Each answer is proved.
const counts = { safe: 0, flips: 0, undecided: 0 };
const inputs = Array.from({ length: 300 }, (_, i) => vibration(i % 3));
for await (const { verdict } of streamVerdicts(model, inputs, { quantize: 'int8', as: 'box' })) counts[verdict]++;
console.log('under any rounding to int8:', JSON.stringify(counts));

// 2. How far may every parameter move before some likely input changes its kind?
const domain = MEAN.map((mean, j) => [CENTRES[0][j] - SPREAD[j] / 2, CENTRES[0][j] + SPREAD[j] / 2]);
const { lower, upper } = await searchDelta(model, { label: true, domain, timeout: 20 });
console.log(`near the first kind's centre labels stay up to a change of ${lower}, and not at ${upper}`);

// 3. What part of all inputs lies so near a border that int8 may move them across?
const everything = MEAN.map((mean, j) => [mean - 2 * RANGE[j], mean + 2 * RANGE[j]]);
const region = await flipRegion(model, { quantize: 'int8', as: 'box', domain: everything, timeout: 5 });
console.log(`safe: ${(100 * region.safe.lower).toFixed(1)} to ${(100 * region.safe.upper).toFixed(1)}% of the inputs`);
