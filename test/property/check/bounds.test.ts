/** Random networks and boxes: what the checker says of them is true at every (x, p) that is tried, in exact arithmetic. */
import { describe, expect, it } from 'vitest';
import { Bounds } from '../../../src/check/bound.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { trace } from '../../../src/exact/evaluate.js';
import { activate } from '../../../src/exact/activations.js';
import { isInsideBox } from '../../../src/exact/membership.js';
import { add, type Enclosure, point, scale, subtract } from '../../../src/exact/real.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { exactLocalEpsilon } from '../../oracle/local.js';
import { climb, evaluateDoubles, innerEnds, randomParameters } from '../../support/attack.js';
import { boxKinds } from '../../support/boxes.js';
import { cancellingCase, remainders } from '../../support/cancelling.js';
import { type Case, type CaseOptions, hasOracle, randomCase } from '../../support/cases.js';
import { boxed, isAbove, isBelow, lowerOf, proverOf, upperOf } from '../../support/checking.js';
import { activationCodes, layout, random, randomInput, type Spoiler, spoilers } from '../../support/random.js';
import { faults } from '../../support/verdict.js';

const BITS = 200;
const HINT = new Uint8Array(8).fill(128);

/** What is wrong with the bound of epsilon on the case's domain; whether it was a number. */
function epsilonFaults(given: Case, effort: number): { found: string[]; bound: number } {
  const { domain, network, box, objective } = given;
  const bound = proverOf(given, 0).bound(lowerOf(domain), upperOf(domain), HINT);
  if (Number.isNaN(bound)) return { found: [], bound };
  const found = faults(given, { lower: 0, upper: Math.max(0, bound), witness: null, status: 'limit' } as never, { gap: 0, relativeGap: 0 }, effort);
  if (hasOracle(given) && objective.query === 'epsilon') {
    // Below the last digit, too, where the value is known.
    const r = random(given.seed + 77);
    for (let k = 0; k < 2; k++) {
      const x = randomInput(r, domain);
      if (!isAbove(bound, exactLocalEpsilon(network, box, x, objective.outputs, objective.measure))) found.push(`${given.name}: ${bound} is below the oracle at ${x.join()}`);
    }
  }
  return { found, bound };
}

function allFaults(from: number, count: number, options: CaseOptions, effort = 1): { found: string[]; numbers: number } {
  const found: string[] = [];
  let numbers = 0;
  for (let seed = from; seed < from + count; seed++) {
    const one = epsilonFaults(randomCase(seed, { queries: ['epsilon'], inputs: [1, 2, 3, 6], ...options }), effort);
    found.push(...one.found);
    if (Number.isFinite(one.bound)) numbers++;
  }
  return { found, numbers };
}

