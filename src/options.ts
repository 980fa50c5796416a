import { ParaboundError, show } from './errors.js';
import { CONCLUSIVE, DIRECTIONS, ENCODINGS, FORMS, PROPERTIES, RELUS, TARGETS } from './export/words.js';
import { ARITHMETICS, GRANULARITIES, SCHEMES } from './quantize/words.js';

/**
 * The one option table. The command's flags and help, the checks of the library's fields, and the tables of docs/cli.md and
 * docs/library.md all derive from it; an option that is not here does not exist.
 */
export interface Option {
  /** The library's field, and what the rest of the source calls it. */
  readonly name: string;
  readonly flag: string;
  /** The placeholder of the value in help; none for a switch. */
  readonly value?: string;
  readonly kind: 'number' | 'integer' | 'integers' | 'choice' | 'structure' | 'text' | 'switch';
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly string[];
  readonly default?: number | string;
  /** What stands for the default in help where it is no constant. */
  readonly defaultText?: string;
  readonly group: 'property' | 'query' | 'quantize' | 'device' | 'search' | 'output' | 'decide' | 'export' | 'report' | 'verdict';
  /** The library has no field of this name: it is about terminals and files. */
  readonly commandOnly?: boolean;
  readonly help: string;
}

const table = [
  { name: 'epsilon', flag: '--epsilon', value: 'E', kind: 'number', min: 0, group: 'property', help: 'the difference that is allowed' },
  { name: 'sigma', flag: '--sigma', value: 'S', kind: 'number', min: 0, group: 'property', help: 'the margin from which labels must hold' },

  { name: 'delta', flag: '--delta', value: 'D', kind: 'number', min: 0, group: 'query', help: 'every parameter within +-D of its value' },
  { name: 'deltaRelative', flag: '--delta-relative', value: 'R', kind: 'number', min: 0, group: 'query', help: 'every parameter p within +-R*|p|' },
  { name: 'perturb', flag: '--perturb', value: 'WHICH', kind: 'text', group: 'query', defaultText: 'all parameters',
    help: 'weights, biases, or layers from 0 as in 0,2 or 1-3 (or both: weights,0); the rest stays fixed' },
  { name: 'parameters', flag: '--parameters', value: 'FILE', kind: 'structure', group: 'query', help: 'any box: {"lower":[...],"upper":[...]}, flat' },
  { name: 'against', flag: '--against', value: 'MODEL2', kind: 'structure', group: 'query', help: 'the box is MODEL2\'s parameters, +-D with --delta' },
  { name: 'domain', flag: '--domain', value: 'BOX', kind: 'structure', group: 'query', defaultText: 'the model\'s own', help: 'the inputs: \'[[lo,hi],...]\', a file of that, or a .vnnlib property' },
  { name: 'at', flag: '--at', value: 'INPUT', kind: 'structure', group: 'query', help: 'one input only: \'[x1,...]\' or a file of that' },
  { name: 'level', flag: '--level', value: 'L', kind: 'number', group: 'query', defaultText: 'the model\'s, else 0.5 (sigmoid) or 0', help: 'one output: label 1 is f > L' },
  { name: 'outputs', flag: '--outputs', value: 'LIST', kind: 'integers', min: 0, group: 'query', defaultText: 'all', help: 'the outputs that count for epsilon, as in 0,3' },
  { name: 'output', flag: '--output', value: 'MEASURE', kind: 'choice', choices: ['confidence', 'logit'], default: 'confidence', group: 'query',
    help: 'what epsilon and sigma measure; labels never change' },
  { name: 'decision', flag: '--decision', value: 'RULE', kind: 'choice', choices: ['max', 'min'], group: 'query', defaultText: 'the model\'s, else max',
    help: 'k outputs: which one names the label' },
  { name: 'units', flag: '--units', value: 'UNITS', kind: 'choice', choices: ['physical', 'normalised'], default: 'physical', group: 'query',
    help: 'inputs before or after the model\'s own normalisation' },

  { name: 'quantize', flag: '--quantize', value: 'FORMAT', kind: 'text', group: 'quantize', help: 'int2 to int16, fp16, bf16, fp32, fixed:Q.F or none; or a list of them, one a layer' },
  { name: 'granularity', flag: '--granularity', value: 'WHAT', kind: 'choice', choices: GRANULARITIES, default: 'tensor', group: 'quantize',
    help: 'integers: a scale for each tensor, or for each output of a layer' },
  { name: 'scheme', flag: '--scheme', value: 'SCHEME', kind: 'choice', choices: SCHEMES, default: 'symmetric', group: 'quantize', help: 'integers: with zero point 0, or with any' },
  { name: 'quantizeBiases', flag: '--quantize-biases', kind: 'switch', group: 'quantize', help: 'biases too, not weights alone' },
  { name: 'as', flag: '--as', value: 'WHAT', kind: 'choice', choices: ['copy', 'box'], default: 'copy', group: 'quantize', help: 'what the format makes of the model, or all that any rounding to it could make' },
  { name: 'prune', flag: '--prune', value: 'HOW', kind: 'text', group: 'quantize', help: 'magnitude:30%: the smallest weights are zero; of each layer with magnitude:30%/layer' },
  { name: 'pruneBox', flag: '--prune-box', value: 'HOW', kind: 'text', group: 'quantize', help: 'the same weights anywhere between 0 and their value' },

  { name: 'arithmetic', flag: '--arithmetic', value: 'FORMAT', kind: 'choice', choices: ARITHMETICS, default: 'real', group: 'device', help: 'what a device multiplies and adds in, in any order' },
  { name: 'activations', flag: '--activations', value: 'FORMATS', kind: 'text', group: 'device', defaultText: 'the arithmetic\'s format', help: 'what it rounds between layers: int8, fp16@1-2, int8[0..6]@input,0' },
  { name: 'activationUlps', flag: '--activation-ulps', value: 'N', kind: 'integer', min: 1, max: 1024, default: 4, group: 'device', help: 'how far its sigmoid and tanh between layers are off, in units in the last place' },

  { name: 'gap', flag: '--gap', value: 'G', kind: 'number', min: 0, default: 1e-6, defaultText: '1e-6', group: 'search', help: 'stop when upper - lower <= G; verify stops when decided' },
  { name: 'relativeGap', flag: '--relative-gap', value: 'R', kind: 'number', min: 0, default: 0, group: 'search', help: 'or when upper - lower <= R * upper' },
  { name: 'timeout', flag: '--timeout', value: 'SECONDS', kind: 'number', min: 0, group: 'search', defaultText: 'none', help: 'wall time of the search' },
  { name: 'maxBoxes', flag: '--max-boxes', value: 'N', kind: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER, group: 'search', defaultText: 'none', help: 'boxes to examine' },
  { name: 'threads', flag: '--threads', value: 'N', kind: 'integer', min: 1, max: 1024, group: 'search', defaultText: 'all cores', help: 'threads to search with' },
  { name: 'seed', flag: '--seed', value: 'N', kind: 'integer', min: 0, max: 0xffffffff, default: 0, group: 'search', help: 'of the local search for witnesses' },
  { name: 'smt', flag: '--smt', value: 'WHEN', kind: 'choice', choices: ['off', 'auto', 'always'], default: 'auto', group: 'search',
    help: 'boxes that no split can settle go to Z3: never, where nothing else is left, or also what a limit leaves' },
  { name: 'smtTimeout', flag: '--smt-timeout', value: 'SECONDS', kind: 'number', min: 0, default: 5, group: 'search', help: 'Z3\'s time for each box' },

  { name: 'witness', flag: '--witness', value: 'HOW', kind: 'choice', choices: ['full', 'none'], default: 'full', group: 'output', help: 'with its parameters, or not at all' },
  { name: 'certificate', flag: '--certificate', value: 'FILE', kind: 'text', group: 'output', help: 'where to write a proof that parabound check can check' },
  { name: 'certificateTimeout', flag: '--certificate-timeout', value: 'SECONDS', kind: 'number', min: 0, group: 'output', defaultText: 'none', help: 'wall time for making it, after the search' },
  { name: 'json', flag: '--json', kind: 'switch', group: 'output', commandOnly: true, help: 'one JSON object on stdout' },
  { name: 'quiet', flag: '--quiet', kind: 'switch', group: 'output', commandOnly: true, help: 'no progress and no notes on stderr' },
  { name: 'debug', flag: '--debug', kind: 'switch', group: 'output', commandOnly: true, help: 'a stack with each error' },

  { name: 'label', flag: '--label', kind: 'switch', group: 'decide', help: 'every input is to keep its label' },
  { name: 'relative', flag: '--relative', kind: 'switch', group: 'decide', help: 'delta is relative: every parameter p within +-D*|p|' },
  { name: 'format', flag: '--format', value: 'FAMILY', kind: 'choice', choices: ['int', 'fixed'], default: 'int', group: 'decide', help: 'what has the bits: integers with a scale, or fixed point' },
  { name: 'minBits', flag: '--min-bits', value: 'N', kind: 'integer', min: 2, max: 16, default: 2, group: 'decide', help: 'the fewest to try' },
  { name: 'maxBits', flag: '--max-bits', value: 'N', kind: 'integer', min: 2, max: 16, default: 16, group: 'decide', help: 'the most to try' },
  { name: 'formats', flag: '--formats', value: 'LIST', kind: 'text', group: 'decide', help: 'the formats to try, of any kind, instead of a family\'s: int4,int8,bf16,fp16' },
  { name: 'deltaGap', flag: '--delta-gap', value: 'R', kind: 'number', min: 0, default: 0.01, group: 'decide', help: 'stop when upper - lower <= R * upper, of delta' },

  { name: 'property', flag: '--property', value: 'WHAT', kind: 'choice', choices: PROPERTIES, group: 'export', help: 'what is asked about; with --epsilon or --sigma, whether it is exceeded' },
  { name: 'target', flag: '--target', value: 'READER', kind: 'choice', choices: TARGETS, default: 'dreal', group: 'export',
    help: 'who is to read it: dReal; Z3, cvc5 and others in exact rationals; or cvc5 with its exp' },
  { name: 'form', flag: '--form', value: 'FORM', kind: 'choice', choices: FORMS, group: 'export', defaultText: 'the target\'s best', help: 'how the comparison of outputs is written' },
  { name: 'encoding', flag: '--encoding', value: 'UNKNOWNS', kind: 'choice', choices: ENCODINGS, group: 'export', defaultText: 'parameters for dReal, else neurons',
    help: 'one unknown a parameter, or one a neuron; both are exact' },
  { name: 'direction', flag: '--direction', value: 'WAY', kind: 'choice', choices: DIRECTIONS, default: 'both', group: 'export', help: 'epsilon: the output may rise, fall, or either' },
  { name: 'class', flag: '--class', value: 'C', kind: 'integer', min: 0, group: 'export', defaultText: 'every class', help: 'sigma and label: inputs of this nominal class' },
  { name: 'conclusive', flag: '--conclusive', value: 'ANSWER', kind: 'choice', choices: CONCLUSIVE, default: 'unsat', group: 'export',
    help: 'where a threshold is no rational: the answer that is to hold' },
  { name: 'relu', flag: '--relu', value: 'HOW', kind: 'choice', choices: RELUS, default: 'max', group: 'export', help: 'how dReal is given a relu' },

  { name: 'sections', flag: '--sections', value: 'LIST', kind: 'text', group: 'report', defaultText: 'all', help: 'what a report computes, with commas: label, epsilon, sigma, region, sensitivity, schemes' },
  { name: 'certificates', flag: '--certificates', value: 'DIR', kind: 'text', group: 'report', help: 'where to write a proof of each answer, for parabound check' },

  { name: 'inputs', flag: '--inputs', value: 'CSV', kind: 'text', group: 'verdict', commandOnly: true, help: 'a table with an input in each row; - is standard input' },
  { name: 'resolution', flag: '--resolution', value: 'R', kind: 'number', min: 0, max: 1, default: 0.01, group: 'verdict', help: 'stop when at most this part of the domain is undecided' },
  { name: 'boxes', flag: '--boxes', value: 'N', kind: 'integer', min: 0, max: 1e7, default: 1000, group: 'verdict', help: 'boxes that the result lists, the largest first' },
  { name: 'slice', flag: '--slice', value: 'VALUES', kind: 'text', group: 'verdict', commandOnly: true, help: 'inputs to hold still, by name or as x0, x1, ...: \'x2=0.5,x3=1\'' },
] as const satisfies readonly Option[];

