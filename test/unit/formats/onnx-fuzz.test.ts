/** Files that are cut off, changed at random, or that declare what they do not have: an error with a code or a model, at once and in little memory. */
import { describe, expect, it } from 'vitest';
import { ParaboundError } from '../../../src/errors.js';
import { Model } from '../../../src/network/model.js';
import { node, onnx, tensor, TYPE, type Fields, type Parts } from '../../support/onnx.js';
import { ours } from '../../support/onnxruntime.js';
import { random } from '../../support/random.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => (i % 7) - 3);
/** Some of everything. */
const parts: Parts = {
  dims: ['N', 1, 3],
  initializers: [
    tensor('mean', [3], [1, 2, 3]), tensor('range', [1], [2]), tensor('w', [4, 3], numbers(12), 'int8'), tensor('s', [4], [0.5, 1, 2, 4]), tensor('z', [4], [1, 2, 3, 4], 'int8', 'typed'),
    tensor('b', [4], numbers(4), 'int32', 'typed'), tensor('t', [], [0.25]), tensor('v', [4, 2], numbers(8), 'float64', 'typed'), tensor('c', [2], [0x3c00, 0x3800], 'float16', 'typed'), tensor('shape', [2], [-1, 2], 'int64', 'typed'),
  ],
  nodes: [
    node('Sub', ['x', 'mean'], 'x1'), node('Div', ['x1', 'range'], 'x2'), node('Flatten', ['x2'], 'x3'), node('DequantizeLinear', ['w', 's', 'z'], 'wd', { axis: 0 }), node('DequantizeLinear', ['b', 't'], 'bd'),
    node('Gemm', ['x3', 'wd', 'bd'], 'h1', { transB: 1, alpha: { float: 0.5 } }), node('Relu', ['h1'], 'h2'), node('Cast', ['v'], 'vf', { to: 1 }), node('MatMul', ['h2', 'vf'], 'h3'), node('Cast', ['c'], 'cf', { to: 1 }),
    node('Add', ['h3', 'cf'], 'h4'), node('Reshape', ['h4', 'shape'], 'h5'), node('Constant', [], 'k', { value_floats: { floats: [2, 3] } }), node('Mul', ['h5', 'k'], 'h6'), node('Softmax', ['h6'], 'y', { axis: -1 }),
  ],
};
const bytes = onnx(parts);

/** What came of it; anything but a model or a ParaboundError of status 3 fails the test. */
async function outcome(data: Uint8Array, what: string): Promise<Model | string> {
  try {
    const model = await ours(data);
    expect(model.parameters.every(Number.isFinite), what).toBe(true);
    expect(model.parameters, what).toHaveLength(model.layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0));
    return model;
  } catch (error) {
    if (!(error instanceof ParaboundError) || error.exitStatus !== 3) throw new Error(`${what}: ${String(error)}`, { cause: error });
    return error.code;
  }
}

describe('a file', () => {
  it('is a model', async () => { expect((await outcome(bytes, 'whole') as Model).layers.map(({ outputs, fixed }) => `${outputs} ${fixed ?? ''}`)).toEqual(['4 ', '2 ', '2 true']); });
  it('cut off anywhere', async () => {
    const outcomes = new Set<string>();
    for (let length = 0; length < bytes.length; length++) {
      const found = await outcome(bytes.subarray(0, length), `${length} bytes`);
      outcomes.add(typeof found === 'string' ? found : 'model');
    }
    expect([...outcomes].sort()).toEqual(['MODEL_INVALID']); // its operator set is the last field of the file
  });
  it('with bytes changed at random', async () => {
    const r = random(7);
    const outcomes: Record<string, number> = {};
    for (let k = 0; k < 4000; k++) {
      const changed = Uint8Array.from(bytes);
      for (let n = r.pick([1, 1, 1, 2, 5, 20]); n > 0; n--) changed[r.below(changed.length)] = r.pick([0, 1, 0x7f, 0x80, 0xff, r.below(256)]);
      const found = await outcome(changed, `seed 7, change ${k}`);
      const name = typeof found === 'string' ? found : 'model';
      outcomes[name] = (outcomes[name] ?? 0) + 1;
    }
    for (const name of ['model', 'MODEL_INVALID', 'MODEL_UNSUPPORTED']) expect(outcomes[name], name).toBeGreaterThan(100);
  });
  it('with parts left out or doubled', async () => {
    const r = random(8);
    for (let k = 0; k < 1000; k++) {
      const [from, to] = [r.below(bytes.length), r.below(bytes.length)].sort((a, b) => a - b);
      await outcome(r.uniform() < 0.5 ? Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]) : Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]), `seed 8, cut ${k}`);
    }
  });
});

