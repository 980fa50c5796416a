import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { BF16, FP16, FP32, floatsAround, isFloat, roundToFloat } from '../../../src/quantize/float.js';
import { fixedGrid, floatGrid, integerGrid, scaleAndZeroPoint } from '../../../src/quantize/grid.js';

describe('floats', () => {
  it('binary16: ties to even, gradual underflow, overflow from half a spacing above the largest', () => {
    const cases = [[1 + 2 ** -11, 1], [1 + 3 * 2 ** -11, 1 + 2 ** -9], [2 ** -24, 2 ** -24], [2 ** -25, 0], [1.01 * 2 ** -25, 2 ** -24], [65504, 65504], [65519.9, 65504], [65520, Infinity], [-65520, -Infinity], [0.1, 0.0999755859375]];
    for (const [x, rounded] of cases) expect([x, roundToFloat(x, FP16)]).toEqual([x, rounded]);
  });
  it('bfloat16', () => {
    const cases = [[1 + 2 ** -8, 1], [1 + 3 * 2 ** -8, 1 + 2 ** -6], [BF16.largest, BF16.largest], [3.3961775e38, BF16.largest], [3.3961776e38, Infinity], [2 ** -133, 2 ** -133], [2 ** -134, 0], [0.1, 0.10009765625]];
    for (const [x, rounded] of cases) expect([x, roundToFloat(x, BF16)]).toEqual([x, rounded]);
    expect(BF16.largest).toBe(3.3895313892515355e38);
  });
  it('binary32 is Math.fround', () => {
    expect(FP32.largest).toBe(3.4028234663852886e38);
    for (const x of [0.1, 1e-40, -1e-45, 1e-46, 3.4028235e38, 3.4028236e38, 16777217, -7e-46, 5e-324, 0]) expect([x, roundToFloat(x, FP32) + 0]).toEqual([x, Math.fround(x) + 0]);
  });
  it('neighbours', () => {
    expect(floatsAround(0.1, FP16)).toEqual([0.0999755859375, 0.10003662109375]);
    expect(floatsAround(0.5, FP16)).toEqual([0.5, 0.5]);
    expect(floatsAround(-1e-9, FP16)).toEqual([-(2 ** -24), -0]);
    expect(floatsAround(65505, FP16)).toEqual([65504, Infinity]);
    expect(floatsAround(65504, FP16)).toEqual([65504, 65504]);
    expect([isFloat(0.1, FP16), isFloat(0.0999755859375, FP16), isFloat(1e5, FP16), isFloat(2 ** -24, FP16), isFloat(2 ** -25, FP16)]).toEqual([false, true, false, true, false]);
  });
  it('what overflows is refused, with its place', () => {
    const grid = floatGrid(FP16, 'weights of layer 1 of net');
    expect(() => grid.nearest(70000)).toThrow(/^70000 overflows fp16, weights of layer 1 of net, expected a size of at most 65504$/);
    expect(() => grid.nearest(-1e300)).toThrow(/overflows fp16/);
    expect(grid.nearest(65510)).toBe(65504);
    expect(() => grid.around(65510)).toThrow(/overflows fp16/); // rounded up it does
  });
});

describe('scale and zero point', () => {
  // The cases that ONNX Runtime publishes for compute_scale_zp, onnxruntime/test/python/quantization/test_quant_util.py; its scales are binary32.
  it.each([
    [0, 0, -127, 127, 'symmetric', 0, 1], [-1, 1, -127, 127, 'symmetric', 0, 1 / 127], [0, 0, 0, 255, 'symmetric', 0, 1],
    [-1, 2, -127, 127, 'symmetric', 0, 2 / 127], [-1, 2, -127, 127, 'affine', -42, 3 / 254],
    [-1, 2, 0, 255, 'symmetric', 128, 4 / 255], [-1, 2, 0, 255, 'affine', 85, 3 / 255],
    [-(2 ** -126) * 0.1, 2 ** -126 * 0.1, 0, 255, 'symmetric', 0, 1], [-(2 ** -126) * 0.1, 0, 0, 255, 'affine', 0, 1],
  ] as const)('of [%d, %d] on %d..%d, %s', (low, high, least, most, scheme, zeroPoint, scale) => {
    expect(scaleAndZeroPoint([low, high], least, most, scheme, 'here')).toEqual({ scale: Math.fround(scale), zeroPoint });
  });
  it('the range has zero in it', () => {
    expect(scaleAndZeroPoint([1, 3], -128, 127, 'affine', 'here')).toEqual({ scale: Math.fround(3 / 255), zeroPoint: -128 });
    expect(scaleAndZeroPoint([-3, -1], -128, 127, 'affine', 'here')).toEqual({ scale: Math.fround(3 / 255), zeroPoint: 127 });
  });
  it('a range beyond binary32 is refused', () => {
    expect(() => scaleAndZeroPoint([1e39], -127, 127, 'symmetric', 'here')).toThrow(/here, expected a range that 32-bit floats can hold/);
    expect(() => scaleAndZeroPoint([-3e38, 3e38], -128, 127, 'affine', 'here')).toThrow(/32-bit floats/);
    expect(scaleAndZeroPoint([-3e38, 3e38], -127, 127, 'symmetric', 'here').scale).toBe(Math.fround(Math.fround(3e38) / 127));
  });
});

