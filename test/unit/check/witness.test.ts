/** Witnesses by the checker's own arithmetic, against the exact arithmetic of src/exact: no value that is not attained, and all but roundings of those that are. */
import { describe, expect, it } from 'vitest';
import { compare, enclosure, exact, minus, plus, size, times, type Dyadic as Small } from '../../../src/check/dyadic.js';
import type { CheckedModel } from '../../../src/check/model.js';
import { attained, requireInside } from '../../../src/check/witness.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import type { ExactNormalisation } from '../../../src/exact/normalise.js';
import { difference, isInsideBox, isInsideDomain, label, margin } from '../../../src/exact/witness.js';
import { innerEnds, randomParameters } from '../../support/attack.js';
import { boxKinds, randomBox } from '../../support/boxes.js';
import { boxOf, shapesOf } from '../../support/checking.js';
import { heNetwork, random, type Random, randomDomain, randomInput, spoilers, type FlatNetwork } from '../../support/random.js';

const HEADS = [['sigmoid', 1], ['linear', 1], ['relu', 1], ['tanh', 1], ['softmax', 2], ['softmax', 3], ['linear', 3], ['sigmoid', 3], ['relu', 3]] as const;

interface Given { r: Random; network: FlatNetwork & { normalisation?: ExactNormalisation }; model: CheckedModel; rule: { level: number; decision: 'max' | 'min' }; x: number[]; p: Float64Array; name: string }

function given(seed: number, hidden: 'relu' | 'linear' | 'tanh' | 'sigmoid'): Given {
  const r = random(seed), [head, outputs] = r.pick(HEADS), inputs = 1 + r.below(3);
  const network: Given['network'] = heNetwork(r, [inputs, ...Array.from({ length: r.below(4) }, () => 1 + r.below(4)), outputs], hidden, head);
  const spoiler = r.pick(['none', 'none', 'integers', 'cancelling', 'zeros'] as const);
  spoilers[spoiler](network, r);
  const rule = { level: r.pick([0.5, 0.5, 0, 0.25, 0.7]), decision: outputs > 1 ? r.pick(['max', 'min'] as const) : 'max' };
  const each = (of: () => number): Float64Array => Float64Array.from({ length: inputs }, of);
  const normalisation = r.uniform() < 0.4
    ? { mean: each(() => r.pick([0, 0.1, 1000 * r.normal()])), range: each(() => r.pick([1, 3, 3, 0.7, 2 ** -5])), lower: each(() => r.pick([-Infinity, -1, 0.1])), upper: each(() => r.pick([Infinity, 2, 0.3])) }
    : null;
  if (normalisation !== null) network.normalisation = normalisation;
  const model: CheckedModel = { layers: shapesOf(network), parameters: network.parameters, normalisation, level: rule.level, smallest: rule.decision === 'min' };
  const p = randomParameters(r, innerEnds(randomBox(r, network, r.pick(boxKinds), r.pick([0, 0.01, 0.3, 2, 1e-12]))));
  const integers = r.uniform() < 0.4;
  return { r, network, model, rule, x: Array.from({ length: inputs }, () => (integers ? r.below(5) - 2 : r.normal())), p, name: `#${seed} ${head} ${outputs} ${spoiler}` };
}

describe.each(['relu', 'linear', 'tanh', 'sigmoid'] as const)('what is attained, hidden %s', (hidden) => {
  it('of epsilon is at most the difference, and nearly that', () => {
    for (let seed = 0; seed < 120; seed++) {
      const { network, model, x, p, name, r } = given(seed, hidden);
      const outputs = Array.from({ length: network.layers.at(-1)!.outputs }, (_, o) => o).filter((o) => o === 0 || r.uniform() < 0.7);
      for (const measure of ['confidence', 'logit'] as const) {
        const value = attained({ property: 'epsilon', measure, outputs, upper: 0 }, model, x, p)!;
        const { lower, upper } = difference({ shape: network, nominal: network.parameters, parameters: p, x, outputs, measure });
        const rest = hidden === 'relu' || hidden === 'linear' ? 1e-12 : 1e-5;
        expect([name, measure, value <= upper, lower - value <= rest * Math.max(1, lower)]).toEqual([name, measure, true, true]);
        // Where all is exact, to the last digits.
        if (measure === 'logit' && rest === 1e-12) expect([name, lower - value <= 1e-14 * lower]).toEqual([name, true]);
      }
    }
  });

  it('of labels is a flip, with a margin of at least that', () => {
    let flips = 0, decided = 0;
    for (let seed = 1000; seed < 1350; seed++) {
      const { network, model, rule, x, p, name } = given(seed, hidden);
      const [before, after] = [network.parameters, p].map((q) => label(network, q, x, rule));
      const classes = Math.max(2, network.layers.at(-1)!.outputs);
      for (let named = 0; named < classes; named++) {
        const flipped = attained({ property: 'label', label: named }, model, x, p);
        if (flipped !== null) expect([name, flipped, before, after !== named && after !== undefined]).toEqual([name, 1, named, true]);
        const measures = network.layers.at(-1)!.activation === 1 && classes > 2 ? (['confidence'] as const) : (['confidence', 'logit'] as const);
        for (const measure of measures) {
          if (measure === 'logit' && (rule.level === 0 && network.layers.at(-1)!.activation === 2)) continue; // no z has that level
          const value = attained({ property: 'sigma', measure, label: named, upper: 0 }, model, x, p);
          expect([name, value === null]).toEqual([name, flipped === null]);
          if (value === null) continue;
          const { lower, upper } = margin(network, network.parameters, x, rule, measure);
          expect([name, measure, value <= upper, lower - value <= (hidden === 'relu' || hidden === 'linear' ? 1e-12 : 1e-5) * Math.max(1, lower)]).toEqual([name, measure, true, true]);
        }
        if (flipped !== null) flips++;
      }
      if (before === undefined || after === undefined || before === after) continue;
      decided++;
    }
    expect(flips).toBeGreaterThan(20);
    // Exact values decide every tie; intervals all that is none.
    if (hidden === 'relu' || hidden === 'linear') expect(flips).toBe(decided);
    else expect(flips).toBeGreaterThan(0.8 * decided);
  });
});

