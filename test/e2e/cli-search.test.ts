/** The command on searches that take time: budgets, signals, progress, start-up. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heNetwork, modelFile, random } from '../support/random.js';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';

interface Result { lower: number; upper: number | null; status: string; witness: { input: number[]; parameters: number[]; value: number } | null; stats: { boxes: number; seconds: number }; classes: { status: string; reachable: boolean | null }[] }

let folder: string;
let hard: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parabound-search-'));
  hard = join(folder, 'hard.json');
  // Eight inputs and 24 tanh units: far from done in any time that a test can take.
  writeFileSync(hard, JSON.stringify(modelFile(heNetwork(random(1), [8, 24, 1], 'tanh', 'sigmoid'), Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? -1 : 1)))));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const LONG = (): string[] => ['estimate', 'epsilon', hard, '--delta', '0.01', '--gap', '0', '--json'];

/** Starts the command, sends it a signal after a while, and gives what it printed. */
function signalled(args: string[], signal: NodeJS.Signals, afterMs: number): Promise<{ code: number | null; stdout: string; stderr: string; ms: number }> {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: ROOT });
  let [stdout, stderr, sentAt] = ['', '', 0];
  child.stdout.on('data', (data: Buffer) => { stdout += data.toString(); });
  child.stderr.on('data', (data: Buffer) => { stderr += data.toString(); });
  setTimeout(() => { sentAt = performance.now(); child.kill(signal); }, afterMs);
  return new Promise((resolve) => { child.on('close', (code) => { resolve({ code, stdout, stderr, ms: performance.now() - sentAt }); }); });
}

describe('signals: what was proved is printed', () => {
  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s leaves with %d', async (signal, status) => {
    const { code, stdout, stderr, ms } = await signalled(LONG(), signal, 1500);
    expect([code, stderr]).toEqual([status, '']);
    const { lower, upper, status: said, witness, stats } = JSON.parse(stdout) as Result;
    expect(said).toBe('interrupted');
    expect(lower).toBeGreaterThan(0);
    expect(upper).toBeGreaterThan(lower);
    expect(witness?.value).toBe(lower);
    expect(stats.boxes).toBeGreaterThan(10);
    expect(ms).toBeLessThan(2000);
  });
  it('with several threads, in words, for sigma', async () => {
    const { code, stdout } = await signalled(['estimate', 'sigma', hard, '--delta', '0.01', '--gap', '0', '--threads', '2'], 'SIGINT', 1500);
    expect(code).toBe(130);
    expect(stdout).toMatch(/sigma of class 0 in \[[^]*interrupted[^]*sigma of class 1 in \[[^]*interrupted/);
  });
  it('verify says what is left', async () => {
    // Just above what a second finds: too near the maximum to be proved, too far above what is attained to be refuted.
    const { lower } = json(parabound([...LONG(), '--timeout', '1'])) as Result;
    const { code, stdout } = await signalled(['verify', 'epsilon', hard, '--delta', '0.01', '--epsilon', String(lower * (1 + 1e-6)), '--json'], 'SIGINT', 1500);
    expect(code).toBe(130);
    const result = JSON.parse(stdout) as { verdict: string; status: string; remaining: { boxes: number; volumeFraction: number } };
    expect(result).toMatchObject({ verdict: 'unknown', status: 'interrupted' });
    expect(result.remaining.boxes).toBeGreaterThan(0);
    expect(result.remaining.volumeFraction).toBeGreaterThan(0);
    expect(result.remaining.volumeFraction).toBeLessThanOrEqual(1);
  });
});

