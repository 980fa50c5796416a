import { digitsFor, directedBeside, plain } from '../cli/text/numbers.js';
import type { Status } from '../query/result.js';
import { code, joined, name, rich, type Rich } from './content.js';
import type { BoxSummary, Question, ReportResults } from './results.js';

/** Inputs or classes that a table or a sentence shows; the rest is in the page's JSON. */
export const MOST_SHOWN = 12;

export const STATUS: Record<Status, string> = {
  complete: 'complete, to the gap asked for',
  timeout: 'the time allowed ran out',
  limit: 'the number of boxes allowed was reached',
  interrupted: 'it was stopped from outside',
  stalled: 'no further split narrows what is left',
};

/** An enclosure as a person reads it, its ends rounded outward to so many digits, but not past a threshold: what is attained, and what is proved. */
export interface Ends {
  least: string;
  most: string;
}

export function ends({ lower, upper }: { lower: number; upper: number }, most = 8, threshold?: number): Ends {
  const digits = Math.min(digitsFor(lower, upper), most);
  return { least: directedBeside(lower, digits, 'down', threshold), most: Number.isFinite(upper) ? directedBeside(upper, digits, 'up', threshold) : 'nothing proved' };
}

/** `the domain` or `the one input`, as the question has it. */
export function everywhere({ at }: Question): string {
  return at === undefined ? 'every input of the domain' : 'the input asked about';
}

export function className(labels: readonly string[] | null, label: number | null): Rich {
  if (label === null) return ['undecided'];
  return labels === null ? [`class ${label}`] : [name(labels[label])];
}

/** The last part of a path: what people call a file. */
export function baseName(source: string): string {
  return source.split(/[\\/]/).at(-1) || source;
}

/** A message of the program, which may quote a file, in full up to where it must end. */
export function remark(text: string): string {
  const safe = plain(text);
  return safe.length > 400 ? `${safe.slice(0, 399)}\u2026` : safe;
}

/** What the margin of an input is, in this model. */
export function marginWords({ subject, question }: ReportResults): string {
  const measured = question.measure === 'logit' ? 'output before its last activation' : 'output';
  if (subject.level !== undefined) return question.measure === 'logit' ? 'the distance of the output, before its last activation, from where the level is there' : `the distance of the output from the level ${subject.level}`;
  return subject.decision === 'min' ? `the second smallest ${measured} minus the smallest` : `the largest ${measured} minus the second`;
}

export function labelRule({ subject: { level, decision, labels } }: ReportResults): Rich {
  if (level !== undefined) return rich`${className(labels, 1)} where the output is above ${level}, else ${className(labels, 0)}.`;
  const rule = `The ${decision === 'min' ? 'smallest' : 'largest'} output names the class, the first of them where several are equal`;
  if (labels === null) return [`${rule}.`];
  const shown = labels.slice(0, MOST_SHOWN).map((each): Rich => [name(each)]);
  return rich`${rule}: ${joined(shown)}${labels.length > MOST_SHOWN ? ` and ${labels.length - MOST_SHOWN} more` : ''}.`;
}

const counted = (count: number, noun: string): string => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** What computes the outputs, and what that covers. */
export function arithmeticWords({ device }: ReportResults): string {
  if (device === undefined) {
    return 'real. Sums, products and activations are those of exact arithmetic on the parameters as stored. A device that computes in floating or fixed point adds roundings of its own, and rounds activations; these are not covered.';
  }
  const { arithmetic, sums, rounding, subnormals, activations, activationUlps, output } = device;
  const places = activations.map(({ at, format }) => `${format} ${at === 'input' ? 'at the input' : `behind layer ${at}`}`);
  return `a device's, for the changed network. Sums and products are ${arithmetic === 'real' ? 'exact' : `in ${arithmetic} (${sums})`}; rounding is ${rounding}; subnormal numbers are ${subnormals}.`
    + (places.length === 0 ? '' : ` Values are rounded to ${places.join(', ')}.`) + (activationUlps === undefined ? '' : ` Sigmoid and tanh between layers are off by at most ${activationUlps} units in the last place.`)
    + ` The output is ${output}. The network as it is stored is taken in real arithmetic. Devices that compute otherwise are not covered.`;
}