describe('epsilon is never above its bound', () => {
  it.each([0, 1, 2, 3])('with %d hidden layers', (depth) => {
    expect(allFaults(1000 * depth, 40, { hiddenLayers: [depth] })).toEqual({ found: [], numbers: expect.closeTo(40, -1) as number });
  });

  it.each(Object.keys(spoilers) as Spoiler[])('on networks spoiled by %s', (spoiler) => {
    expect(allFaults(20_000, 25, { spoilers: [spoiler], hiddenLayers: [0, 1, 2] }).found).toEqual([]);
  });

  it.each(boxKinds)('over boxes of kind %s', (kind) => {
    expect(allFaults(30_000, 14, { boxes: [kind], hiddenLayers: [0, 1, 2] }).found).toEqual([]);
  });

  it('at single inputs, where nothing but roundings is lost', () => {
    expect(allFaults(40_000, 150, { local: true, hiddenLayers: [0, 1] }, 0)).toEqual({ found: [], numbers: expect.closeTo(150, -1.5) as number });
  });

  it.each([1e-12, 1e-300, Number.MIN_VALUE, 0])('of changes of %d', (delta) => {
    expect(allFaults(50_000, 12, { deltas: [delta] }).found).toEqual([]);
  });

  it.each([1e3, 1e30, 1e150, 1e300])('of changes of %d, which saturate or overflow', (delta) => {
    expect(allFaults(60_000, 8, { deltas: [delta] }).found).toEqual([]);
  });

  it.each(remainders)('where weights of 2^24 cancel: %s', (remainder) => {
    for (let seed = 0; seed < 8; seed++) {
      for (const hidden of ['relu', 'linear', 'tanh'] as const) {
        const given = cancellingCase(seed, remainder, hidden, seed % 3, seed % 2 === 0);
        const { found, bound } = epsilonFaults(given, 1);
        expect(found).toEqual([]);
        expect(bound).toBeGreaterThan(0);
      }
    }
  });

  it('where noise is a sum of one large number and many that it swallows', () => {
    for (const hidden of ['linear', 'relu'] as const) {
      const width = 400, layers = [[1, width], [width, 1]].map(([inputs, outputs], l) => ({ inputs, outputs, activation: activationCodes[l === 1 ? 'linear' : hidden] }));
      const parameters = Float64Array.from({ length: 3 * width + 1 }, (_, i) => (i < width ? 3 : i < 2 * width ? 0 : i < 3 * width ? 1 : 0));
      const box = { kind: 'radius' as const, center: parameters, radius: parameters.map((_, i) => (i === 0 ? 1 : i < width ? 2 ** -54 : 0)) };
      const given: Case = { ...randomCase(0, { queries: ['epsilon'] }), network: { inputs: 1, layers, parameters }, box, objective: { query: 'epsilon', measure: 'logit', outputs: [0] } };
      expect(isAbove(proverOf(given, 0).bound([1], [1], HINT), exactLocalEpsilon(given.network, box, [1], [0], 'logit'))).toBe(true);
    }
  });

  it('where large weights cancel above what moves, and leave what doubles lose', () => {
    // h = x + e, z_i = w_i h, y = sum of v_i z_i, where the v_i w_i cancel but for what the sum of doubles is off by.
    for (let seed = 0; seed < 40; seed++) {
      const r = random(seed), width = 3 + r.below(5), hidden = r.pick(['linear', 'relu'] as const), given = randomCase(seed, { queries: ['epsilon'], local: true, hiddenLayers: [0] });
      const [w, v] = [0, 1].map(() => Array.from({ length: width }, () => 2 ** (r.below(60) - 30) * r.between(0.5, 1)));
      let sum = 0;
      for (let i = 0; i + 1 < width; i++) sum += w[i] * (v[i] *= r.pick([1, -1]));
      v[width - 1] = -sum / w[width - 1];
      const layers = [[1, 1], [1, width], [width, 1]].map(([inputs, outputs], l) => ({ inputs, outputs, activation: activationCodes[l === 2 ? 'linear' : hidden] }));
      const parameters = Float64Array.from([1, 2, ...w, ...w.map(() => 0), ...v, 0]), x = r.uniform();
      const box = { kind: 'radius' as const, center: parameters, radius: parameters.map((_, i) => (i === 1 ? 1 : 0)) };
      const cancelling: Case = { ...given, network: { inputs: 1, layers, parameters }, box, domain: Float64Array.of(x, x), objective: { query: 'epsilon', measure: 'confidence', outputs: [0] } };
      const bound = proverOf(cancelling, 0).bound([x], [x], HINT);
      const [low, middle, high] = [1, 2, 3].map((bias) => trace(cancelling.network, parameters.map((p, i) => (i === 1 ? bias : p)), [x], BITS).logits[0]);
      // The same above inputs: the w_i are what a copy adds to weights of 0.
      const two = { inputs: 1, layers: [layers[1], layers[2]].map((each) => ({ ...each, activation: activationCodes.linear })), parameters: Float64Array.from([...w.map(() => 0), ...w.map(() => 0), ...v, 0]) };
      const copy = { kind: 'radius' as const, center: two.parameters.map((p, i) => (i < width ? w[i] : p)), radius: new Float64Array(3 * width + 1) };
      const above = proverOf({ ...cancelling, network: two, box: copy }, 0).bound([x], [x], HINT);
      expect([seed, isAbove(above, exactLocalEpsilon(two, copy, [x], [0], 'logit'))]).toEqual([seed, true]);
      for (const end of [low, high]) for (const d of [subtract(end, middle), subtract(middle, end)]) expect([seed, isAbove(bound, d)]).toEqual([seed, true]);
    }
  });
});

