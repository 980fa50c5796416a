/** Exact fractions, for what Z3 answers: its values need not be dyadic. */
import { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';
import { divideToward, type Direction } from '../exact/rounding.js';

export class Rational {
  static readonly ZERO = new Rational(0n, 1n);

  /** denominator > 0; not reduced. */
  private constructor(
    readonly numerator: bigint,
    readonly denominator: bigint,
  ) {}

  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 0n) throw new RangeError('a fraction needs a denominator');
    return denominator < 0n ? new Rational(-numerator, -denominator) : new Rational(numerator, denominator);
  }

  static fromDyadic({ mantissa, exponent }: Dyadic): Rational {
    return exponent >= 0 ? new Rational(mantissa << BigInt(exponent), 1n) : new Rational(mantissa, 1n << BigInt(-exponent));
  }

  /** `-12`, `3/8`: as Z3 prints a numeral. Undefined for anything else, as an algebraic number. */
  static parse(text: string): Rational | undefined {
    const found = /^(-?\d+)(?:\/(\d+))?$/.exec(text);
    if (found === null) return undefined;
    const denominator = BigInt(found[2] ?? '1');
    return denominator === 0n ? undefined : new Rational(BigInt(found[1]), denominator);
  }

  get sign(): -1 | 0 | 1 {
    return this.numerator > 0n ? 1 : this.numerator < 0n ? -1 : 0;
  }

  plus(other: Rational): Rational {
    return new Rational(this.numerator * other.denominator + other.numerator * this.denominator, this.denominator * other.denominator);
  }

  times(other: Rational): Rational {
    return new Rational(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** other != 0 */
  over(other: Rational): Rational {
    return Rational.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  compare(other: Rational): -1 | 0 | 1 {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator;
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }

  /** A dyadic number of that many bits: <= this ('down') or >= this ('up'). */
  toDyadic(bits: number, direction: Direction): Dyadic {
    return divideToward(Dyadic.of(this.numerator), Dyadic.of(this.denominator), bits, direction);
  }

  /** A double at or next to this number. */
  toDouble(): number {
    return toDouble(this.toDyadic(128, 'down'), 'nearest');
  }
}
