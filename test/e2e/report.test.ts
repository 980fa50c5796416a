import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportResults } from '../../src/index.js';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { randomModel } from '../support/models.js';

const CATS = `${ROOT}examples/cats.json`;
const folder = (): string => mkdtempSync(join(tmpdir(), 'parabound-report-'));

describe('parabound report', () => {
  it('writes a page and says what is in it', () => {
    const at = folder();
    const { status, stdout, stderr } = parabound(['report', CATS, '--delta', '0.01', '--epsilon', '0.06'], at);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^epsilon property: robust\nlabels: violated\nepsilon in \[0\.0575\d+, 0\.0575\d+\]\nsigma in \[0\.0522\d+, 0\.0522\d+\]\nreport: report\.html\nresults: SHA-256 [0-9a-f]{64}\n$/);
    const page = readFileSync(join(at, 'report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page).toContain(/SHA-256 ([0-9a-f]{64})/.exec(stdout)![1]);
  });

  it('--json prints what the page holds, whose hash the page states', () => {
    const at = folder();
    const { stdout } = parabound(['report', CATS, '--delta', '0.01', '--json', '--sections', 'epsilon,sigma', '--out', 'cats.html'], at);
    const results = JSON.parse(stdout) as ReportResults;
    expect(results).toMatchObject({ schema: 'parabound/report@1', status: 'complete', label: null, question: { box: { kind: 'absolute', size: 0.01 } } });
    const page = readFileSync(join(at, 'cats.html'), 'utf8');
    expect(page).toContain(createHash('sha256').update(stdout.trimEnd()).digest('hex'));
    expect(page.replace(/<[^>]+>/g, '')).toContain(`\nparabound report ${CATS} --delta 0.01 --json --sections epsilon,sigma --out cats.html\n`);
  });

  it('--certificates writes a proof of each answer, which the checker accepts by the commands of the page', () => {
    const at = folder();
    expect(parabound(['report', CATS, '--delta', '0.01', '--sigma', '0.053', '--sections', 'label,epsilon,sigma', '--certificates', 'the proofs'], at).status).toBe(0);
    const page = readFileSync(join(at, 'report.html'), 'utf8');
    const commands = [...page.replace(/<\/?(span|pre|code)>/g, '').matchAll(/^parabound check &#39;(the proofs\/[a-z-]+\.proof)&#39; (\S+)$/gm)];
    expect(commands.map(([, file]) => file)).toEqual(['the proofs/label.proof', 'the proofs/epsilon.proof', 'the proofs/sigma.proof', 'the proofs/verify-sigma.proof']);
    for (const [, file, model] of commands) expect(json(parabound(['check', file, model, '--json'], at))).toMatchObject({ verdict: 'accepted' });
  });

  it('an error of the query is one line, and no page is written', () => {
    const at = folder();
    for (const [args, code, status] of [[[CATS], 'BOX_REQUIRED', 2], [[CATS, '--delta', '0.01', '--sections', 'all'], 'OPTION_INVALID', 2], [['nowhere.json', '--delta', '1'], 'FILE_NOT_FOUND', 3], [[CATS, '--delta', '1', '--certificate', 'x'], 'OPTION_UNKNOWN', 2]] as const) {
      const run = parabound(['report', ...args], at);
      expect([run.status, run.stderr.split(':')[0], run.stderr.trimEnd().split('\n').length]).toEqual([status, code, 1]);
    }
    expect(existsSync(join(at, 'report.html'))).toBe(false);
  });

  it('a page that cannot be written is an error, and the results are not lost', () => {
    const { status, stdout, stderr } = parabound(['report', CATS, '--delta', '0.01', '--out', '/proc/nowhere/report.html', '--json']);
    expect([status, stderr.split(':')[0]]).toEqual([1, 'OUTPUT_FAILED']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'parabound/report@1', error: { code: 'OUTPUT_FAILED' } });
  });

  it('SIGINT writes the page of what was proved by then', async () => {
    const at = folder();
    writeFileSync(join(at, 'deep.json'), JSON.stringify(randomModel({ sizes: [6, 12, 12, 12, 3], seed: 5, last: 'softmax' })));
    const running = spawn(process.execPath, [COMMAND, 'report', 'deep.json', '--delta', '0.01', '--gap', '0', '--smt', 'off', '--threads', '1', '--timeout', '50'], { cwd: at });
    const left = new Promise((resolve) => running.on('exit', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    running.kill('SIGINT');
    expect(await left).toBe(130);
    expect(readFileSync(join(at, 'report.html'), 'utf8')).toContain('it was stopped from outside');
  });
});
