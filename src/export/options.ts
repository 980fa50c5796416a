/** What an export takes beside a query: one object for the library, the same words on the command line. */
import { ParaboundError } from '../errors.js';
import { checkOption, optionNamed, type OptionName } from '../options.js';
import type { QueryOptions } from '../query/settings.js';
import { PROPERTIES, type CONCLUSIVE, type Direction, type ENCODINGS, type Form, type Property, type RELUS, type TARGETS } from './words.js';

export interface ExportQuery extends QueryOptions {
  property: Property;
  /** With it: is it exceeded? Without: the largest difference. */
  epsilon?: number;
  /** With it: does a label change where the margin is as large? Without: the largest margin where one does. */
  sigma?: number;
  target?: (typeof TARGETS)[number];
  form?: Form;
  encoding?: (typeof ENCODINGS)[number];
  direction?: Direction;
  /** Inputs of this nominal class alone. */
  class?: number;
  /** Where a threshold is no rational number: the answer that is to hold of the question itself. */
  conclusive?: (typeof CONCLUSIVE)[number];
  /** How dReal is given a relu. */
  relu?: (typeof RELUS)[number];
}

const OWN = ['property', 'epsilon', 'sigma', 'target', 'form', 'encoding', 'direction', 'class', 'conclusive', 'relu'] as const satisfies readonly OptionName[];

export type Own = Pick<ExportQuery, (typeof OWN)[number]>;

/** The fields of an export, checked, and those that any query has, which `prepare` checks. */
export function splitQuery(query: ExportQuery): { own: Own; options: QueryOptions } {
  if (typeof query !== 'object' || query === null) throw new ParaboundError('OPTION_INVALID', typeof query, 'query', 'an object');
  const options: Record<string, unknown> = { ...query };
  const own: Record<string, unknown> = {};
  for (const name of OWN) {
    delete options[name];
    const value: unknown = query[name];
    if (value === undefined) continue;
    checkOption(optionNamed(name), value, name);
    own[name] = value;
  }
  if (own.property === undefined) throw new ParaboundError('OPTION_REQUIRED', '--property is missing', 'export', `--property, ${PROPERTIES.join(', ')}`);
  for (const threshold of ['epsilon', 'sigma'] as const) {
    if (own[threshold] !== undefined && own.property !== threshold) {
      throw new ParaboundError('OPTION_CONFLICT', `${threshold} with --property ${own.property as string}`, 'export', `--property ${threshold}, or no ${threshold}`);
    }
  }
  return { own: own as unknown as Own, options };
}
