import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, parabound, ROOT } from '../support/command.js';

const CATS = 'examples/cats.json';
const ACASXU = `${ROOT}../shared/data/acasxu/ACASXU_run2a_1_1_batch_2000.nnet`;
const ATHLETES = 'examples/athletes-relu.json';

describe('export', () => {
  it('writes to --out, and says where', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'parabound-export-')), 'cats.smt2');
    const { status, stdout } = parabound(['export', 'smt2', CATS, '--property', 'label', '--delta', '0.01', '--out', file]);
    expect([status, stdout]).toEqual([0, `${file}\n`]);
    expect(readFileSync(file, 'utf8')).toBe(parabound(['export', 'smt2', CATS, '--property', 'label', '--delta', '0.01']).stdout);
  });
  it('--json says what is known of the file', () => {
    const words = ['export', 'smt2', CATS, '--property', 'sigma', '--sigma', '0.05', '--delta', '0.01', '--target', 'rational', '--json'];
    expect(json(parabound(words))).toMatchObject({ schema: 'parabound/export@1', logic: 'QF_LRA', task: 'decide', form: 'logit', exact: false, conclusive: ['unsat'], variables: 3 });
    expect(json(parabound([...words, '--conclusive', 'sat']))).toMatchObject({ conclusive: ['sat'] });
    expect(json(parabound(['export', 'minibex', CATS, '--property', 'epsilon', '--delta', '0.01', '--json']))).toMatchObject({ format: 'minibex', task: 'optimise', conclusive: ['bound'] });
  });
  it('a note goes to stderr, and not into the file', () => {
    const { stdout, stderr } = parabound(['export', 'smt2', CATS, '--property', 'label', '--delta', '0.01', '--at', '[1, 1]']);
    expect(stderr).toMatch(/^note: the input is outside/);
    expect(stdout).not.toMatch(/outside the model/);
  });
  it.each<[string, string[], number, RegExp]>([
    ['no property', [], 2, /^OPTION_REQUIRED: --property is missing/],
    ['a property that is none', ['--property', 'delta'], 2, /^OPTION_INVALID/],
    ['no box', ['--property', 'label', '--delta-less'], 2, /^OPTION_UNKNOWN/],
    ['a threshold of another property', ['--property', 'label', '--sigma', '0.1'], 2, /^OPTION_CONFLICT: sigma with --property label/],
    ['sigma of no class', ['--property', 'sigma'], 2, /^OPTION_REQUIRED: --class is missing/],
    ['a class that is none', ['--property', 'label', '--class', '2'], 2, /^OPTION_INVALID: 2, --class, expected classes of/],
    ['exp in rationals', ['--property', 'epsilon', '--epsilon', '0.1', '--target', 'rational'], 2, /^OPTION_INVALID: the question needs exp, --target rational, expected labels, sigma/],
    ['an optimum for cvc5', ['--property', 'epsilon', '--output', 'logit', '--target', 'cvc5'], 2, /^OPTION_INVALID: an optimum, --target cvc5/],
    ['an optimum of products', ['--property', 'epsilon', '--output', 'logit', '--target', 'rational', '--encoding', 'parameters'], 2, /^OPTION_INVALID: an optimum of a product/],
    ['logarithms of both directions', ['--property', 'epsilon', '--epsilon', '0.1', '--form', 'logit'], 2, /^OPTION_INVALID: --form logit, --direction both/],
    ['an equation with a threshold', ['--property', 'epsilon', '--epsilon', '0.1', '--form', 'equation'], 2, /^OPTION_INVALID: --form equation, --epsilon/],
    ['a product without one', ['--property', 'epsilon', '--form', 'product'], 2, /^OPTION_INVALID: --form product, no --epsilon/],
    ['a form of epsilon for labels', ['--property', 'label', '--form', 'hyperbolic'], 2, /^OPTION_INVALID: --form hyperbolic, --property label/],
    ['deviations of neurons', ['--property', 'epsilon', '--form', 'deviation', '--encoding', 'neurons'], 2, /^OPTION_CONFLICT/],
    ['a domain of another dimension', ['--property', 'label', '--domain', '[[0,1]]'], 3, /^DOMAIN_INVALID/],
  ])('refuses %s', (_what, words, expected, message) => {
    const { status, stdout, stderr } = parabound(['export', 'smt2', ATHLETES, '--delta', '0.01', ...words]);
    expect([status, stdout]).toEqual([expected, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toMatch(/\n/);
  });
  it.each<[string, string[], number, string]>([
    ['no box', ['export', 'smt2', CATS, '--property', 'label'], 2, 'BOX_REQUIRED'],
    ['no model', ['export', 'smt2', 'nowhere.json', '--property', 'label', '--delta', '0.01'], 3, 'FILE_NOT_FOUND'],
    ['no format', ['export'], 2, 'COMMAND_MISSING'],
    ['a format that is none', ['export', 'pdf', CATS], 2, 'COMMAND_UNKNOWN'],
    ['a place that is none', ['export', 'smt2', CATS, '--property', 'label', '--delta', '0.01', '--out', 'package.json/cats.smt2'], 1, 'OUTPUT_FAILED'],
    ['Minibex of a label', ['export', 'minibex', CATS, '--property', 'label', '--delta', '0.01'], 2, 'OPTION_INVALID'],
    ['Minibex for Z3', ['export', 'minibex', CATS, '--property', 'epsilon', '--delta', '0.01', '--target', 'rational'], 2, 'OPTION_UNKNOWN'],
  ])('refuses %s', (_what, words, expected, code) => {
    const { status, stderr } = parabound(words);
    expect([status, stderr.split(':')[0]]).toEqual([expected, code]);
  });
  it.skipIf(!existsSync(ACASXU))('defines neurons once where a network is deep, and refuses Minibex, which cannot', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'parabound-export-')), 'acasxu.smt2');
    for (const [target, logic] of [['dreal', 'QF_NRA'], ['rational', 'QF_LRA']]) {
      const words = ['export', 'smt2', ACASXU, '--property', 'label', '--delta', '0.0001', '--encoding', 'neurons', '--target', target, '--out', file, '--json'];
      expect(json(parabound(words))).toMatchObject({ logic, file });
      const text = readFileSync(file, 'utf8');
      expect([text.match(/define-fun ph\d+_/g)?.length, text.length < 8e6]).toEqual([300, true]);
    }
    const { status, stderr } = parabound(['export', 'minibex', ACASXU, '--property', 'epsilon', '--delta', '0.0001']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^OPTION_INVALID: .*operations when written out/)]);
  });
});
