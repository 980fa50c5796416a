import { describe, expect, it } from 'vitest';
import { schemesFigure } from '../../../src/report/figures/schemes.js';
import { compareSchemes, storedBytes } from '../../../src/report/schemes.js';
import { estimateEpsilon, loadModel, report, verifyLabel } from '../../../src/index.js';
import { quantizedCopy } from '../../../src/quantize/quantize.js';
import { cats, numbered, threeClasses } from '../../support/models.js';

describe('bytes of parameters', () => {
  it('are those of packed weights, scales, and what is left alone', async () => {
    const model = await loadModel(numbered()); // 6 weights and 3 biases, then 3 and 1; all whole numbers
    const bytes = (quantize: string, rest: object = {}) => storedBytes(model, { quantize, ...rest });
    expect(storedBytes(model)).toBe(13 * 4);
    expect([bytes('fp16', { quantizeBiases: true }), bytes('fp16')]).toEqual([26, 9 * 2 + 4 * 4]);
    expect([bytes('int8'), bytes('int8', { granularity: 'channel' })]).toEqual([9 + 2 * 4 + 16, 9 + 4 * 4 + 16]);
    expect(bytes('int4')).toBe(3 + 2 + 2 * 4 + 16); // three weights of four bits fill two bytes
    expect(bytes('fixed:2.5')).toBe(9 + 16);
    expect(storedBytes(await loadModel(cats()))).toBe(24); // no single precision holds them
  });
});

describe('the comparison', () => {
  it('is of each format\'s own copy, by epsilon and labels, whatever box was asked about', async () => {
    const model = await loadModel(cats());
    const copies = await compareSchemes(model, { delta: 0.5, perturb: 'biases', threads: 1, domain: [[10, 12], [2, 3]] }, 10);
    expect(copies.map(({ name }) => name)).toEqual(['fp32', 'fp16', 'bf16', 'int8, per channel', 'int8, per tensor', 'int4, per channel', 'int4, per tensor']);
    for (const { settings, epsilon, label } of copies) {
      const asked = { against: quantizedCopy(model, settings), domain: [[10, 12], [2, 3]] as [number, number][], gap: 1e-12, threads: 1 };
      const { lower, upper } = await estimateEpsilon(model, asked);
      expect(epsilon!.lower).toBeLessThanOrEqual(upper);
      expect(epsilon!.upper).toBeGreaterThanOrEqual(lower);
      expect(epsilon!.upper - epsilon!.lower).toBeLessThanOrEqual(0.01 * epsilon!.upper);
      expect(label!.verdict).toBe((await verifyLabel(model, asked)).verdict);
    }
    expect(new Set(copies.map(({ epsilon }) => epsilon!.upper)).size).toBeGreaterThan(4);
  });

  it('says of a format that it cannot hold the network, and goes on', async () => {
    const huge = { ...threeClasses(), layers: [{ weights: [[1e6], [-1], [0]], bias: [0, 0, 0], activation: 'softmax' as const }] };
    const { html, results } = await report(await loadModel(huge), { delta: 0.001, threads: 1, timeout: 10, sections: 'schemes' });
    const [fp16, bf16] = results.schemes!.copies;
    expect([fp16.name, fp16.epsilon, fp16.label]).toEqual(['fp16', null, null]);
    expect(fp16.reason).toMatch(/1000000|1e6/);
    expect(bf16.epsilon).not.toBeNull();
    expect(html).toContain('cannot hold it: ');
  });

  it('is drawn with its numbers in words, and not where nothing moves', async () => {
    const epsilon = (lower: number, upper: number) => ({ lower, upper, status: 'complete' as const });
    const at = (name: string, e: ReturnType<typeof epsilon> | null) => ({ name, settings: {}, bytes: 1, epsilon: e, label: null });
    const svg = (await schemesFigure([at('fp16', epsilon(0.00012345, 0.00012399)), at('int4', epsilon(0.123456, 0.25)), at('odd', null), at('open', epsilon(0, Infinity))]))!;
    expect(svg).toMatch(/role="img" aria-labelledby="schemes-picture-title schemes-picture-desc"/);
    expect(svg).toContain('fp16 from 0.000123 to 0.000124; int4 from 0.123 to 0.25.');
    expect(svg).toContain('\u2264 0.000124');
    expect(svg).not.toMatch(/NaN|odd|open|style=/);
    expect(await schemesFigure([at('fp16', epsilon(0, 0)), at('bf16', epsilon(0, 0))])).toBeNull();
  });
});
