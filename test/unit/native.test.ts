import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ParaboundError } from '../../src/errors.js';
import { addon, exportedNames, loadAddon } from '../../src/native.js';
import manifest from '../../package.json' with { type: 'json' };

describe('the addon', () => {
  it('exports exactly what src/native.ts declares', () => {
    expect(Object.keys(addon()).sort()).toEqual([...exportedNames].sort());
  });

  it('is of the version of the package', () => {
    expect(addon().version()).toBe(manifest.version);
  });

  it('sees JavaScript rounding to nearest', () => {
    expect(addon().roundingMode()).toBe('nearest');
  });

  it('loads in several worker threads beside the main one, and goes with them', async () => {
    const file = new URL('../../build/Release/parabound.node', import.meta.url).pathname;
    const code = `require('node:worker_threads').parentPort.postMessage(require(${JSON.stringify(file)}).roundingMode())`;
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([1, 2, 3].map(() => answerOf(new Worker(code, { eval: true }))));
      expect(answers).toEqual(['nearest', 'nearest', 'nearest']);
    }
    expect(addon().version()).toBe(manifest.version);
  });
});

describe('an addon that does not load', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'parabound-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('is told from one that was never built', () => {
    const error = fault([join(folder, 'none.node')]);
    expect(error.code).toBe('ADDON_UNAVAILABLE');
    expect(error.exitStatus).toBe(1);
    expect(error.message).toMatch(/has not been built.*npm run build/);
    expect(error.message).not.toContain('\n');
  });

  it('gives the reason of the system', () => {
    const file = join(folder, 'broken.node');
    writeFileSync(file, 'no shared library');
    expect(fault([file]).message).toMatch(/broken\.node.*npm run build/);
  });

  it('is refused where functions are missing, and named', () => {
    const file = join(folder, 'old.cjs');
    writeFileSync(file, 'exports.version = () => "0.0.0"');
    expect(fault([file]).message).toMatch(/lacks .*roundingMode/);
  });

  it('is passed over for the next that does', () => {
    const file = join(folder, 'broken.node');
    writeFileSync(file, '');
    const whole = new URL('../../build/Release/parabound.node', import.meta.url).pathname;
    expect(loadAddon([file, whole]).version()).toBe(manifest.version);
  });
});

function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let answer: unknown;
    worker.once('message', (message) => { answer = message; });
    worker.once('error', reject);
    worker.once('exit', () => { resolve(answer); });
  });
}

function fault(files: string[]): ParaboundError {
  try {
    loadAddon(files);
  } catch (error) {
    if (error instanceof ParaboundError) return error;
    throw error;
  }
  throw new Error('it loaded');
}
