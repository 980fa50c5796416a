/** parabound estimate epsilon --inputs: epsilon at each row of a table. */
import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { scratch } from '../support/files.js';

const CATS = 'examples/cats.json';
const { write } = scratch();
const table = write('cats.csv', 'name,body weight (kg),heart weight (g)\na,3,10\nb,2,20.5\nc,2,6.3\n');
const ESTIMATE = ['estimate', 'epsilon', CATS, '--delta', '0.01'];
const ROWS = [...ESTIMATE, '--inputs'];
const lines = (text: string): Record<string, unknown>[] => text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

describe('epsilon at each row', () => {
  it('in words: the largest, and the rows that have it', () => {
    const { status, stdout, stderr } = parabound([...ROWS, table]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^epsilon at 3 inputs: the largest in \[0\.0575257632\d*, 0\.0575257632\d*\], attained in row 2\n {2}complete: the gap asked for is reached\n {4}row 2 {2}\[0\.0575[^\n]*\n {4}row 1 {2}\[0\.0308[^\n]*\n {4}row 3 {2}\[[^\n]*\n3 boxes, .*real arithmetic\n$/);
  });
  it('--json is an object a row, in their order, and then the summary', () => {
    const rows = lines(parabound([...ROWS, table, '--json']).stdout);
    expect(rows.slice(0, 3).map(({ row, status }) => [row, status])).toEqual([[1, 'complete'], [2, 'complete'], [3, 'complete']]);
    for (const [i, at] of ['[10, 3]', '[20.5, 2]', '[6.3, 2]'].entries()) {
      const { lower, upper } = json(parabound([...ESTIMATE, '--at', at, '--json'])) as { lower: number; upper: number };
      const row = rows[i] as { lower: number; upper: number };
      expect([Object.keys(row), Math.max(lower, row.lower) <= Math.min(upper, row.upper)]).toEqual([['row', 'lower', 'upper', 'status'], true]);
    }
    expect(rows[3]).toMatchObject({ schema: 'parabound/epsilons@1', query: 'epsilon', status: 'complete', inputs: 3, complete: 3, outside: 0, largest: { row: 2 }, stats: { boxes: 3 }, semantics: 'real' });
    expect(rows).toHaveLength(4);
  });
  it('- is standard input, and more rows than are named are counted', () => {
    const { stdout } = spawnSync(process.execPath, [COMMAND, ...ROWS, '-'], { cwd: ROOT, encoding: 'utf8', input: Array.from({ length: 40 }, (_, i) => `${7 + i / 10},3\n`).join('') });
    expect(stdout).toMatch(/^epsilon at 40 inputs[^]*\n {4}and 28 more, none with a larger end \(--json has all\)\n/);
  });
  it('a row that is no input ends them: what came before is there, and then what is wrong', () => {
    const bad = write('bad.csv', '10,3\n11,x\n12,3\n');
    const text = parabound([...ROWS, bad]);
    expect([text.status, text.stderr]).toEqual([3, expect.stringMatching(/^INPUT_INVALID: "x", column 2, row 2, line 2 of inputs .*bad\.csv, expected a finite number\n$/)]);
    expect(text.stdout).toMatch(/^epsilon at 1 input: [^]*\n {2}error: stopped by a row that is no input\n/);
    const rows = lines(parabound([...ROWS, bad, '--json']).stdout);
    expect(rows).toMatchObject([{ row: 1 }, { status: 'error', inputs: 1, error: { code: 'INPUT_INVALID' } }]);
  });
  it('an interrupt ends them with what was proved', async () => {
    const child = spawn(process.execPath, [COMMAND, ...ROWS, '-', '--json'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') child.kill('SIGINT'); // a row came out while the input is still open
      stdout += text;
    });
    child.stdin.write('10,3\n9,2.3\n');
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    const rows = lines(stdout);
    expect(rows[0]).toMatchObject({ row: 1, status: 'complete' });
    expect(rows.at(-1)).toMatchObject({ status: 'interrupted', inputs: rows.length - 1 });
  });
  it.each<[string[], number, RegExp]>([
    [['--at', '[10, 3]'], 2, /^OPTION_CONFLICT: --at and --inputs exclude each other, the query, expected one of them\n$/],
    [['--domain', '[[1,2],[3,4]]'], 2, /^OPTION_CONFLICT: --domain and --inputs exclude each other, the query, expected one of them: each row is a domain of its own\n$/],
    [['--certificate', 'x.proof'], 2, /^OPTION_CONFLICT: --certificate and --inputs .*expected --at with the row/],
    [['--witness', 'full'], 2, /^OPTION_CONFLICT: --witness and --inputs .*expected --at with the row/],
    [['--arithmetic', 'fp16'], 2, /^OPTION_CONFLICT: --arithmetic and --inputs .*expected --at with a row/],
    [['--inputs', 'nowhere.csv'], 3, /^FILE_NOT_FOUND: no such file, inputs nowhere\.csv/],
  ])('%j is refused', (words, status, error) => {
    const run = parabound([...ROWS, table, ...words]);
    expect([run.status, run.stdout, run.stderr]).toEqual([status, '', expect.stringMatching(error)]);
  });
  it('sigma has no rows', () => {
    expect(parabound(['estimate', 'sigma', CATS, '--delta', '0.01', '--inputs', table]).stderr).toMatch(/^OPTION_UNKNOWN/);
  });
});
