import type { EpsilonsSummary, LocalEpsilon } from '../../stream/epsilon.js';
import { count, interval } from './numbers.js';
import { footer, STATUS } from './results.js';

const STATUSES: Record<EpsilonsSummary['status'], string> = { ...STATUS, stalled: 'some rows cannot be narrowed to the gap', limit: 'some rows were stopped by --max-boxes', error: 'stopped by a row that is no input' };

/** The largest of all rows, and the first of those with the largest upper ends. */
export function epsilonsText(summary: EpsilonsSummary, most: readonly LocalEpsilon[]): string {
  const { largest, inputs, complete, status } = summary;
  const named = most.map(({ row, lower, upper, status: own }) => [`row ${row}`, interval({ lower, upper }), own]);
  const width = (i: number): number => Math.max(...named.map((cells) => cells[i].length));
  return [
    largest === null ? 'no input was looked at' : `epsilon at ${count(inputs, 'input')}: the largest in ${interval(largest)}, attained in row ${largest.row}`,
    `  ${status}: ${STATUSES[status]}${complete === inputs ? '' : `; ${complete.toLocaleString('en-US')} of ${count(inputs, 'input')} reach the gap asked for`}`,
    ...named.map(([row, ends, own]) => `    ${row.padEnd(width(0))}  ${ends.padEnd(width(1))}${own === 'complete' ? '' : `  ${own}`}`.trimEnd()),
    ...(inputs > most.length ? [`    and ${count(inputs - most.length, 'more', 'more')}, none with a larger end (--json has all)`] : []),
    ...footer(summary),
  ].join('\n');
}
