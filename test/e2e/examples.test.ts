import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scratch } from '../support/files.js';

const { directory } = scratch();

async function example(name: string): Promise<{ lines: string[]; made: (file: string) => string }> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, `../../examples/${name}.mjs`), directory], { timeout: 120_000 });
  return { lines: stdout.trim().split('\n'), made: (file) => join(directory, file) };
}

const page = (path: string): void => {
  const html = readFileSync(path, 'utf8');
  expect(html).toMatch(/^<!doctype html>/i);
  expect(html).toContain('</html>');
};

describe('the whole road, in examples', { timeout: 150_000 }, () => {
  it('a model trained in TensorFlow.js', async () => {
    const { lines, made } = await example('keras');
    const moved = lines.flatMap((line) => /^(\w+) +moves the confidence by ([\d.]+) to ([\d.]+); labels everywhere: (\w+)/.exec(line)?.slice(1, 4) ?? []);
    expect(moved.filter((_, i) => i % 3 === 0)).toEqual(['fp16', 'bf16', 'int8', 'int4']);
    for (let i = 0; i < moved.length; i += 3) expect(Number(moved[i + 2]) - Number(moved[i + 1])).toBeLessThan(1e-4);
    expect(lines.some((line) => /^fewest bits: .*"bits":\[\d+,\d+\]/.test(line))).toBe(true);
    expect(existsSync(made('weights.bin'))).toBe(true);
    page(made('report.html'));
  });

  it('an ONNX model', async () => {
    const { lines } = await example('onnx');
    const counts = JSON.parse(/^under any rounding to int8: (.*)$/m.exec(lines.join('\n'))![1]) as Record<string, number>;
    expect(counts.safe + counts.flips + counts.undecided).toBe(300);
    expect(counts.safe).toBeGreaterThan(200);
    const [, lower, upper] = /up to a change of ([\d.e-]+), and not at ([\d.e-]+)$/m.exec(lines.join('\n'))!;
    expect(Number(lower)).toBeGreaterThan(0);
    expect(Number(upper)).toBeGreaterThan(Number(lower));
    const [, from, to] = /^safe: ([\d.]+) to ([\d.]+)% of the inputs$/m.exec(lines.join('\n'))!;
    expect(Number(from)).toBeGreaterThan(20);
    expect(Number(to)).toBeLessThanOrEqual(100);
  });

  it('the athletes', async () => {
    const { lines, made } = await example('athletes');
    for (const name of ['athletes-linear', 'athletes-relu']) {
      expect(lines).toContain(name);
      page(made(`${name}.html`));
      expect(existsSync(made(`${name}.proof`))).toBe(true);
    }
    expect(lines.filter((line) => /certificate accepted, \d+ leaves$/.test(line))).toHaveLength(2);
    const devices = lines.flatMap((line) => /at most ([\d.e-]+) in real arithmetic, ([\d.e-]+) on a device/.exec(line)?.slice(1) ?? []).map(Number);
    expect(devices).toHaveLength(8);
    for (let i = 0; i < devices.length; i += 2) expect(devices[i + 1]).toBeGreaterThanOrEqual(devices[i]);
  });
});
