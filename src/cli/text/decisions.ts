import type { DeltaProgress, DeltaResult, DeltaStatus } from '../../decide/delta.js';
import type { Part, SensitivityResult, Share } from '../../decide/sensitivity.js';
import { propertyText } from '../../decide/property.js';
import type { Model } from '../../network/model.js';
import type { Progress } from '../../search/request.js';
import { count, directed, interval, seconds } from './numbers.js';
import { footer, STATUS, witnessText } from './results.js';

const DELTA_STATUS: Record<DeltaStatus, string> = {
  ...STATUS,
  limit: 'candidates were left undecided by --max-boxes',
  timeout: 'candidates were left undecided by --timeout',
  stalled: 'no candidate in between could be decided',
  capped: 'no violation was found up to the largest delta that is tried',
};

export function deltaText(model: Model, result: DeltaResult): string {
  const { lower, upper, property, relative, status, steps } = result;
  const name = relative ? 'relative delta' : 'delta';
  const proved = lower === null ? `not proved at ${name} 0 either` : `proved at ${name} ${directed(lower, 6, 'down')}, and below`;
  const violated = upper === Infinity ? 'no violation found' : `violated at ${name} ${directed(upper, 6, 'up')}, and above`;
  return [
    `largest ${name} in ${interval({ lower: lower ?? 0, upper })}: ${propertyText(property)}`,
    `  ${proved}`,
    `  ${violated}`,
    `  ${status}: ${DELTA_STATUS[status]}`,
    ...undecidedText(result),
    ...witnessText(model, result.witness, property.kind === 'epsilon' ? 'difference' : 'margin'),
    `${count(steps.length, 'candidate')}; ${footer(result).join('\n')}`,
  ].join('\n');
}

function undecidedText({ lower, upper, steps }: DeltaResult): string[] {
  const between = steps.filter(({ delta, verdict }) => verdict === 'unknown' && delta > (lower ?? -1) && delta < upper);
  if (between.length === 0) return [];
  return [`  undecided: ${between.map(({ delta, status }) => `${directed(delta, 4, 'down')} (${status})`).join(', ')}`];
}

export function tryingText({ lower, upper, delta, seconds: spent }: DeltaProgress): string {
  return `delta in ${interval({ lower: lower ?? 0, upper })}${delta === null ? '' : `, trying ${directed(delta, 4, 'down')}`}  ${seconds(spent)}`;
}

export function sensitivityText(result: SensitivityResult): string {
  const { total, layers, tensors, status } = result;
  const rows = [['', 'moving', 'epsilon alone', 'epsilon without', 'share', 'saving'],
    ...layers.flatMap((layer) => [row(layer), ...tensors.filter((tensor) => tensor.layer === layer.layer).map(row)])];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  return [
    `epsilon in ${interval(total)} with everything moving`,
    `  ${status}: ${STATUS[status]}`,
    ...rows.map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd()),
    ...footer(result),
  ].join('\n');
}

function row({ layer, kind, moving, alone, without, share, saving }: Share): string[] {
  const percent = (range: Share['share']): string => (range === null ? '-' : `${directed(100 * range.lower, 3, 'down')}% to ${directed(100 * range.upper, 3, 'up')}%`);
  return [kind === 'layer' ? `layer ${layer}` : `  ${kind}`, String(moving), interval(alone), interval(without), percent(share), percent(saving)];
}

export function partText({ part: { layer, kind, which }, ...progress }: Progress & { part: Part }): string {
  const subject = which === 'all' ? 'everything' : `layer ${layer}${kind === 'layer' ? '' : ` ${kind}`} ${which}`;
  return `${subject}: ${interval(progress)}  ${count(progress.boxes, 'box', 'boxes')}, ${seconds(progress.seconds)}`;
}
