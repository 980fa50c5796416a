import { describe, expect, it } from 'vitest';
import { bitsText } from '../../../src/cli/text/decisions.js';
import { searchBits, type BitsProgress } from '../../../src/decide/bits.js';
import { formatsOf, ofFamily, ofList, widthsOf } from '../../../src/decide/widths.js';
import { loadModel } from '../../../src/network/load.js';
import { verifyEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { quantizeModel } from '../../../src/query/quantized.js';
import { cats as catsObject, numbered, randomModel } from '../../support/models.js';
import { random } from '../../support/random.js';

const cats = await loadModel(catsObject());
const small = await loadModel(randomModel({ sizes: [2, 5, 3, 1], seed: 8, last: 'sigmoid' }));

describe('every width for all layers', () => {
  it('at one input: each verdict is that of the copy itself, evaluated exactly', async () => {
    for (const model of [cats, small]) {
      const at = model === cats ? [10, 3] : [0.7, -0.4];
      for (const epsilon of [0.001, 0.01, 0.1]) {
        const { candidates, uniform } = await searchBits(model, { epsilon, at });
        const alike = candidates.slice(0, 15);
        expect(alike.map(({ bits }) => bits[0])).toEqual([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        const moved = alike.map(({ quantize }) => evaluate(model, { at, against: quantizeModel(model, { quantize }) }).difference!);
        expect(alike.map(({ verdict }) => verdict)).toEqual(moved.map(({ lower, upper }) => (upper <= epsilon ? 'robust' : lower > epsilon ? 'violated' : 'unknown')));
        const fewest = alike.filter((_, i) => moved[i].upper <= epsilon).at(-1);
        expect(uniform).toEqual(fewest === undefined ? null : { bits: fewest.bits, quantize: fewest.quantize, totalBits: fewest.totalBits });
      }
    }
  });
  it('is not monotone, and so no width is passed over', async () => {
    // At this input 9 bits move the output by more than 5 bits do.
    const { candidates } = await searchBits(cats, { epsilon: 0.001, at: [10, 3] });
    const verdicts = candidates.map(({ verdict }) => verdict);
    expect(verdicts.lastIndexOf('robust')).toBeGreaterThan(verdicts.indexOf('violated'));
  });
  it('null where no width is proved', async () => {
    expect(await searchBits(cats, { epsilon: 1e-9 })).toMatchObject({ uniform: null, best: null, status: 'complete', undecided: [] });
  });
});

describe('layer by layer', () => {
  it('what is proved is proved by verify, and attacks do not break it', async () => {
    const epsilon = 0.02;
    const { best, uniform, layers, status } = await searchBits(small, { epsilon, timeout: 20 });
    expect(status).toBe('complete');
    expect(layers.map(({ parameters }) => parameters)).toEqual([10, 15, 3]);
    expect(best!.totalBits).toBeLessThanOrEqual(uniform!.totalBits);
    expect(best!.totalBits).toBe(best!.bits.reduce((sum, bits, l) => sum + bits * layers[l].parameters, 0));
    const copy = quantizeModel(small, { quantize: best!.quantize });
    expect((await verifyEpsilon(small, { epsilon, against: copy })).verdict).toBe('robust');
    const draw = random(4);
    for (let n = 0; n < 400; n++) {
      expect(evaluate(small, { at: [draw.between(-1, 1), draw.between(-1, 1)], against: copy }).difference!.lower).toBeLessThanOrEqual(epsilon);
    }
  });
  it('at one input: near the least of all assignments', async () => {
    const at = [0.7, -0.4];
    const tiny = await loadModel(randomModel({ sizes: [2, 4, 1], seed: 5, last: 'sigmoid' }));
    const { best } = await searchBits(tiny, { epsilon: 0.01, at, minBits: 3, maxBits: 9 });
    let least = Infinity;
    for (let a = 3; a <= 9; a++) {
      for (let b = 3; b <= 9; b++) {
        const against = quantizeModel(tiny, { quantize: `int${a},int${b}` });
        if (evaluate(tiny, { at, against }).difference!.upper <= 0.01) least = Math.min(least, 8 * a + 4 * b);
      }
    }
    expect(best!.totalBits).toBeGreaterThanOrEqual(least);
    expect(best!.totalBits).toBeLessThanOrEqual(least + 12); // not more than a bit a weight above it
  });
  it('labels, sigma, biases, channels, pruning, fixed point', async () => {
    for (const options of [
      { label: true, at: [0.7, -0.4] }, { sigma: 0.1 }, { epsilon: 0.05, quantizeBiases: true }, { epsilon: 0.05, granularity: 'channel', scheme: 'affine' },
      { epsilon: 0.5, prune: 'magnitude:10%' }, { epsilon: 0.05, format: 'fixed', maxBits: 12 }, { epsilon: 0.05, perturb: 'weights,1' },
    ] as const) {
      const result = await searchBits(small, { ...options, timeout: 20 });
      expect([options, result.best === null]).toEqual([options, false]);
      for (const { quantize, bits, totalBits } of result.candidates) {
        expect(quantize.split(',').length).toBe(3);
        expect(totalBits).toBe(result.layers.reduce((sum, { parameters }, l) => sum + parameters * bits[l], 0));
      }
      if ('quantizeBiases' in options) expect(result.layers.map(({ parameters }) => parameters)).toEqual([15, 18, 4]);
      if ('perturb' in options) expect(result.candidates[0].quantize).toBe('none,int16,none');
      if ('format' in options) expect(result.candidates[0].quantize).toMatch(/^fixed:0\.11,/);
    }
  });
});

describe('formats by their bits', () => {
  it('fixed point has the bits before the point that the largest parameter needs', async () => {
    const widths = widthsOf(await loadModel(numbered()), {}); // largest weights 5 and 11
    expect(widths).toEqual([{ layer: 0, parameters: 6, largest: 5 }, { layer: 1, parameters: 3, largest: 11 }]);
    expect(formatsOf(widths, [8, 8].map((bits) => ofFamily('fixed', bits)))).toBe('fixed:3.4,fixed:4.3');
    expect(formatsOf(widths, [2, 3].map((bits) => ofFamily('fixed', bits)))).toBe('fixed:1.0,fixed:2.0');
    expect(formatsOf(widths, [2, 16].map((bits) => ofFamily('int', bits)))).toBe('int2,int16');
    expect(formatsOf([{ layer: 0, parameters: 1, largest: 4 }], [ofFamily('fixed', 8)])).toBe('fixed:3.4'); // 4 is no number of fixed:2.5
  });
});

describe('formats that are named', () => {
  const formats = 'bf16,int8,fp16,fixed:1.6,int4,fp32';
  it('go by their size, and of one size by their order', () => {
    expect(ofList(formats).map(({ word, bits }) => [word, bits])).toEqual([['int4', 4], ['int8', 8], ['fixed:1.6', 8], ['bf16', 16], ['fp16', 16], ['fp32', 32]]);
  });
  it('at one input: the smallest whose copy, evaluated exactly, has the property', async () => {
    const at = [0.7, -0.4];
    for (const epsilon of [1e-6, 1e-4, 1e-3, 1e-2, 0.1]) {
      const result = await searchBits(small, { epsilon, at, formats });
      expect(result).toMatchObject({ format: null, minBits: 4, maxBits: 32, formats: ['int4', 'int8', 'fixed:1.6', 'bf16', 'fp16', 'fp32'], status: 'complete' });
      const alike = ['fp32', 'fp16', 'bf16', 'fixed:1.6', 'int8', 'int4'];
      const holds = alike.map((format) => evaluate(small, { at, against: quantizeModel(small, { quantize: format }) }).difference!.upper <= epsilon);
      expect(result.candidates.slice(0, 6).map(({ quantize, verdict }) => [quantize, verdict])).toEqual(alike.map((format, i) => [[format, format, format].join(), holds[i] ? 'robust' : 'violated']));
      const smallest = alike[holds.lastIndexOf(true)];
      expect(result.uniform?.quantize).toBe([smallest, smallest, smallest].join());
      const { best, uniform, layers } = result;
      expect(best!.totalBits).toBeLessThanOrEqual(uniform!.totalBits);
      expect(best!.totalBits).toBe(best!.bits.reduce((sum, bits, l) => sum + bits * layers[l].parameters, 0));
      expect(evaluate(small, { at, against: quantizeModel(small, { quantize: best!.quantize }) }).difference!.upper).toBeLessThanOrEqual(epsilon);
    }
  });
  it('are no copy where they do not hold the parameters', async () => {
    const large = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 0, upper: 1 }], layers: [{ weights: [[100_000]], bias: [0], activation: 'linear' }] });
    const { candidates, uniform, undecided, ...rest } = await searchBits(large, { epsilon: 1000, formats: 'fp16,bf16' });
    expect(candidates.map(({ verdict, quantize }) => [quantize, verdict])).toEqual([['bf16', 'robust'], ['fp16', 'none']]);
    expect([uniform!.quantize, undecided, rest.status, candidates[1].reason]).toEqual(['bf16', [], 'complete', expect.stringMatching(/100000/)]);
    expect(bitsText({ ...rest, candidates, uniform, undecided })).toMatch(/\n {4}fp16 {2}16 bits {2}no such copy: [^\n]*100000[^\n]*\n/);
    expect(bitsText(await searchBits(large, { epsilon: 0, formats: 'fp16,bf16' }))).toMatch(/^none of fp16, bf16 for all layers is proved: /);
  });
});

