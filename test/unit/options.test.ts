import { describe, expect, it } from 'vitest';
import { OPTIONS, checkOption, optionNamed, parseOption, type OptionName } from '../../src/options.js';

const parse = (name: OptionName, text: string): unknown => parseOption(optionNamed(name), text);
const refused = (name: OptionName, text: string) =>
  expect(() => parse(name, text), `${name} ${text}`).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', exitStatus: 2 }) as Error);

describe('the option table', () => {
  it('has each name and flag once, and flags that spell the names', () => {
    expect(new Set(OPTIONS.map((option) => option.name)).size).toBe(OPTIONS.length);
    for (const { name, flag } of OPTIONS) expect(flag).toBe(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  });
  it('has defaults that its own ranges allow', () => {
    for (const option of OPTIONS) if (option.default !== undefined) expect(() => checkOption(option, option.default, option.name)).not.toThrow();
  });
});

describe('numbers on the command line', () => {
  it.each([['0.01', 0.01], ['1e-3', 0.001], ['.5', 0.5], ['5.', 5], ['+1', 1], ['0', 0], ['1E2', 100], ['1e308', 1e308], ['1e-400', 0]])('%s', (text, value) => {
    expect(parse('delta', text)).toBe(value);
  });
  it.each(['', ' ', '1e', 'e5', '.', '1.2.3', '0x10', '1_000', '1,5', 'NaN', 'nan', 'Infinity', '-Infinity', 'inf', '1e999', '-1', '-1e-300', 'one', '1 2', '١'])('not %j', (text) => {
    refused('delta', text);
  });
  it('a level may be negative', () => { expect(parse('level', '-0.5')).toBe(-0.5); });
  it('whole numbers', () => {
    expect([parse('threads', '1'), parse('maxBoxes', '1e6'), parse('seed', '4294967295')]).toEqual([1, 1e6, 4294967295]);
    for (const text of ['0', '-1', '1.5', '1025', 'all', '']) refused('threads', text);
    for (const text of ['0', '1e16', '0.5']) refused('maxBoxes', text);
    for (const text of ['-1', '4294967296']) refused('seed', text);
  });
  it('lists of whole numbers', () => {
    expect(parse('outputs', '0,3')).toEqual([0, 3]);
    expect(parse('outputs', ' 0 , 3 ')).toEqual([0, 3]);
    for (const text of ['', '0,', ',0', '0,-1', '0;1', 'all', '0.5']) refused('outputs', text);
  });
  it('choices', () => {
    expect([parse('output', 'logit'), parse('decision', 'min'), parse('witness', 'none')]).toEqual(['logit', 'min', 'none']);
    for (const text of ['', 'Logit', 'logits']) refused('output', text);
  });
  it('says what was typed, where, and what was expected', () => {
    expect(() => parse('threads', '0')).toThrow('"0", --threads, expected a whole number from 1 to 1024');
    expect(() => parse('delta', 'NaN')).toThrow('"NaN", --delta, expected a finite number >= 0');
    expect(() => parse('output', 'f')).toThrow('"f", --output, expected confidence or logit');
  });
});
