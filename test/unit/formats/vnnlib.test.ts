import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ParaboundError } from '../../../src/errors.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { parseVnnlib, PROPERTY_LIMIT, readVnnlib } from '../../../src/formats/vnnlib/read.js';
import { scratch } from '../../support/files.js';

const { write, directory } = scratch();
const declared = (inputs: number, outputs = 1): string => [...Array.from({ length: inputs }, (_, i) => `(declare-const X_${i} Real)`), ...Array.from({ length: outputs }, (_, i) => `(declare-const Y_${i} Real)`)].join('\n');
const parse = (asserts: string, inputs = 1) => parseVnnlib(`${declared(inputs)}\n${asserts}`, '--domain p.vnnlib');
const box = (asserts: string, inputs = 1) => parse(asserts, inputs).domain;

describe('the input box of a VNN-LIB property', () => {
  it('is what bounds of inputs say, in any order and form', () => {
    for (const text of [
      '(assert (<= X_0 2))(assert (>= X_0 -1))', '(assert (and (<= X_0 2.0) (>= X_0 -1.0)))', '(assert (and (and (<= X_0 2)) (and (<= -1 X_0))))', '(assert (>= 2 X_0)) (assert (>= X_0 (- 1)))',
      '(assert (or (and (<= X_0 2) (>= X_0 -1))))', '(assert (<= X_0 (/ 4 2)))(assert (>= X_0 (- (/ 1.0 1))))', '(assert (< X_0 2))\n(assert (> X_0 -1)) ; strict: with its end',
      '(set-logic QF_LRA)\n; a comment (with parentheses\n(assert (<= X_0 20e-1)) (assert (>= X_0 -.1e1)) (check-sat)', '(assert (<= X_0 7)) (assert (<= X_0 2)) (assert (>= X_0 -1)) (assert (>= X_0 -9))',
      '(assert (or (and (<= X_0 2) (>= X_0 -1) (<= Y_0 0)) (and (<= X_0 2) (>= X_0 -1) (>= Y_0 5))))',
    ]) expect(box(text)).toEqual([[-1, 2]]);
    expect(box('(assert (= X_0 0.5))')).toEqual([[0.5, 0.5]]);
    expect(box('(assert (<= X_1 4)) (assert (>= X_1 3)) (assert (<= X_0 2)) (assert (>= X_0 1))', 2)).toEqual([[1, 2], [3, 4]]);
  });
  it('may be declared as functions', () => {
    expect(parseVnnlib('(declare-fun X_0 () Real)(assert (<= 0 X_0))(assert (<= X_0 1))', 'p').domain).toEqual([[0, 1]]);
  });
  it('is rounded outward, and by no more than to the next double', () => {
    expect(box('(assert (>= X_0 0.1)) (assert (<= X_0 0.1))')).toEqual([[nextDown(0.1), 0.1]]); // the double is above 1/10
    expect(box('(assert (>= X_0 0.3)) (assert (<= X_0 0.3))')).toEqual([[0.3, nextUp(0.3)]]); // and this below 3/10
    expect(box('(assert (>= X_0 -0.1)) (assert (<= X_0 (/ 1 3)))')).toEqual([[-0.1, nextUp(1 / 3)]]);
    expect(box('(assert (>= X_0 -1e-400)) (assert (<= X_0 1e-400))')).toEqual([[-5e-324, 5e-324]]);
    fc.assert(fc.property(fc.bigInt(-(10n ** 25n), 10n ** 25n), fc.integer({ min: 0, max: 60 }), (digits, places) => {
      const text = `${digits}e-${places}`;
      const [[lower, upper]] = box(`(assert (>= X_0 ${text})) (assert (<= X_0 ${text}))`);
      // digits <=> x 10^places, for the double x = n 2^-1074
      const against = (x: number): bigint => { const view = exactly(x); return digits * 2n ** 1074n - view * 10n ** BigInt(places); };
      expect(against(lower) >= 0n && against(upper) <= 0n).toBe(true);
      if (against(lower) === 0n || against(upper) === 0n) expect(lower).toBe(upper);
      else expect(upper).toBe(nextUp(lower));
    }));
  });
  it('says that what it asserts of outputs has no part', () => {
    expect(parse('(assert (<= X_0 2)) (assert (>= X_0 1)) (assert (or (and (>= Y_0 1)) (and (<= Y_0 0))))').notes).toEqual(['only the input box of p.vnnlib is used, not what it asserts of outputs']);
    expect(parse('(assert (<= X_0 2)) (assert (>= X_0 1))').notes).toEqual([]);
  });
  it('may be in a file that is zipped', async () => {
    const text = `${declared(1)}(assert (<= X_0 2)) (assert (>= X_0 1))`;
    for (const path of [write('p.vnnlib', text), write('q.vnnlib.gz', gzipSync(text))]) expect((await readVnnlib(path)).domain).toEqual([[1, 2]]);
  });
});

/** n of x = n * 2^-1074. */
function exactly(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = bits >> 52n;
  const fraction = bits & (2n ** 52n - 1n);
  const magnitude = exponent === 0n ? fraction : (fraction + 2n ** 52n) << (exponent - 1n);
  return x < 0 ? -magnitude : magnitude;
}

