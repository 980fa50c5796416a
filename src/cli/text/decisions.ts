import type { Assignment, BitsProgress, BitsResult } from '../../decide/bits.js';
import type { DeltaProgress, DeltaResult, DeltaStatus } from '../../decide/delta.js';
import type { Part, SensitivityResult, Share } from '../../decide/sensitivity.js';
import { propertyText } from '../../decide/property.js';
import type { Model } from '../../network/model.js';
import type { Status } from '../../query/result.js';
import type { Progress } from '../../search/request.js';
import { count, directed, interval, plain, seconds } from './numbers.js';
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
  const violated = upper === Infinity ? 'no violation found' : `violated at ${name} ${directed(upper, 6, 'up')}, and above`;
  return [
    `${lower === null ? `no ${name} is proved` : `largest ${name} in ${interval({ lower, upper })}`}: ${propertyText(property)}`,
    ...(lower === null ? [] : [`  proved at ${name} ${directed(lower, 6, 'down')}, and below`]),
    `  ${violated}`,
    `  ${status}: ${DELTA_STATUS[status]}`,
    ...undecidedText(result),
    ...witnessText(model, result.witness, property.kind === 'epsilon' ? 'difference' : 'margin', result),
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

export function bitsText(result: BitsResult): string {
  const { property, uniform, best, candidates, undecided, status, format, formats, minBits, maxBits } = result;
  const alike = candidates.filter(({ bits, quantize }) => {
    const words = formats === undefined ? bits.map(String) : quantize.split(',').filter((word) => word !== 'none');
    return words.every((each) => each === words[0]);
  });
  const width = Math.max(0, ...alike.map(({ quantize }) => quantize.length));
  const rows = alike.map((each) => `    ${each.quantize.padEnd(width)}  ${count(each.totalBits, 'bit')}  ${each.verdict === 'none' ? `no such copy: ${plain(each.reason ?? '')}` : each.verdict}${each.bound === null ? '' : `  ${interval(each.bound, property.threshold)}`}`);
  return [
    uniform === null ? `${formats === undefined ? `no width from ${minBits} to ${maxBits} bits` : `none of ${formats.join(', ')}`} for all layers is proved: ${propertyText(property)}` : `fewest bits for all layers: ${assignmentText(uniform)}: ${propertyText(property)}`,
    ...(best === null || uniform === null ? [] : [best.totalBits < uniform.totalBits
      ? `fewest bits layer by layer: ${assignmentText(best)}, ${Math.floor(100 * (1 - best.totalBits / uniform.totalBits))}% fewer`
      : 'layer by layer: nothing smaller was proved']),
    `  ${status}: ${BITS_STATUS[status]}`,
    ...(undecided.length === 0 ? [] : [`  undecided, and smaller: ${undecided.map(({ quantize }) => quantize).join('; ')}`]),
    `  ${format === null ? 'the formats that were named' : format === 'int' ? 'integers with a scale' : 'fixed point'}, each candidate proved on its own copy:`,
    ...rows,
    ...(alike.length < candidates.length ? [`    and ${count(candidates.length - alike.length, 'assignment')} layer by layer (--json has all)`] : []),
    ...footer(result),
  ].join('\n');
}

const BITS_STATUS: Record<Status, string> = {
  ...STATUS,
  complete: 'no smaller candidate was left undecided',
  limit: 'candidates were left undecided by --max-boxes',
  timeout: 'stopped or left undecided by --timeout',
  stalled: 'candidates could not be decided',
};

function assignmentText({ quantize, totalBits }: Assignment): string {
  return `${quantize}, ${count(totalBits, 'bit')}`;
}

export function candidateText({ candidate, best, tried, seconds: spent }: BitsProgress): string {
  return `${best === null ? 'nothing proved yet' : `best ${assignmentText(best)}`}${candidate === null ? '' : `, trying ${candidate}`}  ${count(tried, 'candidate')}, ${seconds(spent)}`;
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
  const percent = (range: Share['share']): string => {
    if (range === null) return '-';
    const [least, most] = [directed(100 * range.lower, 3, 'down'), directed(100 * range.upper, 3, 'up')];
    return least === most ? `${least}%` : `${least}% to ${most}%`;
  };
  return [kind === 'layer' ? `layer ${layer}` : `  ${kind}`, String(moving), interval(alone), interval(without), percent(share), percent(saving)];
}

export function partText({ part: { layer, kind, which }, ...progress }: Progress & { part: Part }): string {
  const subject = which === 'all' ? 'everything' : `layer ${layer}${kind === 'layer' ? '' : ` ${kind}`} ${which}`;
  return `${subject}: ${interval(progress)}  ${count(progress.boxes, 'box', 'boxes')}, ${seconds(progress.seconds)}`;
}
