import { describe, expect, it } from 'vitest';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { exactProduct, exactQuotient, exactSum } from '../../../src/formats/onnx/exact.js';
import { random, type Random } from '../../support/random.js';

const exact = (value: number): Dyadic => Dyadic.fromDouble(value);
/** Few bits, many bits, float32, integers: results that are doubles, and results that are not. */
const draw = (r: Random): number => r.pick([() => r.below(64) - 32, () => r.below(2 ** 31) - 2 ** 30, () => Math.fround(r.normal()), () => r.normal(), () => 2 ** (r.below(80) - 40), () => r.anyDouble()])();

describe('a result is the real one, or null where that is no double', () => {
  const r = random(5);
  const pairs = Array.from({ length: 4000 }, () => [draw(r), draw(r)] as const);
  it('products and sums', () => {
    const found = { products: 0, sums: 0, none: 0 };
    for (const [a, b] of pairs) {
      for (const [value, real, near] of [[exactProduct(a, b), exact(a).times(exact(b)), a * b], [exactSum(a, b), exact(a).plus(exact(b)), a + b]] as const) {
        const is = Number.isFinite(near) && exact(near).equals(real);
        expect(value === null ? null : value + 0, `${a}, ${b}`).toBe(is ? near + 0 : null);
        if (!is) found.none++;
      }
      if (exactProduct(a, b) !== null) found.products++;
      if (exactSum(a, b) !== null) found.sums++;
    }
    expect(Math.min(found.products, found.sums, found.none)).toBeGreaterThan(800);
  });
  it('quotients', () => {
    let found = 0;
    for (const [a, b] of pairs) {
      if (b === 0) continue;
      const near = a / b;
      const is = Number.isFinite(near) && exact(near).times(exact(b)).equals(exact(a));
      const value = exactQuotient(a, b);
      expect(value === null ? null : value + 0, `${a} / ${b}`).toBe(is ? near + 0 : null);
      if (is) found++;
    }
    expect(found).toBeGreaterThan(400);
  });
});
