/** Reports in a real browser: Chromium, where there is one. Without it these tests are skipped, and say so. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel, report, type ReportOptions } from '../../src/index.js';
import type { ModelObject } from '../../src/network/parse.js';
import { CHROMIUM, launch, open } from '../support/browser.js';
import { cats, randomModel } from '../support/models.js';
import { background, embedded, faintTexts, obstacles, overflowing } from '../support/page-checks.mjs';

const long = 'a very long name '.repeat(600);
const hostile = (): ModelObject => ({
  format: 'parabound-model@1',
  inputs: [{ name: `<script>document.title = 'run'</script>${'x'.repeat(10_000)}`, lower: -2, upper: 2 }, { name: '\u202e</svg><style>*{display:none}</style>', lower: 0, upper: 1 }],
  layers: [{ weights: [[1, 0], [-1, 0], [0, 0.5]], bias: [0, 0, 0], activation: 'softmax' }],
  output: { labels: ['"><img src="https://example.com/x.png" onerror="document.title = 1">', '\u202eright to left', long] },
});
const deep = (): ModelObject => ({ ...randomModel({ sizes: [4, 8, 8, 5], seed: 11, last: 'softmax' }), output: { labels: ['one', 'two', 'three', 'four', 'five'] } });
const PAGES: [string, ModelObject, ReportOptions][] = [
  ['cats', cats(), { delta: 0.01, epsilon: 0.05, sigma: 0.053 }],
  ['deep', deep(), { delta: 0.01, certificates: 'proofs', sources: { domain: 'x'.repeat(3000) }, domain: [[0, 1], [0, 1], [0, 1], [0, 1]] }],
  ['hostile', hostile(), { delta: 0.05 }],
];

describe.skipIf(CHROMIUM === undefined)(`reports in a browser${CHROMIUM === undefined ? ' (no Chromium: set CHROMIUM, or install it)' : ''}`, () => {
  let browser: Browser;
  const urls = new Map<string, string>();
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parabound-report-'));
    for (const [name, object, options] of PAGES) {
      const { html } = await report(await loadModel(object), { threads: 1, smt: 'off', timeout: 1, ...options, ...(options.certificates === undefined ? {} : { certificates: join(folder, options.certificates) }) });
      const file = join(folder, `${name}.html`);
      writeFileSync(file, html);
      urls.set(name, pathToFileURL(file).href);
    }
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it.each(PAGES.map(([name]) => name))('%s: asks for nothing and runs nothing, fits a desk and a phone, reads by ear and by keyboard, in light and in dark', async (name) => {
    const { page, log } = await open(browser, urls.get(name)!, { width: 1280 });
    expect(log).toEqual({ requests: [urls.get(name)], messages: [] });
    expect(await page.title()).toMatch(/: robustness report$/);
    expect(await page.locator('img, iframe, link, object, embed, form').count()).toBe(0);
    expect(await page.evaluate(embedded)).toEqual([1, 'parabound/report@1']);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, await page.evaluate(overflowing), await page.evaluate(obstacles)]).toEqual([width, [], []]);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect([colorScheme, await page.evaluate(faintTexts)]).toEqual([colorScheme, []]);
      expect(Number(/\d+/.exec(await page.evaluate(background))![0]) < 100).toBe(colorScheme === 'dark');
    }
    await page.context().close();
  });

  it('prints, in the colours of paper whatever the reader\'s are', async () => {
    const { page } = await open(browser, urls.get('cats')!, { width: 794, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(faintTexts)).toEqual([]);
    expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(overflowing)).toEqual([]);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(1);
    await page.context().close();
  });

  it('is the same without scripts', async () => {
    const { page } = await open(browser, urls.get('cats')!, { width: 1000, javaScriptEnabled: false });
    expect(await page.locator('.verdicts li').count()).toBe(5);
    expect(await page.locator('.verdicts li').first().innerText()).toMatch(/Violated\s+Outputs can move by more than 0\.05\./);
    await page.context().close();
  });
});
