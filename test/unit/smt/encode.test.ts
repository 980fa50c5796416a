/** The formula holds of exactly the values that the two networks take: of no more at a point, of no less anywhere. */
import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { differenceAbove, isInsideBox, label } from '../../../src/exact/witness.js';
import { covers } from '../../../src/smt/question.js';
import type { BoxSpec, Objective } from '../../../src/search/native.js';
import { exactLocalEpsilon, exactLocalFlip } from '../../oracle/local.js';
import { sampledEpsilon } from '../../oracle/sampled.js';
import { hasOracle, randomCase, type Case } from '../../support/cases.js';
import { leafAsker } from '../../support/leaves.js';
import { type FlatNetwork, random } from '../../support/random.js';
import { available } from '../../support/smt.js';

const CASES = process.env.PARABOUND_ALL_TESTS === undefined ? 16 : 32;
/** One solver for them all, kept warm. */
const { askLeaf } = leafAsker();

/** Cases of one kind of query, at one input, from seeds. */
function* cases(query: Objective['query'], local: boolean, count: number, hiddenLayers?: readonly number[]): Generator<Case> {
  for (let seed = 1, found = 0; found < count; seed++) {
    const each = randomCase(seed, { queries: [query], local, width: 3, ...(hiddenLayers === undefined ? {} : { hiddenLayers }) });
    if (!covers(each.network, each.objective)) continue;
    found++;
    yield each;
  }
}

const point = (domain: Float64Array): Float64Array => domain.filter((_, i) => i % 2 === 0);

describe.skipIf(!available)('the formula of a leaf', () => {
  it('has nothing above the exact local epsilon, and something at every double below it', async () => {
    const faults: string[] = [], loose: string[] = [];
    let proved = 0;
    for (const each of cases('epsilon', true, CASES, [0, 1])) {
      if (!hasOracle(each) || each.objective.query !== 'epsilon') continue;
      const { network, box, domain, objective } = each;
      const { lo, hi } = exactLocalEpsilon(network, box, point(domain), objective.outputs, objective.measure);
      const above = await askLeaf(each, { value: toDouble(hi, 'up'), strict: true });
      if (above.status === 'refuted') faults.push(`${each.name}: refuted above`);
      // Only where sigmoid or tanh is enclosed, and saturated, may the formula hold of more than the networks do.
      if (above.status === 'possible') (objective.measure === 'confidence' && /sigmoid|tanh/.test(each.name) ? loose : faults).push(`${each.name}: possible above`);
      if (above.status === 'unsat') proved++;
      const less = nextDown(toDouble(lo, 'down'));
      if (less < 0) continue;
      const below = await askLeaf(each, { value: less, strict: true });
      if (below.status === 'unsat') faults.push(`${each.name}: nothing above ${String(less)}`);
    }
    expect(faults).toEqual([]);
    expect(loose.length).toBeLessThan(Math.max(2, CASES / 20));
    expect(proved).toBeGreaterThan(CASES / 4);
  }, 300_000);

  it('has witnesses in it, which are proved', async () => {
    let refuted = 0;
    for (const each of cases('epsilon', true, CASES / 2, [0, 1])) {
      if (!hasOracle(each) || each.objective.query !== 'epsilon') continue;
      const { network, box, domain, objective } = each;
      const value = 0.9 * toDouble(exactLocalEpsilon(network, box, point(domain), objective.outputs, objective.measure).lo, 'down');
      const { status, witness } = await askLeaf(each, { value, strict: true });
      if (witness === null) continue;
      refuted++;
      const { input, parameters } = witness;
      expect([status, isInsideBox(parameters, box)], each.name).toEqual(['refuted', true]);
      expect(differenceAbove({ shape: network, nominal: network.parameters, parameters, x: input, outputs: objective.outputs, measure: objective.measure }, value), each.name).toBe(true);
    }
    expect(refuted).toBeGreaterThan(CASES / 10);
  }, 300_000);

  it('has what sampling finds, of deep networks and on domains', async () => {
    const faults: string[] = [];
    for (const each of cases('epsilon', false, CASES / 2)) {
      const { network, box, domain, objective } = each;
      if (objective.query !== 'epsilon') continue;
      const { value } = sampledEpsilon(random(each.seed), network, box, domain, objective.outputs, objective.measure, 3);
      if (!(value > 0)) continue;
      const { status } = await askLeaf(each, { value: nextDown(value), strict: true }, { milliseconds: 500 });
      if (status === 'unsat') faults.push(`${each.name}: nothing above ${String(value)}`);
    }
    expect(faults).toEqual([]);
  }, 300_000);

  it('has a flip exactly where the label can change', async () => {
    const faults: string[] = [];
    const seen = { true: 0, false: 0 };
    for (const each of cases('sigma', true, 2 * CASES, [0, 1])) {
      const { network, box, domain, objective } = each;
      if (!hasOracle(each) || objective.query !== 'sigma') continue;
      const mine = label(network, network.parameters, point(domain), objective) === objective.label;
      const flips = mine && exactLocalFlip(network, box, point(domain), objective);
      if (flips === undefined) continue;
      const { status } = await askLeaf(each, null);
      if (flips ? status === 'unsat' : status === 'refuted') faults.push(`${each.name}: ${String(flips)}, ${status}`);
      if (status === (flips ? 'refuted' : 'unsat')) seen[String(flips) as 'true' | 'false']++;
    }
    expect(faults).toEqual([]);
    expect(seen.true).toBeGreaterThan(CASES / 20);
    expect(seen.false).toBeGreaterThan(CASES / 4);
  }, 300_000);

  it('has an input of a label exactly where it has that label', async () => {
    const faults: string[] = [];
    for (const each of cases('reach', true, CASES)) {
      const { network, domain, objective } = each;
      if (objective.query !== 'reach') continue;
      const found = label(network, network.parameters, point(domain), objective);
      const { status } = await askLeaf(each, null);
      if (found !== undefined && (found === objective.label ? status === 'unsat' : status === 'refuted')) faults.push(`${each.name}: ${found}, ${status}`);
    }
    expect(faults).toEqual([]);
  }, 300_000);
});

