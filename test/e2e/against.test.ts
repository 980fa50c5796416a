/** The command on a copy with other widths of hidden layers, as a pruned or widened network has. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, parabound } from '../support/command.js';
import { random } from '../support/random.js';
import { type Draft, moved, randomDraft, split, without } from '../support/widths.js';

interface Result { lower: number; upper: number; status: string; notes: string[]; witness: { input: number[]; parameters: number[] | null; value: number; label: number } | null }
interface Replay { difference: { lower: number; upper: number }; perturbed: { label: number }; notes: string[]; input: number[] }

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parabound-against-'));
  const net = randomDraft(random(11), [2, 4, 3, 1], 'relu', 'sigmoid');
  const write = (name: string, model: Draft): void => { writeFileSync(join(folder, name), JSON.stringify(model)); };
  write('net.json', net);
  write('pruned.json', without(net, 0, 1));
  write('wide.json', split(split(net, 0, 2, 0), 1, 0, 3));
  write('tuned.json', moved(random(12), split(net, 1, 1, 2), 0.01));
  write('deep.json', randomDraft(random(13), [2, 4, 3, 3, 1], 'relu', 'sigmoid'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const run = (...words: string[]) => parabound(words, folder);
const estimated = (...words: string[]): Result => json(run('estimate', 'epsilon', 'net.json', '--json', '--gap', '1e-4', '--max-boxes', '2000', ...words)) as Result;

describe('--against a copy with other widths', () => {
  it('of units split in two: no difference, and every label stays', () => {
    expect(estimated('--against', 'wide.json')).toMatchObject({ lower: 0, upper: 0, status: 'complete' });
    expect(json(run('verify', 'label', 'net.json', '--against', 'wide.json', '--json'))).toMatchObject({ verdict: 'robust' });
  });
  it.each(['pruned.json', 'tuned.json'])('%s: a witness is replayed, exactly', (copy) => {
    const saved = run('estimate', 'epsilon', 'net.json', '--against', copy, '--json', '--gap', '1e-4', '--max-boxes', '2000');
    const { lower, upper, witness, notes } = json(saved) as Result;
    expect(lower).toBeGreaterThan(0);
    expect(upper).toBeGreaterThanOrEqual(lower);
    expect(witness!.parameters).toBeNull();
    expect(notes[0]).toMatch(new RegExp(`^parameters are those of ${copy}, 2-.*, not of net\\.json, 2-4-3-1$`));
    expect(saved.stderr).toBe(`note: ${notes[0]}\n`);
    writeFileSync(join(folder, 'result.json'), saved.stdout);
    const replay = json(run('eval', 'net.json', '--against', copy, '--parameters', 'result.json', '--json')) as Replay;
    expect(replay.input).toEqual(witness!.input);
    expect(replay.difference.lower).toBeGreaterThanOrEqual(lower);
    expect(replay.difference.lower).toBeLessThanOrEqual(upper);
    expect(replay.perturbed.label).toBe(witness!.label);
    const beside = json(run('eval', 'net.json', '--against', copy, '--at', JSON.stringify(witness!.input), '--json')) as Replay;
    expect(beside.difference).toEqual(replay.difference);
  });
  it('with a box around it: parameters of its own shape', () => {
    const saved = run('estimate', 'epsilon', 'net.json', '--against', 'pruned.json', '--delta', '0.01', '--perturb', 'weights,1', '--json', '--max-boxes', '300');
    const { lower, witness } = json(saved) as Result;
    expect(witness!.parameters).toHaveLength(9 + 12 + 4); // 2-3-3-1
    writeFileSync(join(folder, 'box.json'), saved.stdout);
    expect((json(run('eval', 'net.json', '--against', 'pruned.json', '--parameters', 'box.json', '--json')) as Replay).difference.lower).toBeGreaterThanOrEqual(lower);
    expect(run('eval', 'net.json', '--parameters', 'box.json')).toMatchObject({ status: 3, stderr: expect.stringMatching(/^PARAMETERS_INVALID: 25 numbers, parameters, expected 31/) as string });
  });
  it('in words', () => {
    const { stdout } = run('estimate', 'epsilon', 'net.json', '--against', 'pruned.json', '--max-boxes', '100');
    expect(stdout).toMatch(/epsilon in \[0\.\d+, 0\.\d+\][^]*parameters +those of the other model/);
  });
  it.each([
    [['--against', 'deep.json'], /^AGAINST_MISMATCH: another number of layers: 2-4-3-3-1 .*, deep\.json, expected that of net\.json, 2-4-3-1 .*; only widths of hidden layers may differ\n$/],
    [['--against', 'pruned.json', '--perturb', '3'], /^OPTION_INVALID: "3", --perturb/],
    [['--against', 'pruned.json', '--parameters', '{"lower":[],"upper":[]}'], /^OPTION_CONFLICT: --parameters and --against exclude each other/],
  ])('%j is refused', (words, message) => {
    const { stderr, stdout } = run('estimate', 'epsilon', 'net.json', ...words);
    expect([stdout, stderr]).toEqual(['', expect.stringMatching(message)]);
  });
});