describe('the bound is close', () => {
  it('to the maximum itself at one input of a network with one hidden layer', () => {
    let compared = 0;
    for (let seed = 70_000; seed < 70_250; seed++) {
      const given = randomCase(seed, { queries: ['epsilon'], local: true, hiddenLayers: [0, 1], spoilers: ['none', 'integers', 'duplicated', 'zeros', 'dead', 'tiny'], deltas: [0.01, 0.3, 1e-6, 1e-9, 2] });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'epsilon' || !hasOracle(given)) continue;
      const { hi } = exactLocalEpsilon(network, box, lowerOf(domain), objective.outputs, objective.measure);
      const exact = toNumber(hi);
      const bound = proverOf(given, 0).bound(lowerOf(domain), upperOf(domain), HINT);
      expect([given.name, bound - exact <= 1e-9 * exact + 1e-12]).toEqual([given.name, true]);
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });

  it('to the maximum of deep networks, as the box of parameters shrinks', () => {
    for (let seed = 0; seed < 20; seed++) {
      const given = randomCase(80_000 + seed, { queries: ['epsilon'], local: true, hiddenLayers: [2, 3], heads: [['sigmoid', 1], ['linear', 2], ['tanh', 1]], spoilers: ['none'], boxes: ['delta'], deltas: [1e-7], width: 5 });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'epsilon') continue;
      const x = lowerOf(domain), bound = proverOf(given, 0).bound(x, x, HINT), ends = innerEnds(box);
      const key = objective.measure === 'logit' ? 'z' : 'f';
      const at = (p: Float64Array): number => Math.max(...objective.outputs.map((o) => Math.abs(evaluateDoubles(network, p, x)[key][o] - evaluateDoubles(network, network.parameters, x)[key][o])));
      let best = 0;
      for (const o of objective.outputs) {
        for (const sign of [1, -1]) {
          const of = (p: Float64Array): number => sign * evaluateDoubles(network, p, x)[key][o];
          const p = network.parameters.map((value, i) => {
            const [a, b] = [network.parameters.slice(), network.parameters.slice()];
            a[i] += 1e-5;
            b[i] -= 1e-5;
            return of(a) > of(b) ? ends.hi[i] : of(a) < of(b) ? ends.lo[i] : value;
          });
          best = Math.max(best, at(p));
        }
      }
      expect([given.name, bound <= 1.001 * best + 1e-13]).toEqual([given.name, true]);
    }
  });

  it('to zero where nothing moves', () => {
    for (let seed = 0; seed < 20; seed++) {
      const given = randomCase(90_000 + seed, { queries: ['epsilon'], boxes: ['zero'] });
      expect(proverOf(given, 0).bound(lowerOf(given.domain), upperOf(given.domain), HINT)).toBe(0);
    }
  });
});

const toNumber = (value: Dyadic): number => toDouble(value, 'up');

