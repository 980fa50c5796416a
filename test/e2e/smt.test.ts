/** Z3 behind the command: what it prints, and that nothing of it outlives or outlasts what was asked. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, json, parabound } from '../support/command.js';
import { available } from '../support/smt.js';
import { deep, identity, shifted } from '../support/ties.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parabound-smt-'));
  for (const [name, model] of Object.entries({ deep: deep(), identity: identity(), shifted: shifted(), hard: hard() })) writeFileSync(join(folder, `${name}.json`), JSON.stringify(model));
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const AWKWARD = [0.3, -0.7, 0.9, -0.4, 0.6, -0.2, 0.8];

/** Wide and deep: minutes of Z3's time. */
function hard(): object {
  const weights = (rows: number, columns: number) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => AWKWARD[(3 * i + 5 * j + i * j) % 7]));
  const layer = (rows: number, columns: number, activation = 'relu') => ({ weights: weights(rows, columns), bias: Array.from({ length: rows }, (_, i) => AWKWARD[i % 7] / 8), activation });
  return { format: 'parabound-model@1', inputs: Array.from({ length: 4 }, () => ({ lower: -1, upper: 1 })), layers: [layer(12, 4), layer(12, 12), layer(12, 12), layer(1, 12, 'linear')] };
}

describe.skipIf(!available)('the command', () => {
  const identities = ['verify', 'epsilon', 'identity.json', '--epsilon', '0', '--against', 'shifted.json', '--threads', '1'];

  it('settles a tie, and says who did', () => {
    expect(json(parabound([...identities, '--smt', 'off', '--json'], folder))).toMatchObject({ verdict: 'unknown', status: 'stalled', stats: { leavesBySmt: 0 } });
    const result = json(parabound([...identities, '--json'], folder)) as { stats: { leavesBySmt: number } };
    expect(result).toMatchObject({ verdict: 'robust', status: 'complete', stats: { smt: { refuted: 0, gaveUp: 0 } } });
    expect(result.stats.leavesBySmt).toBeGreaterThan(0);
    expect(parabound(identities, folder).stdout).toMatch(/^robust\n[^]*; Z3 closed \d+ of \d+ box/);
  });
  it('refuses what is no option', () => {
    expect(parabound([...identities, '--smt', 'maybe'], folder)).toMatchObject({ status: 2, stderr: 'OPTION_INVALID: "maybe", --smt, expected off or auto or always\n' });
    expect(parabound([...identities, '--smt-timeout', '-1'], folder).status).toBe(2);
  });

  const HARD = ['verify', 'epsilon', 'hard.json', '--epsilon', '46', '--delta', '0.05', '--max-boxes', '20', '--threads', '1', '--smt', 'always', '--json'];

  it('gives up in time', () => {
    const startedAt = performance.now();
    expect(json(parabound([...HARD, '--smt-timeout', '0.5'], folder))).toMatchObject({ verdict: 'unknown', stats: { smt: { closed: 0, refuted: 0 } } });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
  it('prints what was proved when it is interrupted while Z3 thinks', async () => {
    const child = spawn(process.execPath, [COMMAND, ...HARD, '--smt-timeout', '60'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
    const ended = new Promise<number | null>((resolve) => child.once('close', (status) => { resolve(status); }));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', stats: { smt: { gaveUp: 1 } } });
  }, 30_000);
  it('a process that asked Z3 ends by itself', async () => {
    const script = `
      import { loadModel, verifyEpsilon } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const [model, against] = await Promise.all([loadModel('identity.json'), loadModel('shifted.json')]);
      console.log((await verifyEpsilon(model, { against, epsilon: 0 })).verdict);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const startedAt = performance.now();
    let out = '';
    child.stdout.on('data', (text: Buffer) => { out += text.toString(); });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(out).toBe('robust\n');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  }, 30_000);
});
