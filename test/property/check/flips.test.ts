/** Where the checker says that no label flips, none does: random networks, thresholds and prices, the least threshold that it proves. */
import { describe, expect, it } from 'vitest';
import { PRICE_ONE } from '../../../src/certificate/leaf.js';
import { price, type Prover } from '../../../src/check/claims.js';
import { flips, label, margin } from '../../../src/exact/witness.js';
import { exactLocalFlip } from '../../oracle/local.js';
import { type Case, type CaseOptions, hasOracle, randomCase } from '../../support/cases.js';
import { lowerOf, proverOf, upperOf } from '../../support/checking.js';
import { random, type Random, randomInput } from '../../support/random.js';
import { faults } from '../../support/verdict.js';

const CODES = [0, 1, 64, 96, 112, 120, PRICE_ONE, 136, 144, 160, 200, 254, 255];

/** The best price of each margin, and what is proved with them. */
function proved(prover: Prover, given: Case): number {
  const [lower, upper] = [lowerOf(given.domain), upperOf(given.domain)];
  const first = prover.bound(lower, upper, new Uint8Array(prover.hintSize).fill(PRICE_ONE));
  if (prover.hintSize === 0 || prover.proves(first)) return first;
  const hint = Uint8Array.from({ length: prover.hintSize }, (_, k) => CODES.reduce((best, code) => (prover.flip(k, code) < prover.flip(k, best) ? code : best)));
  return prover.bound(lower, upper, hint);
}

/** Relu labels of several outputs are of a kind that nothing is proved of. */
const covered = ({ network }: Case): boolean => {
  const { activation, outputs } = network.layers[network.layers.length - 1];
  return !(activation === 1 && outputs > 1);
};

function proves(given: Case, threshold: number): boolean {
  const prover = proverOf(given, threshold);
  return prover.proves(proved(prover, given));
}

