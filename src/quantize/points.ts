/** The words of `activations`: which values between layers are rounded, to what. */
import { ParaboundError, show } from '../errors.js';
import { formatName, parseFormat, type Format } from './format.js';

export interface Point {
  readonly format: Exclude<Format, { kind: 'none' }>;
  /** Of integers: what scale and zero point are made for. Null: the range that is proved. */
  readonly range: readonly [number, number] | null;
}

const NUMBER = '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?';
const ITEM = new RegExp(`^([a-z0-9:.]+?)(?:\\[(${NUMBER})\\.\\.(${NUMBER})\\])?(?:@(\\w+(?:-\\d+)?))?$`);
const PLACE = /^(?:input|(\d{1,6})(?:-(\d{1,6}))?)$/;

/**
 * `int8`, `fp16@1-2`, `int8[0..6]@input,0`: items by commas, each a format, perhaps with a range, and where: at the input, after
 * layers from 0; everywhere where nothing is said. Entry 0 of what it returns is the input, entry l + 1 stands behind layer l. The
 * last layer's outputs are read as they are.
 *
 * @throws ParaboundError OPTION_INVALID
 */
export function parsePoints(text: string, layers: number): (Point | null)[] {
  const points: (Point | null)[] = Array.from({ length: layers }, () => null);
  const where = '--activations';
  const invalid = (what: string, expected: string) => new ParaboundError('OPTION_INVALID', show(what), where, expected);
  const place = (point: Point, word: string): void => {
    const found = PLACE.exec(word);
    const [first, last] = found === null ? [NaN, NaN] : found[1] === undefined ? [0, 0] : [Number(found[1]) + 1, Number(found[2] ?? found[1]) + 1];
    if (!(first <= last && last < layers)) throw invalid(word, layers === 1 ? 'input: there is no hidden layer' : `input, or hidden layers from 0 to ${layers - 2} as in 0 or 1-3`);
    for (let at = first; at <= last; at++) {
      if (points[at] !== null) throw invalid(text, 'one format for each place');
      points[at] = point;
    }
  };
  let current: Point | null = null; // further places of it may follow
  for (const word of text.split(',').map((each) => each.trim())) {
    if (current !== null && PLACE.test(word)) {
      place(current, word);
      continue;
    }
    const item = ITEM.exec(word);
    if (item === null) throw invalid(word, 'a format, as int8, int8[0..6]@input, fp16@1-2 or fixed:3.4@0,1');
    const format = parseFormat(item[1], where);
    if (format.kind === 'none') throw invalid(word, 'a format: what is not named is not rounded');
    let range: [number, number] | null = null;
    if (item[2] !== undefined) {
      range = [Number(item[2]), Number(item[3])];
      if (format.kind !== 'integer' || !(range[0] < range[1]) || !range.every(Number.isFinite)) throw invalid(word, 'a range of integers, lower < upper');
    }
    const point: Point = { format, range };
    current = point;
    place(point, item[4] ?? 'input');
    if (item[4] === undefined && layers > 1) place(point, `0-${layers - 2}`);
  }
  return points;
}

export function pointName({ format, range }: Point): string {
  return `${formatName(format)}${range === null ? '' : `[${range[0]}..${range[1]}]`}`;
}
