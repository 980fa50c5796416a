import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The set-up in a copy of the project, on a machine that has only what a test puts there. Nothing is built or fetched. */
describe('the set-up', () => {
  let copy: string;
  let tools: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'parabound-setup-'));
    tools = join(copy, 'tools');
    mkdirSync(tools);
    for (const name of ['scripts', 'native', 'package.json', 'package-lock.json', 'CMakeLists.txt', 'binding.gyp']) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    writeFileSync(join(copy, 'npm-cli.cjs'), `require('fs').writeFileSync(${JSON.stringify(join(copy, 'npm-called'))}, process.argv.slice(2).join(' ')); process.exit(1)`);
  });
  afterEach(() => { rmSync(copy, { recursive: true }); });

  const withDependencies = () => { symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules')); };

  function withTool(name: string): void {
    writeFileSync(join(tools, name), '#!/bin/sh\necho version 1.0\n');
    chmodSync(join(tools, name), 0o755);
  }

  function setup() {
    const env = { PATH: tools, npm_execpath: join(copy, 'npm-cli.cjs') };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: copy, env, encoding: 'utf8' });
    expect(stdout).toBe('');
    return { status, lines: stderr.trim().split('\n') };
  }

  it('installs what is missing, and says so', () => {
    const { status, lines } = setup();
    expect(lines[0]).toBe('parabound: installing dependencies: npm ci');
    expect(readFileSync(join(copy, 'npm-called'), 'utf8')).toMatch(/^ci /);
    expect(status).toBe(1);
  });

  it('installs again when the lock asks for another version', () => {
    withDependencies();
    const lock = JSON.parse(readFileSync(join(copy, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version: string }> };
    lock.packages['node_modules/commander'].version = '0.0.1';
    writeFileSync(join(copy, 'package-lock.json'), JSON.stringify(lock));
    expect(setup().lines[0]).toMatch(/npm ci/);
  });

  it('says how to get a compiler where there is none', () => {
    withDependencies();
    const { status, lines } = setup();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/no C\+\+ compiler.*apt-get install g\+\+/);
    expect(status).toBe(1);
    expect(existsSync(join(copy, 'npm-called'))).toBe(false);
  });

  it('turns to node-gyp where CMake is missing or too old, and says what that lacks', () => {
    withDependencies();
    withTool('c++');
    withTool('cmake');
    const { status, lines } = setup();
    expect(lines[0]).toMatch(/with node-gyp \(there is no CMake 3\.19 or newer here\)/);
    expect(lines[1]).toMatch(/Python 3; make.*CMake 3\.19 or newer is enough/);
    expect(lines).toHaveLength(2);
    expect(status).toBe(1);
  });

  it('is not held up by the lock of a process that is gone', () => {
    withDependencies();
    mkdirSync(join(copy, 'build'));
    writeFileSync(join(copy, 'build/lock'), String(spawnSync(process.execPath, ['-e', '']).pid));
    expect(setup().lines[0]).toMatch(/no C\+\+ compiler/);
  });
});
