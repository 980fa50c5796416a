import fc from 'fast-check';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertModel } from '../../../src/formats/write/convert.js';
import { loadModel } from '../../../src/network/load.js';
import type { Activation } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { scratch } from '../../support/files.js';
import { cats, threeClasses } from '../../support/models.js';
import { node, onnx, tensor } from '../../support/onnx.js';
import { f32, safetensors } from '../../support/safetensors.js';

const { directory, write } = scratch();
const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

const anyNumber = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, -1, 5e-324, Number.MAX_VALUE, 0.1, 1e21, 1e-7));

/** Any model that the package's own format can say. */
function models(kind: 'any' | 'relu'): fc.Arbitrary<ModelObject> {
  return fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 }).chain((sizes) => {
    const [inputs, ...outputs] = sizes;
    const last = outputs.length - 1;
    const activation = (l: number): fc.Arbitrary<Activation> => kind === 'relu' ? fc.constant(l === last ? 'linear' : 'relu')
      : fc.constantFrom<Activation>('linear', 'relu', 'sigmoid', 'tanh', ...(l === last && outputs[l] > 1 ? ['softmax' as const] : []));
    const layer = (l: number) => fc.record({
      weights: fc.array(fc.array(anyNumber, { minLength: sizes[l], maxLength: sizes[l] }), { minLength: outputs[l], maxLength: outputs[l] }),
      bias: fc.array(anyNumber, { minLength: outputs[l], maxLength: outputs[l] }),
      activation: activation(l),
      ...(kind === 'relu' ? {} : { fixed: fc.option(fc.constantFrom<true | 'bias'>(true, 'bias'), { nil: undefined }) }),
    });
    const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: inputs, maxLength: inputs });
    const limit = fc.double({ min: 1, max: 1e29, noNaN: true });
    const normalisation = fc.record({
      mean: each(fc.double({ noNaN: true, noDefaultInfinity: true })), range: each(fc.double({ min: 5e-324, max: 1e300, noNaN: true })),
      lower: each(fc.option(limit.map((value) => -value))), upper: each(fc.option(limit)),
    });
    return fc.record({
      format: fc.constant('parabound-model@1' as const),
      inputs: each(fc.option(fc.constantFrom('a', 'b "c"\n'), { nil: undefined }).chain((name) => fc.constant({ ...(name === undefined ? {} : { name }), lower: -1, upper: 2 }))),
      layers: fc.tuple(...outputs.map((_, l) => layer(l))),
      normalisation: fc.option(normalisation, { nil: undefined }),
      output: kind === 'relu' ? fc.constant({}) : outputs[last] === 1 ? fc.record({ level: anyNumber }) : fc.record({ decision: fc.constantFrom('max', 'min') }),
    }).map((model) => JSON.parse(JSON.stringify(model)) as ModelObject);
  });
}

