/** The checker's formula of a leaf has a solution exactly where the claim is broken: against closed forms, an ulp on either side, and ties worked out by hand. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/check/claims.js';
import { Prover } from '../../../src/check/claims.js';
import { formulaOf } from '../../../src/check/formula.js';
import { boxedLayers } from '../../../src/check/network.js';
import type { Statement } from '../../../src/check/statement.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { label as labelAt } from '../../../src/exact/witness.js';
import type { BoxSpec } from '../../../src/search/native.js';
import { Solver } from '../../../src/smt/solver.js';
import { exactLocalEpsilon, exactLocalFlip } from '../../oracle/local.js';
import { sampledEpsilon } from '../../oracle/sampled.js';
import { type Case, hasOracle, randomCase } from '../../support/cases.js';
import { boxOf, claimOf, lowerOf, shapesOf, upperOf } from '../../support/checking.js';
import { activationCodes, type FlatNetwork, random } from '../../support/random.js';
import { available } from '../../support/smt.js';

const solver = new Solver();
afterAll(() => solver.close());

type Asked = Pick<Case, 'network' | 'box' | 'domain'> & { readonly level?: number; readonly smallest?: boolean };

async function broken({ network, box, domain, level = 0, smallest = false }: Asked, claim: Claim): Promise<string> {
  const exactBox = boxOf(box, network.parameters), layers = shapesOf(network), decision = { level, smallest };
  const statement = { model: { layers, parameters: network.parameters }, box: exactBox } as unknown as Statement;
  const formula = formulaOf(statement, new Prover(boxedLayers(layers, network.parameters, exactBox), claim, decision), claim, lowerOf(domain), upperOf(domain));
  if (typeof formula === 'string') return formula;
  const ask = async (text: string): Promise<string> => (await solver.ask({ text, assertions: text.split('\n').filter((line) => line.startsWith('(assert')).length, names: [] }, 10_000)).status;
  expect(await ask(formula.facts)).toBe('sat');
  return ask(`${formula.facts}\n(assert ${formula.broken})`);
}

const ruleOf = ({ objective }: Case): { level?: number; smallest?: boolean } => (objective.query === 'epsilon' ? {} : { level: objective.level, smallest: objective.decision === 'min' });
const COVERED = { hidden: ['relu', 'linear'], width: 3, inputs: [1, 2] } as const;

describe.skipIf(!available)('a leaf of random networks', () => {
  it('breaks no epsilon above the closed form, and every one below it', async () => {
    let asked = 0;
    for (let seed = 1; asked < 12; seed++) {
      const given = randomCase(seed, { ...COVERED, queries: ['epsilon'], local: true, hiddenLayers: [0, 1], heads: [['linear', 1], ['linear', 2], ['relu', 1], ['relu', 2], ['sigmoid', 1]], spoilers: ['none', 'none', 'integers', 'duplicated', 'dead', 'zeros'] });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'epsilon' || !hasOracle(given)) continue;
      const { lo, hi } = exactLocalEpsilon(network, box, lowerOf(domain), objective.outputs, objective.measure), claim = (upper: number): Claim => claimOf(given, upper);
      const above = await broken(given, claim(toDouble(hi, 'up')));
      if (objective.measure === 'confidence' && given.name.includes('/sigmoid')) {
        expect(above).toBe('there is no formula of confidences of sigmoid');
        continue;
      }
      asked++;
      expect([given.name, above]).toEqual([given.name, 'unsat']);
      const below = nextDown(toDouble(lo, 'down'));
      if (below >= 0) expect([given.name, await broken(given, claim(below))]).toEqual([given.name, 'sat']);
    }
  });

  it('breaks what sampling breaks, of deep networks and on domains', async () => {
    let asked = 0;
    for (let seed = 300; asked < 6; seed++) {
      const given = randomCase(seed, { ...COVERED, queries: ['epsilon'], local: false, hiddenLayers: [1, 2], heads: [['linear', 1], ['linear', 2], ['relu', 1]] });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'epsilon') continue;
      const { value } = sampledEpsilon(random(seed), network, box, domain, objective.outputs, objective.measure, 3);
      if (!(value > 0)) continue;
      asked++;
      expect([given.name, await broken(given, claimOf(given, nextDown(value)))]).not.toEqual([given.name, 'unsat']);
    }
  });

  it('has a flip exactly where the label can change', async () => {
    const seen = { sat: 0, unsat: 0 };
    for (let seed = 500; seed < 540; seed++) {
      const given = randomCase(seed, { ...COVERED, queries: ['sigma'], local: true, hiddenLayers: [0, 1], heads: [['sigmoid', 1], ['linear', 1], ['tanh', 1], ['relu', 1], ['linear', 3], ['softmax', 3], ['sigmoid', 2]], deltas: [0.05, 0.3] });
      const { network, box, domain, objective } = given;
      if (objective.query !== 'sigma' || !hasOracle(given)) continue;
      const mine = labelAt(network, network.parameters, lowerOf(domain), objective) === objective.label, flips = mine && exactLocalFlip(network, box, lowerOf(domain), objective);
      if (flips === undefined) continue;
      const answer = await broken({ ...given, ...ruleOf(given) }, { property: 'label', label: objective.label });
      expect([given.name, answer]).toEqual([given.name, flips ? 'sat' : 'unsat']);
      seen[answer as 'sat' | 'unsat']++;
    }
    expect(Math.min(seen.sat, seen.unsat)).toBeGreaterThan(3);
  });
});

const flat = (inputs: number, layers: [number, number, keyof typeof activationCodes][], parameters: number[]): FlatNetwork =>
  ({ inputs, layers: layers.map(([i, o, activation]) => ({ inputs: i, outputs: o, activation: activationCodes[activation] })), parameters: Float64Array.from(parameters) });
const around = (network: FlatNetwork, radius: number | number[]): BoxSpec =>
  ({ kind: 'radius', center: network.parameters, radius: network.parameters.map((_, i) => (typeof radius === 'number' ? radius : radius[i])) });
const domain = (...ends: number[]): Float64Array => Float64Array.from(ends);
const epsilon = (upper: number, outputs = [0]): Claim => ({ property: 'epsilon', measure: 'logit', outputs, upper });
const stays = (label: number): Claim => ({ property: 'label', label });
const sigma = (label: number, upper: number, measure: 'logit' | 'confidence' = 'logit'): Claim => ({ property: 'sigma', measure, label, upper });

describe.skipIf(!available)('ties', () => {
  const line = flat(1, [[1, 1, 'linear']], [1, -1]); // z0 = x - 1
  const moves = { network: line, box: around(line, [0, 0.5]) };

  it('label 1 is strictly above the level, label 0 at it or below', async () => {
    expect(await broken({ ...moves, domain: domain(0, 0.5) }, stays(0))).toBe('unsat');
    expect(await broken({ ...moves, domain: domain(0, nextUp(0.5)) }, stays(0))).toBe('sat');
    expect(await broken({ ...moves, domain: domain(1.5, 2) }, stays(1))).toBe('sat');
    expect(await broken({ ...moves, domain: domain(nextUp(1.5), 2) }, stays(1))).toBe('unsat');
  });
  it('a margin of exactly sigma does not break it', async () => {
    const asked = { ...moves, domain: domain(1, 2) };
    expect([await broken(asked, sigma(1, 0.5)), await broken(asked, sigma(1, nextDown(0.5)))]).toEqual(['unsat', 'sat']);
    const other = { ...moves, domain: domain(0, 1) }; // label 0, which flips above -1/2 only
    expect([await broken(other, sigma(0, 0.5)), await broken(other, sigma(0, nextDown(0.5)))]).toEqual(['unsat', 'sat']);
    const tenth = { ...asked, level: 0.1 }; // x - 1 - 0.1 > sigma
    expect([await broken(tenth, sigma(1, 0.5)), await broken(tenth, sigma(1, nextDown(0.5)))]).toEqual(['unsat', 'sat']);
  });
  it('nor does a difference of exactly epsilon', async () => {
    const asked = { network: line, box: around(line, [0.25, 0.5]), domain: domain(-1, 2) };
    expect([await broken(asked, epsilon(1)), await broken(asked, epsilon(nextDown(1)))]).toEqual(['unsat', 'sat']);
  });
  it.each([false, true])('the lowest index wins among equals, the smallest %s', async (smallest) => {
    const two = flat(1, [[1, 2, 'linear']], [1, 0, 0, 0]); // z = (x, 0)
    const asked = (label: number, weight: number, ...ends: number[]): Promise<string> =>
      broken({ network: two, box: { kind: 'bounds', lower: Float64Array.from([weight, 0, 0, 0]), upper: Float64Array.from([weight, 0, 0, 0]) }, domain: domain(...ends), smallest }, stays(label));
    // A tie is the lower label's, which any push against it takes away.
    const pushed = Float64Array.from([1, 0, 0, smallest ? -1 : 1]);
    expect(await broken({ network: two, box: { kind: 'bounds', lower: pushed, upper: pushed }, domain: domain(0, 0), smallest }, stays(0))).toBe('sat');
    expect([await asked(0, 2, 0, 0), await asked(1, 0, 0, 0), await asked(1, 0, -1, 1), await asked(0, 0, -1, 1), await asked(0, -1, -1, 1)]).toEqual(['unsat', 'unsat', 'sat', 'unsat', 'sat']);
  });
  it('the level of a sigmoid, and a margin on it, are taken to the logit', async () => {
    const one = flat(1, [[1, 1, 'sigmoid']], [1, -1]), asked = (level: number, hi: number, claim: Claim): Promise<string> => broken({ network: one, box: around(one, [0, 0.5]), domain: domain(0, hi), level }, claim);
    expect([await asked(0.5, 0.5, stays(0)), await asked(0.5, nextUp(0.5), stays(0)), await asked(0.75, 1.5, stays(0)), await asked(0.75, 1.75, stays(0))]).toEqual(['unsat', 'sat', 'unsat', 'sat']);
    for (const level of [-1, 0, 1, 2]) expect(await asked(level, 9, stays(0))).toBe('unsat');
    // Label 1 flips from z0 = 1/2 down: a confidence of .6225, a margin of .1225.
    expect([await asked(0.5, 9, sigma(1, 0.1225, 'confidence')), await asked(0.5, 9, sigma(1, 0.1224, 'confidence'))]).toEqual(['unsat', 'sat']);
  });
  it('networks that are one function by other parameters', async () => {
    const network = flat(1, [[1, 2, 'relu'], [2, 1, 'linear']], [1, -1, 0, 0, 0.7, -0.7, 0.1]), other = Float64Array.from([0.5, -1, 0, 0, 1.4, -0.7, 0.1]);
    const box: BoxSpec = { kind: 'bounds', lower: other, upper: other };
    expect(await broken({ network, box, domain: domain(-1, 1) }, epsilon(0))).toBe('unsat');
    other[6] = nextUp(0.1);
    expect(await broken({ network, box, domain: domain(-1, 1) }, epsilon(0))).toBe('sat');
  });
  it('rows that are the same move apart; dead ones do not count; units are off in either network', async () => {
    const twice = flat(1, [[1, 2, 'relu'], [2, 1, 'linear']], [1, 1, 0, 0, 1, -1, 0]), asked = { network: twice, box: around(twice, [0.5, 0.5, 0, 0, 0, 0, 0]), domain: domain(0, 1) };
    expect([await broken(asked, epsilon(1)), await broken(asked, epsilon(0.75))]).toEqual(['unsat', 'sat']);
    const dead = flat(1, [[1, 1, 'relu'], [1, 1, 'linear']], [1, -3, 100, 0]);
    expect(await broken({ network: dead, box: around(dead, [0.5, 0.5, 50, 0]), domain: domain(-1, 1) }, epsilon(0))).toBe('unsat');
    const one = flat(1, [[1, 1, 'relu'], [1, 1, 'linear']], [1, 0, 1, 0]), turned = Float64Array.from([-1, 0, 1, 0]), box: BoxSpec = { kind: 'bounds', lower: turned, upper: turned };
    for (const [ends, most] of [[domain(-2, 1), 2], [domain(-1, 3), 3]] as const) expect([await broken({ network: one, box, domain: ends }, epsilon(nextDown(most))), await broken({ network: one, box, domain: ends }, epsilon(most))]).toEqual(['sat', 'unsat']);
  });
  it('inputs of both signs, through a layer without an activation; outputs that count', async () => {
    const network = flat(1, [[1, 1, 'linear'], [1, 2, 'linear']], [1, 0, 1, 9, 0, 0]), box = around(network, [0.5, 0, 0.5, 0, 0, 0]); // the first moves by 1.25 |x|, the second by 4.5 |x|
    const asked = { network, box, domain: domain(-2, 1) };
    expect([await broken(asked, epsilon(2.5)), await broken(asked, epsilon(nextDown(2.5))), await broken(asked, epsilon(9, [0, 1])), await broken(asked, epsilon(nextDown(9), [1]))]).toEqual(['unsat', 'sat', 'unsat', 'sat']);
  });
  it('what no formula is written of', async () => {
    const network = flat(1, [[1, 1, 'tanh'], [1, 1, 'linear']], [1, 0, 1, 0]);
    expect(await broken({ network, box: around(network, 0.1), domain: domain(0, 1) }, epsilon(1))).toBe('there is no formula of a hidden layer of tanh');
  });
});