export type OptionName = (typeof table)[number]['name'];
export const OPTIONS: readonly Option[] = table;

const byName = new Map(OPTIONS.map((option) => [option.name, option]));

export function optionNamed(name: OptionName): Option {
  return byName.get(name)!;
}

/** What the option takes, in words. */
export function expectation(option: Option): string {
  if (option.kind === 'choice') return option.choices!.join(' or ');
  if (option.kind === 'text' || option.kind === 'structure') return option.help;
  if (option.kind === 'integers') return `whole numbers >= ${option.min}, separated by commas`;
  const noun = option.kind === 'number' ? 'a finite number' : 'a whole number';
  if (option.max !== undefined && option.max < Number.MAX_SAFE_INTEGER) return `${noun} from ${option.min} to ${option.max}`;
  return option.min === undefined ? noun : `${noun} >= ${option.min}`;
}

/** Checks kind and range of a scalar option's value; structures are checked where they are used. */
export function checkOption(option: Option, value: unknown, where: string): void {
  const inRange = (number: unknown): boolean => typeof number === 'number' && Number.isFinite(number)
    && number >= (option.min ?? -Infinity) && number <= (option.max ?? Infinity);
  const whole = (number: unknown): boolean => inRange(number) && Number.isSafeInteger(number);
  const legal = option.kind === 'number' ? inRange(value)
    : option.kind === 'integer' ? whole(value)
    : option.kind === 'integers' ? Array.isArray(value) && value.length > 0 && value.every(whole)
    : option.kind === 'choice' ? option.choices!.includes(value as string)
    : option.kind === 'text' ? typeof value === 'string'
    : option.kind === 'switch' ? typeof value === 'boolean'
    : true;
  if (!legal) throw new ParaboundError('OPTION_INVALID', show(value), where, expectation(option));
}

const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A command-line word as the option's value. A number must be a whole decimal numeral: not '', '1e', '0x10', 'NaN'. */
export function parseOption(option: Option, text: string): unknown {
  const number = (word: string): number => NUMERAL.test(word.trim()) ? Number(word) : NaN;
  let value: unknown = text;
  if (option.kind === 'number' || option.kind === 'integer') value = number(text);
  if (option.kind === 'integers') value = text.split(',').map(number);
  try {
    checkOption(option, value, option.flag);
  } catch {
    throw new ParaboundError('OPTION_INVALID', show(text), option.flag, expectation(option)); // as it was typed
  }
  return value;
}

/** The flag with its placeholder, as commander and the docs write it. */
export function usage(option: Option): string {
  return option.value === undefined ? option.flag : `${option.flag} <${option.value}>`;
}

export function defaultOf(option: Option): string | undefined {
  return option.defaultText ?? (option.default === undefined ? undefined : String(option.default));
}
