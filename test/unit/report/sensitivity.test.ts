import { describe, expect, it } from 'vitest';
import { percentRange, sharesFigure, tensorName } from '../../../src/report/figures/shares.js';
import { loadModel, report } from '../../../src/index.js';
import { numbered, randomModel } from '../../support/models.js';

describe('shares', () => {
  it('are percentages rounded outward', () => {
    expect(percentRange({ lower: 0.123456, upper: 0.123457 })).toBe('12.3 to 12.4%');
    expect(percentRange({ lower: 0.12299999999999998, upper: 0.12300000000000001 })).toBe('12.2 to 12.4%'); // 100 times the latter rounds to 12.3
    expect(percentRange({ lower: 0.5, upper: 0.5 })).toBe('50%');
    expect(percentRange({ lower: 0.5, upper: Infinity })).toBe('50% or more');
    expect([tensorName({ layer: 2, kind: 'weights' }), tensorName({ layer: 0, kind: 'layer' })]).toEqual(['layer 2, weights', 'layer 0']);
  });

  it('are drawn with their numbers in words', async () => {
    const svg = await sharesFigure([{ name: 'layer 0, weights', lower: 0.25, upper: 0.5 }, { name: 'layer 0, biases', lower: 0.1, upper: Infinity }], { lower: 1, upper: 2, status: 'complete' });
    expect(svg).toContain('of an epsilon of at most 2: layer 0, weights 25 to 50%; layer 0, biases 10% or more.');
    expect(svg).not.toMatch(/NaN|Infinity|style=/);
  });
});

describe('the section', () => {
  it('has a row for each tensor that moves, largest first', async () => {
    const { html, results } = await report(await loadModel(randomModel({ sizes: [2, 4, 1], seed: 2, last: 'sigmoid' })), { delta: 0.01, perturb: 'weights', threads: 1, timeout: 10, sections: 'sensitivity' });
    const { tensors } = results.sensitivity!;
    expect(tensors.map(({ moving }) => moving)).toEqual([8, 0, 4, 0]);
    const section = html.slice(html.indexOf('<section id="sensitivity"'), html.indexOf('<section id="assumptions"'));
    const [first, second] = tensors.filter(({ moving }) => moving > 0).sort((a, b) => b.alone.upper - a.alone.upper);
    expect([...section.matchAll(/<th scope="row">([^<]+)</g)].map(([, name]) => name)).toEqual([tensorName(first), tensorName(second)]);
    expect(section).toContain('Tensors that do not move are left out (2).');
    expect(section).toContain('<svg');
  });

  it('says why it is not there', async () => {
    const wider = numbered();
    wider.layers[0].weights = [...(wider.layers[0].weights as number[][]), [1, 1]];
    wider.layers[0].bias = [...(wider.layers[0].bias as number[]), 0];
    wider.layers[1].weights = [[9, 10, 11, 0]];
    const { html, results } = await report(await loadModel(numbered()), { against: await loadModel(wider), threads: 1, timeout: 10, sections: 'sensitivity' });
    expect(results.sensitivity).toBeNull();
    expect(results.skipped).toEqual([{ part: 'sensitivity', reason: expect.stringContaining('another shape: 2-4-1') as string }]);
    expect(html).toContain('<p>Not computed: another shape: 2-4-1');
  });
});
