import { ParaboundError, show } from '../errors.js';
import { checkOption, optionNamed } from '../options.js';
import type { QueryOptions } from '../query/settings.js';
import type { Progress } from '../search/request.js';

/** The parts of a report that are computed; the others (question, assumptions, how to check) are always there. */
export const PARTS = ['label', 'epsilon', 'sigma', 'region', 'sensitivity', 'schemes'] as const;
export type Part = (typeof PARTS)[number];

/** What was typed: the paths of values that came from files, and the command, for the commands that the report gives. */
export interface Sources {
  parameters?: string;
  domain?: string;
  at?: string;
  /** The words of the whole command that was typed, `parabound` first; without it one is made from the options. */
  command?: readonly string[];
}

export interface ReportProgress {
  /** What is being computed. */
  stage: string;
  done: number;
  total: number;
  /** Of the search that is running. */
  search?: Progress;
}

/**
 * The query as everywhere, perhaps with properties to decide. `timeout` is for everything together, in seconds; each part gets an equal share
 * of what is left.
 */
export interface ReportOptions extends Omit<QueryOptions, 'onProgress' | 'certificate'> {
  /** Is the difference at most this? */
  epsilon?: number;
  /** Does every input with a margin of this or more keep its label? */
  sigma?: number;
  /** Parts, with commas between them; default: all. */
  sections?: string;
  /** A directory for a certificate of each answer. */
  certificates?: string;
  sources?: Sources;
  onProgress?: (progress: ReportProgress) => void;
}

export interface Plan {
  readonly query: QueryOptions;
  readonly epsilon: number | undefined;
  readonly sigma: number | undefined;
  readonly parts: ReadonlySet<Part>;
  /** As it was asked for. */
  readonly sections: string | undefined;
  readonly certificates: string | undefined;
  readonly sources: Sources;
  readonly timeout: number;
  readonly onProgress: (progress: ReportProgress) => void;
}

/** Seconds, where no timeout is given: a report must end. */
export const TIMEOUT = 60;

/** Takes the report's own fields off the query's, which are checked where the query is asked. */
export function planOf(options: ReportOptions): Plan {
  if (typeof options !== 'object' || options === null) throw new ParaboundError('OPTION_INVALID', show(options), 'options', 'an object');
  const { epsilon, sigma, sections, certificates, sources = {}, onProgress = () => undefined, timeout = TIMEOUT, ...query } = options;
  for (const [name, value] of Object.entries({ epsilon, sigma, sections, certificates, timeout })) {
    if (value !== undefined) checkOption(optionNamed(name as 'epsilon'), value, name);
  }
  if (typeof onProgress !== 'function') throw new ParaboundError('OPTION_INVALID', show(onProgress), 'onProgress', 'a function');
  return { query, epsilon, sigma, parts: partsOf(sections), sections, certificates, sources, timeout, onProgress };
}

function partsOf(sections: string | undefined): Set<Part> {
  if (sections === undefined) return new Set(PARTS);
  const words = sections.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !(PARTS as readonly string[]).includes(word));
  if (unknown !== undefined) throw new ParaboundError('OPTION_INVALID', show(unknown), '--sections', `some of ${PARTS.join(', ')}, with commas between them`);
  return new Set(words as Part[]);
}