describe('ties', () => {
  const model = (activation: 'linear' | 'relu' | 'sigmoid' | 'tanh', rows: number[][], bias: number[], rule: { level?: number; smallest?: boolean }): CheckedModel => ({
    layers: [{ inputs: 1, outputs: rows.length, activation }], parameters: Float64Array.from([...rows.flat(), ...bias]), normalisation: null, level: 0.5, smallest: false, ...rule,
  });
  const flips = (of: CheckedModel, named: number, x: number, p: number[]): boolean => attained({ property: 'label', label: named }, of, [x], Float64Array.from(p)) !== null;

  it('of one output go to label 0, at the level itself', () => {
    for (const [activation, level, edge] of [['linear', 0.25, 0.25], ['sigmoid', 0.5, 0], ['tanh', 0, 0], ['relu', 0.25, 0.25], ['relu', 0, 0]] as const) {
      const of = model(activation, [[1]], [0], { level });
      expect([activation, flips(of, 1, edge + 1, [1, -1]), flips(of, 1, edge + 1, [1, -1 + 2 ** -50]), flips(of, 0, edge, [1, 2 ** -50]), flips(of, 0, edge, [1, 0]), flips(of, 0, edge + 1, [1, -1])])
        .toEqual([activation, true, false, true, false, false]);
    }
  });

  it('of several go to the lowest index, of the smallest too, and of relu at zero', () => {
    for (const smallest of [false, true]) {
      const s = smallest ? -1 : 1;
      const of = model('linear', [[0], [s]], [0, 0], { smallest });
      expect([flips(of, 0, 0, [0, s, 0, s * 2 ** -60]), flips(of, 0, 0, [0, s, 0, 0]), flips(of, 1, 1, [0, s, 0, -s]), flips(of, 1, 1, [0, s, 0, -s * (1 - 2 ** -53)])]).toEqual([true, false, true, false]);
    }
    const relu = model('relu', [[0], [1]], [-3, -2], {});
    expect([flips(relu, 0, 1, [0, 1, -1, -0.5]), flips(relu, 0, 1, [0, 1, -1, -1]), flips(relu, 1, 1, [0, 1, -1, -0.5]), flips(relu, 1, 3, [0, 1, -3, -4])]).toEqual([true, false, false, true]);
  });

  it('of the first hidden layer do not depend on the factor that normalised inputs are taken times', () => {
    // x' = (x - 1) / 3, z = x' - 1/2 is 0 at x = 5/2: exactly the level.
    const of: CheckedModel = {
      layers: [{ inputs: 1, outputs: 1, activation: 'sigmoid' }], parameters: Float64Array.of(1, -0.5), level: 0.5, smallest: false,
      normalisation: { mean: Float64Array.of(1), range: Float64Array.of(3), lower: Float64Array.of(-9), upper: Float64Array.of(9) },
    };
    expect([flips(of, 0, 2.5, [1, -0.5 + 2 ** -54]), flips(of, 0, 2.5, [1, -0.5]), flips(of, 0, nextUp(2.5), [1, -0.4])]).toEqual([true, false, false]);
    // Limits: 9 is fed as if it were the upper one.
    expect(attained({ property: 'epsilon', measure: 'logit', outputs: [0], upper: 0 }, of, [1e9], Float64Array.of(2, -0.5))).toBeCloseTo(8 / 3, 12);
    expect(() => attained({ property: 'epsilon', measure: 'logit', outputs: [0], upper: 0 }, { ...of, normalisation: { ...of.normalisation!, range: Float64Array.of(-3) } }, [1], Float64Array.of(1, 0))).toThrow(RangeError);
  });
});