describe('a search that is stopped', () => {
  it('keeps the best that was proved by then', async () => {
    const controller = new AbortController();
    const seen: BitsProgress[] = [];
    const result = await searchBits(cats, { epsilon: 0.05, signal: controller.signal, onProgress: (now) => { if (seen.push(now) === 4) controller.abort(); } });
    expect(result.status).toBe('interrupted');
    expect(result.candidates.length).toBeLessThanOrEqual(4);
    expect(result.uniform!.quantize).toMatch(/^int1[34]$/);
    expect(await searchBits(cats, { epsilon: 0.05, timeout: 0 })).toMatchObject({ status: 'timeout', best: null, candidates: [] });
  });
  it('names what is smaller and undecided', async () => {
    const deep = await loadModel(randomModel({ sizes: [4, 16, 16, 16, 1], seed: 3, last: 'sigmoid' }));
    const { status, undecided, best, candidates } = await searchBits(deep, { epsilon: 0.005, maxBoxes: 1, minBits: 8 });
    expect(status).toBe('limit');
    expect(undecided.length).toBeGreaterThan(0);
    for (const { totalBits } of undecided) expect(totalBits).toBeLessThan(best?.totalBits ?? Infinity);
    expect(candidates.filter(({ verdict }) => verdict === 'unknown').length).toBeGreaterThanOrEqual(undecided.length);
  });
});

