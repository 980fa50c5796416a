/**
 * The input box of a VNN-LIB 1.0 property (vnnlib.org): inputs X_0, X_1, ... and outputs Y_0, ... declared as Real, and assertions
 * over them. What is asserted of inputs alone has to come to one box; what is asserted of outputs is another question than ours,
 * and is passed over. Decimals are exact, and every end is rounded outward, so that the domain contains the box that is stated.
 */
import { gunzip } from 'node:zlib';
import { ParaboundError, show } from '../../errors.js';
import { toDouble } from '../../exact/rounding.js';
import { readBytes } from '../../network/files.js';
import { Rational } from '../../smt/rational.js';
import { commandsOf, type Term } from './commands.js';

/** An image of some hundred thousand inputs: exact fractions take their time. It is stated in docs/formats.md. */
export const PROPERTY_LIMIT = 16 * 1024 * 1024;

export interface Property {
  readonly domain: [number, number][];
  /** To be said beside any answer. */
  readonly notes: string[];
}

export function isVnnlib(path: string): boolean {
  return /\.vnnlib(\.gz)?$/i.test(path);
}

/** @throws ParaboundError FILE_*, or DOMAIN_INVALID with the line */
export async function readVnnlib(path: string): Promise<Property> {
  const source = `--domain ${path}`;
  let bytes = await readBytes(path, '--domain', PROPERTY_LIMIT);
  if (/\.gz$/i.test(path)) bytes = await unzipped(bytes, source);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ParaboundError('DOMAIN_INVALID', 'not UTF-8 text', source, 'a VNN-LIB property');
  }
  return parseVnnlib(text, source);
}

function unzipped(bytes: Buffer, source: string): Promise<Buffer> {
  return new Promise((resolve, reject) => gunzip(bytes, { maxOutputLength: PROPERTY_LIMIT }, (error, out) => {
    if (error === null) resolve(out);
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') reject(new ParaboundError('FILE_TOO_LARGE', 'more than that when unzipped', source, `at most ${PROPERTY_LIMIT} bytes`));
    else reject(new ParaboundError('DOMAIN_INVALID', error.message, source, 'a file that gzip wrote', { cause: error }));
  }));
}

/** Every double has fewer. */
const MOST_DIGITS = 1100;

interface Ends {
  lower: Rational | null;
  upper: Rational | null;
}
/** By the number of the input. */
type Box = Map<number, Ends>;

/** Commands that say nothing of inputs. */
const SILENT = new Set(['set-logic', 'set-info', 'set-option', 'check-sat', 'get-model', 'exit']);

