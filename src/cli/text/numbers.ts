/**
 * A double in decimal, rounded in one direction: what a person reads of an enclosure must still enclose. JavaScript's
 * toExponential is exact up to 100 digits, so the digits cut off here are known; no double but an exact decimal lies within
 * 10^-100 of a numeral of 17 digits.
 */
export function directed(x: number, digits: number, direction: 'down' | 'up'): string {
  if (!Number.isFinite(x)) return x > 0 ? '+inf' : x < 0 ? '-inf' : 'NaN';
  if (x === 0) return '0';
  const [mantissa, power] = Math.abs(x).toExponential(99).split('e');
  const all = mantissa.replace('.', '');
  let exponent = Number(power);
  let head = all.slice(0, digits);
  const awayFromZero = (direction === 'up') === (x > 0);
  if (awayFromZero && /[1-9]/.test(all.slice(digits))) {
    head = (BigInt(head) + 1n).toString();
    if (head.length > digits) exponent++;
  }
  return (x < 0 ? '-' : '') + place(head.replace(/0+$/, ''), exponent);
}

/** The digits d1 d2 ... as d1.d2... * 10^exponent, plainly where that is short. */
function place(digits: string, exponent: number): string {
  if (exponent < -5 || exponent >= 15) return `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponent}`;
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, '0');
  return whole.length === exponent + 1 ? whole : `${whole.slice(0, exponent + 1)}.${whole.slice(exponent + 1)}`;
}

/** Enough digits to see that the ends differ, and one more. */
export function digitsFor(lower: number, upper: number): number {
  const size = Math.max(Math.abs(lower), Math.abs(upper));
  const ratio = size / (upper - lower);
  if (!Number.isFinite(size) || Number.isNaN(ratio)) return 6;
  return Math.min(17, Math.max(4, Math.ceil(Math.log10(ratio)) + 2));
}

/** More than a double next to the threshold needs to stay on its side of it. */
const MOST_DIGITS = 25;

/**
 * The same, with more digits where these would put the number on the other side of the threshold that it is compared with: a numeral must not
 * contradict the verdict beside it. The threshold itself is written as it was typed, for which it stands.
 */
export function directedBeside(x: number, digits: number, direction: 'down' | 'up', threshold: number | null | undefined): string {
  if (threshold === null || threshold === undefined || !Number.isFinite(x)) return directed(x, digits, direction);
  if (x === threshold) return String(threshold);
  let text = directed(x, digits, direction);
  for (let more = digits + 1; more <= MOST_DIGITS && Math.sign(Number(text) - threshold) !== Math.sign(x - threshold); more++) text = directed(x, more, direction);
  return text;
}

/** `[lower, upper]`, each end rounded outward, but not past the threshold that it is compared with, if any. */
export function interval({ lower, upper }: { lower: number; upper: number }, threshold?: number | null): string {
  const digits = digitsFor(lower, upper);
  return `[${directedBeside(lower, digits, 'down', threshold)}, ${directedBeside(upper, digits, 'up', threshold)}]`;
}

export function seconds(value: number): string {
  return value < 0.001 ? `${Math.ceil(value * 1e6)} µs` : value < 1 ? `${(value * 1000).toPrecision(3)} ms` : `${value.toFixed(2)} s`;
}

/** `1 box`, `31 boxes`. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? noun : plural}`;
}

/** Text from a file must not drive the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