describe('questions that are none', () => {
  it.each([
    [{}, 'OPTION_REQUIRED'], [{ epsilon: 0.1, minBits: 9, maxBits: 8 }, 'OPTION_INVALID'], [{ epsilon: 0.1, minBits: 1 }, 'OPTION_INVALID'], [{ epsilon: 0.1, maxBits: 17 }, 'OPTION_INVALID'],
    [{ epsilon: 0.1, format: 'float' }, 'OPTION_INVALID'], [{ epsilon: 0.1, quantize: 'int8' }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, against: cats }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, delta: 1 }, 'OPTION_UNKNOWN'],
    [{ epsilon: 0.1, as: 'box' }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, relative: true }, 'OPTION_UNKNOWN'], [{ epsilon: 0.1, formats: '' }, 'OPTION_INVALID'], [{ epsilon: 0.1, formats: 'int8,none' }, 'OPTION_INVALID'],
    [{ epsilon: 0.1, formats: 'int8, int8' }, 'OPTION_INVALID'], [{ epsilon: 0.1, formats: 'fp8' }, 'OPTION_INVALID'], [{ epsilon: 0.1, formats: 'int8', maxBits: 9 }, 'OPTION_CONFLICT'], [{ epsilon: 0.1, formats: 'int8', format: 'int' }, 'OPTION_CONFLICT'], [{ epsilon: 0.1, prune: 'all' }, 'OPTION_INVALID'], [{ epsilon: 0.1, timeout: -1 }, 'OPTION_INVALID'],
  ])('%j: %s', async (options, code) => {
    await expect(searchBits(cats, options as never)).rejects.toMatchObject({ code });
  });
});
