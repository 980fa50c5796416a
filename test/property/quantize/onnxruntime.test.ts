import { describe, expect, it } from 'vitest';
import { BF16, FP16, roundToFloat } from '../../../src/quantize/float.js';
import { integerGrid } from '../../../src/quantize/grid.js';
import { random, type Random } from '../../support/random.js';
import { run, TYPES } from '../../support/onnx-runtime.js';

/** Weights as networks have them, and spoilt: lopsided, tiny, huge, with ties between two integers of their own grid. */
function weights(r: Random, count: number, shift = 0): Float64Array {
  const size = r.pick([1, 1e-3, 1e-30, 1e30, 127, 32767]);
  const values = Float64Array.from({ length: count }, () => Math.fround(size * (r.normal() + shift)));
  if (size > 100 && size < 1e6) {
    values[0] = size;
    for (let i = 1; i < count; i += 3) values[i] = Math.min(size, Math.max(-size, Math.round(values[i]) + 0.5)); // scale 1: ties
  }
  return values;
}

describe('what onnxruntime makes of weights', () => {
  it.each([['int8', 8], ['int16', 16], ['int4', 4]] as const)('QuantizeLinear and DequantizeLinear, %s', async (type, bits) => {
    const r = random(bits);
    for (let round = 0; round < 12; round++) {
      const x = weights(r, 64, round % 3 - 1);
      const grid = integerGrid(x, bits, round % 2 === 0 ? 'symmetric' : 'affine', 'x');
      const constants = { scale: { type: 'float' as const, dims: [], values: [grid.scale!] }, zero: { type, dims: [], values: [grid.zeroPoint!] } };
      const y = await run(x, [64], [
        { op: 'QuantizeLinear', inputs: ['x', 'scale', 'zero'], output: 'q' },
        { op: 'DequantizeLinear', inputs: ['q', 'scale', 'zero'], output: 'y' },
      ], constants);
      // It dequantises in binary32; ours is the exact product.
      expect([...y]).toEqual(Array.from(x, (value) => Math.fround(grid.nearest(value)) + 0));
    }
  });
  it('QuantizeLinear with a scale for each output', async () => {
    const r = random(1);
    const rows = Array.from({ length: 5 }, () => weights(r, 7));
    const grids = rows.map((row) => integerGrid(row, 8, 'symmetric', 'x'));
    const y = await run(rows.flatMap((row) => [...row]), [5, 7], [
      { op: 'QuantizeLinear', inputs: ['x', 'scale', 'zero'], output: 'q', attributes: { axis: 0 } },
      { op: 'DequantizeLinear', inputs: ['q', 'scale', 'zero'], output: 'y', attributes: { axis: 0 } },
    ], { scale: { type: 'float', dims: [5], values: grids.map(({ scale }) => scale!) }, zero: { type: 'int8', dims: [5], values: grids.map(() => 0) } });
    expect([...y]).toEqual(rows.flatMap((row, i) => Array.from(row, (value) => Math.fround(grids[i].nearest(value)) + 0)));
  });
  it.each([['float16', FP16], ['bfloat16', BF16]] as const)('Cast to %s', async (type, format) => {
    const r = random(3);
    const half = 2 ** (1 - format.precision - 1); // half a spacing at 1: ties
    const x = Float32Array.from({ length: 400 }, (_, i) => i < 8 ? 1 + (2 * i + 1) * half : i < 12 ? 2 ** (format.leastExponent - i + 4) * 1.3
      : r.normal() * 2 ** (r.below(40) - 24));
    x.set([0, 2 ** -24, 2 ** -25, 3 * 2 ** -26, -65504, 65519, 1.5 * 2 ** -24], 12);
    const y = await run(x, [x.length], [{ op: 'Cast', inputs: ['x'], output: 'h', attributes: { to: TYPES[type] } }, { op: 'Cast', inputs: ['h'], output: 'y', attributes: { to: TYPES.float } }]);
    expect([...y].map((value) => value + 0)).toEqual(Array.from(x, (value) => roundToFloat(value, format) + 0));
  });
});
