import type { Model } from '../network/model.js';
import { Budget, certified, prepare, runSearch } from './query.js';
import { provenance, RESULT_SCHEMA, statsOf, type EpsilonResult, type Verdict, type VerifyResult } from './result.js';
import type { QueryOptions } from './settings.js';
import { exceeds, present } from './witness.js';

/**
 * Eq. 11 (with `at`) or Eq. 12: the largest |f_p0(x) - f_p(x)| over the parameter box, over the inputs of the domain and the
 * outputs that count, enclosed: `lower` is attained by the witness, `upper` is proved.
 */
export async function estimateEpsilon(model: Model, options: QueryOptions): Promise<EpsilonResult> {
  const query = prepare(model, options, [], 'any');
  const budget = new Budget(query.limits);
  const outcome = await runSearch(query, { query: 'epsilon', outputs: query.outputs, measure: query.measure }, budget.share(1));
  const stats = statsOf([outcome], budget.startedAt, query.limits.threads);
  const certificate = await certified(query, { name: 'epsilon', parts: [{ outcome }] });
  return {
    schema: RESULT_SCHEMA,
    query: 'epsilon',
    lower: outcome.lower,
    upper: outcome.upper,
    status: outcome.status,
    undecided: outcome.undecided,
    ...(await present(query, outcome.witness)),
    ...certificate,
    ...provenance(model, stats, query),
  };
}

/** Def. 1 (with `at`) or Def. 2: is |f_p0(x) - f_p(x)| <= epsilon for every parameter vector of the box and every input? */
export async function verifyEpsilon(model: Model, options: QueryOptions & { epsilon: number }): Promise<VerifyResult> {
  const query = prepare(model, options, ['epsilon'], 'any');
  const { epsilon } = options;
  const budget = new Budget(query.limits);
  const outcome = await runSearch(query, { query: 'epsilon', outputs: query.outputs, measure: query.measure }, budget.share(1), { target: epsilon });
  const verdict: Verdict = outcome.upper <= epsilon ? 'robust' : (await exceeds(query, outcome.witness, epsilon)) ? 'violated' : 'unknown';
  const stats = statsOf([outcome], budget.startedAt, query.limits.threads);
  const certificate = await certified(query, { name: 'verify-epsilon', threshold: epsilon, verdict, parts: [{ outcome }] });
  return {
    schema: RESULT_SCHEMA,
    query: 'verify-epsilon',
    verdict,
    ...(await present(query, verdict === 'violated' ? outcome.witness : null)),
    bound: { lower: outcome.lower, upper: outcome.upper },
    status: outcome.status,
    undecided: verdict === 'unknown' ? outcome.undecided : [],
    remaining: verdict === 'unknown' ? outcome.remaining : { boxes: 0, volumeFraction: 0 },
    ...certificate,
    ...provenance(model, stats, query),
  };
}
