import { describe, expect, it } from 'vitest';
import { loadModel, report, type ReportOptions } from '../../../src/index.js';
import { cats, randomModel } from '../../support/models.js';

const of = (options: ReportOptions, object = cats()) => loadModel(object).then((model) => report(model, { threads: 1, timeout: 10, sections: 'region', ...options }));

describe('which inputs can flip', () => {
  it('is a picture where two inputs vary, on white', async () => {
    const { html, results } = await of({ delta: 0.01, epsilon: 0.1, gap: 0.01 }); // what is of no concern to labels stays out of the question
    const { safe, flippable, undecided, picture, copies, boxes } = results.region!;
    expect(safe.lower + flippable.lower + undecided.lower).toBeLessThanOrEqual(1);
    expect(picture?.names).toEqual(['heart weight (g)', 'body weight (kg)']);
    expect([copies, boxes]).toEqual([undefined, []]);
    expect(html).toMatch(/<div class="picture light"><svg[^]*id="region-picture-title"[^]*<\/svg><\/div>/);
    expect(html).toMatch(/<th scope="row">safe<\/th><td class="number">91\.[89]\d* to 92\.\d+%<\/td>/);
  });

  it('joins the verdict on labels', async () => {
    const { html } = await of({ delta: 0.01, sections: 'label,region' });
    expect(html).toMatch(/At least 91\.\d% of the domain, by volume, is proved safe\./);
  });

  it('is a table where more do, and says what is not decided', async () => {
    const { html, results } = await of({ delta: 0.05, timeout: 0 }, randomModel({ sizes: [4, 6, 6, 1], seed: 4, last: 'sigmoid' }));
    expect(results.region).toMatchObject({ picture: null, status: 'timeout', undecided: { upper: 1 } });
    expect(html).not.toContain('<figure>');
    expect(html).toMatch(/<th scope="row">undecided<\/th><td class="number">(99\.99 to )?100%<\/td>/);
    expect(html).toContain('More than 0.3% of the domain is undecided: the time allowed ran out.');
  });

  it('has no part in a report of one input', async () => {
    const { html, results } = await of({ delta: 0.01, at: [10, 3] });
    expect([results.region, html.includes('id="region"'), results.skipped]).toEqual([null, false, []]);
  });
});
