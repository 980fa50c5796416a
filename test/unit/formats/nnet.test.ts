import { describe, expect, it } from 'vitest';
import { parseNnet } from '../../../src/formats/nnet.js';
import { Model } from '../../../src/network/model.js';
import { nnetText, type NnetParts } from '../../support/nnet.js';

const parts = (): NnetParts => ({ sizes: [2, 3, 1], lower: [-1, 0], upper: [1, 10], mean: [0.5, 5], range: [2, 4], parameters: Array.from({ length: 13 }, (_, i) => i / 8) });
const parse = (change: Partial<NnetParts> = {}, comments?: string[]) => parseNnet(nnetText({ ...parts(), ...change }, comments), 'a.nnet');
/** The text with line `number` (from 1, the comment being line 1) put in another way. */
const withLine = (number: number, text: string | null): string => nnetText(parts()).split('\n').flatMap((line, i) => i + 1 !== number ? [line] : text === null ? [] : [text]).join('\n');

describe('a .nnet file', () => {
  it('is layers of relu, the last linear, and a normalisation', () => {
    const model = parse();
    expect(model.layers).toEqual([{ inputs: 2, outputs: 3, activation: 'relu' }, { inputs: 3, outputs: 1, activation: 'linear' }]);
    expect([...model.parameters]).toEqual(parts().parameters);
    expect(model.normalisation).toEqual({ mean: Float64Array.of(0.5, 5), range: Float64Array.of(2, 4), lower: Float64Array.of(-1, 0), upper: Float64Array.of(1, 10) });
    expect([...model.domain!]).toEqual([-1, 1, 0, 10]);
    expect([model.decision, model.labels, model.inputNames]).toEqual(['max', null, [null, null]]);
  });
  it('may have comments anywhere, blank lines, no commas at the ends, and any line ends', () => {
    const model = parse();
    const text = nnetText(parts(), []);
    for (const other of [text, text.replaceAll('\n', '\r\n'), text.replaceAll(',\n', '\n'), text.replaceAll('\n', '\n// here too\n\n'), text.replaceAll(',', ' , '), text.trimEnd()]) {
      expect(parseNnet(other, 'a.nnet')).toEqual(model);
    }
  });
  it('may carry more minima, maxima, means and ranges than inputs: the first count', () => {
    const model = parse({ lower: [-1, 0, -99], upper: [1, 10, 99], mean: [0.5, 5, 7, 8], range: [2, 4, 0, 9] });
    expect(model).toEqual(parse());
  });
  it.each([['inf'], ['Inf'], ['1e30'], ['3.40282e+38'], ['1e999'], ['Infinity'], ['+inf']])('a maximum of %s is none, and leaves no domain', (limit) => {
    const model = parse({ upper: [1, limit], lower: [-1, limit.startsWith('+') ? '-inf' : `-${limit}`] });
    expect(model.domain).toBeNull();
    expect([...model.normalisation!.upper]).toEqual([1, Infinity]);
    expect([...model.normalisation!.lower]).toEqual([-1, -Infinity]);
  });
  it('without limits, means and ranges has no normalisation, and is the network of the layers alone', () => {
    const model = parse({ lower: ['-inf', -1e30], upper: ['inf', 1e31], mean: [0, -0], range: [1, 1] });
    expect(model.normalisation).toBeNull();
    expect(new Model(model).hash).not.toBe(new Model(parse()).hash);
    expect(new Model({ ...parse(), normalisation: null }).hash).toBe(new Model(model).hash);
  });
  it('has numbers as the text has them', () => {
    const text = nnetText(parts()).replace('0.125', '1.41407e-01').replace('0.25,', '-.5E+1,').replace('0.375', '3.');
    expect([...parseNnet(text, 'a.nnet').parameters.slice(1, 4)]).toEqual([0.141407, -5, 3]);
  });
  it('has a hash that sees every part of the normalisation', () => {
    const hashes = [{}, { mean: [0.5, 6] }, { range: [2, 5] }, { lower: [-2, 0] }, { upper: [1, 11] }].map((change) => new Model(parse(change)).hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('what is refused, with its line', () => {
  const refused = (text: string, message: RegExp) => {
    expect(() => parseNnet(text, 'a.nnet')).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string }) as Error);
  };
  it.each<[string, number, string | null, RegExp]>([
    ['a header that is short', 2, '2,2,1,', /3 numbers, line 2 of a\.nnet, expected layers, inputs, outputs/],
    ['a size that is no whole number', 2, '2.5,2,1,3', /"2\.5", line 2/],
    ['a size of zero', 3, '2,0,1', /"0", line 3/],
    ['a negative size', 2, '-2,2,1,3', /"-2", line 2/],
    ['too few sizes', 3, '2,3,', /2 numbers, line 3 .*the sizes of 2 layers/],
    ['too many sizes', 3, '2,3,1,1,', /4 numbers, line 3/],
    ['other inputs than the first size', 3, '3,3,1,', /3 inputs, line 3 .*expected 2/],
    ['other outputs than the last size', 3, '2,3,2,', /2 outputs, line 3 .*expected 1/],
    ['a network that the file has no room for', 3, '2,1000000000,1', /4000000001 parameters in a file of \d+ characters, line 3/],
    ['a flag that is missing', 4, null, /2 numbers, line 4 .*the flag/],
    ['too few minima', 5, '-1,', /1 numbers, line 5 .*minima, one for each of 2 inputs/],
    ['a minimum that is no number', 5, '-1,low', /"low", line 5/],
    ['a minimum that is NaN', 5, '-1,nan', /"nan", line 5/],
    ['a minimum above the maximum', 6, '-2,10', /-1 for input 0, line 6 .*at most the maximum/],
    ['an infinite minimum', 5, 'inf,0', /Infinity for input 0, line 5/],
    ['an infinite mean', 7, 'inf,5', /"inf", line 7/],
    ['a mean beyond the doubles', 7, '1e999,5', /"1e999", line 7 .*finite/],
    ['a range of zero', 8, '2,0.0', /range "0\.0" of input 1, line 8 .*above zero/],
    ['a negative range', 8, '2,-4', /range "-4" of input 1/],
    ['a row that is short', 9, '0,', /1 numbers, line 9 .*expected 2 numbers, row 0 of the weights of layer 0/],
    ['a row that is long', 10, '0,1,2,', /3 numbers, line 10 .*row 1 of the weights of layer 0/],
    ['a weight that is no number', 10, '0,0x10', /"0x10", line 10 .*a number/],
    ['a weight that is missing between commas', 10, ',1', /"", line 10/],
    ['an infinite weight', 10, '0,inf', /"inf", line 10/],
    ['a weight beyond the doubles', 10, '0,1e400', /"1e400", line 10 .*a finite number/],
    ['a bias line with more', 12, '0.75,1', /2 numbers, line 12 .*bias 0 of layer 0/],
    ['a row that is left out', 9, null, /1 numbers, line 11 .*row 2 of the weights of layer 0/],
    ['more after the last bias', 17, '3', /"3", line 17 .*the end of the file/],
  ])('%s', (_, number, text, message) => {
    refused(withLine(number, text), message);
  });
  it('every line at which it may be cut off', () => {
    const lines = nnetText(parts()).trimEnd().split('\n');
    for (let kept = 0; kept < lines.length; kept++) refused(lines.slice(0, kept).join('\n'), /the file ends, line \d+ of a\.nnet, expected|parameters in a file of/);
  });
});
