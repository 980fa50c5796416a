import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParaboundError } from '../../../src/errors.js';
import { parseInputs, readInputs, ROW_LIMIT } from '../../../src/formats/csv.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { scratch } from '../../support/files.js';
import { cats, numbered } from '../../support/models.js';

const { directory, write } = scratch();
const named = await loadModel(cats());
const nameless = await loadModel(numbered());
const all = async (data: string | Uint8Array, model: Model = nameless): Promise<[number, number[]][]> => {
  const rows: [number, number[]][] = [];
  for await (const { row, input } of readInputs(write('inputs.csv', data), model)) rows.push([row, [...input]]);
  return rows;
};

describe('a table of inputs', () => {
  it('has a row for each input, in order', async () => {
    expect(await all('1,2\n-0.5,1e-3\n')).toEqual([[1, [1, 2]], [2, [-0.5, 0.001]]]);
  });
  it('may have spaces, quotes, blank lines, a byte order mark, other line ends, and none at the end', async () => {
    const rows = [[1, [1, 2]], [2, [3, 4]]];
    for (const text of [' 1 , 2 \r\n3,4\r\n', '"1","2"\n\n3,4', '\ufeff1,2\r3,4\r', '\n\n1,2\n3,4\n\n', '+1.,2e0\n3,.4E1']) expect(await all(text)).toEqual(rows);
    expect(await all(Buffer.from('\ufeff1,2\n3,4\n', 'utf16le'))).toEqual(rows);
  });
  it('may have a header; where it names no input of a model without names, columns count in order, and a note says so', async () => {
    const notes: string[] = [];
    for await (const { input } of readInputs(write('inputs.csv', 'id,height\n1,2\n'), nameless, (note) => notes.push(note))) expect([...input]).toEqual([1, 2]);
    expect(notes).toEqual([expect.stringMatching(/^the header "id,height" of inputs .*inputs\.csv names no input of .* \(x0 to x1\): its columns are taken in order$/)]);
  });
  it('has nothing to note where columns go by name, or there is no header', async () => {
    const notes: string[] = [];
    for (const text of ['1,2\n', 'X1,x0\n2,1\n']) {
      for await (const { input } of readInputs(write('inputs.csv', text), nameless, (note) => notes.push(note))) expect([...input]).toEqual([1, 2]);
    }
    expect(notes).toEqual([]);
  });
  it('has columns by name whatever the capitals, unless inputs differ in them alone', async () => {
    expect(await all('X1,ID,X0\n1,7,2\n')).toEqual([[1, [2, 1]]]);
    expect(await all('BODY weight (kg),Heart Weight (g)\n3,11\n', named)).toEqual([[1, [11, 3]]]);
    const alike = await loadModel({ ...numbered(), inputs: [{ name: 'a', lower: 0, upper: 1 }, { name: 'A', lower: 0, upper: 1 }] });
    expect(await all('A,a\n1,2\n', alike)).toEqual([[1, [2, 1]]]);
  });
  it('has its columns by name where the header names every input, among others', async () => {
    expect(await all('id,body weight (kg),sex,heart weight (g)\ncat one,2.5,F,10\n"two, too",3,M,11\n', named)).toEqual([[1, [10, 2.5]], [2, [11, 3]]]);
    expect(await all('x1,x0\n1,2\n')).toEqual([[1, [2, 1]]]);
  });
  it('without a header is read in order although inputs have names', async () => {
    expect(await all('10,2.5\n', named)).toEqual([[1, [10, 2.5]]]);
  });
  it('is streamed: rows before a fault are given, and a reader may stop', async () => {
    const path = write('faulty.csv', `${'1,2\n'.repeat(5000)}1,two\n`);
    let rows = 0;
    await expect((async () => { for await (const { row } of readInputs(path, nameless)) rows = row; })()).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('row 5001, line 5001') as string });
    expect(rows).toBe(5000);
    for await (const { row } of readInputs(path, nameless)) if (row === 3) break;
  });
  it.each([['line feeds', '1,2\n', '3,4\n'], ['both', '1,2\r\n', '"3",4\r\n'], ['a header and quotes', 'x0,"x1"\n"1","2"\n', '\n"3","4"\n'], ['a byte order mark', '\ufeff1,2\n', '3,4\n']])(
    'gives a row out once its line has ended, though more is waited for: %s', async (_, ...chunks) => {
      let release = (): void => undefined;
      const wanted: number[] = [];
      async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
        for (const [i, chunk] of chunks.entries()) {
          yield Buffer.from(chunk);
          if (wanted.length <= i) await new Promise<void>((resolve) => { release = resolve; });
        }
      }
      for await (const { row, input } of parseInputs(bytes(), 'here', nameless)) {
        wanted.push(row);
        expect([...input]).toEqual([2 * row - 1, 2 * row]);
        release();
      }
      expect(wanted).toEqual([1, 2]);
    }, 2000);
  it('is the same however its bytes arrive', async () => {
    const outcome = async (data: Buffer, size: number): Promise<unknown> => {
      async function* bytes(): AsyncGenerator<Buffer, void, undefined> {
        for (let at = 0; at < data.length; at += size) yield await Promise.resolve(data.subarray(at, at + size));
      }
      const rows: unknown[] = [];
      try {
        for await (const { row, input } of parseInputs(bytes(), 'here', nameless)) rows.push([row, [...input]]);
      } catch (error) {
        rows.push((error as Error).message);
      }
      return rows;
    };
    for (const text of ['a,b\n1,2\n\n \n3,4\n', '"x\n1",x0,x1\r\n"a\n""\n",1,2\r\n\r\n b ,3,4\r\n', '1,2\n3,"4\n"\n', '1,2\r3,4\r', '\n\n1,2\n3\n']) {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const data = Buffer.from(`\ufeff${text}`, encoding);
        const whole = await outcome(data, data.length);
        for (const size of [1, 2, 3, 5]) expect(await outcome(data, size)).toEqual(whole);
      }
    }
  });
  it('gives back every double that JavaScript writes', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(...Array.from({ length: 2 }, () => fc.double({ noNaN: true, noDefaultInfinity: true }))), { minLength: 1 }), async (rows) => {
      const read = await all(rows.map((row) => row.join(',')).join('\n'));
      expect(read.map(([, row]) => row.map((value) => value + 0))).toEqual(rows.map((row) => row.map((value) => value + 0)));
    }), { numRuns: 50 });
  });
});

