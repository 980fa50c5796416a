import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { renderFigure } from '../../../src/paper/figure.js';
import { pageHtml } from '../../../src/paper/page.js';
import { sampleReproduction } from './samples.js';

const cats = await loadModel(new URL('../../../examples/cats.json', import.meta.url));
const reproduction = sampleReproduction();
const svg = await renderFigure(reproduction.networks[0], cats);

describe('the page', () => {
  const html = pageHtml(reproduction, [svg], [{ claim: 'a < b', facts: [['x', '1']] }]);

  it('is self-contained, with table and figure', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).not.toMatch(/<script|<link|<img|url\(http|src=/);
    expect(html).toContain(svg);
    expect(html.match(/<tr class=/g)).toHaveLength(6);
    expect(html).toContain('a &lt; b');
  });

  it('has no id twice', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });
});
