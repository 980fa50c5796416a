/** The checker stands by itself, and is small. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../src/check/', import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

describe('src/check', () => {
  it('is read in an afternoon', () => {
    // As docs/certificates.md counts: without blank lines and comments.
    const lines = sources.flatMap(({ text }) => text.split('\n')).filter((line) => !/^\s*($|\/\/|\/\*|\*)/.test(line));
    expect(lines.length).toBeLessThan(1000);
  });
  it.each(sources)('$name imports nothing but its neighbours and Node\'s own modules', ({ name, text }) => {
    const imported = [...text.matchAll(/(?:from|import|require)\s*\(?\s*'([^']+)'/g)].map(([, each]) => each);
    expect(imported.filter((each) => !/^(\.\/[a-z]+\.js|node:(crypto|zlib|worker_threads))$/.test(each))).toEqual([]);
    // Z3 is the one exception, and only once a leaf was left to it.
    expect([/\bimport\(/.test(text), text.includes("'z3-solver'")]).toEqual(name === 'solver.ts' ? [true, true] : [false, false]);
  });
  it.each(sources)('$name trusts no function of the mathematics library but to guess', ({ name, text }) => {
    // log is a first guess in functions.ts, which enclosures then decide.
    const used = [...text.matchAll(/Math\.(\w+)/g)].map(([, word]) => word).filter((word) => !['abs', 'min', 'max', 'round', 'sign', 'floor', 'ceil', 'LN2'].includes(word));
    expect(used.filter((word) => !(name === 'functions.ts' && word === 'log'))).toEqual([]);
  });
});
