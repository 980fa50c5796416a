/** The oracle itself, against brute force: all corners of small boxes, and attacks. */
import { describe, expect, it } from 'vitest';
import { Dyadic, max } from '../../src/exact/dyadic.js';
import { isInsideBox } from '../../src/exact/membership.js';
import { isPoint } from '../../src/exact/real.js';
import { differences } from '../../src/exact/difference.js';
import { difference, flips } from '../../src/exact/witness.js';
import { climb, differenceScore, randomParameters, innerEnds } from '../support/attack.js';
import { boxKinds, randomBox } from '../support/boxes.js';
import { type ActivationName, heNetwork, random, randomInput, spoilers } from '../support/random.js';
import { exactLocalEpsilon, exactLocalFlip } from './local.js';

const r = random(51);
const hidden: readonly ActivationName[] = ['linear', 'relu', 'sigmoid', 'tanh'];
const heads: readonly [ActivationName, number][] = [['sigmoid', 1], ['linear', 1], ['tanh', 1], ['linear', 3], ['sigmoid', 2], ['softmax', 2]];

describe('exactLocalEpsilon', () => {
  it('is the maximum over all corners of the box, exactly, for relu and linear networks', () => {
    for (const activation of ['relu', 'linear'] as const) {
      for (let i = 0; i < 4; i++) {
        const network = heNetwork(r, [1, 2, 1], activation, 'linear');
        const lower = network.parameters.map((v) => v - 0.3 * r.uniform());
        const upper = network.parameters.map((v) => v + 0.3 * r.uniform());
        const x = [r.normal()];
        let best = Dyadic.ZERO;
        for (let corner = 0; corner < 2 ** lower.length; corner++) {
          const parameters = lower.map((v, j) => ((corner >> j) & 1 ? upper[j] : v));
          const [d] = differences({ shape: network, nominal: network.parameters, parameters, x, outputs: [0], measure: 'confidence' }, 64);
          best = max(best, d.hi);
        }
        const oracle = exactLocalEpsilon(network, { kind: 'bounds', lower, upper }, x, [0], 'confidence');
        expect(isPoint(oracle) && oracle.lo.equals(best)).toBe(true);
      }
    }
  });

  it.each(boxKinds)('is never beaten inside a box of kind %s, and nearly attained', (kind) => {
    for (const [output, k] of heads) {
      const network = heNetwork(r, r.pick([[2, k], [2, 3, k]]), r.pick(hidden), output);
      const box = randomBox(r, network, kind, 0.05);
      const x = randomInput(r, [-1, 1, -1, 1]);
      const domain = [...x].flatMap((v) => [v, v]);
      for (const measure of ['confidence', 'logit'] as const) {
        const outputs = Array.from({ length: k }, (_, o) => o);
        const oracle = exactLocalEpsilon(network, box, x, outputs, measure);
        let best = 0;
        for (let attempt = 0; attempt < 16; attempt++) {
          const { p } = climb(r, box, domain, differenceScore(network, outputs, measure));
          expect(isInsideBox(p, box)).toBe(true);
          const { lower } = difference({ shape: network, nominal: network.parameters, parameters: p, x, outputs, measure });
          expect(oracle.hi.compare(Dyadic.fromDouble(lower))).not.toBe(-1);
          best = Math.max(best, lower);
        }
        expect(oracle.lo.compare(Dyadic.fromDouble(best * (1 + 1e-12) + 1e-15))).not.toBe(1);
      }
    }
  });
});

describe('exactLocalFlip', () => {
  it('is true wherever a flip is found, and a flip is found nearly wherever it is true', () => {
    let [claimed, found] = [0, 0];
    for (let i = 0; i < 150; i++) {
      const [output, k] = r.pick(heads);
      const network = heNetwork(r, r.pick([[2, k], [2, 3, k]]), r.pick(hidden), output);
      if (i % 5 === 0) spoilers.integers(network, r);
      const box = randomBox(r, network, r.pick(boxKinds), r.pick([0.05, 0.3]));
      const x = randomInput(r, [-1, 1, -1, 1]);
      const rule = { level: r.pick([0.5, 0.5, 0.25, 0.7]), decision: r.pick(['max', 'min'] as const) };
      const oracle = exactLocalFlip(network, box, x, rule);
      expect(oracle).toBeDefined();
      const ends = innerEnds(box);
      const some = Array.from({ length: 60 }, () => randomParameters(r, ends))
        .some((p) => flips(network, network.parameters, p, x, rule) === true);
      if (some) expect(oracle).toBe(true);
      claimed += oracle === true ? 1 : 0;
      found += some ? 1 : 0;
    }
    expect(claimed).toBeGreaterThan(20);
    expect(found).toBeGreaterThan(0.6 * claimed);
  });
});
