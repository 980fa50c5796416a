import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { loadModel } from '../../../src/network/load.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { cats, numbered, threeClasses } from '../../support/models.js';

const hash = async (model: ModelObject): Promise<string> => (await loadModel(model)).hash;

describe('the model hash', () => {
  it('is SHA-256 over the bytes that docs/model.md lists', async () => {
    const bytes = Buffer.alloc(4 * 5 + 8 * 3 + 4 + 8);
    [2, 1, 2, 1, 2].forEach((value, i) => bytes.writeUInt32LE(value, 4 * i)); // inputs, layers, inputs, outputs, sigmoid
    [0.07577862, 1.18118408, -3.51518067].forEach((value, i) => bytes.writeDoubleLE(value, 20 + 8 * i));
    bytes.writeUInt32LE(0, 44);
    bytes.writeDoubleLE(0.5, 48);
    expect(await hash(cats())).toBe(createHash('sha256').update('parabound-model-hash@1\n').update(bytes).digest('hex'));
  });
  it('does not see names, labels or bounds', async () => {
    const other = cats();
    other.inputs = [{ lower: 0, upper: 1 }, {}];
    delete other.output;
    other.name = 'other';
    expect(await hash(other)).toBe(await hash(cats()));
  });
  it('takes -0 and 0 for the same number', async () => {
    const at = (zero: number): ModelObject => ({ ...cats(), layers: [{ weights: [[zero, 1]], bias: [0], activation: 'sigmoid' }] });
    expect(await hash(at(-0))).toBe(await hash(at(0)));
  });
  it('sees one ulp of a weight, the activation, the level and the decision', async () => {
    const ulp: ModelObject = { ...cats(), layers: [{ weights: [[0.07577862 + 2 ** -56, 1.18118408]], bias: [-3.51518067], activation: 'sigmoid' }] };
    const tanh: ModelObject = { ...cats(), layers: [{ ...cats().layers[0], activation: 'tanh' }] };
    const level: ModelObject = { ...cats(), output: { level: 0.4 } };
    const hashes = await Promise.all([cats(), ulp, tanh, level, numbered(), threeClasses(), { ...threeClasses(), output: { decision: 'min' as const } }].map(hash));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
  it('ignores a level of several outputs and a decision of one, which have no effect', async () => {
    expect(await hash({ ...threeClasses(), output: { level: 0.3 } })).toBe(await hash(threeClasses()));
    expect(await hash({ ...cats(), output: { level: 0.5, decision: 'min' } })).toBe(await hash(cats()));
  });
});
