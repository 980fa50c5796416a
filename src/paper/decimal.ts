/**
 * Decimal text that is safe on one side: `lowerText(x) <= x <= upperText(x)` over the reals, both within one unit of the last digit.
 * `toFixed` rounds to nearest, and would print a lower bound that is too high.
 */
export function lowerText(x: number, digits = 9): string {
  return text(scaled(x, digits).floor, digits);
}

export function upperText(x: number, digits = 9): string {
  const { floor, exact } = scaled(x, digits);
  return text(exact ? floor : floor + 1n, digits);
}

/** floor(x * 10^digits), exactly, on integers. */
function scaled(x: number, digits: number): { floor: bigint; exact: boolean } {
  if (!Number.isFinite(x)) throw new RangeError('not a finite number');
  let mantissa = x;
  let shift = 0n;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2; // exact: a double has at most 1074 binary places, and no step can overflow before it is whole
    shift++;
  }
  const value = BigInt(mantissa) * 10n ** BigInt(digits);
  const floor = value >> shift; // arithmetic shift rounds down, for negative values too
  return { floor, exact: floor << shift === value };
}

function text(units: bigint, digits: number): string {
  const magnitude = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const point = magnitude.length - digits;
  return `${units < 0n ? '-' : ''}${magnitude.slice(0, point)}.${magnitude.slice(point)}`;
}
