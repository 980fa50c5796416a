/** Models and properties as they come, on the command line. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { json, parabound } from '../support/command.js';
import { scratch } from '../support/files.js';
import { packed, writeTfjs, type Entry } from '../support/tfjs.js';

const { directory, write } = scratch();
const CATS = 'examples/cats.json';

describe('convert', () => {
  it('goes through every format, and the hash stays', () => {
    const hash = (path: string): string => (json(parabound(['info', path, '--json'])) as { model: string }).model;
    const run = parabound(['convert', CATS, '--out', `${directory}/cats.safetensors`, '--json']);
    expect(json(run)).toMatchObject({
      schema: 'parabound/convert@1', query: 'convert', format: 'safetensors with parabound-layout@1', files: [`${directory}/cats.safetensors`, `${directory}/cats.layout.json`], notes: [], model: hash(CATS),
    });
    expect(parabound(['convert', `${directory}/cats.safetensors`, '--out', `${directory}/again.json`]).stdout).toBe(`${directory}/again.json\nformat: parabound-model@1\nhash: ${hash(CATS)}\n`);
    expect(hash(`${directory}/again.json`)).toBe(hash(CATS));
  });
  it('a certificate of the one is one of the other', () => {
    parabound(['convert', CATS, '--out', `${directory}/c.safetensors`]);
    const proof = `${directory}/cats.proof`;
    expect(parabound(['estimate', 'epsilon', `${directory}/c.safetensors`, '--delta', '0.01', '--certificate', proof]).status).toBe(0);
    expect(json(parabound(['check', proof, CATS, '--json']))).toMatchObject({ verdict: 'accepted' });
  });
  it.each([
    [['convert', CATS], 2, /^OPTION_REQUIRED: /],
    [['convert', CATS, '--out', 'cats.onnx'], 2, /^OPTION_INVALID: a file that ends in '\.onnx', --out, expected one that ends in \.json, \.nnet, \.safetensors/],
    [['convert', CATS, '--out', 'cats.nnet'], 3, /^CONVERSION_REFUSED: the last layer is sigmoid/],
    [['convert', CATS, '--out', '/dev/null/cats.json'], 1, /^OUTPUT_FAILED: /],
    [['convert', 'nowhere.safetensors', '--out', 'x.json'], 3, /^FILE_NOT_FOUND: no layout file, nowhere\.layout\.json/],
  ])('%j leaves with %i', (words, expected, line) => {
    const { status, stderr } = parabound(words);
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([expected, 1]);
    expect(stderr).toMatch(line);
  });
});

describe('a TensorFlow.js model', () => {
  const weights: Entry[] = [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.25, min: -1 } }];
  const path = writeTfjs(directory, packed({ class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false, activation: 'sigmoid', batch_input_shape: [null, 2] } }] } }, weights, Buffer.of(5, 2)));
  it('is described as it is stored', () => {
    expect(parabound(['info', path]).stdout).toMatch(/^2-1 \(sigmoid\), 3 parameters\nformat: TensorFlow\.js layers model\n {2}d\/kernel \[2, 1\] uint8, dequantised to float32\n.*\n {2}x0\n {2}x1\nlayers\n {2}0: 2-1 sigmoid, weights in \[-0\.5, 0\.25\], biases in \[0, 0\]; biases fixed\n/);
    expect(json(parabound(['info', path, '--json']))).toMatchObject({
      format: 'TensorFlow.js layers model', tensors: [{ name: 'd/kernel', shape: [2, 1], type: 'uint8, dequantised to float32' }],
      layers: [{ inputs: 2, outputs: 1, activation: 'sigmoid', fixed: 'bias', weights: { lower: -0.5, upper: 0.25, zeros: 0 }, biases: { lower: 0, upper: 0 } }],
    });
  });
  it('is asked about over the box of a VNN-LIB property; a bias that it lacks does not move', () => {
    const property = '(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(assert (and (>= X_0 0) (<= X_0 0.1) (>= X_1 -1) (<= X_1 0)))(assert (>= Y_0 0.5))';
    for (const domain of [write('p.vnnlib', property), write('p.vnnlib.gz', gzipSync(property))]) {
      const result = json(parabound(['estimate', 'epsilon', path, '--delta', '0.01', '--domain', domain, '--gap', '1e-9', '--json'])) as { lower: number; upper: number; notes: string[]; witness: { input: number[]; parameters: number[] } };
      expect(result.notes).toEqual([`only the input box of ${domain} is used, not what it asserts of outputs`]);
      expect(result.witness.parameters[2]).toBe(0);
      expect(result.upper).toBeLessThan(0.011 / 4 + 1e-9); // 0.01 (|x0| + |x1|) at most, and the slope of the sigmoid; a bias would add as much again
      expect(result.lower).toBeGreaterThan(0.0025);
    }
  });
});

it('what a VNN-LIB property lacks is one line on stderr', () => {
  const { status, stderr } = parabound(['estimate', 'epsilon', CATS, '--delta', '0.01', '--domain', write('two.vnnlib', '(declare-const X_0 Real)\n(assert (or (<= X_0 1) (<= X_0 2)))')]);
  expect([status, stderr.trimEnd().split('\n').length]).toEqual([3, 1]);
  expect(stderr).toMatch(/^DOMAIN_INVALID: several input boxes in one or, line 2 of --domain .*two\.vnnlib, expected one/);
});