describe('integers', () => {
  // TensorFlow Lite's 8-bit specification: real = (q - zeroPoint) * scale; weights in [-127, 127] with zero point 0.
  it('int8, symmetric, by hand: scale 1/127', () => {
    const grid = integerGrid(Float64Array.of(-0.5, 1, 0.25), 8, 'symmetric', 'here');
    const scale = Math.fround(1 / 127);
    expect([grid.scale, grid.zeroPoint]).toEqual([scale, 0]);
    expect([1, -0.5, 0.25, 0, 0.003].map((p) => grid.nearest(p))).toEqual([127 * scale, -64 * scale, 32 * scale, 0, 0]); // -63.5 and 31.75
  });
  it('int8, affine, by hand: [-1, 2] has scale 3/255 and zero point -43', () => {
    const grid = integerGrid(Float64Array.of(-1, 2), 8, 'affine', 'here');
    const scale = Math.fround(3 / 255);
    expect([grid.scale, grid.zeroPoint]).toEqual([scale, -43]); // -128 + 85
    expect([-1, 2, 0, 0.5].map((p) => grid.nearest(p))).toEqual([-85 * scale, 170 * scale, 0, 42 * scale]); // 42.5: to even
  });
  it('the end that a nudged zero point cuts off saturates', () => {
    const grid = integerGrid(Float64Array.of(-1, 1.98), 4, 'affine', 'here'); // scale 0.1987, zero point -8 + 5.03 = -3: q up to 10 = 1.987, down to -5 = -0.993
    const least = -5 * grid.scale!;
    expect([grid.zeroPoint, grid.nearest(-1), grid.around(-1)]).toEqual([-3, least, [least, least]]);
    expect(least).toBeGreaterThan(-1);
  });
  it('neighbours on the grid, exactly', () => {
    const grid = integerGrid(Float64Array.of(1), 3, 'symmetric', 'here'); // scale 1/3, rounded up in binary32
    const scale = grid.scale!;
    expect(grid.around(0.4)).toEqual([scale, 2 * scale]);
    expect(grid.around(-0.4)).toEqual([-2 * scale, -scale]);
    expect(grid.around(2 * scale)).toEqual([2 * scale, 2 * scale]);
    expect(grid.around(0)).toEqual([0, 0]);
    expect(grid.around(5)).toEqual([3 * scale, 3 * scale]);
  });
  it('neighbours a double away from the grid, where the quotient is rounded onto it', () => {
    for (const values of [[1], [0.7], [3.1], [1e-20]]) {
      const grid = integerGrid(Float64Array.from(values), 16, 'symmetric', 'here');
      const scale = grid.scale!;
      for (const k of [1, 3, 1000, 30001, -7, -30001]) {
        expect(grid.around(nextDown(k * scale))).toEqual([(k - 1) * scale, k * scale]);
        expect(grid.around(nextUp(k * scale))).toEqual([k * scale, (k + 1) * scale]);
      }
    }
  });
  it('a tensor of zeros stays, and its box too', () => {
    const grid = integerGrid(Float64Array.of(0, 1e-40), 8, 'symmetric', 'here');
    expect([grid.scale, grid.nearest(1e-40), grid.around(1e-40), grid.around(-1e-40)]).toEqual([1, 0, [0, 1e-40], [-1e-40, 0]]);
  });
});

describe('fixed point', () => {
  it('steps of 2^-F from -2^Q, saturating', () => {
    const grid = fixedGrid(2, 3);
    expect([0.3, -0.3, 0.0625, 0.1875, 3.9, 100, -4, -100].map((p) => grid.nearest(p))).toEqual([0.25, -0.25, 0, 0.25, 3.875, 3.875, -4, -4]);
    expect([grid.around(0.3), grid.around(3.9), grid.around(-100), grid.around(0.25)]).toEqual([[0.25, 0.375], [3.875, 3.875], [-4, -4], [0.25, 0.25]]);
    expect(grid.scale).toBe(0.125);
  });
});
