/** The same file in onnxruntime (its wasm build, one thread, no network) and in the package. */
import * as ort from 'onnxruntime-web';
import { expect } from 'vitest';
import { evaluate } from '../../src/index.js';
import { parseOnnx } from '../../src/formats/onnx/read.js';
import { Model } from '../../src/network/model.js';
import { float32Error } from './float32.js';
import { onnx, type Parts } from './onnx.js';
import type { Random } from './random.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export async function ours(bytes: Uint8Array, source = 'test.onnx'): Promise<Model> {
  return new Model(await parseOnnx(bytes, source, () => Promise.reject(new Error('no external data'))));
}

/** A function of one input, of the runtime's; `size` numbers in the shape that the file declares, with a batch of one. */
export async function theirs(bytes: Uint8Array, dims: readonly (number | string)[]): Promise<(x: readonly number[]) => Promise<number[]>> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const shape = dims.map((size) => (typeof size === 'number' ? size : 1));
  return async (x) => {
    const results = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), shape) });
    return [...(results[session.outputNames[0]].data as Float32Array)];
  };
}

/**
 * Runs both on random inputs, float32 numbers, and holds the difference against a bound of the runtime's rounding (float32.ts), with four
 * more roundings for each product: a weight's own as a product, of its scale, of alpha, and of a step of single values.
 */
export async function agree(parts: Parts, r: Random, inputs: number, scale = 1, times = 8): Promise<Model> {
  const bytes = onnx(parts);
  const model = await ours(bytes);
  const run = await theirs(bytes, parts.dims);
  expect(model.inputCount).toBe(inputs);
  for (let k = 0; k < times; k++) {
    const x = Array.from({ length: inputs }, () => Math.fround(scale * r.normal()));
    const found = await run(x);
    const bounds = float32Error(model, x, 4);
    const { outputs } = evaluate(model, { at: x }).nominal;
    expect(found).toHaveLength(outputs.length);
    outputs.forEach(({ lower, upper }, o) => {
      const off = Math.max(found[o] - upper, lower - found[o], 0);
      if (!(off <= bounds[o])) expect.fail(`output ${o} at [${x.join(', ')}] is ${found[o]} there and [${lower}, ${upper}] here: ${off} off, ${bounds[o]} allowed`);
    });
  }
  return model;
}
