import type { CertificateInfo } from '../../certificate/certify.js';
import type { Model } from '../../network/model.js';
import type { ClassResult, EpsilonResult, InputBox, Provenance, SigmaResult, Status, VerifyResult, Witness } from '../../query/result.js';
import { classText } from './classes.js';
import { deviceText, quantizationText } from './quantization.js';
import { count, directed, directedBeside, interval, plain, seconds } from './numbers.js';

/** Long lists are for --json. */
const MOST_SHOWN = 12;

export const STATUS: Record<Status, string> = {
  complete: 'the gap asked for is reached',
  timeout: 'stopped by --timeout',
  limit: 'stopped by --max-boxes',
  interrupted: 'stopped from outside',
  stalled: 'no split of the inputs can narrow a box further',
};

export function epsilonText(model: Model, result: EpsilonResult): string {
  return [
    `epsilon in ${interval(result)}`,
    `  ${result.status}: ${STATUS[result.status]}`,
    ...undecidedText(model, result.undecided),
    ...witnessText(model, result.witness, 'difference', result),
    ...footer(result),
  ].join('\n');
}

export function sigmaText(model: Model, result: SigmaResult): string {
  return [
    ...result.classes.flatMap((each) => sigmaClassText(model, each, result)),
    ...footer(result),
  ].join('\n');
}

function sigmaClassText(model: Model, each: ClassResult, of: SigmaResult): string[] {
  const name = `sigma of ${model.labels === null ? 'class ' : ''}${classText(model, each.label)}`;
  if (each.reachable === false) return [`${name}: 0, no input of the domain has this label`, ''];
  const flips = each.flips === false ? ', nothing flips' : '';
  return [
    `${name} in ${interval(each)}${flips}`,
    `  ${each.status}: ${STATUS[each.status]}${each.reachable === null ? '; whether any input has this label is not known yet' : ''}`,
    ...undecidedText(model, each.undecided),
    ...witnessText(model, each.witness, 'margin', of),
    '',
  ];
}

/** @param threshold what epsilon or sigma was compared with; none for labels */
export function verifyText(model: Model, result: VerifyResult, threshold?: number): string {
  const quantity = result.query === 'verify-sigma' ? 'sigma' : 'epsilon';
  const lines: string[] = [result.verdict];
  if (result.bound !== null) lines.push(`  ${quantity} in ${interval(result.bound, threshold)}`);
  if (result.verdict === 'unknown') {
    const { boxes, volumeFraction } = result.remaining;
    lines.push(`  ${result.status}: ${STATUS[result.status]}`, `  left: ${count(boxes, 'box', 'boxes')}, ${percent(volumeFraction)} of the domain`, ...undecidedText(model, result.undecided));
  }
  return [...lines, ...witnessText(model, result.witness, result.query === 'verify-epsilon' ? 'difference' : 'margin', result, threshold), ...footer(result, threshold)].join('\n');
}

/** Where the first of the boxes lies that no split could decide. */
function undecidedText(model: Model, boxes: readonly InputBox[]): string[] {
  if (boxes.length === 0) return [];
  const [{ lower, upper }] = boxes;
  const sides = lower.slice(0, MOST_SHOWN).map((lo, i) => `${plain(model.inputName(i))} ${lo === upper[i] ? lo : `[${lo}, ${upper[i]}]`}`);
  if (lower.length > MOST_SHOWN) sides.push(more(lower.length - MOST_SHOWN));
  return [`  undecided near: ${sides.join(', ')}`];
}

function percent(fraction: number): string {
  return `${directed(100 * fraction, 3, 'up')}%`;
}

export function witnessText(model: Model, witness: Witness | null | undefined, quantity: 'difference' | 'margin', { quantization }: Pick<Provenance, 'quantization'>, threshold?: number): string[] {
  if (witness === null || witness === undefined) return [];
  const name = (label: number | null) => label === null ? 'undecided' : plain(model.className(label));
  const where = model.outputCount > 1 && quantity === 'difference' ? ` on output ${witness.output}` : '';
  const rows = witness.input.slice(0, MOST_SHOWN).map((value, i) => [plain(model.inputName(i)), String(value)]);
  if (witness.input.length > MOST_SHOWN) rows.push(['...', more(witness.input.length - MOST_SHOWN)]);
  rows.push(['parameters', witness.parameters === null ? `those of the ${quantization === undefined ? 'other model' : 'copy'}` : listText(witness.parameters)]);
  rows.push(['label', `${name(witness.nominalLabel)} -> ${name(witness.label)}`]);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [`  witness: ${quantity} ${where === '' ? '' : `${where.trim()} `}at least ${directedBeside(witness.value, 10, 'down', threshold)} at`, ...rows.map(([title, value]) => `    ${title.padEnd(width)}  ${value}`)];
}

function certificateText({ file, lower, upper, certified, leaves, solved, bytes, seconds: taken, classes, reason, error }: CertificateInfo, threshold: number | undefined): string[] {
  if (error !== undefined) return [];
  const proved = classes === undefined ? interval({ lower, upper }, threshold) : classes.map((each) => interval(each, threshold)).join(', ');
  const size = `${count(leaves, 'leaf', 'leaves')}${solved === 0 ? '' : `, ${solved} of them Z3's`}, ${count(bytes, 'byte')}, ${seconds(taken)}`;
  return [`certificate ${plain(file)}: ${certified ? `proves ${proved}` : `does NOT prove this result: ${reason ?? ''}; it has ${proved}`} (${size})`];
}

function listText(values: readonly number[]): string {
  const shown = values.slice(0, MOST_SHOWN).join(', ');
  return values.length > MOST_SHOWN ? `${shown}, ${more(values.length - MOST_SHOWN)}` : shown;
}

function more(left: number): string {
  return `and ${count(left, 'more', 'more')} (--json has all)`;
}

export function footer({ stats, model, certificate, quantization, semantics, device }: Provenance, threshold?: number): string[] {
  return [...(quantization === undefined ? [] : quantizationText(quantization)), ...(certificate === undefined ? [] : certificateText(certificate, threshold)), `${count(stats.boxes, 'box', 'boxes')}, ${seconds(stats.seconds)}, ${count(stats.threads, 'thread')}${smtText(stats.smt)}; model ${model.slice(0, 12)}, ${semantics === 'real' ? 'real arithmetic' : deviceText(device)}`];
}

function smtText(smt: Provenance['stats']['smt']): string {
  if (smt === undefined) return '';
  const parts = [`closed ${smt.closed}`, ...(smt.refuted > 0 ? [`refuted ${smt.refuted}`] : []), ...(smt.gaveUp > 0 ? [`gave up on ${smt.gaveUp}`] : [])];
  return `; Z3 ${parts.join(', ')} of ${count(smt.asked, 'box', 'boxes')} in ${seconds(smt.seconds)}`;
}
