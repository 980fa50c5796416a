/**
 * Tables of inputs, one a row: RFC 4180 CSV, commas between columns, read as a stream. A first row without any number is a
 * header. Where it names every input of the model (x0, x1, ... are the names of those that have none), columns are found by
 * name and others are passed over; where it names none, of a model without names, columns are taken in order, which is said.
 */
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, parse, type Info, type Parser } from 'csv-parse';
import { ParaboundError, show } from '../errors.js';
import { fileError } from '../network/files.js';
import type { Model } from '../network/model.js';
import { NO_NUMBER, NUMERAL } from './numeral.js';

/** No row of more bytes is gathered: 4 MiB, an image of some hundred thousand numbers. It is stated in docs/formats.md. */
export const ROW_LIMIT = 4 * 1024 * 1024;

/** csv-parse looks some bytes ahead: a byte order mark, two of a line's end, three of an odd space. These it trims, wherever a row begins. */
const AHEAD = Buffer.from(' '.repeat(8));
const [LINE_FEED, QUOTE, UTF16] = [0x0a, 0x22, 0xff];

/** What begins like a number was meant as one: a first row of it is no header. */
const LIKE_A_NUMBER = /^[+-]?\.?\d/;

/** One input, and its row: from 1, a header and empty lines not counted. */
export interface InputRow {
  readonly row: number;
  readonly input: Float64Array;
}

