import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, parabound } from '../support/command.js';

const CATS = 'examples/cats.json';
const folder = mkdtempSync(join(tmpdir(), 'parabound-quantize-'));
interface Result { lower: number; upper: number; witness: { input: number[]; parameters: number[] | null; sums?: number[] }; semantics: string; quantization?: { tensors: { format: string }[] } }
const epsilon = (...words: string[]): Result => json(parabound(['estimate', 'epsilon', CATS, '--json', ...words])) as Result;

describe('parabound quantize', () => {
  it('writes the copy that queries are about', () => {
    const out = join(folder, 'copy.json');
    const run = parabound(['quantize', CATS, '--quantize', 'int8', '--out', out]);
    expect([run.status, run.stderr, run.stdout]).toEqual([0, '', expect.stringMatching(/copy\.json\nweights of layer 0: int8, scale 0\.009301, changes by at most 0\.00137/)]);
    const [asked, against] = [epsilon('--quantize', 'int8'), epsilon('--against', out)];
    expect([asked.lower, asked.upper, asked.witness]).toEqual([against.lower, against.upper, against.witness]);
    const about = JSON.parse(readFileSync(out, 'utf8')) as { about: object };
    expect(about.about).toMatchObject({ from: expect.stringMatching(/^[0-9a-f]{64}$/) as string, quantize: 'int8' });
    expect(json(parabound(['quantize', CATS, '--prune', 'magnitude:50%', '--out', out, '--json']))).toMatchObject({ schema: 'parabound/quantize@1', file: out, quantization: { as: 'copy', pruned: 1 } });
  });
  it('in the format that the name of the file says, or not at all', () => {
    const tensors = join(folder, 'copy.safetensors');
    const run = parabound(['quantize', CATS, '--quantize', 'int8', '--out', tensors]);
    expect(run.stdout).toMatch(/copy\.safetensors\n.*copy\.layout\.json\nweights of layer 0/);
    expect(epsilon('--against', tensors).lower).toBe(epsilon('--quantize', 'int8').lower);
    expect(parabound(['quantize', CATS, '--quantize', 'int8', '--out', join(folder, 'copy.nnet')]).stderr).toMatch(/^CONVERSION_REFUSED: the last layer is sigmoid/);
    expect(parabound(['quantize', CATS, '--quantize', 'int8', '--out', join(folder, 'copy.onnx')]).stderr).toMatch(/^OPTION_INVALID: a file that ends in '\.onnx', --out/);
  });
  it('or prints it', () => {
    const { stdout } = parabound(['quantize', CATS, '--quantize', 'fixed:2.1']);
    expect((JSON.parse(stdout) as { layers: { weights: number[][] }[] }).layers[0].weights).toEqual([[0, 1]]);
  });
  it.each([
    [[CATS], 'OPTION_REQUIRED', 2], [[CATS, '--quantize', 'int99'], 'OPTION_INVALID', 2], [[CATS, '--quantize', 'int8', '--as', 'box'], 'OPTION_UNKNOWN', 2],
    [['nowhere.json', '--quantize', 'int8'], 'FILE_NOT_FOUND', 3], [[CATS, '--quantize', 'int8', '--out', 'package.json/copy.json'], 'OUTPUT_FAILED', 1],
  ] as const)('%j: %s', (words, code, status) => {
    const run = parabound(['quantize', ...words]);
    expect([run.status, run.stderr.split(':')[0], run.stderr.trim().split('\n').length]).toEqual([status, code, 1]);
  });
  it('--help has examples that parse', () => {
    const { stdout } = parabound(['quantize', '--help']);
    const examples = stdout.split('\n').filter((line) => line.startsWith('  parabound '));
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const run = parabound(example.trim().split(/\s+/).slice(1).map((word) => word.replace(/^\w+\.json$/, 'nowhere.json')));
      expect([example, run.stderr.split(':')[0]]).toEqual([example, 'FILE_NOT_FOUND']);
    }
  });
});

describe('queries about copies and devices', () => {
  it('a witness of a quantised copy is replayed', () => {
    const file = join(folder, 'result.json');
    const result = epsilon('--quantize', 'int8');
    writeFileSync(file, JSON.stringify(result));
    expect(parabound(['eval', CATS, '--parameters', file]).stderr).toMatch(/the --quantize and --prune of the query/);
    const { difference } = json(parabound(['eval', CATS, '--parameters', file, '--quantize', 'int8', '--json'])) as { difference: { lower: number; upper: number } };
    expect(difference.upper).toBeGreaterThanOrEqual(result.lower);
    expect(difference.lower).toBeLessThan(result.upper + 1e-12);
    expect(parabound(['eval', CATS, '--at', '[20.5,2]', '--quantize', 'int8', '--against', CATS]).stderr).toMatch(/^OPTION_CONFLICT/);
  });
  it('say which arithmetic they are about', () => {
    const run = parabound(['estimate', 'epsilon', CATS, '--quantize', 'int8', '--arithmetic', 'fp32', '--activations', 'bf16@input']);
    expect(run.stdout).toMatch(/as a device computes it: sums in fp32, in any order, bf16 at the input\n/);
    const result = epsilon('--quantize', 'int8', '--arithmetic', 'fp32', '--activations', 'bf16@input');
    expect([result.semantics, result.witness.parameters, result.witness.sums?.length]).toEqual(['device:fp32,activations:bf16', null, 1]);
    const file = join(folder, 'device.json');
    writeFileSync(file, JSON.stringify(result));
    expect(parabound(['eval', CATS, '--parameters', file, '--quantize', 'int8']).stderr).toMatch(/^note: the witness is of a run of a device \(device:fp32,activations:bf16\)/);
  });
});
