import { afterAll, describe, expect, it } from 'vitest';
import { Solver, type Question } from '../../../src/smt/solver.js';
import { available } from '../../support/smt.js';

const reals = (names: string[], ...assertions: string[]): Question => ({
  text: [...names.map((name) => `(declare-const ${name} Real)`), ...assertions.map((each) => `(assert ${each})`)].join('\n'),
  assertions: assertions.length, names,
});

/** n + 1 pigeons in n holes: no proof of it is short. */
function pigeons(n: number): Question {
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const declarations = range(n + 1).flatMap((i) => range(n).map((j) => `(declare-const p${i}_${j} Bool)`));
  const assertions = [
    ...range(n + 1).map((i) => `(or ${range(n).map((j) => `p${i}_${j}`).join(' ')})`),
    ...range(n).flatMap((j) => range(n + 1).flatMap((i) => range(i).map((k) => `(or (not p${i}_${j}) (not p${k}_${j}))`))),
  ];
  return { text: [...declarations, ...assertions.map((each) => `(assert ${each})`)].join('\n'), assertions: assertions.length, names: [] };
}

describe.skipIf(!available)('Z3 in its thread', () => {
  const solver = new Solver();
  afterAll(() => solver.close());

  it('answers, with exact values of what is asked for', async () => {
    expect(await solver.ask(reals(['x', 'y'], '(= (* 3.0 x) 1.0)', '(= y (- x))'), 5000)).toEqual({ status: 'sat', values: ['1/3', '-1/3'] });
    expect(await solver.ask(reals(['x'], '(> x 0.0)', '(< x 0.0)'), 5000)).toEqual({ status: 'unsat' });
  });
  it('answers questions that are asked at once in their order, nothing of one left in the next', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => solver.ask(reals(['x'], `(= x ${i}.0)`), 5000)));
    expect(answers).toEqual(answers.map((_, i) => ({ status: 'sat', values: [String(i)] })));
  });
  it('says nothing for a value that is no fraction', async () => {
    expect(await solver.ask(reals(['x'], '(= (* x x) 2.0)'), 5000)).toEqual({ status: 'sat', values: [''] });
  });
  it('knows nothing of a text that is not all there, and goes on', async () => {
    expect((await solver.ask({ ...reals(['x'], '(> x 0.0)'), assertions: 2 }, 5000)).status).toBe('unknown');
    for (const text of ['(declare-const x Rea)', '(assert (> x 0.0))', '(assert', ')']) {
      expect(await solver.ask({ text, assertions: 0, names: [] }, 5000), text).toMatchObject({ status: 'unknown', reason: expect.stringContaining('parse') as string });
    }
    expect((await solver.ask(reals(['x'], '(> x 0.0)'), 5000)).status).toBe('sat');
  });
  it('takes a long text whole', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `(>= x ${i}.0)`);
    expect(await solver.ask(reals(['x'], ...many, '(<= x 19999.0)'), 30_000)).toEqual({ status: 'sat', values: ['19999'] });
    expect(await solver.ask(reals(['x'], ...many, '(< x 19999.0)'), 30_000)).toEqual({ status: 'unsat' });
  });
  it('gives up when its time is over', async () => {
    const startedAt = performance.now();
    expect((await solver.ask(pigeons(12), 200)).status).toBe('unknown');
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect((await solver.ask(reals(['x'], '(> x 0.0)'), 5000)).status).toBe('sat');
  });
  it('hears an abort, before and during a question', async () => {
    expect(await solver.ask(reals(['x']), 5000, AbortSignal.abort())).toEqual({ status: 'unknown', reason: 'aborted' });
    await solver.warm();
    expect(await solver.ask(pigeons(12), 60_000, AbortSignal.timeout(300))).toEqual({ status: 'unknown', reason: 'aborted' });
    expect((await solver.ask(reals(['x'], '(> x 0.0)'), 5000)).status).toBe('sat');
  });
  it('loses one question with a thread that is killed', async () => {
    await solver.warm();
    const answer = solver.ask(pigeons(12), 60_000);
    setTimeout(() => void solver.worker?.terminate(), 200);
    expect(await answer).toEqual({ status: 'unknown', reason: 'the solver died' });
    expect((await solver.ask(reals(['x'], '(> x 0.0)'), 5000)).status).toBe('sat');
  });
});

describe('where Z3 is not there', () => {
  it('a package that is not installed is missing', async () => {
    const solver = new Solver({ module: 'z3-solver-that-is-not-installed' });
    expect(await solver.warm()).toBe('missing');
    expect(await solver.warm()).toBe('missing');
    expect(await solver.ask(reals(['x']), 1000)).toEqual({ status: 'unknown', reason: 'missing' });
    await solver.close();
  });
  it('one that does not start has failed, and is not started for ever', async () => {
    const solver = new Solver({ module: 'data:text/javascript,export const init = () => { throw new Error("no"); }' });
    for (let i = 0; i < 6; i++) expect(await solver.ask(reals(['x']), 1000)).toEqual({ status: 'unknown', reason: 'failed' });
    expect(solver.worker).toBeUndefined();
    await solver.close();
  });
  it('one that hangs is ended', async () => {
    const hanging = 'export const init = async () => ({ em: {}, Z3: { global_param_set() {}, mk_config() { for (;;); } } })';
    const solver = new Solver({ module: `data:text/javascript,${encodeURIComponent(hanging)}` });
    expect(await solver.warm()).toBe('ready');
    expect(await solver.ask(reals(['x']), 50)).toEqual({ status: 'unknown', reason: 'the solver did not keep its time' });
    await solver.close();
  });
});