/** The parameter box in words. */
export function boxWords(box: BoxSummary): Rich {
  if (box.made !== undefined) return formatWords(box, box.made);
  const { kind, size, perturb, parameters, moving, against } = box;
  const all = counted(parameters, 'parameter');
  const some = moving < parameters && kind !== 'copy';
  const named: Rich = perturb === undefined ? [] : rich` (those that ${code(`--perturb ${perturb}`)} names)`;
  const chosen: Rich = some ? rich`Of the ${all}, ${moving.toLocaleString('en-US')}${named} may each` : [`Each of the ${all} may`];
  const others = some ? ' The others stay as they are.' : '';
  const second: Rich = against === undefined ? [] : rich`${name(baseName(against.source))} (shape ${against.shape.join('-')})`;
  switch (kind) {
    case 'nominal':
      return ['The parameters stay as they are stored. What changes is the arithmetic that they are used in.'];
    case 'copy':
      return rich`The parameters become exactly those of a second network, ${second}: one known change, with no room round it.`;
    case 'bounds':
      return rich`${chosen} take any value in an interval of its own, all at once and independently of each other.${others}`;
    case 'relative':
    case 'absolute': {
      const radius = kind === 'relative' ? `\u00b1${size} times its own size` : `\u00b1${size}`;
      const centre: Rich = against === undefined ? ['its stored value'] : rich`its value in a second network, ${second}`;
      return rich`${chosen} take any value within ${radius} of ${centre}, all at once and independently of each other.${others}`;
    }
  }
}

/** A format, a pruning or both, as the copy that they make or as all that they could make. */
function formatWords({ kind, size, perturb }: BoxSummary, made: NonNullable<BoxSummary['made']>): Rich {
  const { as, quantize, granularity, scheme, quantizeBiases, prune, pruneBox } = made;
  const which: Rich = perturb === undefined ? [] : rich`, of the parameters that ${code(`--perturb ${perturb}`)} names`;
  if (pruneBox !== undefined) return rich`Each of the smallest weights (${pruneBox})${which} may take any value between 0 and its own: whatever a pruning of some of them makes, and more. The others stay as they are.`;
  const integers = quantize !== undefined && /int/.test(quantize) ? `, ${scheme}, with one scale a ${granularity}` : '';
  const tensors = quantizeBiases === true ? 'Weights and biases' : 'Weights';
  const format = quantize !== undefined && quantize.length > 60 ? 'a format of its own for each layer' : quantize;
  const pruned = prune === undefined ? '' : quantize === undefined ? `The smallest weights (${prune}) become zero` : `The smallest weights (${prune}) become zero, and then `;
  if (as === 'box') return rich`${pruned}${prune === undefined ? tensors : tensors.toLowerCase()} may take any value between the two that ${format ?? 'the format'} has next to them${integers}${which}: whatever rounding to nearest, up, down, at random or by learning makes, and more.`;
  const rounded = quantize === undefined ? '' : `${prune === undefined ? tensors : tensors.toLowerCase()} are rounded to ${format}${integers}`;
  const room = kind === 'absolute' ? ` Each parameter may then take any value within \u00b1${size} of what came out.` : kind === 'relative' ? ` Each parameter may then take any value within \u00b1${size} times its own size.` : ' One known change, with no room round it.';
  return rich`${pruned}${rounded}${which}.${room}`;
}

/** An output by its class, where classes have names, or by its number. */
export function outputName({ labels, shape }: ReportResults['subject'], output: number): Rich {
  if (shape[shape.length - 1] === 1) return ['the output'];
  return labels === null ? [`output ${output}`] : rich`the output of ${name(labels[output])}`;
}
