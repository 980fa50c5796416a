import { Command } from 'commander';
import { expect, it } from 'vitest';
import { WRAPPING } from '../../../src/cli/wrap.js';

const helper = (width: number) => Object.assign(new Command().configureHelp(WRAPPING).createHelp(), { helpWidth: width });
const wrapped = (text: string, width: number): string[] => helper(width).boxWrap(text, width).split('\n');

it('the last column of a table goes on below itself', () => {
  expect(wrapped('.safetensors  float32 where that is exact, else float64; with a layout beside it', 50)).toEqual([
    '.safetensors  float32 where that is exact, else',
    '              float64; with a layout beside it',
  ]);
  expect(wrapped('--form     plain       outputs as they are, an alternative for each direction\n           absolute    one |difference|', 60)).toEqual([
    '--form     plain       outputs as they are, an alternative',
    '                       for each direction',
    '           absolute    one |difference|',
  ]);
});

it('text flows, and a column too narrow for any is left to the terminal', () => {
  expect(wrapped('a query of a network that is wider than the terminal is', 30)).toEqual(['a query of a network that is', 'wider than the terminal is']);
  expect(wrapped('a-column-that-is-long  and more text than fits', 40)).toEqual(['a-column-that-is-long  and more text', 'than fits']);
});
