/** One rule for every command: what is written makes the folders that it is to be in. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parabound, ROOT } from '../support/command.js';
import { scratch } from '../support/files.js';

const CATS = join(ROOT, 'examples/cats.json');
const DELTA = ['--delta', '0.01'];
const { directory, write } = scratch();
const run = (...args: string[]) => parabound(args, directory);
write('file', '');

const COMMANDS: [string[], string][] = [
  [['export', 'smt2', CATS, ...DELTA, '--property', 'epsilon', '--out'], 'cats.smt2'],
  [['export', 'minibex', CATS, ...DELTA, '--property', 'epsilon', '--out'], 'cats.bch'],
  [['region', CATS, ...DELTA, '--out'], 'cats.svg'],
  [['report', CATS, ...DELTA, '--sections', 'epsilon', '--out'], 'cats.html'],
  [['quantize', CATS, '--quantize', 'int8', '--out'], 'copy.json'],
  [['quantize', CATS, '--quantize', 'int8', '--out'], 'copy.safetensors'],
  [['convert', CATS, '--out'], 'cats.safetensors'],
  [['estimate', 'epsilon', CATS, ...DELTA, '--certificate'], 'cats.proof'],
  [['verify', 'label', CATS, ...DELTA, '--certificate'], 'label.proof'],
];

describe('a file that is to be in folders that are not there', () => {
  it.each(COMMANDS)('%j %s', (words, name) => {
    const path = join('a', name.replace('.', '-'), name);
    expect(run(...words, path)).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(directory, path))).toBe(true);
    const blocked = run(...words, join('file', name));
    expect([blocked.status, blocked.stderr]).toEqual([1, expect.stringMatching(/^OUTPUT_FAILED: [^\n]*file[^\n]*, expected a (file|directory) that can be written( to)?\n$/)]);
  });
  it('certificate pack', () => {
    run('verify', 'label', CATS, ...DELTA, '--certificate', 'cats.proof');
    write('cats.proof.json', run('certificate', 'unpack', 'cats.proof').stdout);
    expect(run('certificate', 'pack', 'cats.proof.json', 'b/c/again.proof')).toMatchObject({ status: 0, stderr: '' });
    expect(run('check', 'b/c/again.proof', CATS).status).toBe(0);
  });
});