export function parseVnnlib(text: string, source: string): Property {
  const inputs = new Set<number>();
  const outputs = new Set<number>();
  const box: Box = new Map();
  let asksOfOutputs = false;
  let line = 0;
  const invalid = (what: string, expected: string) => new ParaboundError('DOMAIN_INVALID', what, `line ${line} of ${source}`, expected);

  for (const command of commandsOf(text, source)) {
    line = command.line;
    const [head, ...rest] = command.term;
    if (head === 'declare-const' || head === 'declare-fun') declare(head === 'declare-fun' ? [rest[0], rest[2]] : rest);
    else if (head === 'assert' && rest.length === 1) assert(rest[0]);
    else if (typeof head !== 'string' || !SILENT.has(head)) throw invalid(shown(command.term), 'declare-const or assert, as in VNN-LIB 1.0');
  }
  line = text.split('\n').length;
  if (inputs.size === 0) throw invalid('no inputs', '(declare-const X_0 Real)');
  const domain = Array.from({ length: inputs.size }, (_, i): [number, number] => {
    if (!inputs.has(i)) throw invalid(`X_${i} is not declared`, `inputs X_0 to X_${inputs.size - 1}`);
    const { lower, upper } = box.get(i) ?? { lower: null, upper: null };
    if (lower === null || upper === null) throw invalid(`no ${lower === null ? 'lower' : 'upper'} bound of X_${i}`, 'both bounds of each input');
    if (lower.compare(upper) > 0) throw invalid(`no value of X_${i} is within its bounds`, 'a lower bound that is at most the upper one');
    const ends: [number, number] = [toDouble(lower.toDyadic(128, 'down'), 'down'), toDouble(upper.toDyadic(128, 'up'), 'up')];
    if (!ends.every(Number.isFinite)) throw invalid(`bounds of X_${i} are beyond the doubles`, 'numbers that doubles can enclose');
    return ends;
  });
  return { domain, notes: asksOfOutputs ? [`only the input box of ${source.replace(/^--domain /, '')} is used, not what it asserts of outputs`] : [] };

  function declare([name, sort]: readonly Term[]): void {
    const found = typeof name === 'string' ? /^([XY])_(0|[1-9]\d{0,6})$/.exec(name) : null;
    if (found === null || sort !== 'Real') throw invalid(`declaration of ${shown(name)}`, 'X_0, X_1, ... and Y_0, Y_1, ... of sort Real');
    const [set, index] = [found[1] === 'X' ? inputs : outputs, Number(found[2])];
    if (set.has(index)) throw invalid(`${found[0]} is declared twice`, 'each name once');
    set.add(index);
  }

  function assert(term: Term): void {
    if (Array.isArray(term) && term[0] === 'and') return (term as readonly Term[]).slice(1).forEach(assert);
    if (Array.isArray(term) && term[0] === 'or') {
      let first: Box | undefined;
      for (const choice of (term as readonly Term[]).slice(1)) {
        const of: Box = new Map();
        conjunction(choice, of);
        if (first !== undefined && !isSame(first, of)) throw invalid('several input boxes in one or', 'one; ask for each of them by itself');
        first ??= of;
      }
      if (first === undefined) throw invalid('an or of nothing', 'one choice at least');
      merge(box, first);
      return;
    }
    atom(term, box);
  }

  function conjunction(term: Term, of: Box): void {
    if (Array.isArray(term) && term[0] === 'and') (term as readonly Term[]).slice(1).forEach((each) => conjunction(each, of));
    else atom(term, of);
  }

  /** A bound of one input, or something about outputs alone. */
  function atom(term: Term, of: Box): void {
    const names = namesIn(term);
    for (const name of names) {
      const found = /^([XY])_(\d+)$/.exec(name);
      if (found === null || !(found[1] === 'X' ? inputs : outputs).has(Number(found[2]))) throw invalid(`${shown(name)} is not declared`, 'a declaration before it');
    }
    if (names.length > 0 && names.every((name) => name.startsWith('Y'))) {
      asksOfOutputs = true;
      return;
    }
    const bounds = () => invalid(shown(term), 'bounds of single inputs, (<= X_0 1.5), and their and; one or at the top');
    if (!Array.isArray(term) || term.length !== 3) throw bounds();
    const [relation, a, b] = term as readonly Term[];
    if (typeof relation !== 'string' || !['<=', '>=', '<', '>', '='].includes(relation)) throw bounds();
    const name = [a, b].find((side) => typeof side === 'string' && side.startsWith('X_')) as string | undefined;
    const value = numeral(name === a ? b : a);
    if (name === undefined || value === undefined) throw bounds();
    // A strict bound is taken with its end.
    const above = relation === '=' || relation.startsWith('<') === (name === b);
    const below = relation === '=' || relation.startsWith('<') === (name === a);
    merge(of, new Map([[Number(name.slice(2)), { lower: above ? value : null, upper: below ? value : null }]]));
  }

  /** A decimal, a negative or a quotient, and of those: numbers of a file that means no harm go no deeper than this. */
  function numeral(term: Term, depth = 0): Rational | undefined {
    if (typeof term === 'string') return decimal(term);
    const [head, first, second] = term;
    if (depth > 2) return undefined;
    if (head === '-' && term.length === 2) return numeral(first, depth + 1)?.times(Rational.of(-1n));
    if (head !== '/' || term.length !== 3) return undefined;
    const [above, below] = [numeral(first, depth + 1), numeral(second, depth + 1)];
    return above === undefined || below === undefined || below.sign === 0 ? undefined : above.over(below);
  }

  /** Exactly. Beyond these sizes no double is near, and the digits would take too long. */
  function decimal(text: string): Rational | undefined {
    const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i.exec(text);
    if (found === null || `${found[2]}${found[3] ?? ''}` === '') return undefined;
    const [, sign, whole, fraction = '', exponent = '0'] = found;
    const power = Number(exponent) - fraction.length;
    if (whole.length + fraction.length > MOST_DIGITS || Math.abs(power) > MOST_DIGITS) throw invalid(`the numeral ${show(text)}`, `at most ${MOST_DIGITS} digits, and a power of ten of at most ${MOST_DIGITS}`);
    const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
    return power >= 0 ? Rational.of(digits * powerOfTen(power)) : Rational.of(digits, powerOfTen(-power));
  }
}

const powers = new Map<number, bigint>();

function powerOfTen(n: number): bigint {
  let power = powers.get(n);
  if (power === undefined) powers.set(n, power = 10n ** BigInt(n));
  return power;
}

function isSame(a: Box, b: Box): boolean {
  const equal = (x: Rational | null, y: Rational | null): boolean => x === y || (x !== null && y !== null && x.compare(y) === 0);
  return a.size === b.size && [...a].every(([input, { lower, upper }]) => {
    const other = b.get(input);
    return other !== undefined && equal(lower, other.lower) && equal(upper, other.upper);
  });
}

function merge(into: Box, from: Box): void {
  for (const [input, { lower, upper }] of from) {
    const ends = into.get(input) ?? { lower: null, upper: null };
    into.set(input, {
      lower: lower !== null && (ends.lower === null || lower.compare(ends.lower) > 0) ? lower : ends.lower,
      upper: upper !== null && (ends.upper === null || upper.compare(ends.upper) < 0) ? upper : ends.upper,
    });
  }
}

/** Every word that is a name of an input or output, wherever it stands. */
function namesIn(term: Term): string[] {
  if (typeof term === 'string') return /^[A-Za-z_|]/.test(term) ? [term] : [];
  return term.slice(typeof term[0] === 'string' ? 1 : 0).flatMap((each) => namesIn(each));
}

function shown(term: Term | undefined): string {
  const text = (each: Term): string => (typeof each === 'string' ? each : `(${each.slice(0, 5).map(text).join(' ')})`);
  return term === undefined ? 'nothing' : show(text(term));
}
