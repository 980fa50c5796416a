/** The books: what an answer of the solver does to a search's outcome. No Z3 is needed. */
import { describe, expect, it } from 'vitest';
import type { NetworkSpec } from '../../../src/network/model.js';
import type { Leaf, SearchOutcome, SearchRequest } from '../../../src/search/request.js';
import { canSettle, settle } from '../../../src/smt/settle.js';
import type { Answer, Question } from '../../../src/smt/solver.js';

const network: NetworkSpec = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 0 }], parameters: Float64Array.from([1, 0]) };
const request = (more: Partial<SearchRequest> = {}): SearchRequest => ({
  network, box: { kind: 'radius', center: network.parameters, radius: Float64Array.from([0.5, 0]) }, objective: { query: 'epsilon', outputs: [0], measure: 'logit' },
  domain: Float64Array.from([0, 1]), gap: 0, relativeGap: 0, threads: 1, seed: 0, target: 0.5, ...more,
});
const leaf = (upper: number, at = 1): Leaf => ({ upper, share: 0.25, ends: Float64Array.from([at, at]) });
const outcome = (leaves: Leaf[], more: Partial<SearchOutcome> = {}): SearchOutcome => ({
  lower: 0, upper: 1, status: 'stalled', nothing: false, witness: null, boxes: 3, seconds: 0, threads: 1, remaining: { boxes: leaves.length, volumeFraction: 1 }, undecided: [], left: { leaves, closed: 0.25 }, ...more,
});

/** Answers questions in turn; what was asked without the question itself always has a model. */
function scripted(...answers: Answer[]): { ask: (question: Question) => Promise<Answer>; asked: Question[] } {
  const asked: Question[] = [];
  const wholes = new Set<number>();
  return {
    asked,
    ask: (question) => {
      if (wholes.has(question.assertions)) return Promise.resolve<Answer>({ status: 'sat', values: question.names.map(() => '0') });
      wholes.add(question.assertions - 1);
      asked.push(question);
      return Promise.resolve(answers.shift() ?? { status: 'unknown', reason: 'no more' });
    },
  };
}
const limits = { leafMs: 1000 };
const unsat: Answer = { status: 'unsat' };

