/** Tensors in files beside the model, and nowhere else. */
import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelHash, readModel } from '../../../src/check/model.js';
import { loadModel } from '../../../src/index.js';
import { modelObject } from '../../../src/network/serialize.js';
import { scratch } from '../../support/files.js';
import { node, onnx, rawBytes, tensor, type Fields } from '../../support/onnx.js';

const { directory, write } = scratch();
const numbers = [1, 2, 3, 4, 5, 6].map((value) => Math.fround(value / 7));
const bytes = rawBytes('float32', numbers);
write('secret.bin', bytes);
write('net/weights.bin', Buffer.concat([Buffer.from('padding.'), bytes]));
write('net/parts/weights.bin', bytes);

const external = (entries: Record<string, string>, more: Fields = {}): Fields =>
  ({ name: 'w', dims: [3, 2], data_type: 1, data_location: 1, external_data: Object.entries(entries).map(([key, value]) => ({ key, value })), ...more });
let count = 0;
const model = (w: Fields, ...others: Fields[]): string =>
  write(`net/${++count}.onnx`, onnx({ dims: ['N', 3], initializers: [w, ...others], nodes: [node('MatMul', ['x', 'w'], 'h'), ...others.map((other, i) => node('Add', [i === 0 ? 'h' : `h${i}`, other.name as string], `h${i + 1}`)), node('Identity', [`h${others.length === 0 ? '' : others.length}`], 'y')] }));
const refused = (path: string, code: string, message: RegExp): Promise<void> => expect(loadModel(path)).rejects.toMatchObject({ code, exitStatus: 3, message: expect.stringMatching(message) as string });

describe('a model', () => {
  it('is written as parabound-model@1 with the same hash, which the checker reads', async () => {
    const vector = (name: string, ...values: number[]): Fields => tensor(name, [values.length], values);
    const path = write('all.onnx', onnx({ dims: ['N', 3], initializers: [vector('m', 1, 2, 3), vector('r', 4, 5, 6), tensor('w', [3, 2], numbers), vector('k', 3, 7)],
      nodes: [node('Sub', ['x', 'm'], 'a'), node('Div', ['a', 'r'], 'b'), node('MatMul', ['b', 'w'], 'h'), node('Mul', ['h', 'k'], 'z'), node('Softmax', ['z'], 'y')] }));
    const model = await loadModel(path);
    const text = JSON.stringify(modelObject(model));
    const again = await loadModel(write('all.json', text));
    expect([again.hash, modelHash(readModel(text, false))]).toEqual([model.hash, model.hash]);
    expect(again.layers).toEqual([{ inputs: 3, outputs: 2, activation: 'linear', fixed: 'bias' }, { inputs: 2, outputs: 2, activation: 'softmax', fixed: true }]);
    expect(again.normalisation).toEqual(model.normalisation);
  });
});

describe('external data', () => {
  it.each([
    ['at an offset', { location: 'weights.bin', offset: '8', length: '24' }],
    ['of all the length that it needs', { location: 'parts/weights.bin' }],
    ['with a checksum, which is not looked at', { location: './parts/weights.bin', checksum: '00' }],
  ])('%s', async (_, entries) => {
    const { parameters: [a, c, e, b, d, f], storage } = await loadModel(model(external(entries)));
    expect([a, b, c, d, e, f]).toEqual(numbers);
    expect(storage).toEqual({ format: 'ONNX, operator set 21', tensors: [{ name: 'w', shape: [3, 2], type: 'float32, in a file of its own' }] });
  });
  it('of tensors that are not needed is not looked for', async () => {
    const path = write('net/unneeded.onnx', onnx({ dims: ['N', 3], initializers: [tensor('w', [3, 2], numbers), external({ location: 'nowhere.bin' }, { name: 'v' })], nodes: [node('MatMul', ['x', 'w'], 'y')] }));
    expect((await loadModel(path)).outputCount).toBe(2);
  });
  it.each([
    '../secret.bin', '/etc/passwd', 'parts/../../secret.bin', '..\\secret.bin', 'C:\\secret.bin', 'file:secret.bin', '', 'a\0b', '..',
  ])('%j is not beside the model', async (location) => { await refused(model(external({ location })), 'MODEL_INVALID', /initialiser "w" of .*expected the name of a file beside the model/); });
  it('is not followed out of the directory', async () => {
    symlinkSync(join(directory, 'secret.bin'), join(directory, 'net/link.bin'));
    symlinkSync(directory, join(directory, 'net/up'));
    await refused(model(external({ location: 'link.bin' })), 'MODEL_INVALID', /a link out of the model's directory/);
    await refused(model(external({ location: 'up/secret.bin' })), 'MODEL_INVALID', /a link out of the model's directory/);
    symlinkSync(join(directory, 'net/parts/weights.bin'), join(directory, 'net/inside.bin'));
    expect((await loadModel(model(external({ location: 'inside.bin' })))).outputCount).toBe(2);
  });
  it('that is no plain file', async () => {
    execFileSync('mkfifo', [join(directory, 'net/pipe.bin')]);
    await refused(model(external({ location: 'pipe.bin' })), 'FILE_UNREADABLE', /no plain file/);
    await refused(model(external({ location: 'parts' })), 'FILE_UNREADABLE', /no plain file/);
  });
  it.each<[string, Record<string, string>, Fields, string, RegExp]>([
    ['missing', { location: 'nowhere.bin' }, {}, 'FILE_NOT_FOUND', /nowhere\.bin/],
    ['without a place', {}, {}, 'MODEL_INVALID', /expected the name of a file/],
    ['too short', { location: 'weights.bin', offset: '12' }, {}, 'MODEL_INVALID', /bytes 12 to 36 of "weights\.bin", which has 32/],
    ['of another length', { location: 'weights.bin', length: '20' }, {}, 'MODEL_INVALID', /20 bytes in its external data, .*expected 24/],
    ['at no offset', { location: 'weights.bin', offset: '-1' }, {}, 'MODEL_INVALID', /offset "-1"/],
    ['at an offset without end', { location: 'weights.bin', offset: '9'.repeat(30) }, {}, 'MODEL_INVALID', /offset "9+/],
    ['far too long', { location: 'weights.bin' }, { dims: [2 ** 30, 2 ** 20] }, 'MODEL_INVALID', /bytes 0 to 4503599627370496/],
    ['beside numbers of its own', { location: 'weights.bin', offset: '8' }, { float_data: numbers }, 'MODEL_INVALID', /float32 numbers in floatData/],
    ['elsewhere', { location: 'weights.bin' }, { data_location: 2 }, 'MODEL_INVALID', /data_location 2/],
  ])('%s', async (_, entries, more, code, message) => { await refused(model(external(entries, more)), code, message); });
  it('is held to the limit of one file, all together', async () => {
    for (const name of ['large-1.bin', 'large-2.bin']) {
      write(`net/${name}`, '');
      truncateSync(join(directory, 'net', name), 40 * 2 ** 20);
    }
    const bias = (name: string, location: string): Fields => external({ location }, { name, dims: [2] });
    await refused(model(external({ location: 'large-1.bin' }), bias('b', 'large-2.bin')), 'FILE_TOO_LARGE', /large-2\.bin/);
    expect((await loadModel(model(external({ location: 'large-1.bin' }), bias('b', 'large-1.bin')))).outputCount).toBe(2);
  });
});
