import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { scratch } from '../support/files.js';

const CATS = 'examples/cats.json';
const { write, directory } = scratch();
const table = write('cats.csv', 'name,body weight (kg),heart weight (g)\na,3,10\nb,2.3,9\nc,2,6.3\n');
const lines = (text: string): Record<string, unknown>[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
const piped = (input: string, ...args: string[]) => spawnSync(process.execPath, [COMMAND, 'verdicts', CATS, '--inputs', '-', '--delta', '0.01', ...args], { cwd: ROOT, encoding: 'utf8', input });

describe('verdicts', () => {
  it('are a table for people', () => {
    const { status, stdout, stderr } = parabound(['verdicts', CATS, '--inputs', table, '--delta', '0.01']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ +inputs +safe +flips +undecided\nlabel female \(0\) +2 +1 \(50\.0%\) +1 \(50\.0%\) +0 \(0\.0%\)\nlabel male \(1\) +1 +1 \(100\.0%\)/);
    expect(stdout).toMatch(/\nflips: row 2\n3 boxes/);
  });
  it('--json is NDJSON: a line for each row, then the summary; a line replays', () => {
    const { status, stdout } = parabound(['verdicts', CATS, '--inputs', table, '--delta', '0.01', '--json']);
    expect(status).toBe(0);
    const [first, second, third, summary, ...more] = lines(stdout);
    expect(more).toEqual([]);
    expect(first).toEqual({ row: 1, verdict: 'safe', nominalLabel: 1, label: null, witness: null });
    expect(second).toMatchObject({ row: 2, verdict: 'flips', nominalLabel: 0, label: 1, witness: { input: [9, 2.3] } });
    expect(third).toMatchObject({ row: 3, verdict: 'safe', nominalLabel: 0 });
    expect(summary).toMatchObject({ schema: 'parabound/verdicts@1', status: 'complete', inputs: 3, safe: 2, flips: 1, undecided: 0 });
    const replayed = json(parabound(['eval', CATS, '--parameters', write('line.json', JSON.stringify(second)), '--json'])) as { nominal: { label: number }; perturbed: { label: number } };
    expect([replayed.nominal.label, replayed.perturbed.label]).toEqual([0, 1]);
  });
  it('read standard input, and a copy', () => {
    const { status, stdout } = piped('10,3\n9,2.3\n', '--json', '--witness', 'none', '--threads', '1');
    expect(status).toBe(0);
    expect(lines(stdout).slice(0, 2)).toEqual([{ row: 1, verdict: 'safe', nominalLabel: 1, label: null }, { row: 2, verdict: 'flips', nominalLabel: 0, label: 1 }]);
  });
  it('a row that is no input ends them: what came before is said, and what is wrong', () => {
    const told = piped('10,3\n9,2.3\n9,many\n10,3\n', '--json');
    expect(told.status).toBe(3);
    expect(told.stderr).toMatch(/^INPUT_INVALID: "many", column 2, row 3, line 3 of inputs of stdin, expected a finite number\n$/);
    expect(lines(told.stdout)).toMatchObject([{ row: 1 }, { row: 2 }, { schema: 'parabound/verdicts@1', status: 'error', inputs: 2, error: { code: 'INPUT_INVALID' } }]);
    const text = piped('10,3\nx,y\n');
    expect([text.status, text.stdout.split('\n')[0].trim().split(/\s+/)]).toEqual([3, ['inputs', 'safe', 'flips', 'undecided']]);
    expect(text.stdout).toContain('\nerror: stopped by a row that is no input, after 1 input\n');
  });
  it('a header that names no input of a model without names is noted', () => {
    const { output: _, ...model } = JSON.parse(readFileSync(join(ROOT, CATS), 'utf8')) as { inputs: object[]; output: object };
    const nameless = write('nameless.json', JSON.stringify({ ...model, inputs: model.inputs.map((input) => ({ ...input, name: undefined })) }));
    const run = parabound(['verdicts', nameless, '--inputs', write('other.csv', 'id,height\n10,3\n'), '--delta', '0.01', '--json']);
    expect([run.status, run.stderr]).toEqual([0, expect.stringMatching(/^note: the header "id,height" of inputs .*its columns are taken in order\n$/)]);
    expect(lines(run.stdout).at(-1)).toMatchObject({ status: 'complete', notes: [expect.stringMatching(/^the header "id,height"/)] });
  });
  it.each([
    [['--delta', '1'], 2, /^OPTION_REQUIRED: --inputs is missing/], [['--inputs', 'x.csv'], 2, /^BOX_REQUIRED/], [['--inputs', 'nowhere.csv', '--delta', '1'], 3, /^FILE_NOT_FOUND/],
    [['--inputs', 'x.csv', '--delta', '1', '--at', '[1,2]'], 2, /^OPTION_UNKNOWN/], [['--inputs', 'x.csv', '--delta', '1', '--gap', '1'], 2, /^OPTION_UNKNOWN/],
  ])('%j', (args, status, error) => {
    const run = parabound(['verdicts', CATS, ...args]);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toMatch(error);
  });
  it('an interrupt ends them with what was judged, though more is waited for', async () => {
    const child = spawn(process.execPath, [COMMAND, 'verdicts', CATS, '--inputs', '-', '--delta', '0.01', '--json'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') child.kill('SIGINT'); // a verdict came out while the input is still open
      stdout += text;
    });
    child.stdin.write('10,3\n9,2.3\n10,3\n');
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(130);
    const judged = lines(stdout);
    expect(judged.at(-1)).toMatchObject({ status: 'interrupted', inputs: judged.length - 1 });
    expect(judged[0]).toMatchObject({ row: 1, verdict: 'safe' });
  });
  it('a reader that has seen enough is no failure', () => {
    const many = write('many.csv', '10,3\n'.repeat(50_000));
    const run = spawnSync('sh', ['-c', `'${process.execPath}' '${COMMAND}' verdicts ${CATS} --inputs '${many}' --delta 0.01 --json | head -2; echo done`], { cwd: ROOT, encoding: 'utf8' });
    expect([run.status, run.stderr, run.stdout.split('\n').length]).toEqual([0, '', 4]);
  });
});

describe('region', () => {
  it('encloses the areas, and draws them', () => {
    const out = join(directory, 'region.svg');
    const { status, stdout, stderr } = parabound(['region', CATS, '--delta', '0.01', '--out', out]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^safe +9[12]\.\d+ to 92\.\d+% +of the domain, \d+ boxes\ncan flip +[78]\.\d+ to 8\.\d+%.*\nundecided .*\n {2}complete: .*\npicture: .*region\.svg\n/);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg[^]*Where labels of cats\.json can flip[^]*<\/svg>/);
  });
  it('--json has the parts, boxes and a picture', () => {
    const result = json(parabound(['region', CATS, '--delta', '0.01', '--boxes', '3', '--json'])) as Record<string, unknown>;
    expect(result).toMatchObject({ schema: 'parabound/region@1', query: 'region', status: 'complete', domain: [[6.3, 20.5], [2, 3.9]], picture: { inputs: [0, 1] } });
    expect(result.boxes).toHaveLength(3);
  });
  it('a slice holds inputs still, by name or number', () => {
    const by = (word: string): unknown => {
      const { safe, flippable } = json(parabound(['region', CATS, '--delta', '0.01', '--threads', '1', '--slice', word, '--json'])) as { safe: unknown; flippable: unknown };
      return [safe, flippable];
    };
    expect(by('heart weight (g)=10')).toEqual(by('x0=10'));
    expect(parabound(['region', CATS, '--delta', '0.01', '--out', join(directory, 'no.png')]).stderr).toMatch(/^OPTION_INVALID: a file that ends in '\.png', --out, expected one that ends in \.svg/);
    expect(parabound(['region', CATS, '--delta', '0.01', '--slice', 'x0=10', '--out', join(directory, 'no.svg')]).stderr).toMatch(/^OPTION_INVALID: 1 varying input, --out, expected two/);
    expect(parabound(['region', CATS, '--delta', '0.01', '--slice', 'x7=10']).stderr).toMatch(/^OPTION_INVALID: "x7=10", --slice/);
  });
  it('says what it takes where there are no bounds, and what lies outside them', () => {
    const bare = write('bare.json', JSON.stringify({ format: 'parabound-model@1', inputs: [{}, {}], layers: [{ weights: [[1, 2]], bias: [0], activation: 'linear' }] }));
    for (const slice of [[], ['--slice', 'x0=1']]) {
      expect(parabound(['region', bare, '--delta', '0.01', ...slice]).stderr).toMatch(/^DOMAIN_MISSING: no input bounds, .*bare\.json, expected bounds in the model file, or --domain '\[\[lo,hi\],\.\.\.\]', of which --slice may hold some still\n$/);
    }
    const outside = parabound(['region', CATS, '--delta', '0.01', '--slice', 'x0=30', '--json']);
    const note = 'the slice is outside the model\'s domain: heart weight (g) = 30 is not in [6.3, 20.5]';
    expect([outside.stderr, (json(outside) as { notes: string[] }).notes]).toEqual([`note: ${note}\n`, [note]]);
  });
  it('takes the input box of a VNN-LIB property', () => {
    const box = write('box.vnnlib', ['X_0', 'X_1', 'Y_0'].map((name) => `(declare-const ${name} Real)\n`).join('') + '(assert (>= X_0 8))(assert (<= X_0 12))(assert (>= X_1 2))(assert (<= X_1 3))(assert (>= Y_0 0.5))');
    expect(json(parabound(['region', CATS, '--delta', '0.01', '--domain', box, '--json']))).toMatchObject({ domain: [[8, 12], [2, 3]], notes: [expect.stringMatching(/^only the input box/)] });
  });
  it('a picture that cannot be written is an error after the result', () => {
    const run = parabound(['region', CATS, '--delta', '0.01', '--out', directory, '--json']);
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: 'parabound/region@1', error: { code: 'OUTPUT_FAILED' } });
  });
});