describe('budgets: the best enclosure by then', () => {
  it('--timeout', () => {
    const { lower, upper, status, stats } = json(parabound([...LONG(), '--timeout', '0.5'])) as Result;
    expect(status).toBe('timeout');
    expect(upper).toBeGreaterThan(lower);
    expect(stats.seconds).toBeGreaterThan(0.45);
    expect(stats.seconds).toBeLessThan(1.5);
  });
  it('--max-boxes', () => {
    const { status, stats } = json(parabound([...LONG(), '--max-boxes', '200'])) as Result;
    expect(status).toBe('limit');
    expect(stats.boxes).toBeGreaterThanOrEqual(200);
    expect(stats.boxes).toBeLessThan(1000);
  });
  it('--timeout 0 still answers', () => {
    const { lower, upper } = json(parabound([...LONG(), '--timeout', '0'])) as Result;
    expect(upper ?? Infinity).toBeGreaterThan(lower);
  });
  it('the time of a sigma query is for all classes together', () => {
    const { status, stats } = json(parabound(['estimate', 'sigma', hard, '--delta', '0.01', '--gap', '0', '--timeout', '1', '--json'])) as Result;
    expect(status).toBe('timeout');
    expect(stats.seconds).toBeLessThan(2);
  });
  it('more threads bring the same answer, within the gap', () => {
    const args = ['estimate', 'epsilon', 'examples/athletes-relu.json', '--delta', '0.01', '--gap', '1e-9', '--json'];
    const [one, two] = ['1', '2'].map((threads) => json(parabound([...args, '--threads', threads])) as Result);
    expect(Math.max(one.lower, two.lower)).toBeLessThanOrEqual(Math.min(one.upper!, two.upper!));
  });
});

describe('a witness', () => {
  it('is replayed from the saved result, and attains what was claimed', () => {
    const saved = parabound(['estimate', 'epsilon', 'examples/athletes-relu.json', '--delta', '0.01', '--json']).stdout;
    const file = join(folder, 'result.json');
    writeFileSync(file, saved);
    const { witness } = JSON.parse(saved) as Result;
    const replay = json(parabound(['eval', 'examples/athletes-relu.json', '--parameters', file, '--json'])) as { input: number[]; difference: { lower: number; upper: number }; notes: string[] };
    expect(replay.input).toEqual(witness!.input);
    expect(replay.difference.lower).toBeGreaterThanOrEqual(witness!.value);
    expect(replay.difference.upper).toBeLessThan(witness!.value + 1e-9);
    expect(replay.notes).toEqual([]);
    expect(json(parabound(['eval', 'examples/athletes-linear.json', '--parameters', file, '--json']))).toMatchObject({ notes: [expect.stringContaining('of another model')] });
  });
  it('of a class is found by its input', () => {
    const saved = parabound(['estimate', 'sigma', 'examples/cats.json', '--delta', '0.01', '--json']).stdout;
    const file = join(folder, 'sigma.json');
    writeFileSync(file, saved);
    const { classes } = JSON.parse(saved) as { classes: { label: number; lower: number; witness: { input: number[] } }[] };
    for (const { label, lower, witness } of classes) {
      const replay = json(parabound(['eval', 'examples/cats.json', '--at', JSON.stringify(witness.input), '--parameters', file, '--json'])) as { nominal: { label: number; margin: { lower: number } }; perturbed: { label: number } };
      expect([replay.nominal.label, replay.perturbed.label]).toEqual([label, 1 - label]);
      expect(replay.nominal.margin.lower).toBeGreaterThanOrEqual(lower);
    }
    expect(parabound(['eval', 'examples/cats.json', '--parameters', file]).stderr).toMatch(/^PARAMETERS_INVALID: 2 witnesses/);
  });
});

describe('progress', () => {
  it('is not drawn where stderr is no terminal', () => {
    expect(parabound([...LONG(), '--timeout', '0.5']).stderr).toBe('');
  });
  it('is drawn on a terminal, and wiped, unless --quiet', () => {
    const inTerminal = (extra: string) => spawnSync('script', ['-qec', `'${process.execPath}' '${COMMAND}' ${LONG().join(' ')} --timeout 0.7 ${extra} >'${folder}/out.json'`, '/dev/null'], { cwd: ROOT, encoding: 'utf8' });
    const { error, stdout } = inTerminal('');
    if (error !== undefined) return; // no script(1) here
    expect(stdout).toMatch(/\r\x1b\[2K\[0\.\d+, .*boxes.*open/); // eslint-disable-line no-control-regex
    expect(stdout.endsWith('\r\x1b[2K')).toBe(true);
    expect(inTerminal('--quiet').stdout).toBe('');
  });
});
