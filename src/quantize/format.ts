/** The words of `quantize`: a format for all layers, or one for each. */
import { ParaboundError, show } from '../errors.js';
import { FLOAT_FORMATS, type FloatFormat } from './float.js';

export type Format =
  | { readonly kind: 'none' }
  | { readonly kind: 'float'; readonly float: FloatFormat }
  | { readonly kind: 'integer'; readonly bits: number }
  | { readonly kind: 'fixed'; readonly integer: number; readonly fraction: number };

export const FORMAT_WORDS = 'int2 to int16, fp16, bf16, fp32, fixed:Q.F or none';

/** @throws ParaboundError OPTION_INVALID */
export function parseFormat(word: string, where = '--quantize'): Format {
  const float = FLOAT_FORMATS.find(({ name }) => name === word);
  if (float !== undefined) return { kind: 'float', float };
  if (word === 'none') return { kind: 'none' };
  const integer = /^int(\d{1,2})$/.exec(word);
  if (integer !== null && Number(integer[1]) >= 2 && Number(integer[1]) <= 16) return { kind: 'integer', bits: Number(integer[1]) };
  const fixed = /^fixed:(\d{1,2})\.(\d{1,2})$/.exec(word);
  if (fixed !== null) {
    const [whole, fraction] = [Number(fixed[1]), Number(fixed[2])];
    if (whole + fraction >= 1 && whole + fraction <= 31) return { kind: 'fixed', integer: whole, fraction };
    throw new ParaboundError('OPTION_INVALID', show(word), where, 'Q integer and F fraction bits beside the sign, 1 to 31 together');
  }
  throw new ParaboundError('OPTION_INVALID', show(word), where, FORMAT_WORDS);
}

/** One format for each of `count` layers. */
export function parseFormats(text: string, count: number): Format[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.length !== 1 && words.length !== count) {
    throw new ParaboundError('OPTION_INVALID', `${words.length} formats`, '--quantize', `one, or ${count}, one for each layer that is not fixed`);
  }
  const formats = words.map((word) => parseFormat(word));
  return formats.length === count ? formats : Array.from({ length: count }, () => formats[0]);
}

export function formatName(format: Format): string {
  switch (format.kind) {
    case 'none': return 'none';
    case 'float': return format.float.name;
    case 'integer': return `int${format.bits}`;
    case 'fixed': return `fixed:${format.integer}.${format.fraction}`;
  }
}