describe('what intervals cannot tell', () => {
  /** One unit of tanh, and outputs that are large multiples of it which cancel: zero, known to a hundredth or so. */
  const model = (activation: 'linear' | 'sigmoid' | 'softmax', outputs: number, bias: number[]): CheckedModel => ({
    layers: [{ inputs: 1, outputs: 2, activation: 'tanh' }, { inputs: 2, outputs, activation }], level: 0.5, smallest: false, normalisation: null,
    parameters: Float64Array.from([1, 1, 0, 0, ...bias.flatMap((_, o) => (o === 0 ? [2 ** 38, -(2 ** 38)] : [0, 0])), ...bias]),
  });
  const moved = (of: CheckedModel, o: number, by: number): Float64Array => of.parameters.map((p, i, all) => (i === all.length - of.layers[1].outputs + o ? p + by : p));

  it('is no label and no flip, before or after', () => {
    for (const x of [0.3, 0.7, -1.1]) {
      // Two outputs, both zero: the label is 0, but for all that is known it may be 1.
      const tie = model('linear', 2, [0, 0]), clear = moved(tie, 0, -1);
      for (const label of [0, 1]) expect(attained({ property: 'label', label }, tie, [x], clear)).toBeNull();
      const ahead = { ...tie, parameters: moved(tie, 0, 1) }, behind = { ...tie, parameters: clear };
      for (const label of [0, 1]) {
        expect(attained({ property: 'label', label }, ahead, [x], tie.parameters)).toBeNull();
        expect(attained({ property: 'label', label }, behind, [x], tie.parameters)).toBeNull();
      }
      expect([attained({ property: 'label', label: 0 }, ahead, [x], clear), attained({ property: 'label', label: 1 }, behind, [x], ahead.parameters)]).toEqual([1, 1]);
      // One output, at its level: label 0.
      const level = model('sigmoid', 1, [0]);
      for (const by of [-1, 1]) {
        const other = { ...level, parameters: moved(level, 0, by) };
        for (const label of [0, 1]) expect([attained({ property: 'label', label }, level, [x], other.parameters), attained({ property: 'label', label }, other, [x], level.parameters)]).toEqual([null, null]);
      }
    }
  });

  it('is taken off what is attained: of softmax at either end', () => {
    const r = random(15);
    for (let n = 0; n < 100; n++) {
      const of = model('softmax', 3, [r.normal(), r.normal(), r.normal()]), x = [r.normal()], p = moved(of, r.below(3), 3 * r.normal());
      const network: FlatNetwork = { inputs: 1, layers: [{ inputs: 1, outputs: 2, activation: 3 }, { inputs: 2, outputs: 3, activation: 4 }], parameters: of.parameters };
      for (const outputs of [[0], [1], [2]]) {
        const value = attained({ property: 'epsilon', measure: 'confidence', outputs, upper: 0 }, of, x, p)!;
        const { lower, upper } = difference({ shape: network, nominal: network.parameters, parameters: p, x, outputs, measure: 'confidence' });
        expect([n, outputs, value <= upper, lower - value < 0.05]).toEqual([n, outputs, true, true]);
      }
    }
  });
});

