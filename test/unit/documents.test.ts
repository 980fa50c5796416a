import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asParaboundError, ERRORS, ParaboundError } from '../../src/errors.js';
import { OPTIONS } from '../../src/options.js';
import { FILE_LIMIT } from '../../src/network/files.js';
import { errorRows, fieldRows, optionRows } from '../support/documents.js';

const read = (name: string): string[] => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8').split('\n');
const rowsOf = (lines: string[], start: RegExp): string[] => lines.filter((line) => start.test(line));

describe('the error table', () => {
  it('has no code that nothing throws', () => {
    const folder = new URL('../../src/', import.meta.url);
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && name !== 'errors.ts')
      .map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    expect(Object.keys(ERRORS).filter((code) => code !== 'INTERNAL' && !source.includes(`'${code}'`) && !source.includes(`${code}: `))).toEqual([]);
  });
  it('gives errors of any kind a code, one line, and no control characters', () => {
    expect(asParaboundError(new TypeError('a\n\x1b[2Jb'))).toMatchObject({ code: 'INTERNAL', exitStatus: 1, message: 'a [2Jb' });
    expect(asParaboundError('thrown text')).toMatchObject({ code: 'INTERNAL', message: 'thrown text' });
    const error = new ParaboundError('BOX_INVALID', 'what', 'where', 'this');
    expect([asParaboundError(error), error.line]).toEqual([error, 'BOX_INVALID: what, where, expected this']);
  });
});

describe('the docs say what the tables say', () => {
  it('errors.md has every code, once, and no other', () => {
    expect(rowsOf(read('errors.md'), /^\| `[A-Z_]+` \|/)).toEqual(errorRows());
  });
  it('errors.md states the limit on files', () => {
    expect(read('errors.md').join('\n')).toContain(`64 MiB (${FILE_LIMIT} bytes)`);
  });
  it('cli.md has every option, once, and no other', () => {
    const groups = [...new Set(OPTIONS.map((option) => option.group))];
    const expected = groups.flatMap((group) => optionRows(group));
    expect(rowsOf(read('cli.md'), /^\| `--/).sort()).toEqual(expected.sort());
  });
  it('library.md has every field, once, and no other', () => {
    expect(rowsOf(read('library.md'), /^\| `[a-zA-Z]+` \| `--/)).toEqual(fieldRows());
  });
});
