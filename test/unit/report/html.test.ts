import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { name, rich, strong, code } from '../../../src/report/content.js';
import { blockHtml, plainText, richHtml, shortName } from '../../../src/report/html.js';
import { embedded } from '../../../src/report/page.js';

describe('text becomes HTML in one place', () => {
  it('escapes whatever stands in a name, a code, or the text itself', () => {
    expect(richHtml(rich`a < b ${name('<script>alert("1")</script>')} ${code('x\' && "y"')} ${strong('<b>')}`))
      .toBe('a &lt; b <bdi>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</bdi> <code>x&#39; &amp;&amp; &quot;y&quot;</code> <strong>&lt;b&gt;</strong>');
  });

  it('lets no text at all become a tag or leave an attribute', () => {
    const hostile = fc.string({ unit: fc.constantFrom('<', '>', '"', '\'', '&', '=', ' ', '/', 'a') });
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), hostile), (text) => {
      const table = blockHtml({ kind: 'table', caption: [name(text)], head: [[text]], rows: [[[text], [name(text)]]] });
      const tags = table.match(/<[^>]*>/g)!;
      expect(tags.filter((tag) => !/^<\/?(div|table|caption|thead|tbody|tr|th|td|bdi|span)( (class|role|scope|tabindex)="[a-z0-9 ]*"| aria-label="[^"<>]*")*>$/.test(tag))).toEqual([]);
    }), { numRuns: 60 });
  });

  it('keeps a name from turning the sentence round it, and from filling the page', () => {
    expect(shortName('a\u202eb\u0000c\nd')).toBe('a?b?c?d');
    expect(shortName('x'.repeat(10_000))).toBe(`${'x'.repeat(59)}\u2026`);
    expect(shortName('\u{1f431}'.repeat(1000))).toBe(`${'\u{1f431}'.repeat(59)}\u2026`);
    expect(shortName('x'.repeat(60))).toBe('x'.repeat(60));
    expect(plainText(rich`of ${name('\u202e!')} ${code('a\tb')}`)).toBe('of ?! a?b');
  });

  it('says the state of a verdict in a word, not by a sign or a colour alone', () => {
    const html = blockHtml({ kind: 'verdicts', items: [{ state: 'refuted', text: ['No.'], detail: ['Why.'] }] });
    expect(html).toContain('<span aria-hidden="true">\u2715</span> Violated');
    expect(html).toContain('<p class="detail">Why.</p>');
  });
});

describe('JSON inside a page', () => {
  it('ends no element, and reads back as it was', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = embedded(JSON.stringify(value));
      expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
    }));
    expect(embedded(JSON.stringify('</script><!--<script>'))).toBe('"\\u003c/script\\u003e\\u003c!--\\u003cscript\\u003e"');
  });
});