interface Record {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * The inputs of a CSV file in order, each as long as the model has inputs; of standard input where the path is `-`.
 * `onNote` is told, before the first input, of a header whose names say nothing about the columns' order.
 *
 * @throws ParaboundError FILE_*, or INPUT_INVALID with the row, the line and the column; rows before it have been given by then
 */
export async function* readInputs(path: string, model: Model, onNote?: (note: string) => void): AsyncGenerator<InputRow, void, undefined> {
  if (path === '-') return yield* parseInputs(process.stdin, 'inputs of stdin', model, onNote);
  const where = `inputs ${path}`;
  const file = await open(path, 'r').catch((error: unknown) => { throw fileError(error, where); });
  try {
    if ((await file.stat()).isDirectory()) throw new ParaboundError('FILE_UNREADABLE', 'this is a directory', where, 'a file');
    yield* parseInputs(file.createReadStream({ autoClose: false }), where, model, onNote);
  } finally {
    await file.close();
  }
}

/** The same of the text that a stream of bytes gives; a row comes out as soon as the line feed at its end is there. */
export async function* parseInputs(bytes: AsyncIterable<Buffer>, where: string, model: Model, onNote?: (note: string) => void): AsyncGenerator<InputRow, void, undefined> {
  const parser = parse({ bom: true, info: true, trim: true, relax_column_count: true, skip_empty_lines: true });
  try {
    pipeline(limited(bytes, parser, where), parser, () => undefined); // its error is the parser's, thrown below
    let columns: Columns | undefined;
    let row = 0;
    for await (const { record, info } of parser as AsyncIterable<Record>) {
      const at = (what: string): string => `${what}, line ${info.lines} of ${where}`;
      if (columns === undefined) {
        columns = columnsOf(record, model, at('header'));
        if (columns.unknown) onNote?.(`the header ${show(record.join(','))} of ${where} names no input of ${model.source} (${inputsText(model)}): its columns are taken in order`);
        if (columns.header) continue;
      }
      row++;
      yield { row, input: inputOf(record, columns, at(`row ${row}`), model) };
    }
    if (row === 0) throw new ParaboundError('INPUT_INVALID', 'no inputs', where, 'a row of numbers for each input');
  } catch (error) {
    if (error instanceof ParaboundError) throw error;
    if (error instanceof CsvError) throw malformed(error, where);
    throw fileError(error, where);
  }
}

/**
 * csv-parse can limit the text of a row, but not the number of its cells: what has gone in since a row came out is both.
 * It would hold back the row that a chunk ends with until there is more; where that may be long, as from a pipe, it gets blanks.
 */
async function* limited(chunks: AsyncIterable<Buffer>, parser: Parser, where: string): AsyncGenerator<Buffer, void, undefined> {
  let rows = 0;
  let since = 0;
  let quoted = false;
  let utf16: boolean | undefined;
  for await (const chunk of chunks) {
    const { records, empty_lines: empty, lines } = parser.info;
    since = records + empty === rows ? since + chunk.length : chunk.length;
    rows = records + empty;
    if (since > ROW_LIMIT) throw new ParaboundError('INPUT_INVALID', 'a row that is too long', `line ${lines} of ${where}`, `at most ${ROW_LIMIT} bytes a row`);
    yield chunk;
    if (chunk.length === 0) continue;
    utf16 ??= chunk[0] === UTF16;
    for (let at = chunk.indexOf(QUOTE); at >= 0; at = chunk.indexOf(QUOTE, at + 1)) quoted = !quoted;
    if (!utf16 && !quoted && chunk[chunk.length - 1] === LINE_FEED) yield AHEAD;
  }
}

interface Columns {
  readonly header: boolean;
  /** For each input the column that holds it. */
  readonly places: readonly number[];
  readonly names: readonly string[];
  /** By name: other columns may be there as well. */
  readonly byName: boolean;
  /** A header that names no input. */
  readonly unknown: boolean;
}

function columnsOf(first: readonly string[], model: Model, where: string): Columns {
  const inputs = Array.from({ length: model.inputCount }, (_, i) => model.inputName(i));
  const inOrder = inputs.map((_, i) => i);
  const lower = inputs.map((name) => name.trim().toLowerCase());
  // Capitals count only where they tell two inputs apart.
  const folded = new Set(lower).size === inputs.length;
  const wanted = folded ? lower : inputs.map((name) => name.trim());
  const found = new Map<string, number>();
  const repeated = new Set<string>();
  first.forEach((cell, place) => {
    const name = folded ? cell.toLowerCase() : cell;
    if (found.has(name)) repeated.add(name);
    else found.set(name, place);
  });
  const places = wanted.map((name) => found.get(name) ?? -1);
  if (!places.includes(-1)) {
    const distinct = new Set(wanted).size === wanted.length;
    const twice = inputs.find((_, i) => repeated.has(wanted[i]) || (!distinct && wanted.indexOf(wanted[i]) !== i));
    if (twice !== undefined) throw new ParaboundError('INPUT_INVALID', `two columns or inputs named ${show(twice)}`, where, 'a name for each input, once');
    return { header: true, places, names: first, byName: true, unknown: false };
  }
  if (first.some((cell) => cell === '' || LIKE_A_NUMBER.test(cell) || NO_NUMBER.test(cell))) return { header: false, places: inOrder, names: [], byName: false, unknown: false };
  if (model.inputNames.some((name) => name !== null) || places.some((place) => place >= 0)) {
    throw new ParaboundError('INPUT_INVALID', `no column ${show(inputs[places.indexOf(-1)])}`, where, `a column for each input of ${model.source}, or no header${separators(first)}`);
  }
  if (first.length !== inputs.length) throw wrongWidth(first, `${inputs.length}, one for each input of ${model.source}`, where);
  return { header: true, places: inOrder, names: first, byName: false, unknown: true };
}

function inputsText(model: Model): string {
  const last = model.inputCount - 1;
  return last === 0 ? model.inputName(0) : `${model.inputName(0)} to ${model.inputName(last)}`;
}

function inputOf(record: readonly string[], { places, names, byName }: Columns, where: string, model: Model): Float64Array {
  const expected = byName ? names.length : places.length;
  if (record.length !== expected) {
    throw wrongWidth(record, byName ? `${expected}, as in the header` : `${expected}, one for each input of ${model.source}`, where);
  }
  return Float64Array.from(places, (place) => {
    const value = NUMERAL.test(record[place]) ? Number(record[place]) : NaN;
    if (Number.isFinite(value)) return value;
    const column = names[place] === undefined ? `column ${place + 1}` : `column ${place + 1} (${show(names[place])})`;
    throw new ParaboundError('INPUT_INVALID', show(record[place]), `${column}, ${where}`, `a finite number${separators([record[place]])}`);
  });
}

function wrongWidth(record: readonly string[], expected: string, where: string): ParaboundError {
  return new ParaboundError('INPUT_INVALID', `${record.length} column${record.length === 1 ? '' : 's'}`, where, `${expected}${separators(record)}`);
}

/** Where cells hold what other tables have between columns, that may be what is wrong. */
function separators(cells: readonly string[]): string {
  const [mark] = [[';', "';'"], ['\t', 'tabs']].filter(([each]) => cells.some((cell) => cell.includes(each)));
  return mark === undefined ? '' : `; columns are separated by commas, not ${mark[1]}`;
}

function malformed(error: CsvError, where: string): ParaboundError {
  const line = typeof error['lines'] === 'number' ? `line ${error['lines']} of ${where}` : where;
  return new ParaboundError('INPUT_INVALID', error.message, line, 'comma-separated values', { cause: error });
}
