import { describe, expect, it } from 'vitest';
import { bfloat16, float16 } from '../../../src/formats/floats.js';

describe('narrow floats, every one of 65,536', () => {
  it('bfloat16 is the upper half of a float32', () => {
    const half = new Uint16Array(2);
    const whole = new Float32Array(half.buffer); // little-endian, as every platform of ours
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x10000; bits++) {
      half[1] = bits;
      if (!Object.is(bfloat16(bits), whole[0])) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });
  it('float16 is as IEEE 754 lays it out: known values, in order, symmetric, and evenly spaced within each exponent', () => {
    expect([0x3c00, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0xc000, 0x7c00, 0xfc00].map(float16))
      .toEqual([1, 1365 / 4096, 65504, 2 ** -14, 2 ** -14 - 2 ** -24, 2 ** -24, -2, Infinity, -Infinity]);
    expect([float16(0), float16(0x8000)]).toEqual([0, -0]);
    const wrong: number[] = [];
    for (let bits = 1; bits < 0x7c00; bits++) {
      if (float16(bits) - float16(bits - 1) !== 2 ** (Math.max(((bits - 1) >> 10), 1) - 25) || float16(bits | 0x8000) !== -float16(bits)) wrong.push(bits);
    }
    for (let bits = 0x7c01; bits < 0x8000; bits++) if (!Number.isNaN(float16(bits))) wrong.push(bits);
    expect(wrong).toEqual([]);
  });
});
