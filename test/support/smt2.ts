/**
 * A reader and evaluator of the SMT-LIB 2 that exports are written in: s-expressions, and terms over enclosures of real numbers. It
 * shares with the exporter nothing but the dyadic numbers underneath.
 */
import { Dyadic, max, min } from '../../src/exact/dyadic.js';
import { exp, log } from '../../src/exact/exponential.js';
import { abs, add, increasing, type Enclosure, multiply, negate, point, rounded, subtract } from '../../src/exact/real.js';
import { divideToward } from '../../src/exact/rounding.js';

export type SExpression = string | SExpression[];

export function parse(text: string): SExpression[] {
  const tokens = text.replace(/;[^\n]*/g, '').match(/[()]|[^\s()]+/g) ?? [];
  const stack: SExpression[][] = [[]];
  for (const token of tokens) {
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const closed = stack.pop();
      if (closed === undefined || stack.length === 0) throw new Error('a ) too many');
      stack[stack.length - 1].push(closed);
    } else stack[stack.length - 1].push(token);
  }
  if (stack.length !== 1) throw new Error('a ( too many');
  return stack[0];
}

export interface Script {
  logic: string;
  variables: string[];
  definitions: [string, SExpression][];
  assertions: SExpression[];
  objective: { sense: 'maximize' | 'minimize'; term: SExpression } | null;
}

export function script(text: string): Script {
  const read: Script = { logic: '', variables: [], definitions: [], assertions: [], objective: null };
  for (const command of parse(text) as string[][]) {
    switch (command[0]) {
      case 'set-logic': read.logic = command[1]; break;
      case 'declare-fun': read.variables.push(command[1]); break;
      case 'define-fun': read.definitions.push([command[1], command[4]]); break;
      case 'assert': read.assertions.push(command[1]); break;
      case 'maximize':
      case 'minimize': read.objective = { sense: command[0], term: command[1] }; break;
      case 'check-sat': case 'get-model': case 'get-objectives': case 'exit': break;
      default: throw new Error(`unknown command ${command[0]}`);
    }
  }
  return read;
}

export type Values = ReadonlyMap<string, Enclosure>;

/** Values of the variables and, from them, of the definitions. */
export function withDefinitions({ definitions }: Script, given: Values, bits: number): Map<string, Enclosure> {
  const values = new Map(given);
  for (const [name, term] of definitions) values.set(name, valueOf(term, values, bits));
  return values;
}

/** Encloses the term's value. */
export function valueOf(term: SExpression, values: Values, bits: number): Enclosure {
  if (typeof term === 'string') return values.get(term) ?? literal(term, bits);
  const [op, ...parts] = term;
  if (op === 'ite') {
    const condition = truthOf(parts[0], values, bits);
    const [yes, no] = [valueOf(parts[1], values, bits), valueOf(parts[2], values, bits)];
    return condition === true ? yes : condition === false ? no : { lo: min(yes.lo, no.lo), hi: max(yes.hi, no.hi) };
  }
  if (op === 'let') {
    const inner = new Map(values);
    for (const [name, bound] of parts[0] as [string, SExpression][]) inner.set(name, valueOf(bound, values, bits));
    return valueOf(parts[1], inner, bits);
  }
  const of = parts.map((part) => valueOf(part, values, bits));
  const [a, b] = of;
  const grows = (bound: (x: Dyadic, direction: 'up' | 'down') => Dyadic): Enclosure => increasing(a, bound);
  const exponential = (x: Enclosure): Enclosure => increasing(x, (at, direction) => exp(at, bits, direction));
  switch (op) {
    case '+': return of.reduce((sum, each) => add(sum, each, bits));
    case '-': return of.length === 1 ? negate(a) : of.slice(1).reduce((rest, each) => subtract(rest, each, bits), a);
    case '*': return of.reduce((product, each) => rounded(multiply(product, each), bits));
    case '/': return quotient(a, b, bits);
    case 'abs': return abs(a);
    case 'max': return { lo: max(a.lo, b.lo), hi: max(a.hi, b.hi) };
    case 'min': return { lo: min(a.lo, b.lo), hi: min(a.hi, b.hi) };
    case 'exp': return exponential(a);
    case 'log': return grows((x, direction) => log(x, bits, direction));
    case 'sinh': return halved(subtract(exponential(a), exponential(negate(a)), bits));
    case 'cosh': return halved(add(exponential(abs(a)), exponential(negate(abs(a))), bits));
    case 'tanh': return quotient(subtract(exponential(a), exponential(negate(a)), bits), add(exponential(a), exponential(negate(a)), bits), bits);
    default: throw new Error(`unknown operator ${String(op)}`);
  }
}

/** Undefined where the enclosures do not tell. */
export function truthOf(formula: SExpression, values: Values, bits: number): boolean | undefined {
  if (formula === 'true' || formula === 'false') return formula === 'true';
  const [op, ...parts] = formula as SExpression[];
  if (op === 'let') {
    const inner = new Map(values);
    for (const [name, bound] of parts[0] as [string, SExpression][]) inner.set(name, valueOf(bound, values, bits));
    return truthOf(parts[1], inner, bits);
  }
  if (op === 'and' || op === 'or') {
    // Left to right, as what follows may only be defined where what comes before holds.
    const decisive = op === 'or';
    let open = false;
    for (const part of parts) {
      const truth = truthOf(part, values, bits);
      if (truth === decisive) return decisive;
      open ||= truth === undefined;
    }
    return open ? undefined : !decisive;
  }
  const [a, b] = parts.map((part) => valueOf(part, values, bits));
  switch (op) {
    case '>': return less(b, a);
    case '<': return less(a, b);
    case '>=': return not(less(a, b));
    case '<=': return not(less(b, a));
    case '=': return a.lo === a.hi && b.lo === b.hi ? a.lo.equals(b.lo) : less(a, b) === true || less(b, a) === true ? false : undefined;
    default: throw new Error(`unknown relation ${String(op)}`);
  }
}

function less(a: Enclosure, b: Enclosure): boolean | undefined {
  return a.hi.compare(b.lo) < 0 ? true : a.lo.compare(b.hi) >= 0 ? false : undefined;
}

function not(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function halved(a: Enclosure): Enclosure {
  return { lo: a.lo.scaled(-1), hi: a.hi.scaled(-1) };
}

function quotient(a: Enclosure, b: Enclosure, bits: number): Enclosure {
  if (b.hi.sign < 0) return quotient(negate(a), negate(b), bits);
  if (b.lo.sign <= 0) throw new RangeError('a quotient by an enclosure of zero');
  const ends = (direction: 'down' | 'up') => [a.lo, a.hi].flatMap((n) => [b.lo, b.hi].map((d) => divideToward(n, d, bits, direction)));
  return { lo: ends('down').reduce(min), hi: ends('up').reduce(max) };
}

function literal(text: string, bits: number): Enclosure {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new Error(`neither a number nor a name: ${text}`);
  const [, sign, whole, places = ''] = match;
  const numerator = Dyadic.of(BigInt(`${sign}${whole}${places}`));
  return places === '' ? point(numerator) : quotient(point(numerator), point(Dyadic.of(10n ** BigInt(places.length))), Math.max(bits, 8 * text.length));
}
