/** npm run bench -- dreal, with programs in the place of dReal that say what they are told to: what a wrong answer looks like. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/command.js';

function bench(script: string, filter: string): string[] {
  const program = join(mkdtempSync(join(tmpdir(), 'parabound-dreal-')), 'dreal');
  writeFileSync(program, `#!/bin/sh\ncase "$1" in --version) echo 'v4.21.06.2';; *) ${script};; esac\n`);
  chmodSync(program, 0o755);
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bench/run.mjs', '--quick', `dreal ${filter}`], {
    cwd: ROOT, encoding: 'utf8', timeout: 60_000, env: { ...process.env, PARABOUND_DREAL: program, PARABOUND_Z3: '/nowhere/z3', PARABOUND_CVC5: '/nowhere/cvc5', PARABOUND_IBEXOPT: '/nowhere/ibexopt' },
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n');
}

// Processes are held to their time by GNU's timeout.
describe.skipIf(process.platform !== 'linux')('a solver beside parabound', () => {
  const LOCAL = 'cats, delta 0.01, epsilon, local';
  it('that calls everything impossible contradicts a witness', () => {
    const lines = bench('echo unsat', `${LOCAL}: dReal`);
    expect(lines.find((line) => line.includes(`${LOCAL}: dReal  `))).toMatch(/unsat.*CONTRADICTS a witness/);
  });
  it('that answers delta-sat to everything has proved nothing', () => {
    const lines = bench('echo "delta-sat with delta = 0.001"', `${LOCAL}: dReal`);
    expect(lines.find((line) => line.includes(`${LOCAL}: dReal  `))).toMatch(/infinite CPU s.*delta-sat 1% above/);
  });
  it('that returns too small an optimum is contradicted by a witness', () => {
    const lines = bench('echo "delta-sat with delta = 0.001"; echo "eps : [0.0148, 0.0149]"', `${LOCAL}: dReal, minimize`);
    expect(lines.find((line) => line.includes('minimize -eps'))).toMatch(/\[0\.0148, 0\.0149\]; CONTRADICTED by a witness/);
  });
  it('that is missing is said to be', () => {
    expect(bench('echo unsat', `${LOCAL}: parabound`).join('\n')).toMatch(/Here: dReal 4\.21\.06\.2; missing: z3 \(or PARABOUND_Z3\), cvc5 \(or PARABOUND_CVC5\), ibexopt \(or PARABOUND_IBEXOPT\)/);
  });
});
