import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { numbered } from '../support/models.js';
import { HELP } from '../../src/cli/help.js';

const CATS = 'examples/cats.json';
const version = (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }).version;

describe('help', () => {
  it.each([
    [[], /estimate[^]*verify[^]*eval[^]*info[^]*reproduce[^]*Examples:[^]*Exit status/],
    [['estimate'], /epsilon[^]*sigma/],
    [['verify'], /epsilon[^]*label[^]*sigma/],
    [['estimate', 'epsilon'], /--delta <D>[^]*--gap <G>[^]*1e-6[^]*--json[^]*Examples:/],
    [['verify', 'sigma'], /--sigma <S>[^]*Examples:/],
    [['eval'], /--parameters <FILE>[^]*replay/],
    [['export'], /smt2[^]*minibex/],
    [['export', 'smt2'], /--property <WHAT>[^]*--out <FILE>[^]*Examples:/],
    [['check'], /independently[^]*large trees[^]*--json[^]*Examples:/],
    [['certificate'], /unpack[^]*pack/],
    [['convert'], /--out <FILE>[^]*Examples:/],
    [['info'], /<model>/],
    [['reproduce'], /--out <DIR>/],
  ])('%j --help is on stdout, with status 0', (words, text) => {
    const { status, stdout, stderr } = parabound([...words, '--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(text);
  });
  it('does not list what is not there', () => {
    expect(parabound(['estimate', 'epsilon', '--help']).stdout + parabound(['--help']).stdout).not.toMatch(/serve/);
  });
  it('fits a terminal of 80 columns, and examples one of 100', () => {
    for (const command of Object.keys(HELP)) {
      const [help, examples = ''] = parabound([...(command === 'parabound' ? [] : command.split(' ')), '--help']).stdout.split('Examples:');
      const widest = (text: string): string => text.split('\n').reduce((a, b) => (b.length > a.length ? b : a));
      expect([widest(help), widest(examples)]).toEqual([expect.stringMatching(/^.{0,80}$/), expect.stringMatching(/^.{0,100}$/)]);
    }
  });
  it('every example in it parses', () => {
    for (const command of [['estimate', 'epsilon'], ['estimate', 'sigma'], ['verify', 'epsilon'], ['verify', 'label'], ['verify', 'sigma'], ['export', 'smt2'], ['export', 'minibex'], ['report'], ['convert'], ['verdicts'], ['region'], ['check'], ['certificate', 'unpack'], ['certificate', 'pack']]) {
      const examples = parabound([...command, '--help']).stdout.split('\n').filter((line) => line.startsWith('  parabound '));
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const words = example.trim().replace(/ > .*/, '').replace(/'([^']*)'/g, (_, quoted: string) => quoted.replaceAll(' ', '')).split(/\s+/).slice(1);
        const { status, stderr } = parabound(words.map((word) => (/\.(json|proof)$/.test(word) ? `nowhere${word.slice(word.lastIndexOf('.'))}` : word)));
        expect([example, status, stderr.split(':')[0]]).toEqual([example, 3, 'FILE_NOT_FOUND']);
      }
    }
  });
  it('--version', () => { expect(parabound(['--version']).stdout).toBe(`${version}\n`); });
});

describe('info', () => {
  it('says what is in the file', () => {
    const { status, stdout } = parabound(['info', CATS]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/2-1 \(sigmoid\), 3 parameters/);
    expect(stdout).toMatch(/heart weight \(g\) in \[6\.3, 20\.5\]/);
    expect(stdout).toMatch(/label 1 if f > 0\.5, else 0: female, male/);
    expect(stdout).toMatch(/hash: [0-9a-f]{64}/);
  });
  it('names no classes where the file names none', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'parabound-info-')), 'numbered.json');
    writeFileSync(file, JSON.stringify(numbered()));
    expect(parabound(['info', file]).stdout).toMatch(/label 1 if f > 0\.5, else 0\n/);
  });
  it('--json', () => {
    expect(json(parabound(['info', CATS, '--json']))).toMatchObject({
      shape: [2, 1], activations: ['sigmoid'], parameters: 3, level: 0.5, labels: ['female', 'male'], exactness: 'exact', semantics: 'real', version,
      inputs: [{ name: 'heart weight (g)', lower: 6.3, upper: 20.5 }, { name: 'body weight (kg)', lower: 2, upper: 3.9 }],
    });
  });
});

describe('eval', () => {
  it('encloses the output by two neighbouring doubles', () => {
    const { nominal, perturbed, difference } = json(parabound(['eval', CATS, '--at', '[20.5,2]', '--json'])) as { nominal: { outputs: { lower: number; upper: number }[]; label: number }; perturbed: null; difference: null };
    const f = 1 / (1 + Math.exp(3.51518067 - 0.07577862 * 20.5 - 2 * 1.18118408));
    const [{ lower, upper }] = nominal.outputs;
    expect(lower).toBeLessThanOrEqual(f + 1e-15);
    expect(upper).toBeGreaterThanOrEqual(f - 1e-15);
    expect(upper - lower).toBeLessThan(2 ** -52);
    expect([nominal.label, perturbed, difference]).toEqual([1, null, null]);
  });
  it('sets other parameters beside the model\'s', () => {
    const { difference } = json(parabound(['eval', CATS, '--at', '[20.5,2]', '--parameters', '[0.06577862,1.17118408,-3.52518067]', '--json'])) as { difference: { lower: number; upper: number; output: number } };
    expect(difference.lower).toBeCloseTo(0.05752576, 8); // the true epsilon at delta 0.01
    expect(difference.output).toBe(0);
  });
  it('takes a model for parameters, and notes an input outside the domain', () => {
    const { status, stdout, stderr } = parabound(['eval', CATS, '--at', '[1,1]', '--parameters', CATS]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/difference in \[0, 0\]/);
    expect(stdout).toMatch(/the label stays/);
    expect(stderr).toMatch(/^note: the input is outside the model's domain: heart weight \(g\) = 1 .*; body weight \(kg\) = 1 .*\n$/);
    expect(parabound(['eval', CATS, '--at', '[1,1]', '--quiet']).stderr).toBe('');
  });
});

describe('streams', () => {
  it('a reader that closes the pipe early is no failure', () => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${COMMAND}' info ${CATS} --json | true; echo done`], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, 'done\n', '']);
  });
  it('a full disk is', () => {
    const { status, stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${COMMAND}' info ${CATS} --json > /dev/full`], { cwd: ROOT, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^OUTPUT_FAILED: .*stdout\n$/);
  });
});