describe('a witness lies inside', () => {
  it('as exact membership has it, of a box of every kind', () => {
    let inside = 0, outside = 0;
    for (let seed = 0; seed < 300; seed++) {
      const r = random(seed + 50), network = heNetwork(r, [2, 2, 1], 'relu', 'sigmoid'), box = randomBox(r, network, r.pick(boxKinds), r.pick([0, 0.1, 1e-9])), domain = randomDomain(r, 2);
      const ends = innerEnds(box), p = randomParameters(r, ends), x = [...randomInput(r, domain)];
      if (r.uniform() < 0.5) {
        const i = r.below(p.length);
        p[i] = r.pick([nextUp(ends.hi[i]), nextDown(ends.lo[i]), ends.hi[i], ends.lo[i], NaN, Infinity]);
      } else if (r.uniform() < 0.3) {
        const j = r.below(2);
        x[j] = r.pick([nextUp(domain[2 * j + 1]), nextDown(domain[2 * j]), NaN]);
      }
      const model: CheckedModel = { layers: shapesOf(network), parameters: network.parameters, normalisation: null, level: 0.5, smallest: false };
      const holds = isInsideBox(p, box) && isInsideDomain(x, domain), check = (): Float64Array => requireInside({ input: x, parameters: [...p] }, model, boxOf(box, network.parameters), domain);
      if (holds) expect(check()).toEqual(p);
      else expect(check).toThrow(RangeError);
      if (holds) inside++;
      else outside++;
    }
    expect([inside > 80, outside > 80]).toEqual([true, true]);
  });

  it('has as many numbers as there are, and its parameters are left out only where there is one choice', () => {
    const model: CheckedModel = { layers: [{ inputs: 1, outputs: 1, activation: 'linear' }], parameters: Float64Array.of(1, 2), normalisation: null, level: 0, smallest: false };
    const copy = { kind: 'radius' as const, center: Float64Array.of(3, 4), radius: Float64Array.of(0, 0) };
    expect(requireInside({ input: [0], parameters: null }, model, boxOf(copy, copy.center), [0, 1])).toEqual(copy.center);
    for (const [witness, box, domain] of [
      [{ input: [0, 0], parameters: null }, copy, [0, 1]], [{ input: [], parameters: null }, copy, [0, 1]], [{ input: [0], parameters: null }, copy, [0, 1, 0, 1]],
      [{ input: [0], parameters: null }, { ...copy, radius: Float64Array.of(0, 1e-300) }, [0, 1]], [{ input: [0], parameters: null }, { kind: 'bounds', lower: copy.center, upper: copy.center }, [0, 1]],
      [{ input: [0], parameters: null }, { kind: 'relative', center: copy.center, ratio: 0, mask: Uint8Array.of(1, 1) }, [0, 1]],
      [{ input: [0], parameters: [3] }, copy, [0, 1]], [{ input: [0], parameters: [3, 4, 0] }, copy, [0, 1]], [{ input: [0], parameters: [] }, copy, [0, 1]],
    ] as const) expect(() => requireInside(witness, model, boxOf(box, copy.center), domain)).toThrow(RangeError);
  });
});

describe('dyadic numbers', () => {
  const same = (a: Small, b: Dyadic): boolean => Dyadic.of(a.m, a.e).equals(b);

  it('are those of the doubles, and add, multiply and compare as they do', () => {
    const r = random(3), of = Dyadic.fromDouble.bind(Dyadic);
    for (let n = 0; n < 2000; n++) {
      const [a, b] = [r.pick([r.anyDouble(), r.normal(), 0, -0, Number.MIN_VALUE, r.below(9) - 4]), r.pick([r.anyDouble(), r.normal(), 0, 1])];
      expect([a, b, same(exact(a), of(a)), same(plus(exact(a), exact(b)), of(a).plus(of(b))), same(minus(exact(a), exact(b)), of(a).minus(of(b))), same(times(exact(a), exact(b)), of(a).times(of(b))), same(size(exact(a)), of(a).abs())])
        .toEqual([a, b, true, true, true, true, true]);
      expect(Math.sign(compare(exact(a), exact(b)))).toBe(a > b ? 1 : a < b ? -1 : 0);
    }
    for (const x of [NaN, Infinity, -Infinity]) expect(() => exact(x)).toThrow(RangeError);
  });

  it('have quotients between doubles that are close', () => {
    const r = random(4);
    for (let n = 0; n < 3000; n++) {
      const [a, b] = [r.pick([r.anyDouble(), r.normal(), r.normal() * 1e-300, r.normal() * 1e300]), Math.abs(r.pick([r.anyDouble(), r.normal(), 3, 1e-5]))];
      if (b === 0) continue;
      const [lo, hi] = enclosure(times(exact(a), exact(r.pick([1, 1 + 2 ** -52]))), exact(b)), quotient = a / b;
      if (!Number.isFinite(lo) || !Number.isFinite(hi)) {
        expect(Math.abs(quotient)).toBeGreaterThan(1e307);
        continue;
      }
      expect([a, b, hi - lo <= 2 ** -48 * Math.abs(quotient) + 1e-321]).toEqual([a, b, true]);
    }
    for (let n = 0; n < 1500; n++) {
      const [a, b, c] = [r.anyDouble(), r.pick([r.normal(), r.anyDouble()]), Math.abs(r.pick([r.anyDouble(), 3, 0.1])) || 1];
      const [lo, hi] = enclosure(times(exact(a), exact(b)), exact(c)), product = Dyadic.fromDouble(a).times(Dyadic.fromDouble(b));
      if (Number.isFinite(lo)) expect([a, b, c, Dyadic.fromDouble(lo).times(Dyadic.fromDouble(c)).compare(product) <= 0]).toEqual([a, b, c, true]);
      if (Number.isFinite(hi)) expect([a, b, c, Dyadic.fromDouble(hi).times(Dyadic.fromDouble(c)).compare(product) >= 0]).toEqual([a, b, c, true]);
    }
    for (const b of [0, -1]) expect(() => enclosure(exact(1), exact(b))).toThrow(RangeError);
  });
});