describe('what is declared takes no memory', () => {
  const declared = (w: Fields, nodes = [node('Gemm', ['x', 'w'], 'y')], dims: Parts['dims'] = ['N', 3]): Uint8Array => onnx({ dims, initializers: [w], nodes });
  const scalar = tensor('k', [], [0.3]);
  it.each<[string, () => Uint8Array, string]>([
    ['weights without numbers', () => declared({ name: 'w', dims: [3, 2 ** 40], data_type: 1 }), 'MODEL_INVALID'],
    ['weights with few bytes', () => declared({ name: 'w', dims: [3, 2 ** 31], data_type: TYPE.int8, raw_data: Buffer.alloc(8) }), 'MODEL_INVALID'],
    ['inputs', () => declared(tensor('w', [1], [1]), [node('Add', ['x', 'w'], 'y')], ['N', 2 ** 40]), 'MODEL_UNSUPPORTED'],
    ['a scaling of many inputs', () => declared(scalar, [node('Mul', ['x', 'k'], 'y')], ['N', 2 ** 17]), 'MODEL_UNSUPPORTED'],
    ['many scalings of many inputs', () => declared(scalar, Array.from({ length: 100 }, (_, i) => node('Add', [i === 0 ? 'x' : `h${i}`, 'k'], i === 99 ? 'y' : `h${i + 1}`)), ['N', 2 ** 17]), 'MODEL_UNSUPPORTED'],
    ['activations of many inputs', () => declared(scalar, [node('Relu', ['x'], 'h'), node('Tanh', ['h'], 'y')], ['N', 5000]), 'MODEL_UNSUPPORTED'],
    ['a constant transposed again and again', () => {
      const steps = Array.from({ length: 200 }, (_, i) => node('Transpose', [i === 0 ? 'w' : `t${i}`], `t${i + 1}`));
      return declared({ name: 'w', dims: [1024, 1024], data_type: TYPE.int8, raw_data: Buffer.alloc(2 ** 20, 1) }, [...steps, node('MatMul', ['x', 't200'], 'y')], ['N', 1024]);
    }, 'FILE_TOO_LARGE'],
    ['weights that many layers share', () => declared({ name: 'w', dims: [1024, 1024], data_type: TYPE.int8, raw_data: Buffer.alloc(2 ** 20, 1) },
      Array.from({ length: 1000 }, (_, i) => node('Gemm', [i === 0 ? 'x' : `h${i}`, 'w'], i === 999 ? 'y' : `h${i + 1}`, { transB: 1 })), ['N', 1024]), 'FILE_TOO_LARGE'],
    ['nodes without content', () => Buffer.concat([Buffer.from([0x3a, 0x80, 0x80, 0x80, 0x10]), Buffer.alloc(2 ** 25, Buffer.from([0x0a, 0]))]), 'MODEL_INVALID'],
    ['sizes without end', () => Buffer.concat([Buffer.from([0x3a, 0x8a, 0x80, 0x80, 0x10, 0x2a, 0x85, 0x80, 0x80, 0x10, 0x0a, 0x80, 0x80, 0x80, 0x10]), Buffer.alloc(2 ** 25, 1)]), 'MODEL_INVALID'],
    ['groups in groups', () => Buffer.alloc(2 ** 20, Buffer.from([0x4b])), 'MODEL_INVALID'],
    ['a name of 32 MiB', () => Buffer.concat([Buffer.from([0x3a, 0x85, 0x80, 0x80, 0x10, 0x12, 0x80, 0x80, 0x80, 0x10]), Buffer.alloc(2 ** 25, 0x61)]), 'MODEL_INVALID'],
  ])('%s', async (what, data, code) => {
    const file = data();
    const before = process.memoryUsage().rss;
    const startedAt = process.cpuUsage(); // of this process: a busy machine does not count
    expect(await outcome(file, what)).toBe(code);
    expect(process.cpuUsage(startedAt).user / 1e6).toBeLessThan(4);
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20);
  });
});
