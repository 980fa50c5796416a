/** Options of src/decide: what its searches choose themselves, and what they take beside a query's. Light: the command line reads it. */
import { ParaboundError, show } from '../errors.js';
import { checkOption, optionNamed, type OptionName } from '../options.js';

/** What answers a question with many searches writes no certificate: `verify` does, of the one that matters. */
export const NO_CERTIFICATE = ['certificate', 'certificateTimeout'] as const;

/** A search for a delta takes no box, and decides its candidates instead of narrowing a bound to a gap. */
export const NO_DELTA = ['delta', 'deltaRelative', 'parameters', 'gap', 'relativeGap', ...NO_CERTIFICATE] as const;

/** One for bits makes its copies itself. */
export const NO_BITS = [...NO_DELTA, 'against', 'quantize', 'as', 'pruneBox'] as const;

/** Takes the options of `names` out of the others, checked; `refused` may not be among these. */
export function takeOptions<T extends object>(options: T, names: readonly OptionName[], refused: readonly string[], where: string): { own: Partial<Record<OptionName, unknown>>; rest: Partial<T> } {
  if (typeof options !== 'object' || options === null) throw new ParaboundError('OPTION_INVALID', show(options), 'options', 'an object');
  const own: Partial<Record<OptionName, unknown>> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (refused.includes(name)) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(name)}`, where, 'the options of docs/decisions.md');
    const mine = names.find((each) => each === name);
    if (mine === undefined) {
      rest[name] = value;
    } else {
      checkOption(optionNamed(mine), value, name);
      own[mine] = value;
    }
  }
  return { own, rest: rest as Partial<T> };
}