describe('what is refused, with its line', () => {
  const bounded = '(assert (<= X_0 2)) (assert (>= X_0 1))';
  it.each<[string, string, RegExp]>([
    ['two boxes', `(assert (or (and (<= X_0 1) (>= X_0 0)) (and (<= X_0 3) (>= X_0 2))))`, /^several input boxes in one or, line 3 of --domain p\.vnnlib, expected one/],
    ['two boxes with one upper end', '(assert (or (and (<= X_0 1) (>= X_0 0)) (and (<= X_0 1) (>= X_0 -1))))', /^several input boxes/],
    ['two boxes with one lower end', '(assert (or (and (<= X_0 1) (>= X_0 0)) (and (<= X_0 2) (>= X_0 0))))', /^several input boxes/],
    ['a box of one input or of two', '(declare-const X_1 Real) (assert (or (<= X_0 1) (and (<= X_0 1) (<= X_1 1))))', /^several input boxes/],
    ['a box or none', `(assert (or (and (<= X_0 1) (>= X_0 0)) (<= Y_0 2)))`, /^several input boxes/],
    ['inputs that depend on one another', `(assert (<= X_0 X_1))`, /^"X_1" is not declared/],
    ['an input in an equation', `${bounded} (assert (<= (+ X_0 1) 2))`, /^"\(<= \(\+ X_0 1\) 2\)", line 3 .*bounds of single inputs/],
    ['an input against an output', `${bounded} (assert (<= Y_0 X_0))`, /^"\(<= Y_0 X_0\)"/],
    ['a bound that is missing', '(assert (<= X_0 2))', /^no lower bound of X_0/],
    ['no bounds', '', /^no lower bound of X_0/],
    ['bounds that cross', '(assert (<= X_0 1)) (assert (>= X_0 2))', /^no value of X_0 is within its bounds/],
    ['bounds that cross by less than a double', '(assert (<= X_0 0.1)) (assert (>= X_0 0.10000000000000000000001))', /^no value of X_0/],
    ['a bound beyond the doubles', '(assert (<= X_0 1e400)) (assert (>= X_0 2))', /^bounds of X_0 are beyond/],
    ['a numeral beyond all use', '(assert (<= X_0 1e99999))', /^the numeral "1e99999"/],
    ['a numeral that is none', '(assert (<= X_0 0x10))', /bounds of single inputs/],
    ['fractions of fractions', '(assert (<= X_0 (/ (/ (/ (/ 1 2) 3) 4) 5)))', /bounds of single inputs/],
    ['a division by zero', '(assert (<= X_0 (/ 1 0)))', /bounds of single inputs/],
    ['an output that is not declared', `${bounded} (assert (<= Y_5 0))`, /^"Y_5" is not declared/],
    ['a name that is not declared', `${bounded} (assert (<= Z 0))`, /^"Z" is not declared/],
    ['another command', '(define-fun f () Real 1)', /^"\(define-fun f \(\) Real 1\)", line 3/],
    ['VNN-LIB 2', '(vnnlib-version <2.0>)', /VNN-LIB 1\.0/],
    ['a declaration twice', '(declare-const X_0 Real)', /^X_0 is declared twice, line 3/],
    ['a declaration of another sort', '(declare-const X_1 Int)', /^declaration of "X_1", /],
    ['a declaration with a gap', `(declare-const X_2 Real) ${bounded}`, /^X_1 is not declared/],
    ['a parenthesis too few', '(assert (<= X_0 2)', /^the file ends, line 3 .*1 times "\)"/],
    ['a parenthesis too many', '(assert (<= X_0 2)))', /^"\)", line 3/],
    ['a word alone', 'X_0', /^"X_0", line 3/],
    ['a text that does not end', '(assert "', /^"\\"", line 3/],
    ['an or of nothing', '(assert (or))', /^an or of nothing/],
    ['parentheses without end', '('.repeat(100_000), /^parentheses too deep, line 3/],
    ['a nest of ands', `(assert ${'(and '.repeat(300)}`, /^parentheses too deep/],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'DOMAIN_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string }) as Error);
  });
  it('no inputs, no text, no zip, too much in it, no file', async () => {
    expect(() => parseVnnlib('', 'p')).toThrow(/no inputs/);
    await expect(readVnnlib(write('a.vnnlib', Buffer.of(0xff, 0xfe, 0x80)))).rejects.toMatchObject({ code: 'DOMAIN_INVALID' });
    await expect(readVnnlib(write('b.vnnlib.gz', 'no zip'))).rejects.toMatchObject({ code: 'DOMAIN_INVALID' });
    await expect(readVnnlib(write('c.vnnlib.gz', gzipSync(Buffer.alloc(100)).subarray(0, 20)))).rejects.toMatchObject({ code: 'DOMAIN_INVALID' });
    await expect(readVnnlib(write('d.vnnlib.gz', gzipSync(Buffer.alloc(PROPERTY_LIMIT + 1, 32))))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await expect(readVnnlib(`${directory}/none.vnnlib`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
  it('words at random: a box of finite ends, or an error with a code', () => {
    const word = fc.constantFrom('(', ')', '(', ')', 'assert', 'and', 'or', '<=', '>=', '=', 'X_0', 'X_1', 'Y_0', '1', '-2.5', '1e5', '(assert (<= X_0 1))', '(assert (>= X_0 0))', 'declare-const', 'Real', '-', '/', '"', ';', '|', '\n');
    fc.assert(fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      try {
        for (const [lower, upper] of parse(words.join(' ')).domain) expect(lower <= upper && Number.isFinite(lower) && Number.isFinite(upper)).toBe(true);
      } catch (error) {
        if (!(error instanceof ParaboundError) || error.code !== 'DOMAIN_INVALID') throw error;
      }
    }), { numRuns: 2000 });
  });
});