describe('every range and every functional', () => {
  /** z0 and r, h0, h and d of every neuron at (x, p). */
  function traces({ network, box }: Case, x: Float64Array, p: Float64Array): { z0: Enclosure[]; z: Enclosure[]; h0: Enclosure[]; h: Enclosure[] }[] | null {
    if (!isInsideBox(p, box)) return null;
    return network.layers.map(({ activation }, l) => {
      const until = { inputs: network.inputs, layers: network.layers.slice(0, l + 1) }, { end } = layout(network)[l];
      const [z0, z] = [network.parameters, p].map((q) => trace(until, q.slice(0, end), x, BITS).logits);
      return { z0: [...z0], z: [...z], h0: activate(activation, z0, BITS), h: activate(activation, z, BITS) };
    });
  }
  it('holds of one layer, where rows cancel and one is what the other rounds to', () => {
    for (let seed = 0; seed < 300; seed++) {
      const r = random(seed), inputs = 1 + r.below(3), rows = 2 + r.below(4), x = Float64Array.from({ length: inputs }, () => r.normal() * 2 ** (r.below(30) - 15));
      const c = Array.from({ length: rows }, () => r.normal()), parameters = new Float64Array((inputs + 1) * rows);
      for (let j = 0; j <= inputs; j++) {
        // A column of weights, or the biases; the last of them takes the rest of the sum away.
        const place = (i: number): number => (j < inputs ? i * inputs + j : rows * inputs + i);
        let sum = 0;
        for (let i = 0; i + 1 < rows; i++) sum += c[i] * (parameters[place(i)] = r.normal() * 2 ** r.below(30));
        parameters[place(rows - 1)] = -sum / c[rows - 1];
      }
      // The same of r: a copy that adds as much to every parameter.
      const network = { inputs, layers: [{ inputs, outputs: rows, activation: 0 }], parameters };
      const bounds = new Bounds(boxed(network, { kind: 'bounds', lower: parameters.map((v) => 2 * v), upper: parameters.map((v) => 2 * v) })), [own, none] = [Float64Array.from(c), new Float64Array(c.length)];
      bounds.moveTo(x, x);
      const z = trace(network, parameters, x, BITS).logits;
      const exact = c.reduce((sum, each, i) => add(sum, scale(z[i], Dyadic.fromDouble(each))), point(Dyadic.ZERO));
      for (const bound of [bounds.upper(none, own, 0), bounds.upper(own, none, 0)]) expect([seed, isAbove(bound, exact)]).toEqual([seed, true]);
    }
  });

  const minus = (a: Enclosure, b: Enclosure): Enclosure => subtract(a, b, a.lo === a.hi && b.lo === b.hi ? Infinity : BITS);

  it.each(['relu', 'tanh', 'sigmoid', 'linear'] as const)('holds at what is tried: %s', (hidden) => {
    const found: string[] = [];
    for (let seed = 100_000; seed < 100_045; seed++) {
      const given = randomCase(seed, { queries: ['epsilon'], hidden: [hidden], hiddenLayers: [1, 2, 3], heads: [['linear', 1], ['linear', 3]], inputs: [1, 2, 3, 5] });
      const { network, box, domain } = given, r = random(seed + 9);
      const bounds = new Bounds(boxed(network, box));
      const [lower, upper] = [lowerOf(domain), upperOf(domain)];
      bounds.moveTo(lower, upper);
      const last = network.layers.length - 1, outputs = network.layers[last].outputs;
      const functionals = Array.from({ length: 4 }, (_, k) => {
        const rows = Array.from({ length: outputs }, (__, o) => o).filter((o) => o === 0 || r.uniform() < 0.6);
        const coefficient = (): number => r.pick([0, 1, -1, r.normal(), 2 ** 24, r.normal() * 1e-9]);
        const [a, c] = [rows.map((o) => (k === 0 && o === 0 ? 1 : coefficient())), rows.map(() => (k < 2 ? 0 : coefficient()))];
        const dense = (of: number[]): Float64Array => Float64Array.from({ length: outputs }, (__, o) => of[rows.indexOf(o)] ?? 0);
        return { rows, a, c, bound: bounds.upper(dense(a), dense(c), last) };
      });
      const ends = innerEnds(box);
      const values = (k: number, x: Float64Array, p: Float64Array): number => {
        const [z0, z] = [network.parameters, p].map((q) => evaluateDoubles(network, q, x).z), { rows, a, c } = functionals[k];
        return rows.reduce((sum, o, i) => sum + a[i] * (z[o] - z0[o]) + c[i] * z0[o], 0);
      };
      const points = [
        ...functionals.map((_, k) => climb(r, box, domain, (x, p) => values(k, x, p), 2)),
        ...Array.from({ length: 3 }, () => ({ x: randomInput(r, domain), p: randomParameters(r, ends) })),
      ];
      for (const { x, p } of points) {
        const all = traces(given, x, p);
        if (all === null) continue;
        const expectTrue = (holds: boolean, what: string): void => {
          if (!holds) found.push(`${given.name}: ${what} at x=${x.join()} p=${p.join()}`);
        };
        all.slice(0, -1).forEach(({ z0, z, h0, h }, l) => bounds.fed[l + 1].slice(0, -1).forEach((n, i) => {
          const ranges = { z0: [n.z0lo, z0[i], n.z0hi], r: [n.rlo, minus(z[i], z0[i]), n.rhi], z: [n.zlo, z[i], n.zhi], h0: [n.h0lo, h0[i], n.h0hi], h: [n.hlo, h[i], n.hhi], d: [n.dlo, minus(h[i], h0[i]), n.dhi] } as const;
          for (const [name, [lo, value, hi]] of Object.entries(ranges)) expectTrue(isBelow(lo, value) && isAbove(hi, value), `${name} of neuron ${l}.${i} in [${lo}, ${hi}]`);
        }));
        const { z0, z } = all[last];
        for (const { rows, a, c, bound } of functionals) {
          const value = rows.reduce((sum, o, i) => {
            const terms = [scale(minus(z[o], z0[o]), Dyadic.fromDouble(a[i])), scale(z0[o], Dyadic.fromDouble(c[i]))];
            return terms.reduce((all2, term) => add(all2, term, term.lo === term.hi && all2.lo === all2.hi ? Infinity : BITS), sum);
          }, point(Dyadic.ZERO));
          expectTrue(isAbove(bound, value), `${rows.join()}: ${a.join()} r + ${c.join()} z0 <= ${bound}`);
        }
      }
      if (found.length > 3) break;
    }
    expect(found).toEqual([]);
  });
});
