import type { Model } from '../../network/model.js';
import type { Counts, InputVerdict, VerdictsSummary } from '../../verdicts/result.js';
import { classText } from './classes.js';
import { count } from './numbers.js';
import { footer } from './results.js';

/** Labels that the table has a row for. */
const MOST_LABELS = 20;
const STOPPED = { timeout: 'stopped by --timeout', interrupted: 'stopped from outside', error: 'stopped by a row that is no input' };
const KINDS = ['safe', 'flips', 'undecided'] as const;

/** Counts in a table, and the first rows of those that are not safe. */
export function verdictsText(model: Model, summary: VerdictsSummary, named: Record<InputVerdict['verdict'], number[]>): string {
  const { inputs, labels, status } = summary;
  const seen = labels.filter((each) => sum(each) > 0);
  const cells = [
    ['', 'inputs', ...KINDS],
    ...seen.slice(0, MOST_LABELS).map((each) => [`label ${classText(model, each.label)}`, ...numbers(each)]),
    ['all', ...numbers(summary)],
  ];
  const rows = cells.map((row) => row.map((cell, i) => {
    const width = Math.max(...cells.map((each) => each[i].length));
    return i === 0 ? cell.padEnd(width) : cell.padStart(width + 2);
  }).join('').trimEnd());
  return [
    ...rows,
    ...(seen.length > MOST_LABELS ? [`and ${count(seen.length - MOST_LABELS, 'more label')} (--json has all)`] : []),
    ...(['flips', 'undecided'] as const).flatMap((kind) => namedText(kind, summary[kind], named[kind])),
    ...(status === 'complete' ? [] : [`${status}: ${STOPPED[status]}, after ${count(inputs, 'input')}`]),
    ...footer(summary),
  ].join('\n');
}

function sum({ safe, flips, undecided }: Counts): number {
  return safe + flips + undecided;
}

function numbers(counts: Counts): string[] {
  const all = sum(counts);
  return [all.toLocaleString('en-US'), ...KINDS.map((kind) => `${counts[kind].toLocaleString('en-US')} (${all === 0 ? 0 : percent(counts[kind] / all)}%)`)];
}

/** No part that is there reads as none, and none that is missing as all. */
function percent(part: number): string {
  const text = (100 * part).toFixed(1);
  if (part > 0 && text === '0.0') return '<0.1';
  return part < 1 && text === '100.0' ? '>99.9' : text;
}

function namedText(kind: 'flips' | 'undecided', total: number, rows: readonly number[]): string[] {
  if (total === 0) return [];
  return [`${kind}: ${total === 1 ? 'row' : 'rows'} ${rows.join(', ')}${total > rows.length ? `, and ${count(total - rows.length, 'more', 'more')} (--json has all)` : ''}`];
}
