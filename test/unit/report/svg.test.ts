import type { Spec } from 'vega';
import { describe, expect, it } from 'vitest';
import { escapeXml, renderSvg } from '../../../src/report/svg.js';

/** One clipped group with a third of a pixel in it. */
const spec: Spec = {
  width: 10, height: 10,
  marks: [{ type: 'group', clip: true, encode: { enter: { x: { value: 1 / 3 }, width: { value: 5 }, height: { value: 5 } } } }],
};
const svg = await renderSvg(spec, 'a', 'Less < more', 'says "so" & more');

describe('a rendered picture', () => {
  it('is one image with a name and a description, escaped', () => {
    expect(svg).toMatch(/^<svg[^>]* role="img" aria-labelledby="a-title a-desc"><title id="a-title">Less &lt; more<\/title><desc id="a-desc">says &quot;so&quot; &amp; more<\/desc>/);
    expect(svg.match(/role=/g)).toHaveLength(1);
  });

  it('has ids of its own, which its references follow, and is the same when drawn again', async () => {
    expect(svg).toMatch(/<clipPath id="a-1">/);
    expect(svg).toContain('url(#a-1)');
    expect(await renderSvg(spec, 'a', 'Less < more', 'says "so" & more')).toBe(svg);
    expect(await renderSvg(spec, 'b', '', '')).not.toContain('"a-1"');
  });

  it('rounds coordinates to a hundredth of a pixel', () => {
    expect(svg).toContain('translate(0.33,0)');
  });
});

describe('text in XML', () => {
  it('has none of the five characters left', () => {
    expect(escapeXml(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
  });
});