/** Small networks whose answers are worked out by hand. */
const flat = (inputs: number, layers: [number, number, number][], parameters: number[]): FlatNetwork =>
  ({ inputs, layers: layers.map(([i, o, activation]) => ({ inputs: i, outputs: o, activation })), parameters: Float64Array.from(parameters) });
const around = (network: FlatNetwork, radius: number | number[]): BoxSpec =>
  ({ kind: 'radius', center: network.parameters, radius: typeof radius === 'number' ? new Float64Array(network.parameters.length).fill(radius) : Float64Array.from(radius) });
const [LINEAR, RELU, SIGMOID] = [0, 1, 2];
const domain = (...ends: number[]): Float64Array => Float64Array.from(ends);
const flip = (label: number, more: Partial<{ level: number; decision: 'max' | 'min'; measure: 'confidence' | 'logit' }> = {}): Objective =>
  ({ query: 'sigma', label, level: 0, decision: 'max', measure: 'logit', ...more });
const epsilon: Objective = { query: 'epsilon', outputs: [0], measure: 'logit' };

describe.skipIf(!available)('ties', () => {
  const line = flat(1, [[1, 1, LINEAR]], [1, -1]); // z0 = x - 1

  it('label 1 is strictly above the level', async () => {
    const box = around(line, [0, 0.5]);
    const at = (hi: number): Promise<{ status: string }> => askLeaf({ network: line, box, domain: domain(0, hi), objective: flip(0) }, null);
    expect((await at(0.5)).status).toBe('unsat'); // z_p <= 0 is still label 0
    expect((await at(nextUp(0.5))).status).toBe('refuted');
  });
  it('label 0 is at the level or below', async () => {
    const box = around(line, [0, 0.5]);
    const at = (lo: number): Promise<{ status: string }> => askLeaf({ network: line, box, domain: domain(lo, 2), objective: flip(1) }, null);
    expect((await at(1.5)).status).toBe('refuted'); // z_p = 0 is label 0
    expect((await at(nextUp(1.5))).status).toBe('unsat');
  });
  it('a margin of exactly the threshold counts where it is asked to', async () => {
    const asked = { network: line, box: around(line, [0, 0.5]), domain: domain(1, 2), objective: flip(1) }; // margins up to 0.5
    expect((await askLeaf(asked, { value: 0.5, strict: false })).status).toBe('refuted');
    expect((await askLeaf(asked, { value: 0.5, strict: true })).status).toBe('unsat');
    expect((await askLeaf(asked, { value: nextUp(0.5), strict: false })).status).toBe('unsat');
  });
  it('so does a difference of exactly epsilon not', async () => {
    const asked = { network: line, box: around(line, [0.25, 0.5]), domain: domain(-1, 2), objective: epsilon }; // at x = 2: 0.5 + 0.5
    expect((await askLeaf(asked, { value: 1, strict: true })).status).toBe('unsat');
    expect((await askLeaf(asked, { value: nextDown(1), strict: true })).status).toBe('refuted');
  });
  it.each(['max', 'min'] as const)('the lowest index wins among equals, decision %s', async (decision) => {
    // z = (x, 0): at x = 0 they tie, and label 0 wins; the copy gives (-x, 0) or (x, 0).
    const two = flat(1, [[1, 2, LINEAR]], [1, 0, 0, 0]);
    const asked = (label: number, weight: number, ...ends: number[]) =>
      askLeaf({ network: two, box: { kind: 'bounds', lower: Float64Array.from([weight, 0, 0, 0]), upper: Float64Array.from([weight, 0, 0, 0]) }, domain: domain(...ends), objective: flip(label, { decision }) }, null);
    expect((await asked(0, 2, 0, 0)).status).toBe('unsat');
    expect((await asked(1, 0, 0, 0)).status).toBe('unsat'); // at the tie nothing is of label 1
    expect((await asked(1, 0, -1, 1)).status).toBe('refuted'); // any input of label 1, which then ties
    expect((await asked(0, 0, -1, 1)).status).toBe('unsat'); // what ties keeps label 0
    expect((await asked(0, -1, -1, 1)).status).toBe('refuted');
  });
  it('relu outputs tie at zero', async () => {
    const two = flat(1, [[1, 2, RELU]], [1, 1, 0, -1]); // relu(x), relu(x - 1)
    const lowered: BoxSpec = { kind: 'bounds', lower: Float64Array.from([1, 1, -5, -1]), upper: Float64Array.from([1, 1, 0, -1]) };
    expect((await askLeaf({ network: two, box: lowered, domain: domain(-1, 1), objective: flip(0, { measure: 'confidence' }) }, null)).status).toBe('unsat');
    expect((await askLeaf({ network: two, box: lowered, domain: domain(-1, 1.5), objective: flip(0, { measure: 'confidence' }) }, null)).status).toBe('refuted');
  });
  it('the level of a sigmoid is taken to its logit', async () => {
    const sigmoid = flat(1, [[1, 1, SIGMOID]], [1, -1]);
    const asked = (level: number, hi: number) => askLeaf({ network: sigmoid, box: around(sigmoid, [0, 0.5]), domain: domain(0, hi), objective: flip(0, { level, measure: 'confidence' }) }, null);
    expect((await asked(0.5, 0.5)).status).toBe('unsat');
    expect((await asked(0.5, nextUp(0.5))).status).toBe('refuted');
    expect((await asked(0.75, 1.5)).status).toBe('unsat'); // logit(3/4) = log 3 > 1
    expect((await asked(0.75, 1.75)).status).toBe('refuted');
    for (const level of [-1, 0, 1, 2]) expect((await asked(level, 9)).status, String(level)).toBe('unsat');
  });
});

