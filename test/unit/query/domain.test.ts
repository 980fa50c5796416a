import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { regionOf } from '../../../src/query/domain.js';
import { cats } from '../../support/models.js';

let model: Model;
beforeAll(async () => { model = await loadModel(cats()); });

const region = (options: object) => regionOf(model, options);
const refused = (options: object, code: string, message: RegExp, exitStatus = 3) =>
  expect(() => region(options)).toThrow(expect.objectContaining({ code, exitStatus, message: expect.stringMatching(message) as string }) as Error);

describe('the inputs of a query', () => {
  it('are the model\'s own domain by default', () => {
    expect(region({})).toEqual({ domain: Float64Array.of(6.3, 20.5, 2, 3.9), local: false, notes: [] });
  });
  it('are the domain that is given', () => {
    expect([...region({ domain: [[0, 1], [-2, -2]] }).domain]).toEqual([0, 1, -2, -2]);
  });
  it('are one input, which is a box of no width', () => {
    expect(region({ at: [20.5, 2] })).toEqual({ domain: Float64Array.of(20.5, 20.5, 2, 2), local: true, notes: [] });
    expect([...region({ at: Float64Array.of(7, 3) }).domain]).toEqual([7, 7, 3, 3]);
  });
  it('may be an input outside the domain, with a note', () => {
    expect(region({ at: [21, 2] }).notes).toEqual(['the input is outside the model\'s domain: heart weight (g) = 21 is not in [6.3, 20.5]']);
    expect(region({ at: [0, 9] }).notes[0]).toContain('body weight (kg) = 9');
  });
  it('have to be known', async () => {
    const bare = await loadModel({ ...cats(), inputs: [{}, {}] });
    expect(() => regionOf(bare, {})).toThrow(expect.objectContaining({ code: 'DOMAIN_MISSING', exitStatus: 3 }) as Error);
    expect(regionOf(bare, { at: [1, 2] }).notes).toEqual([]);
  });
  it.each([
    [{ domain: [] }, /0 intervals, --domain, expected 2/],
    [{ domain: [[0, 1]] }, /1 intervals, --domain, expected 2/],
    [{ domain: [[0, 1], [0, 1], [0, 1]] }, /3 intervals/],
    [{ domain: [[0, 1], [2, 1]] }, /inverted \[2, 1\], --domain\[1\]/],
    [{ domain: [[0, 1], [0]] }, /\[0\], --domain\[1\], expected \[lo,hi\]/],
    [{ domain: [[0, 1], [0, 1, 2]] }, /\[0,1,2\], --domain\[1\]/],
    [{ domain: [[0, 1], [0, NaN]] }, /NaN, --domain\[1\]/],
    [{ domain: [[0, 1], [0, Infinity]] }, /Infinity, --domain\[1\]/],
    [{ domain: [[0, 1], [null, 1]] }, /null, --domain\[1\]/],
    [{ domain: [[0, 1], ['0', 1]] }, /"0", --domain\[1\]/],
    [{ domain: { lower: 0 } }, /expected \[\[lo,hi\],\.\.\.\]/],
    [{ domain: null }, /null, --domain/],
  ])('%j is no domain', (options, message) => { refused(options, 'DOMAIN_INVALID', message); });
  it.each([
    [{ at: [] }, /0 numbers, --at, expected 2/],
    [{ at: [1] }, /1 numbers/],
    [{ at: [1, 2, 3] }, /3 numbers/],
    [{ at: [1, null] }, /null, --at\[1\]/],
    [{ at: [1, Infinity] }, /Infinity, --at\[1\]/],
    [{ at: ['1', 2] }, /"1", --at\[0\]/],
    [{ at: { 0: 1, 1: 2, length: 2 } }, /a list of numbers/],
    [{ at: 7 }, /7, --at/],
  ])('%j is no input', (options, message) => { refused(options, 'INPUT_INVALID', message); });
  it('are either one input or a domain', () => { refused({ at: [1, 2], domain: [[0, 1], [0, 1]] }, 'OPTION_CONFLICT', /exclude/, 2); });
});
