/** z3, cvc5 and z3-solver, where they are installed, decide exports as parabound decides the queries. */
import { describe, expect, it } from 'vitest';
import { exportSmt2, loadModel, verifyEpsilon, verifyLabel, verifySigma, type ExportQuery, type QueryOptions } from '../../src/index.js';
import { randomModel } from '../support/models.js';
import { answerOf, hasSolver, SOLVERS } from '../support/solvers.js';

const CATS = new URL('../../examples/cats.json', import.meta.url);
const ATHLETES = new URL('../../examples/athletes-relu.json', import.meta.url);
const random = (shape: Parameters<typeof randomModel>[0]) => () => loadModel(randomModel(shape));

const CASES: [string, () => ReturnType<typeof loadModel>, ExportQuery][] = [
  ['cats, labels at an input', () => loadModel(CATS), { property: 'label', delta: 0.01, at: [10, 3] }],
  ['cats, labels', () => loadModel(CATS), { property: 'label', delta: 0.01 }],
  ['cats, sigma above', () => loadModel(CATS), { property: 'sigma', sigma: 0.053, delta: 0.01 }],
  ['cats, sigma below', () => loadModel(CATS), { property: 'sigma', sigma: 0.0522, delta: 0.01 }],
  ['cats, epsilon at an input, above', () => loadModel(CATS), { property: 'epsilon', epsilon: 0.0358, delta: 0.01, at: [13.4, 2.95] }],
  ['cats, epsilon at an input, below', () => loadModel(CATS), { property: 'epsilon', epsilon: 0.0356, delta: 0.01, at: [13.4, 2.95] }],
  ['cats, logits', () => loadModel(CATS), { property: 'epsilon', epsilon: 0.255, delta: 0.01, output: 'logit' }],
  ['athletes, labels', () => loadModel(ATHLETES), { property: 'label', delta: 0.005 }],
  ['athletes, epsilon at an input', () => loadModel(ATHLETES), { property: 'epsilon', epsilon: 0.02, delta: 0.005, at: [1.7, 70] }],
  ['2-3-1, sigma', random({ sizes: [2, 3, 1], seed: 1, last: 'sigmoid' }), { property: 'sigma', sigma: 0.01, delta: 0.01 }],
  ['2-3-3-1, labels', random({ sizes: [2, 3, 3, 1], seed: 2, last: 'sigmoid' }), { property: 'label', delta: 0.01 }],
  ['2-4-3, labels of three classes', random({ sizes: [2, 4, 3], seed: 3, last: 'linear' }), { property: 'label', delta: 0.001, at: [0.25, 0.5] }],
  ['2-3-2, scores', random({ sizes: [2, 3, 2], seed: 4, last: 'linear' }), { property: 'epsilon', epsilon: 0.03, delta: 0.01 }],
];

for (const solver of SOLVERS) {
  describe.skipIf(!hasSolver(solver))(`${solver}, where it is installed`, () => {
    it.each(CASES)('%s', async (_name, load, query) => {
      const model = await load();
      const { property, ...options } = query;
      const verify = { epsilon: verifyEpsilon, sigma: verifySigma, label: verifyLabel }[property] as (of: typeof model, asked: QueryOptions) => ReturnType<typeof verifyLabel>;
      const { verdict } = await verify(model, { ...options, timeout: 20 });
      const { text } = exportSmt2(model, { ...query, target: 'rational' });
      expect(answerOf(solver, text)).toBe({ robust: 'unsat', violated: 'sat', unknown: 'unknown' }[verdict]);
    });
  });
}

describe.skipIf(!hasSolver('z3'))('z3, where it is installed', () => {
  it('takes either encoding, and thresholds moved either way', async () => {
    const model = await loadModel(CATS);
    for (const encoding of ['parameters', 'neurons'] as const) {
      for (const conclusive of ['sat', 'unsat'] as const) {
        for (const [sigma, answer] of [[0.0522, 'sat'], [0.053, 'unsat']] as const) {
          expect(answerOf('z3', exportSmt2(model, { property: 'sigma', sigma, delta: 0.01, at: sigma > 0.0525 ? [10, 3] : undefined, encoding, conclusive, target: 'rational' }).text)).toBe(answer);
        }
      }
    }
  });
  it('finds the optimum', async () => {
    const model = await loadModel(randomModel({ sizes: [2, 3, 2], seed: 4, last: 'linear' }));
    const { estimateEpsilon } = await import('../../src/index.js');
    const query = { delta: 0.01, gap: 1e-9 };
    const { lower, upper } = await estimateEpsilon(model, query);
    const { text } = exportSmt2(model, { property: 'epsilon', delta: 0.01, target: 'rational' });
    const { spawnSync } = await import('node:child_process');
    const { stdout } = spawnSync('z3', ['-in', 'pp.decimal=true', 'pp.decimal_precision=15'], { input: text, encoding: 'utf8', timeout: 60_000 });
    const found = Number(/optimum (0\.\d+)/.exec(stdout)?.[1] ?? NaN);
    expect(found).toBeGreaterThan(lower - 1e-9);
    expect(found).toBeLessThan(upper + 1e-9);
  });
});
