import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { Rational } from '../../../src/smt/rational.js';
import { all, any, FALSE, implies, number, sum, times, TRUE } from '../../../src/smt/term.js';
import { random } from '../../support/random.js';

const of = (value: number): Dyadic => Dyadic.fromDouble(value);

describe('numbers as text', () => {
  it.each([[0, '0.0'], [3, '3.0'], [-3, '(- 3.0)'], [0.375, '(/ 3.0 8.0)'], [-0.375, '(- (/ 3.0 8.0))'], [2 ** 60, `${2n ** 60n}.0`]])('%d', (value, text) => {
    expect(number(of(value))).toBe(text);
  });
  it('are exact for any double', () => {
    const r = random(1);
    for (let i = 0; i < 500; i++) {
      const value = r.anyDouble();
      const found = /^(\(- )?(?:(\d+)\.0|\(\/ (\d+)\.0 (\d+)\.0\))\)?$/.exec(number(of(value)))!;
      const [n, d] = [BigInt(found[2] ?? found[3]), BigInt(found[4] ?? '1')];
      const exact = Rational.of(found[1] === undefined ? n : -n, d);
      expect(exact.compare(Rational.fromDyadic(of(value)))).toBe(0);
    }
  });
});

describe('terms', () => {
  it('leave out what says nothing', () => {
    expect([sum([]), sum([null, 'a']), sum(['a', null, 'b'])]).toEqual(['0.0', 'a', '(+ a b)']);
    expect([times(of(0), 'a'), times(of(1), 'a'), times(of(2), 'a')]).toEqual([null, 'a', '(* 2.0 a)']);
    expect([all([]), all([TRUE, 'a']), all(['a', FALSE]), all(['a', 'b'])]).toEqual([TRUE, 'a', FALSE, '(and a b)']);
    expect([any([]), any([FALSE, 'a']), any(['a', TRUE]), any(['a', 'b'])]).toEqual([FALSE, 'a', TRUE, '(or a b)']);
    expect([implies(TRUE, 'a'), implies('a', TRUE), implies('a', 'b')]).toEqual(['a', TRUE, '(=> a b)']);
  });
});

describe('fractions', () => {
  it('are read as Z3 prints them, and nothing else is', () => {
    expect(Rational.parse('-12')!.compare(Rational.of(-12n))).toBe(0);
    expect(Rational.parse('3/8')!.compare(Rational.of(6n, 16n))).toBe(0);
    for (const text of ['', '1.5', '3/0', '1/-2', 'root-obj', '2.0?']) expect(Rational.parse(text), text).toBeUndefined();
  });
  it('calculate exactly, and round to a double next to them', () => {
    const third = Rational.of(1n, 3n);
    expect(third.times(Rational.of(3n)).compare(Rational.of(1n))).toBe(0);
    expect(third.plus(third).compare(Rational.of(2n, 3n))).toBe(0);
    expect(third.over(Rational.of(-2n)).compare(Rational.of(-1n, 6n))).toBe(0);
    expect(third.toDouble()).toBe(1 / 3);
    expect(Rational.fromDyadic(third.toDyadic(80, 'down')).compare(third)).toBe(-1);
    expect(Rational.fromDyadic(third.toDyadic(80, 'up')).compare(third)).toBe(1);
  });
});
