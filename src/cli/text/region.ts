import type { Model } from '../../network/model.js';
import { percent, unseenTexts } from '../../region/figure.js';
import type { RegionResult } from '../../region/result.js';
import type { Status } from '../../query/result.js';
import { count } from './numbers.js';
import { footer } from './results.js';

const STATUS: Record<Status, string> = {
  complete: 'no more than the resolution is undecided',
  timeout: 'stopped by --timeout',
  limit: 'stopped by --max-boxes, or by memory',
  interrupted: 'stopped from outside',
  stalled: 'no box that is left can be split',
};

export function regionText(_model: Model, result: RegionResult, file: string | undefined): string {
  const { counts, status } = result;
  const rows = ([['safe', 'safe'], ['flippable', 'can flip'], ['undecided', 'undecided']] as const)
    .map(([name, title]) => [title, percent(result[name]), `of the domain, ${count(counts[name], 'box', 'boxes')}`]);
  const width = Math.max(...rows.map(([, part]) => part.length));
  const unseen = file === undefined ? [] : unseenTexts(result);
  return [
    ...rows.map(([title, part, rest]) => `${title.padEnd(9)}  ${part.padEnd(width)}  ${rest}`),
    `  ${status}: ${STATUS[status]}`,
    ...(file === undefined ? [] : [`picture: ${[file, ...unseen].join('; ')}`]),
    ...footer(result),
  ].join('\n');
}
