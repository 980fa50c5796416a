import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import type { QueryOptions } from './settings.js';

/** The inputs of a query: lo0, hi0, lo1, hi1, ...; a single input is the box with lo = hi. */
export interface Region {
  readonly domain: Float64Array;
  readonly local: boolean;
  readonly notes: string[];
}

export function regionOf(model: Model, options: Pick<QueryOptions, 'at' | 'domain'>): Region {
  if (options.at !== undefined && options.domain !== undefined) {
    throw new ParaboundError('OPTION_CONFLICT', '--at and --domain exclude each other', 'the query', 'one of them');
  }
  if (options.at !== undefined) {
    const input = checkInput(model, options.at, '--at');
    return { domain: pointDomain(input), local: true, notes: outsideNotes(model, input) };
  }
  const domain = options.domain === undefined ? model.domain : checkDomain(model, options.domain);
  if (domain === null) throw domainMissing(model, 'bounds in the model file, --domain or --at');
  return { domain, local: false, notes: [] };
}

/** `expected` names what the question at hand takes in place of the model's own. */
export function domainMissing(model: Model, expected: string): ParaboundError {
  return new ParaboundError('DOMAIN_MISSING', 'no input bounds', model.source, expected);
}

export function pointDomain(input: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * input.length }, (_, i) => input[i >> 1]);
}

export function checkInput(model: Model, input: unknown, where: string): Float64Array {
  if (!Array.isArray(input) && !(input instanceof Float64Array) && !(input instanceof Float32Array)) {
    throw new ParaboundError('INPUT_INVALID', show(input), where, 'a list of numbers, [x1,...]');
  }
  if (input.length !== model.inputCount) {
    throw new ParaboundError('INPUT_INVALID', `${input.length} numbers`, where, `${model.inputCount}, one for each input of ${model.source}`);
  }
  return Float64Array.from(input as ArrayLike<unknown>, (value, i) => finite('INPUT_INVALID', value, `${where}[${i}]`));
}

function checkDomain(model: Model, domain: unknown): Float64Array {
  const where = '--domain';
  if (!Array.isArray(domain)) throw new ParaboundError('DOMAIN_INVALID', show(domain), where, '[[lo,hi],...]');
  if (domain.length !== model.inputCount) {
    throw new ParaboundError('DOMAIN_INVALID', `${domain.length} intervals`, where, `${model.inputCount}, one for each input of ${model.source}`);
  }
  const flat = new Float64Array(2 * domain.length);
  domain.forEach((interval: unknown, i) => {
    if (!Array.isArray(interval) || interval.length !== 2) throw new ParaboundError('DOMAIN_INVALID', show(interval), `${where}[${i}]`, '[lo,hi]');
    const [lower, upper] = interval.map((end: unknown) => finite('DOMAIN_INVALID', end, `${where}[${i}]`));
    if (lower > upper) throw new ParaboundError('DOMAIN_INVALID', `inverted [${lower}, ${upper}]`, `${where}[${i}]`, 'lower <= upper');
    flat.set([lower, upper], 2 * i);
  });
  return flat;
}

function finite(code: 'INPUT_INVALID' | 'DOMAIN_INVALID', value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ParaboundError(code, show(value), where, 'a finite number');
  return value;
}

/** Asking outside the model's own domain is legal, and worth saying. */
export function outsideNotes(model: Model, input: Float64Array): string[] {
  const { domain } = model;
  if (domain === null) return [];
  return outsideNote('the input is outside the model\'s domain', model, [...input.keys()], (i) => [input[i], domain[2 * i], domain[2 * i + 1]]);
}

export function isOutside({ domain }: Model, input: Float64Array): boolean {
  return domain !== null && input.some((value, j) => value < domain[2 * j] || value > domain[2 * j + 1]);
}

/** The same of many. */
export function outsideCount(count: number): string[] {
  return count === 0 ? [] : [`${count} of the inputs are outside the model's domain`];
}

/** `at` gives an input's value, and the ends that it should be within. */
export function outsideNote(what: string, model: Model, inputs: readonly number[], at: (input: number) => readonly [number, number, number]): string[] {
  const outside = inputs.flatMap((i) => {
    const [value, lower, upper] = at(i);
    return value < lower || value > upper ? [`${model.inputName(i)} = ${value} is not in [${lower}, ${upper}]`] : [];
  });
  return outside.length === 0 ? [] : [`${what}: ${outside.slice(0, 3).join('; ')}${outside.length > 3 ? `; and ${outside.length - 3} more` : ''}`];
}
