/** What the checker is asked with, and what it says of itself where it is at fault. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formulaOf } from '../../../src/check/formula.js';
import { answer } from '../../../src/check/solver.js';
import { loadModel, verifyEpsilon } from '../../../src/index.js';
import { check, modelOf, unpacked, Workshop } from '../../support/certificates.js';
import { available } from '../../support/smt.js';

vi.mock('../../../src/check/formula.js', { spy: true });

const RELU = new URL('../../../examples/athletes-relu.json', import.meta.url).pathname;
const shop = new Workshop();
let bytes: Buffer;
beforeAll(async () => {
  await verifyEpsilon(await loadModel(RELU), { delta: 0.01, output: 'logit', epsilon: 100, smt: 'off', threads: 1, certificate: shop.path });
  const json = unpacked(readFileSync(shop.path));
  json.trees = [['smt']];
  json.parts[0].leaves = 1;
  bytes = await shop.packed(json);
});
afterAll(() => { shop.close(); });

describe('options of the checker', () => {
  it.each([0, -1, 1.5, NaN, Infinity, '2', null])('threads of %j are refused', async (threads) => {
    await expect(check(bytes, modelOf(RELU), { threads: threads as number })).rejects.toThrow(new RangeError(`threads: ${String(threads)} is no whole number >= 1`));
  });
  it.each([-1, NaN, Infinity, '5', null])('a time for Z3 of %j is refused', async (smtTimeout) => {
    await expect(check(bytes, modelOf(RELU), { smtTimeout: smtTimeout as number })).rejects.toThrow(new RangeError(`smtTimeout: ${String(smtTimeout)} is no finite number >= 0`));
  });
});

describe.skipIf(!available)('a formula', () => {
  /** The leaf's formula, for once. */
  const given = (facts: string, broken: string): void => { vi.mocked(formulaOf).mockReturnValueOnce({ facts, broken }); };

  it('that contradicts itself proves nothing, and is not trusted', async () => {
    for (const trust of [false, true]) {
      given('(declare-const x Real)\n(assert (> x 1.0))\n(assert (< x 1.0))', '(> x 0.0)');
      expect(await check(bytes, modelOf(RELU), { trust })).toMatchObject({
        verdict: 'rejected', bound: null, solved: 0, reason: 'a leaf (path ) was left to a solver, and is not proved again: its formula contradicts itself, which is a fault of the checker',
      });
    }
  });
  it('that is none has no answer, which may be trusted', async () => {
    given('(assert nonsense)', 'true');
    expect(await check(bytes, modelOf(RELU))).toMatchObject({ verdict: 'rejected', solved: 0, reason: expect.stringMatching(/not proved again: no answer in time$/) as string });
    given('(assert nonsense)', 'true');
    expect(await check(bytes, modelOf(RELU), { trust: true })).toMatchObject({ verdict: 'accepted', solved: 0, trusted: 1 });
  });
  it('proves where it can be true, and what would break the claim cannot, however long Z3 may take', async () => {
    for (const smtTimeout of [5, 1e12]) {
      given('(declare-const x Real)\n(assert (> x 1.0))', '(< x 1.0)');
      expect(await check(bytes, modelOf(RELU), { smtTimeout })).toMatchObject({ verdict: 'accepted', solved: 1, trusted: 0 });
    }
    expect(await check(bytes, modelOf(RELU))).toMatchObject({ verdict: 'accepted', solved: 1 });
  });
  it('is answered one way of four', async () => {
    const free = '(declare-const x Real)', asked = [[free, '(> x 0.0)'], [free, '(and (> x 0.0) (< x 0.0))'], ['(assert false)', 'true'], ['(assert', 'true']];
    // Nobody knows soon whether there are such cubes; that they are none is no news then.
    asked.push(['(declare-const a Int)\n(declare-const b Int)\n(declare-const c Int)\n(assert (= (+ (* a a a) (* b b b) (* c c c)) 114))', 'false']);
    const answers = [];
    for (const [facts, broken] of asked) answers.push(await answer({ facts, broken }, 300));
    expect(answers).toEqual(['its formula has a solution', 'unsat', 'its formula contradicts itself, which is a fault of the checker', 'no answer in time', 'no answer in time']);
  });
});
