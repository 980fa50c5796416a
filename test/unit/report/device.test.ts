import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel, report, type ReportOptions } from '../../../src/index.js';
import { cats } from '../../support/models.js';

const of = (options: ReportOptions) => loadModel(cats()).then((model) => report(model, { threads: 1, timeout: 5, ...options }));

describe('a report of what a device computes', () => {
  it('says which devices, and nothing that is true of real arithmetic alone', async () => {
    const { html, results } = await of({ arithmetic: 'fp16', sections: 'label,epsilon,region,sensitivity' });
    expect(results.semantics).toBe('device:fp16');
    expect(results.question.box.kind).toBe('nominal');
    expect(html).toContain('The parameters stay as they are stored. What changes is the arithmetic that they are used in.');
    expect(html).toContain('Sums and products are in fp16 (any order');
    expect(html).not.toMatch(/Arithmetic: real|answers are exact|--certificate/);
    expect([results.region, results.sensitivity, results.replays.epsilon]).toEqual([null, null, null]);
    expect(results.skipped.map(({ part }) => part)).toEqual(['region', 'sensitivity']);
    expect(html.match(/Not computed: this is about real arithmetic, and the question is about a device\./g)).toHaveLength(2);
  });

  it('compares formats as that device computes them', async () => {
    const epsilonOf = async (options: ReportOptions) => (await of({ ...options, sections: 'schemes' })).results.schemes!.copies.find(({ name }) => name === 'fp16')!.epsilon!;
    const [exact, device] = [await epsilonOf({ delta: 0 }), await epsilonOf({ delta: 0, arithmetic: 'fp16' })];
    expect(device.upper).toBeGreaterThan(2 * exact.upper); // sums in fp16 are off by more than weights in it
  });

  it('has no certificates to offer', async () => {
    const certificates = join(tmpdir(), `parabound-none-${process.pid}`);
    await expect(of({ arithmetic: 'fp16', certificates })).rejects.toMatchObject({ code: 'OPTION_CONFLICT' });
    expect(existsSync(certificates)).toBe(false);
  });
});
