import { paragraph, type Section } from '../content.js';
import type { Part } from '../options.js';
import type { ReportResults } from '../results.js';
import { remark } from '../words.js';

/** A part that was asked for and could not be made: the page says so where it would have been. */
export function skippedBlocks({ skipped }: ReportResults, part: Part, title: string): Section | null {
  const found = skipped.find((each) => each.part === part);
  return found === undefined ? null : { id: part, title, blocks: [paragraph([`Not computed: ${remark(found.reason)}.`])] };
}
