import { describe, expect, it } from 'vitest';
import { FP16 } from '../../../src/quantize/float.js';
import { parsePoints } from '../../../src/quantize/points.js';

const int8 = { format: { kind: 'integer', bits: 8 }, range: null };
const fp16 = { format: { kind: 'float', float: FP16 }, range: null };

describe('places of rounding', () => {
  it('everywhere, or where it is said', () => {
    expect(parsePoints('int8', 3)).toEqual([int8, int8, int8]);
    expect(parsePoints('int8', 1)).toEqual([int8]);
    expect(parsePoints('fp16@0-1', 3)).toEqual([null, fp16, fp16]);
    expect(parsePoints('int8@input, 1, fp16@0', 3)).toEqual([int8, fp16, int8]);
    expect(parsePoints('int8[-1..1e1]@input', 2)).toEqual([{ format: { kind: 'integer', bits: 8 }, range: [-1, 10] }, null]);
    expect(parsePoints('fixed:3.4@0', 2)).toEqual([null, { format: { kind: 'fixed', integer: 3, fraction: 4 }, range: null }]);
  });
  it.each(['', 'int8@', 'int8@2', 'int8@1-0', 'int8@output', 'int99', 'none', 'input', 'int8,int8@0', 'int8@0,0', 'fp16[0..1]', 'int8[1..1]', 'int8[2..1]', 'int8[0..1', 'int8[0,1]', 'int8@-1', 'int8 @0'])('not %j', (text) => {
    expect(() => parsePoints(text, 3)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('--activations') as string }) as Error);
  });
});