describe.skipIf(!available)('margins of confidences', () => {
  // z = (x / 2, -x / 2) and biases that move by b / 2: label 0 flips up to x = b, where the margin is the largest that logits b apart can have.
  const b = 0.75;
  it.each([['sigmoid', 2, Math.tanh(b / 4)], ['tanh', 3, 2 * Math.tanh(b / 2)], ['softmax', 4, Math.tanh(b / 2)]] as const)('of %s need logits that are so far apart, and no farther', async (_, activation, most) => {
    const two = flat(1, [[1, 2, activation]], [0.5, -0.5, 0, 0]), asked = { network: two, box: around(two, [0, 0, b / 2, b / 2]), domain: domain(0, 3), objective: flip(0, { measure: 'confidence' }) };
    expect((await askLeaf(asked, { value: most * (1 - 1e-9), strict: true })).status).not.toBe('unsat');
    expect((await askLeaf(asked, { value: most * (1 + 1e-9), strict: true })).status).toBe('unsat');
  });
});

describe.skipIf(!available)('boxes and networks of every kind', () => {
  it('networks that are one function by other parameters', async () => {
    // relu(x) - relu(-x) = x = 2 relu(x / 2) - relu(-x)
    const network = flat(1, [[1, 2, RELU], [2, 1, LINEAR]], [1, -1, 0, 0, 0.7, -0.7, 0.1]);
    const other = Float64Array.from([0.5, -1, 0, 0, 1.4, -0.7, 0.1]);
    const box: BoxSpec = { kind: 'bounds', lower: other, upper: other };
    expect((await askLeaf({ network, box, domain: domain(-1, 1), objective: epsilon }, { value: 0, strict: true })).status).toBe('unsat');
    other[6] = nextUp(0.1);
    const { status, witness } = await askLeaf({ network, box, domain: domain(-1, 1), objective: epsilon }, { value: 0, strict: true });
    expect([status, witness!.value]).toEqual(['refuted', nextUp(0.1) - 0.1]);
  });
  it('duplicated neurons change apart', async () => {
    const network = flat(1, [[1, 2, RELU], [2, 1, LINEAR]], [1, 1, 0, 0, 1, -1, 0]); // h - h = 0
    const asked = { network, box: around(network, [0.5, 0.5, 0, 0, 0, 0, 0]), domain: domain(0, 1), objective: epsilon };
    expect((await askLeaf(asked, { value: 1, strict: true })).status).toBe('unsat');
    expect((await askLeaf(asked, { value: 0.75, strict: true })).status).toBe('refuted');
  });
  it('a neuron that is dead all over the box counts for nothing', async () => {
    const network = flat(1, [[1, 1, RELU], [1, 1, LINEAR]], [1, -3, 100, 0]);
    expect((await askLeaf({ network, box: around(network, [0.5, 0.5, 50, 0]), domain: domain(-1, 1), objective: epsilon }, { value: 0, strict: true })).status).toBe('unsat');
  });
  it('the worst input may be one where a unit is off in either network', async () => {
    const network = flat(1, [[1, 1, RELU], [1, 1, LINEAR]], [1, 0, 1, 0]); // relu(x)
    const turned = Float64Array.from([-1, 0, 1, 0]); // relu(-x)
    const box: BoxSpec = { kind: 'bounds', lower: turned, upper: turned };
    for (const [ends, most] of [[domain(-2, 1), 2], [domain(-1, 3), 3]] as const) {
      expect((await askLeaf({ network, box, domain: ends, objective: epsilon }, { value: nextDown(most), strict: true })).status).toBe('refuted');
      expect((await askLeaf({ network, box, domain: ends, objective: epsilon }, { value: most, strict: true })).status).toBe('unsat');
    }
  });
  it('inputs of both signs, through a layer without an activation', async () => {
    // z = w2 w1 x: weights within 0.5 of 1 change it by 1.25 |x|
    const network = flat(1, [[1, 1, LINEAR], [1, 1, LINEAR]], [1, 0, 1, 0]);
    const asked = { network, box: around(network, [0.5, 0, 0.5, 0]), domain: domain(-2, 1), objective: epsilon };
    expect((await askLeaf(asked, { value: 2.5, strict: true })).status).toBe('unsat');
    expect((await askLeaf(asked, { value: nextDown(2.5), strict: true })).status).toBe('refuted');
  });
  it('relative boxes are products, not their roundings', async () => {
    const network = flat(1, [[1, 1, LINEAR]], [0.1, 0]);
    const box: BoxSpec = { kind: 'relative', center: network.parameters, ratio: 0.3, mask: Uint8Array.from([1, 1]) };
    const product = Dyadic.fromDouble(0.1).times(Dyadic.fromDouble(0.3));
    const asked = { network, box, domain: domain(1, 1), objective: epsilon };
    expect((await askLeaf(asked, { value: toDouble(product, 'up'), strict: true })).status).toBe('unsat');
    expect((await askLeaf(asked, { value: toDouble(product, 'down'), strict: true })).status).not.toBe('unsat');
  });
});
