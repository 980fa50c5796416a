import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { changed, readsOrRefuses } from '../../support/damaged.js';
import { scratch } from '../../support/files.js';
import { cats } from '../../support/models.js';
import { f32, f64, halves, i32, i8, safetensors, u8, withHeader, type Raw } from '../../support/safetensors.js';

const { directory, write } = scratch();
/** 2-3-1, named as PyTorch names the layers of a Sequential with a relu in between. */
const tensors = (): Record<string, Raw> => ({ '0.weight': f32([3, 2], [0.1, 1, 2, 3, 4, 5]), '0.bias': f32([3], [6, 7, 8]), '2.weight': f32([1, 3], [9, 10, 11]), '2.bias': f32([1], [12]) });
const layout = (change: object = {}) => ({ format: 'parabound-layout@1', layers: [{ name: '0', activation: 'relu' }, { name: '2', activation: 'sigmoid' }] as unknown[], ...change });
const place = (bytes: Uint8Array, json: unknown): string => {
  write('m.layout.json', JSON.stringify(json));
  return write('m.safetensors', bytes);
};
const load = (files: Record<string, Raw>, json: unknown) => loadModel(place(safetensors(files), json));

describe('a safetensors file with its layout', () => {
  it('is a network by PyTorch\'s names: weights a row for each output, float32 as stored', async () => {
    const model = await load(tensors(), layout());
    expect(model.layers).toEqual([{ inputs: 2, outputs: 3, activation: 'relu' }, { inputs: 3, outputs: 1, activation: 'sigmoid' }]);
    expect([...model.parameters]).toEqual([Math.fround(0.1), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([model.domain, model.level, model.decision]).toEqual([null, 0.5, 'max']);
  });
  it('either file may be named', async () => {
    const model = await load(tensors(), layout({ tensors: 'm.safetensors' }));
    expect((await loadModel(`${directory}/m.layout.json`)).hash).toBe(model.hash);
  });
  it('the layout may name tensors in a folder, and each of them', async () => {
    const model = await load(tensors(), layout());
    write('deep/t.safetensors', safetensors(tensors()));
    const path = write('other.json', JSON.stringify(layout({ tensors: 'deep/t.safetensors', layers: [{ weights: '0.weight', bias: '0.bias', activation: 'relu' }, { weights: { tensor: '2.weight' }, bias: '2.bias', activation: 'sigmoid' }] })));
    expect((await loadModel(path)).hash).toBe(model.hash);
  });
  it('has inputs, labels and the level that the layout gives', async () => {
    const { inputs, output } = cats();
    const model = await load({ 'fc.weight': f64([1, 2], [0.07577862, 1.18118408]), 'fc.bias': f64([1], [-3.51518067]) }, layout({ inputs, output, layers: [{ name: 'fc', activation: 'sigmoid' }] }));
    const ours = await loadModel(cats());
    expect({ ...model, source: '', storage: null }).toEqual({ ...ours, source: '', storage: null });
    expect(model.storage).toEqual({ format: 'safetensors with parabound-layout@1', tensors: [{ name: 'fc.weight', shape: [1, 2], type: 'F64' }, { name: 'fc.bias', shape: [1], type: 'F64' }] });
    expect(model.hash).toBe(ours.hash);
  });
  it('weights may be stored a row for each input', async () => {
    const model = await load({ ...tensors(), '0.weight': f32([2, 3], [0.1, 2, 4, 1, 3, 5]) }, layout({ layers: [{ name: '0', activation: 'relu', order: 'in-out' }, { name: '2', activation: 'sigmoid' }] }));
    expect(model.hash).toBe((await load(tensors(), layout())).hash);
  });
  it('a bias that is not there is zero and fixed; other tensors have to be named', async () => {
    const { '0.bias': _, ...rest } = tensors();
    const model = await load({ ...rest, extra: { dtype: 'I64', shape: [1], data: new Uint8Array(8) } }, layout({ ignore: ['extra'] }));
    expect(model.layers[0].fixed).toBe('bias');
    expect([...model.parameters.subarray(6, 9)]).toEqual([0, 0, 0]);
    expect((await load(rest, layout({ layers: [{ name: '0', bias: null, fixed: true }, { name: '2' }] }))).layers[0].fixed).toBe(true);
  });
  it('numbers are taken exactly from every type', async () => {
    const row = async (raw: Raw) => [...(await load({ w: raw }, layout({ layers: [{ weights: 'w', activation: 'linear' }] }))).parameters.subarray(0, -1)];
    expect(await row(f64([1, 3], [0.1, -5e-324, 1.7976931348623157e308]))).toEqual([0.1, -5e-324, 1.7976931348623157e308]);
    expect(await row(f32([1, 2], [0.1, 1e-45]))).toEqual([Math.fround(0.1), 2 ** -149]);
    expect(await row(halves('F16', [1, 4], [0x3555, 0x0001, 0xfbff, 0x3c00]))).toEqual([1365 / 4096, 2 ** -24, -65504, 1]);
    expect(await row(halves('BF16', [1, 3], [0x3f80, 0xc049, 0x0001]))).toEqual([1, -3.140625, 2 ** -133]);
    expect(await row(i8([1, 3], [-128, 0, 127]))).toEqual([-128, 0, 127]);
    expect(await row(u8([1, 2], [255, 0]))).toEqual([255, 0]);
    expect(await row(i32([1, 2], [-(2 ** 31), 2 ** 31 - 1]))).toEqual([-(2 ** 31), 2 ** 31 - 1]);
  });
  it('with scales: scale * (q - zeroPoint), over all, or along an axis', async () => {
    const scale = Math.fround(0.1);
    const quantised = async (weights: object, more: Record<string, Raw>) => [...(await load({ q: i8([2, 3], [-128, 0, 127, 1, 2, 3]), ...more }, layout({ layers: [{ weights: { tensor: 'q', ...weights } }] }))).parameters.subarray(0, 6)];
    expect(await quantised({ scale: 's' }, { s: f32([], [scale]) })).toEqual([-128, 0, 127, 1, 2, 3].map((q) => scale * q));
    expect(await quantised({ scale: 's', zeroPoint: 'z' }, { s: f32([1], [scale]), z: i8([1], [-3]) })).toEqual([-125, 3, 130, 4, 5, 6].map((q) => scale * q));
    expect(await quantised({ scale: 's', zeroPoint: 1 }, { s: f32([2], [0.5, 2]) })).toEqual([-64.5, -0.5, 63, 0, 2, 4]);
    expect(await quantised({ scale: 's', zeroPoint: 'z', axis: 1 }, { s: f32([3], [1, 2, 4]), z: i8([3], [0, 1, 2]) })).toEqual([-128, -2, 500, 1, 2, 4]);
  });
  it('float32 scales times 8-bit numbers are exact, and what is not is refused', async () => {
    await fc.assert(fc.asyncProperty(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -128, max: 127 }), fc.integer({ min: -128, max: 127 }), async (scale, q, zero) => {
      const model = await load({ q: i8([1, 1], [q]), s: f32([1], [scale]) }, layout({ layers: [{ weights: { tensor: 'q', scale: 's', zeroPoint: zero } }] }));
      const [integer, power] = [Math.round(scale * 2 ** 149), 2 ** -149]; // a float32 is a multiple of 2^-149: exactly so, as a BigInt
      expect(BigInt(integer) * BigInt(q - zero)).toBe(BigInt(model.parameters[0] / power));
    }), { numRuns: 100 });
    await expect(load({ q: i32([1, 1], [2 ** 30 + 1]), s: f32([1], [0.1]) }, layout({ layers: [{ weights: { tensor: 'q', scale: 's' } }] }))).rejects.toMatchObject({ code: 'MODEL_INVALID', message: expect.stringMatching(/^scale \* \(q - zeroPoint\) of element 0 is no double, layers\[0\]\.weights/) as string });
    await expect(load({ q: i8([1, 1], [3]) }, layout({ layers: [{ weights: { tensor: 'q', scale: 0.1 } }] }))).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});

describe('what is refused', () => {
  const layers = (change: object) => layout({ layers: [{ name: '0', activation: 'relu', ...change }, { name: '2', activation: 'sigmoid' }] });
  it.each<[string, RegExp, unknown]>([
    ['a field that is not known', /^unknown field "normalise", .*m\.layout\.json, expected only format, tensors/, layout({ normalise: true })],
    ['another format', /^"parabound-layout@2", format in/, layout({ format: 'parabound-layout@2' })],
    ['no layers', /^\[\], layers in/, layout({ layers: [] })],
    ['a layer that is none', /^5, layers\[0\] in/, layout({ layers: [5] })],
    ['a tensor that is not there', /^no tensor "9\.weight", layers\[0\]\.weights in .*a tensor of .*m\.safetensors/, layers({ name: '9' })],
    ['no tensor', /^missing, layers\[0\]\.weights/, layers({ name: undefined })],
    ['a tensor that no layer has', /^tensor "2\.weight" of .* is not used, layers in .*or in ignore/, layout({ layers: [{ name: '0' }] })],
    ['a tensor that two layers have', /^tensor "0\.weight" is used already/, layout({ layers: [{ name: '0' }, { name: '0' }] })],
    ['an unknown order', /^"io", layers\[0\]\.order/, layers({ order: 'io' })],
    ['the wrong order', /^shape \[3\], layers\[0\]\.bias .*expected \[2\]/, layers({ order: 'in-out' })],
    ['an activation that is not known', /^"gelu", layers\[0\]\.activation/, layers({ activation: 'gelu' })],
    ['weights of one side', /^shape \[3\], layers\[0\]\.weights .*two sides/, layers({ weights: '0.bias', bias: '0.weight' })],
    ['layers that do not fit', /^3 numbers, layers\[0\]\.weights\[0\]|rows of/, layout({ layers: [{ name: '2' }, { name: '0' }] })],
    ['inputs that do not fit', /^2 numbers, layers\[0\]\.weights\[0\] .*rows of 1/, layout({ inputs: [{}] })],
    ['a zeroPoint alone', /^a zeroPoint without a scale/, layers({ weights: { tensor: '0.weight', zeroPoint: 1 } })],
    ['scales that do not fit', /^scale "0\.bias" of shape \[3\], .*one number, or 2/, layers({ weights: { tensor: '0.weight', scale: '0.bias', axis: 1 }, bias: null })],
    ['an axis that is not there', /^axis 2, /, layers({ weights: { tensor: '0.weight', scale: 1, axis: 2 } })],
    ['an ignored tensor that is not there', /^no tensor "ghost", ignore/, layout({ ignore: ['ghost'] })],
    ['a path that leads out', /^"\.\.\/m\.safetensors", tensors in .*beside the model/, layout({ tensors: '../m.safetensors' })],
    ['another file than that which was named', /^"n\.safetensors", tensors in .*expected "m\.safetensors"/, layout({ tensors: 'n.safetensors' })],
    ['labels that do not fit', /^1 labels, output\.labels/, layout({ output: { labels: ['one'] } })],
  ])('%s', async (_, message, json) => {
    await expect(load(tensors(), json)).rejects.toMatchObject({ code: 'MODEL_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string });
  });
  it('a file without a layout, by the name that it should have', async () => {
    await expect(loadModel(write('alone.safetensors', safetensors(tensors())))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringMatching(/^no layout file, .*alone\.layout\.json/) as string });
  });
  it('types that are no numbers of ours, by name', async () => {
    await expect(load({ ...tensors(), '0.weight': { dtype: 'F8_E4M3', shape: [3, 2], data: new Uint8Array(6) } }, layout())).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(/^dtype F8_E4M3, tensor "0\.weight"/) as string });
  });
  it('numbers that are not finite, with their place', async () => {
    await expect(load({ ...tensors(), '0.weight': f32([3, 2], [0, 1, 2, NaN, 4, 5]) }, layout())).rejects.toMatchObject({ message: expect.stringMatching(/^NaN, layers\[0\]\.weights\[1\]\[1\]/) as string });
    await expect(load({ ...tensors(), '2.bias': halves('F16', [1], [0x7c00]) }, layout())).rejects.toMatchObject({ message: expect.stringMatching(/^Infinity, layers\[1\]\.bias\[0\]/) as string });
  });

  const one = (entry: object, bytes = 8): Buffer => withHeader(JSON.stringify({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...entry } }), Buffer.alloc(bytes));
  it.each<[string, RegExp, Buffer]>([
    ['nothing', /^0 bytes/, Buffer.alloc(0)],
    ['seven bytes', /^7 bytes/, Buffer.alloc(7)],
    ['a header beyond the file', /^a header of 100 bytes, .*at most 2/, withHeader('{}', Buffer.alloc(0), 100)],
    ['a header of 2^64 - 1', /^a header of 18446744073709551615 bytes/, Buffer.concat([Buffer.alloc(8, 255), Buffer.from('{}')])],
    ['a header that is no object', /^\[\], header/, withHeader('[]', Buffer.alloc(0))],
    ['a header that is no UTF-8', /^not UTF-8 text, header/, Buffer.concat([Buffer.of(2, 0, 0, 0, 0, 0, 0, 0), Buffer.of(0xc3, 0x28)])],
    ['an entry that is no object', /^dtype undefined, tensor "t"/, withHeader('{"t":5}', Buffer.alloc(0))],
    ['a type that is not known', /^dtype "F12"/, one({ dtype: 'F12' })],
    ['a type from Object', /^dtype "constructor"/, one({ dtype: 'constructor' })],
    ['a negative side', /^shape \[-2\]/, one({ shape: [-2] })],
    ['a side that is no whole number', /^shape \[0\.5\]/, one({ shape: [0.5] })],
    ['a shape beyond all numbers', /^8 bytes, tensor "t"/, one({ shape: [2 ** 50, 2 ** 50, 2 ** 50] })],
    ['offsets beyond the end', /^data_offsets \[0,8\], .*within the 4 bytes/, one({}, 4)],
    ['offsets that run backwards', /^data_offsets \[8,0\]/, one({ data_offsets: [8, 0] })],
    ['three offsets', /^data_offsets \[0,4,8\]/, one({ data_offsets: [0, 4, 8] })],
    ['a size that is not that of the shape', /^4 bytes, tensor "t" .*expected 8, for F32 of shape \[2\]/, one({ data_offsets: [0, 4] })],
    ['bytes before the first', /^bytes 0 to 4 belong to no tensor, tensor "t"/, one({ data_offsets: [4, 12] }, 12)],
    ['bytes behind the last', /^4 bytes behind the last tensor/, one({}, 12)],
    ['tensors that overlap', /^bytes 4 to 8 belong to two tensors, tensor "u"/, withHeader(JSON.stringify({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, u: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }), Buffer.alloc(12))],
  ])('%s', async (_, message, bytes) => {
    await expect(loadModel(place(bytes, layout()))).rejects.toMatchObject({ code: 'MODEL_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string });
  });

  it('a file that is cut off anywhere', async () => {
    const bytes = safetensors(tensors());
    for (let length = 0; length < bytes.length; length++) expect(await readsOrRefuses(place(bytes.subarray(0, length), layout()))).toBe(false);
  });
  it('whatever header, layout or bytes: a network of finite numbers, or an error with a code', async () => {
    const bytes = safetensors(tensors(), { __metadata__: { format: 'pt' } });
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as object;
    await fc.assert(fc.asyncProperty(changed(header), async (json) => void await readsOrRefuses(place(withHeader(JSON.stringify(json), bytes.subarray(8 + length)), layout()))), { numRuns: 120 });
    await fc.assert(fc.asyncProperty(changed(layout({ inputs: [{}, {}], ignore: [], tensors: 'm.safetensors' })), async (json) => void await readsOrRefuses(place(bytes, json))), { numRuns: 120 });
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (edits) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of edits) copy[at] = value;
      await readsOrRefuses(place(copy, layout()));
    }), { numRuns: 120 });
  });
});