describe('settling what is left', () => {
  it('unsat closes a leaf at the target', async () => {
    const settled = await settle(request(), outcome([leaf(0.75)]), scripted(unsat), limits);
    expect(settled).toMatchObject({ status: 'complete', upper: 0.5, remaining: { boxes: 0 }, smt: { asked: 1, closed: 1, refuted: 0, gaveUp: 0 } });
    expect(settled.left).toBeUndefined();
  });
  it('of a formula that has no model at all it closes nothing', async () => {
    const settled = await settle(request(), outcome([leaf(0.75)]), { ask: () => Promise.resolve(unsat) }, limits);
    expect(settled).toMatchObject({ status: 'stalled', upper: 0.75, smt: { closed: 0, gaveUp: 1 } });
  });
  it('unknown leaves it as it was, with its bound', async () => {
    expect(await settle(request(), outcome([leaf(0.75), leaf(0.625, 0.5)]), scripted(unsat), limits)).toMatchObject({
      status: 'stalled', upper: 0.625, remaining: { boxes: 1, volumeFraction: 0.25 }, undecided: [{ lower: [0.5], upper: [0.5] }], smt: { asked: 2, closed: 1, gaveUp: 1 },
    });
  });
  it.each([['of nothing', ['', '', '', '']], ['outside of everything', ['99', '99', '99', '99']], ['that does not do it', ['1', '0', '1/2', '0']], ['that is short', []]])('a model %s is no witness', async (_, values) => {
    const settled = await settle(request(), outcome([leaf(0.75)]), scripted({ status: 'sat', values }), limits);
    expect(settled).toMatchObject({ status: 'stalled', witness: null, upper: 0.75, smt: { refuted: 0, gaveUp: 1 } });
  });
  it('a model that exact arithmetic confirms is', async () => {
    // p = 1.5 at x = 1 is 0.5 away; names are x, r, R
    const settled = await settle(request({ target: 0.25 }), outcome([leaf(0.75), leaf(0.5, 0.5)]), scripted({ status: 'sat', values: ['1', '1/2', '1/2'] }), limits);
    expect(settled).toMatchObject({ status: 'complete', lower: 0.5, upper: 0.75, witness: { value: 0.5, output: 0 }, smt: { asked: 1, refuted: 1, closed: 0 } });
    expect([...settled.witness!.parameters]).toEqual([1.5, 0]);
  });
  it('sigma: a leaf without any flip leaves nothing behind', async () => {
    const objective = { query: 'sigma', label: 0, level: 0, decision: 'max', measure: 'logit' } as const;
    const { target: _, ...estimate } = request({ objective });
    const settled = await settle(estimate, outcome([leaf(0.75)], { left: { leaves: [leaf(0.75)], closed: -Infinity } }), scripted(unsat), limits);
    expect(settled).toMatchObject({ status: 'complete', lower: 0, upper: 0, nothing: true });
    for (const answer of [{ status: 'unknown', reason: '' }, { status: 'sat', values: [] }] satisfies Answer[]) {
      const open = await settle(estimate, outcome([leaf(0.75)], { left: { leaves: [leaf(0.75)], closed: -Infinity } }), scripted(answer), limits);
      expect(open).toMatchObject({ status: 'stalled', upper: 0.75, nothing: false, smt: { closed: 0 } });
    }
    const one = await settle(request({ objective, target: 0 }), outcome([leaf(0.75)], { left: { leaves: [leaf(0.75)], closed: -Infinity } }), scripted(unsat), limits);
    expect(one).toMatchObject({ status: 'complete', nothing: true });
    const above = await settle(request({ objective, target: 0.5 }), outcome([leaf(0.75)]), scripted(unsat), limits);
    expect(above.upper).toBeLessThan(0.5);
  });
  it('estimate: halves what is open, and closes at the gap', async () => {
    const { target: _, ...estimate } = request({ gap: 0.125 });
    const settled = await settle(estimate, outcome([leaf(1)]), scripted({ status: 'unknown', reason: '' }, unsat, { status: 'unknown', reason: '' }, unsat), limits);
    expect(settled.status).toBe('stalled');
    expect(settled.upper).toBeLessThan(0.5625);
    const closed = await settle(estimate, outcome([leaf(1)], { left: { leaves: [leaf(1)], closed: 0 } }), scripted(unsat), limits);
    expect(closed).toMatchObject({ status: 'complete', upper: 0.125 });
  });
  it('leaves of the same inputs are asked about once; of very many, the box around them', async () => {
    const once = scripted(unsat, unsat);
    expect((await settle(request(), outcome([leaf(0.75), leaf(0.875)]), once, limits)).smt!.asked).toBe(1);
    const many = scripted(unsat);
    const settled = await settle(request(), outcome(Array.from({ length: 100 }, (_, i) => leaf(0.75, i / 100))), many, limits);
    expect(settled).toMatchObject({ status: 'complete', smt: { asked: 1 } });
    expect(many.asked[0].text).toContain('(<= x0 (/ ');
    expect(many.asked[0].text).toContain('(>= x0 0.0)');
  });
  it('an abort, and the end of the time, keep what was proved', async () => {
    const controller = new AbortController();
    const solver = scripted(unsat);
    const aborting = { ask: async (question: Question) => { const answer = await solver.ask(question); if (answer.status === 'sat') controller.abort(); return answer; } };
    expect(await settle(request({ signal: controller.signal }), outcome([leaf(0.75), leaf(0.625, 0.5)]), aborting, limits)).toMatchObject({ status: 'interrupted', upper: 0.625, smt: { asked: 1, closed: 1 } });
    expect(await settle(request(), outcome([leaf(0.75)]), scripted(unsat), { leafMs: 1000, totalMs: 0 })).toMatchObject({ status: 'timeout', upper: 0.75, smt: { asked: 0 } });
  });
  it('time that went in vain is not spent for ever', async () => {
    const slow = { ask: async (): Promise<Answer> => { await new Promise((resolve) => setTimeout(resolve, 25)); return { status: 'unknown', reason: 'timeout' }; } };
    const settled = await settle(request(), outcome(Array.from({ length: 20 }, (_, i) => leaf(0.75, i / 20))), slow, { leafMs: 20 });
    expect(settled.smt!.asked).toBeLessThan(5);
    expect(settled.remaining.boxes).toBe(20);
  });
  it('knows what it has no formula for', () => {
    const three = { ...network, layers: [{ inputs: 1, outputs: 3, activation: 4 }] };
    expect(canSettle({ network: three, objective: { query: 'epsilon', outputs: [0], measure: 'confidence' } })).toBe(false);
    expect(canSettle({ network: three, objective: { query: 'epsilon', outputs: [0], measure: 'logit' } })).toBe(true);
    expect(canSettle({ network: { ...network, parameters: new Float64Array(20_001) }, objective: { query: 'epsilon', outputs: [0], measure: 'logit' } })).toBe(false);
  });
});