/** About the least threshold that is proved, among doubles; Infinity where the largest tried is not. */
function least(given: Case): number {
  if (proves(given, 0)) return 0;
  let [no, yes] = [0, 1];
  for (; !proves(given, yes); yes *= 4) if (yes > 1e6) return Infinity;
  for (let n = 0; n < 24; n++) {
    const middle = 0.5 * (no + yes);
    if (proves(given, middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** Part of the domain: flips are ruled out where boxes are small. */
function shrunk(given: Case, r: Random): Case {
  const part = r.pick([1, 0.3, 0.1, 0.01, 0]);
  return { ...given, domain: Float64Array.from([...randomInput(r, given.domain)].flatMap((x, j) => {
    const [lo, hi] = [given.domain[2 * j], given.domain[2 * j + 1]], half = 0.5 * part * (hi - lo);
    return [Math.max(lo, Math.min(x - half, x)), Math.min(hi, Math.max(x + half, x))];
  })) };
}

function faultsOf(given: Case, effort: number): { found: string[]; threshold: number } {
  const threshold = least(given);
  if (threshold === Infinity) return { found: [], threshold };
  return { found: faults(given, { lower: 0, upper: threshold, witness: null, status: 'limit' } as never, { gap: 0, relativeGap: 0 }, effort), threshold };
}

function all(from: number, count: number, options: CaseOptions): { found: string[]; proved: number } {
  const found: string[] = [];
  let finite = 0;
  for (let seed = from; seed < from + count; seed++) {
    const given = shrunk(randomCase(seed, { queries: ['sigma'], inputs: [1, 2, 3, 5], local: false, ...options }), random(seed + 5));
    if (!covered(given)) continue;
    const { found: some, threshold } = faultsOf(given, 2);
    found.push(...some);
    if (threshold < Infinity) finite++;
  }
  return { found, proved: finite };
}

describe('no flip has a margin above a threshold that is proved', () => {
  it.each([0, 1, 2])('with %d hidden layers', (depth) => {
    const { found, proved: some } = all(1000 * depth, 60, { hiddenLayers: [depth] });
    expect(found).toEqual([]);
    expect(some).toBeGreaterThan(30);
  });

  it.each([[['sigmoid', 1]], [['tanh', 1]], [['linear', 1]], [['relu', 1]], [['softmax', 2], ['softmax', 3]], [['sigmoid', 3], ['sigmoid', 2]], [['tanh', 3]], [['linear', 3]]] as const)('with outputs %j', (...heads) => {
    expect(all(10_000, 40, { heads, hiddenLayers: [0, 1] }).found).toEqual([]);
  });

  it.each(['integers', 'zeros', 'saturated', 'cancelling', 'tiny'] as const)('on networks spoiled by %s', (spoiler) => {
    expect(all(20_000, 25, { spoilers: [spoiler], hiddenLayers: [0, 1, 2] }).found).toEqual([]);
  });

  it.each(['against', 'away', 'asymmetric', 'frozenLayer'] as const)('over boxes of kind %s', (box) => {
    expect(all(30_000, 25, { boxes: [box], hiddenLayers: [0, 1, 2] }).found).toEqual([]);
  });
});

describe('a label that is proved to stay', () => {
  it('stays, and at one input is proved to stay where it does', () => {
    let stays = 0, missed = 0;
    for (let seed = 40_000; seed < 40_300; seed++) {
      const given = randomCase(seed, { queries: ['sigma'], local: true, hiddenLayers: [0, 1], spoilers: ['none', 'none', 'integers'], deltas: [0.01, 0.05, 0.3] });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'sigma' || !covered(given) || !hasOracle(given)) continue;
      const x = lowerOf(domain), rule = { level: objective.level, decision: objective.decision };
      const nominal = label(network, network.parameters, x, rule);
      if (nominal === undefined) continue;
      const claimed = { ...given, objective: { ...objective, label: nominal } };
      const flip = exactLocalFlip(network, box, x, rule), stay = proves(claimed, 0);
      expect([given.name, stay && flip === true]).toEqual([given.name, false]);
      if (flip === false) stays++;
      if (flip === false && !stay) missed++;
    }
    expect(stays).toBeGreaterThan(80);
    expect(missed).toBeLessThan(0.1 * stays); // ties, which roundings hide
  });
});

describe('ties built to be exact', () => {
  /** Labels that change exactly at a tie of the perturbed network: every number a multiple of 1/8. */
  it.each(Array.from({ length: 6 }, (_, i) => i))('are on their side of the rule, group %d', (group) => {
    const r = random(group + 900);
    const eighths = (): number => (r.below(33) - 16) / 8;
    for (let n = 0; n < 60; n++) {
      const inputs = 1 + r.below(2), outputs = r.pick([1, 2, 3]), [activation, level] = r.pick(outputs === 1 ? [[0, eighths()], [1, 0.5], [2, 0.5], [3, 0]] : [[0, 0], [2, 0], [4, 0]]);
      const network = { inputs, layers: [{ inputs, outputs, activation }], parameters: Float64Array.from({ length: (inputs + 1) * outputs }, eighths) };
      const radius = network.parameters.map((_, i) => (i >= inputs * outputs ? r.below(5) / 8 : r.below(2) / 8));
      const x = Array.from({ length: inputs }, () => r.below(9) / 8);
      const rule = { level, decision: r.pick(['max', 'min'] as const) }, box = { kind: 'radius' as const, center: network.parameters, radius };
      const nominal = label(network, network.parameters, x, rule)!;
      const given: Case = { name: `#${n}`, seed: n, network, box, domain: Float64Array.from(x.flatMap((v) => [v, v])), objective: { query: 'sigma', label: nominal, measure: 'logit', ...rule } };
      const flip = exactLocalFlip(network, box, x, rule);
      if (proves(given, 0)) expect([network, box, x, rule, flip]).toEqual([network, box, x, rule, false]);
      if (flip !== true || radius.every((v) => v === 0)) continue;
      // A flip with this margin: a threshold below it is not proved; one a little above it is.
      const { lower } = margin(network, network.parameters, x, rule, 'logit');
      for (const below of [0, 0.5 * lower, lower * (1 - 2 ** -50), lower - 1e-9]) if (below < lower && below >= 0) expect([given, below, proves(given, below)]).toEqual([given, below, false]);
      expect([given, proves(given, lower + 1e-9)]).toEqual([given, true]);
    }
  });

  it('need a strict inequality on one side only, by the rule of ties', () => {
    // z = x + b, b in [-1/2, 1/2], the label 1 above 0: at x = 1/2 label 1 flips, to z = 0; at x = -1/2 label 0 does not.
    const network = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 2 }], parameters: Float64Array.of(1, 0) };
    const box = { kind: 'radius' as const, center: network.parameters, radius: Float64Array.of(0, 0.5) };
    const rule = { level: 0.5, decision: 'max' as const };
    expect(flips(network, network.parameters, [1, -0.5], [0.5], rule)).toBe(true);
    const at = (x: number, named: number): boolean => proves({ name: '', seed: 0, network, box, domain: Float64Array.of(x, x), objective: { query: 'sigma', label: named, measure: 'confidence', ...rule } }, 0);
    expect([at(0.5, 1), at(0.5 + 1e-13, 1), at(-0.5 - 1e-13, 0), at(-0.5 + 1e-13, 0)]).toEqual([false, true, true, false]);
  });
});

describe('prices', () => {
  it('are doubles with a distance of a double to 1, and rise with their codes', () => {
    const all = Array.from({ length: 256 }, (_, code) => price(code));
    for (const p of all) expect([p >= 0, p - 1 + 1 === p, (p - 1) * 2 ** 12 === Math.round((p - 1) * 2 ** 12)]).toEqual([true, true, true]);
    expect(all.every((p, i) => i === 0 || p > all[i - 1])).toBe(true);
    expect([0, 1, PRICE_ONE, 254, 255].map(price)).toEqual([0, 17 * 2 ** -12, 1, 240, 2 ** 40]);
  });
});