describe('what is refused, with its row, line and column', () => {
  it.each<[string, string, RegExp, Model?]>([
    ['a word', 'a,b\n\n1,2\n3,four\n', /^"four", column 2 \("b"\), row 2, line 4 of inputs .*inputs\.csv, expected a finite number$/],
    ['a word under a name', 'body weight (kg),heart weight (g)\n2,x\n', /^"x", column 2 \("heart weight \(g\)"\), row 1, line 2 /, named],
    ['a word in a row of numbers', 'one,2\n', /^"one", column 1, row 1, line 1 /],
    ['an empty cell', '1,\n', /^"", column 2, row 1/],
    ['NaN, which is no header', 'NaN,inf\n1,2\n', /^"NaN", column 1, row 1, line 1 /],
    ['hexadecimal', '1,0x10\n', /"0x10", column 2/],
    ['a decimal comma', '"1,5",2\n', /"1,5", column 1/],
    ['a number beyond the doubles', '1,1e999\n', /"1e999", column 2/],
    ['other separators', '1;2\n', /^1 column, row 1, line 1 .*expected 2, one for each input of .*; columns are separated by commas, not ';'$/],
    ['tabs', 'a,b\n1\t2\n', /^1 column, row 1, line 2 .*; columns are separated by commas, not tabs$/],
    ['other separators beside decimal commas', '1,5;2\n', /^"5;2", column 2, .*expected a finite number; columns are separated by commas, not ';'$/],
    ['a named header of other separators', 'heart weight (g);body weight (kg)\n10;3\n', /^no column "heart weight \(g\)", .*, or no header; columns are separated by commas, not ';'$/, named],
    ['a header of another width', 'a;b\n1;2\n', /^1 column, header, line 1 .*expected 2, one for each input of .*; columns are separated by commas, not ';'$/],
    ['a first row that was meant as numbers', '0x10,1.5mm\n1,2\n', /^"0x10", column 1, row 1, line 1/],
    ['a short row', '1,2\n3\n', /^1 column, row 2, line 2 .*expected 2, one for each input of [^;]*$/],
    ['a long row', '1,2,3\n', /^3 columns, row 1/],
    ['a row that is not as long as its header', 'id,x0,x1\n1,2\n', /^2 columns, row 1, line 2 .*expected 3, as in the header/],
    ['a header that lacks an input', 'heart,body weight (kg)\n1,2\n', /^no column "heart weight \(g\)", header, line 1 /, named],
    ['a header that names some inputs of a model without names', 'x0,height\n1,2\n', /^no column "x1", header, line 1 .*expected a column for each input/],
    ['two columns of a name but for capitals', 'x0,x1,X0\n1,2,3\n', /two columns or inputs named "x0"/],
    ['two columns of a name', 'x0,x1,x0\n1,2,3\n', /two columns or inputs named "x0"/],
    ['a quote that is left open', '1,2\n"3,4\n5,6\n', /Quote .*comma-separated values/],
    ['a file with no row', '', /^no inputs, inputs .*, expected a row of numbers/],
    ['a header alone', 'a,b\n', /^no inputs/],
    ['a row without end', `1,2\n"${'1'.repeat(ROW_LIMIT + 500_000)}`, /a row that is too long/],
    ['a row of cells without end', `1,2\n${','.repeat(ROW_LIMIT + 500_000)}`, /a row that is too long/],
  ])('%s', async (_, text, message, model) => {
    await expect(all(text, model)).rejects.toMatchObject({ code: 'INPUT_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string });
  });
  it('files that are none', async () => {
    const read = (path: string) => readInputs(path, nameless).next();
    await expect(read(`${directory}/none.csv`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(read(directory)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
  it('bytes at random give rows of finite numbers, or an error with a code', async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string({ unit: fc.constantFrom(...'1,2.e-"\n\r x\ufeff\0') }).map((text) => Buffer.from(text)));
    await fc.assert(fc.asyncProperty(bytes, async (data) => {
      try {
        for (const [, row] of await all(data)) expect(row.length === 2 && row.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof ParaboundError) || error.code !== 'INPUT_INVALID') throw error;
      }
    }), { numRuns: 300 });
  });
});