describe('a model in another format is the same network, number for number', () => {
  const roundTrip = async (from: ModelObject, path: string) => {
    const model = await loadModel(from);
    const { notes } = await convertModel(model, path);
    const again = await loadModel(path);
    expect(again.hash).toBe(model.hash);
    expect([...again.parameters].map((value) => value + 0)).toEqual([...model.parameters].map((value) => value + 0));
    expect([again.layers, again.level, again.decision]).toEqual([model.layers, model.level, model.decision]);
    return { model, again, notes };
  };
  it.each(['any.json', 'any.safetensors'])('any model as %s, with names, domain and what is fixed', async (name) => {
    await fc.assert(fc.asyncProperty(models('any'), async (from) => {
      const { model, again, notes } = await roundTrip(from, `${directory}/${name}`);
      expect([again.inputNames, again.domain, again.normalisation, notes]).toEqual([model.inputNames, model.domain, model.normalisation, []]);
    }), { numRuns: 60 });
  });
  it('relu networks as .nnet', async () => {
    await fc.assert(fc.asyncProperty(models('relu'), async (from) => {
      const { model, again } = await roundTrip(from, `${directory}/any.nnet`);
      expect(again.normalisation).toEqual(model.normalisation);
    }), { numRuns: 60 });
  });
  it('through every format and back', async () => {
    const model = await loadModel(fixture('scaled.nnet'));
    let at = fixture('scaled.nnet');
    for (const name of ['1.json', '2.safetensors', '3.nnet', '4.json']) {
      await convertModel(await loadModel(at), `${directory}/${name}`);
      at = `${directory}/${name}`;
    }
    const again = await loadModel(at);
    expect({ ...again, source: '', storage: null }).toEqual({ ...model, source: '', storage: null });
    expect(again.hash).toBe(model.hash);
  });
  it('from ONNX, with the types that the file has', async () => {
    const from = write('m.onnx', onnx({ nodes: [node('Gemm', ['x', 'w', 'b'], 'y')], dims: [1, 2], initializers: [tensor('w', [2, 1], [0.1, 2], 'float16'), tensor('b', [1], [3], 'float16')] }));
    const model = await loadModel(from);
    expect(model.storage).toEqual({ format: 'ONNX, operator set 21', tensors: [{ name: 'w', shape: [2, 1], type: 'float16' }, { name: 'b', shape: [1], type: 'float16' }] });
    await convertModel(model, `${directory}/m.json`);
    expect((await loadModel(`${directory}/m.json`)).hash).toBe(model.hash);
  });
  it('tensors are float32 where that holds them, float64 where not', async () => {
    write('f.layout.json', JSON.stringify({ format: 'parabound-layout@1', layers: [{ name: 'fc' }] }));
    const path = write('f.safetensors', safetensors({ 'fc.weight': f32([2, 2], [0.1, 2, 3, 4]), 'fc.bias': f32([2], [5, 6]) }));
    const { files, format } = await convertModel(await loadModel(path), `${directory}/out/g.safetensors`);
    expect([files, format]).toEqual([[`${directory}/out/g.safetensors`, `${directory}/out/g.layout.json`], 'safetensors with parabound-layout@1']);
    expect((await loadModel(files[0])).storage!.tensors).toEqual([{ name: '0.weight', shape: [2, 2], type: 'F32' }, { name: '0.bias', shape: [2], type: 'F32' }]);
    await convertModel(await loadModel(cats()), files[0]);
    expect((await loadModel(files[0])).storage!.tensors.map(({ type }) => type)).toEqual(['F64', 'F64']);
    expect(readdirSync(`${directory}/out`).sort()).toEqual(['g.layout.json', 'g.safetensors']); // nothing half-written is left
  });
  it('says what is left behind, which is nothing that the network computes', async () => {
    const model = await loadModel({ ...threeClasses('linear'), output: { labels: ['a', 'b', 'c'] } });
    expect((await convertModel(model, `${directory}/t.nnet`)).notes).toEqual(['.nnet has no place for the domain, labels']);
  });
});

describe('what a format cannot hold is refused, and nothing is written', () => {
  it.each<[string, ModelObject, string, RegExp]>([
    ['a sigmoid', cats(), 'a.nnet', /^the last layer is sigmoid: it is linear in a \.nnet file/],
    ['a hidden tanh', { ...threeClasses('linear'), layers: [{ weights: [[1]], bias: [0], activation: 'tanh' }, ...threeClasses('linear').layers] }, 'a.nnet', /^layer 0 is tanh: hidden layers are relu/],
    ['a fixed layer', { ...threeClasses('linear'), layers: [{ ...threeClasses('linear').layers[0], fixed: true }] }, 'a.nnet', /^layer 0 has fixed parameters/],
    ['a level', { format: 'parabound-model@1', inputs: [{}], layers: [{ weights: [[1]], bias: [0], activation: 'linear' }], output: { level: 2 } }, 'a.nnet', /^the level is 2: it is 0/],
    ['the smallest output', { ...threeClasses('linear'), output: { decision: 'min' } }, 'a.nnet', /^the decision is min/],
  ])('%s', async (_, model, name, message) => {
    await expect(convertModel(await loadModel(model), `${directory}/refused/${name}`)).rejects.toMatchObject({ code: 'CONVERSION_REFUSED', exitStatus: 3, message: expect.stringMatching(message) as string });
    expect(readdirSync(directory)).not.toContain('refused');
  });
  it('another extension, a folder that is a file, a file that is a folder', async () => {
    const model = await loadModel(cats());
    await expect(convertModel(model, `${directory}/a.onnx`)).rejects.toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(/'\.onnx', --out, expected one that ends in \.json, \.nnet, \.safetensors/) as string });
    await expect(convertModel(model, `${directory}/a`)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(convertModel(model, `${write('file', '')}/a.json`)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    mkdirSync(`${directory}/folder.json`);
    await expect(convertModel(model, `${directory}/folder.json`)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
  it('a file that is there already stays whole until the new one is', async () => {
    const path = write('old.nnet', 'old');
    await expect(convertModel(await loadModel(cats()), path)).rejects.toMatchObject({ code: 'CONVERSION_REFUSED' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
