/**
 * Golden exports of the cats: each file of export/ is what a command writes, to the letter but for the version. PARABOUND_WRITE_GOLDEN=1
 * writes them anew, after a change that is meant.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parabound } from '../support/command.js';

const COMMANDS: Record<string, string> = {
  'epsilon-plain.smt2': 'smt2 --property epsilon --epsilon 0.06',
  'epsilon-equation.smt2': 'smt2 --property epsilon --form equation',
  'epsilon-hyperbolic.smt2': 'smt2 --property epsilon --form hyperbolic',
  'epsilon-logit-up.smt2': 'smt2 --property epsilon --epsilon 0.06 --form logit --direction up',
  'epsilon-local-rational.smt2': 'smt2 --property epsilon --epsilon 0.036 --at [13.4,2.95] --target rational',
  'epsilon-logits-optimum.smt2': 'smt2 --property epsilon --output logit --target rational',
  'epsilon-cvc5.smt2': 'smt2 --property epsilon --epsilon 0.06 --target cvc5 --encoding parameters',
  'label-rational.smt2': 'smt2 --property label --target rational',
  'sigma-rational.smt2': 'smt2 --property sigma --sigma 0.053 --target rational --conclusive sat',
  'sigma-class-1.smt2': 'smt2 --property sigma --class 1',
  'epsilon.bch': 'minibex --property epsilon',
  'sigma-class-0.bch': 'minibex --property sigma --class 0 --encoding neurons',
};

describe('exports of the cats', () => {
  it.each(Object.entries(COMMANDS))('%s: parabound export %s', (name, command) => {
    const file = new URL(`export/${name}`, import.meta.url);
    const [format, ...options] = command.split(' ');
    const { status, stdout, stderr } = parabound(['export', format, 'examples/cats.json', '--delta', '0.01', ...options]);
    expect([status, stderr]).toEqual([0, '']);
    const text = stdout.replace(/parabound \d+\.\d+\.\d+\S*/, 'parabound VERSION');
    if (process.env.PARABOUND_WRITE_GOLDEN !== undefined) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});
