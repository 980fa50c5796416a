import type { Found } from '../certificate/certify.js';
import type { Model } from '../network/model.js';
import { isNominalAlone } from './box.js';
import { Budget, certified, checkMargin, nothingSearched, notSearched, prepare, runSearch, type Query } from './query.js';
import type { SearchOutcome } from '../search/request.js';
import { provenance, RESULT_SCHEMA, statsOf, worstStatus, type ClassResult, type SigmaResult, type Verdict, type VerifyResult } from './result.js';
import type { QueryOptions } from './settings.js';
import { present, reaches } from './witness.js';

/**
 * Eq. 13, for each nominal class: the largest margin |f_p0(x) - level| (k outputs: top minus second) of an input whose label
 * some parameter vector of the box changes. 0 where nothing flips.
 */
export async function estimateSigma(model: Model, options: QueryOptions): Promise<SigmaResult> {
  const query = prepareMargin(model, options, []);
  const budget = new Budget(query.limits);
  const classes: ClassResult[] = [];
  const outcomes: SearchOutcome[] = [];
  const parts: Found[] = [];
  for (let label = 0; label < model.classCount; label++) {
    const outcome = await searchClass(query, budget, label);
    outcomes.push(outcome);
    let { lower, upper, status, undecided } = outcome;
    let flips: boolean | null = outcome.witness !== null ? true : outcome.nothing ? false : null;
    let reachable: boolean | null = true;
    if (outcome.witness === null) {
      const reach = await searchReach(query, budget, label);
      outcomes.push(reach);
      reachable = reach.witness !== null || reach.lower >= 1 ? true : reach.upper <= 0 ? false : null;
      // The supremum over no inputs is 0, whatever the search for flips had proved by then.
      if (reachable === false) [lower, upper, status, undecided, flips] = [0, 0, 'complete', [], false];
    }
    parts.push({ outcome: { lower, upper, witness: outcome.witness }, nothing: flips === false });
    classes.push({ label, reachable, flips, lower, upper, status, undecided, ...(await present(query, outcome.witness)) });
  }
  const stats = statsOf(outcomes, budget.startedAt, query.limits.threads);
  const certificate = await certified(query, { name: 'sigma', parts });
  return {
    schema: RESULT_SCHEMA,
    query: 'sigma',
    lower: Math.max(...classes.map((each) => each.lower)),
    upper: Math.max(...classes.map((each) => each.upper)),
    status: worstStatus(classes.map((each) => each.status)),
    classes,
    ...certificate,
    ...provenance(model, stats, query),
  };
}

/** Def. 5: does every input with a margin of `sigma` or more keep its label for every parameter vector of the box? */
export async function verifySigma(model: Model, options: QueryOptions & { sigma: number }): Promise<VerifyResult> {
  const query = prepareMargin(model, options, ['sigma']);
  return decide('verify-sigma', query, options.sigma);
}

/** Def. 3 (with `at`) or Def. 4: does every input keep its label? That is Def. 5 with a margin of 0. */
export async function verifyLabel(model: Model, options: QueryOptions): Promise<VerifyResult> {
  // Labels do not depend on what the margin is measured on; the confidence always has a level.
  const query = prepare(model, options.output === 'logit' ? { ...options, output: 'confidence' } : options, [], 'any');
  return decide('verify-label', query, 0);
}

async function decide(name: 'verify-sigma' | 'verify-label', query: Query, sigma: number): Promise<VerifyResult> {
  const { model } = query;
  const budget = new Budget(query.limits);
  const outcomes: SearchOutcome[] = [];
  let verdict: Verdict = 'robust';
  let culprit: SearchOutcome | undefined;
  for (let label = 0; label < model.classCount && culprit === undefined; label++) {
    const outcome = await searchClass(query, budget, label, sigma);
    outcomes.push(outcome);
    if (await reaches(query, outcome.witness, sigma)) culprit = outcome;
    else if (!(nothingFlips(outcome) || outcome.upper < sigma)) verdict = 'unknown';
  }
  if (culprit !== undefined) verdict = 'violated';
  const unsearched = outcomes.length < model.classCount ? notSearched(query).upper : 0;
  const stats = statsOf(outcomes, budget.startedAt, query.limits.threads);
  const parts = Array.from({ length: model.classCount }, (_, label): Found => ({ outcome: outcomes[label] ?? notSearched(query), nothing: outcomes[label]?.nothing === true }));
  const certificate = await certified(query, { name, threshold: sigma, verdict, parts });
  return {
    schema: RESULT_SCHEMA,
    query: name,
    verdict,
    ...(await present(query, culprit?.witness ?? null)),
    bound: name === 'verify-label' ? null : {
      lower: Math.max(...outcomes.map((each) => each.lower)),
      upper: Math.max(unsearched, ...outcomes.map((each) => each.upper)),
    },
    status: culprit?.status ?? worstStatus(outcomes.map((each) => each.status)),
    undecided: verdict === 'unknown' ? outcomes.flatMap((each) => each.undecided) : [],
    remaining: verdict === 'unknown' ? {
      boxes: outcomes.reduce((sum, each) => sum + each.remaining.boxes, 0),
      volumeFraction: Math.min(1, outcomes.reduce((sum, each) => sum + each.remaining.volumeFraction, 0)),
    } : { boxes: 0, volumeFraction: 0 },
    ...certificate,
    ...provenance(model, stats, query),
  };
}

function prepareMargin(model: Model, options: QueryOptions, properties: ('epsilon' | 'sigma')[]): Query {
  const query = prepare(model, options, properties, 'any');
  checkMargin(query);
  return query;
}

/** Every box was proved to hold no flip at all: not merely none with a margin above 0. */
function nothingFlips(outcome: SearchOutcome): boolean {
  return outcome.nothing;
}

async function searchClass(query: Query, budget: Budget, label: number, target?: number): Promise<SearchOutcome> {
  if (query.options.signal?.aborted === true) return notSearched(query);
  // f_p = f_p0 for the only p there is. Intervals cannot tell that near the boundary, where they enclose the two apart.
  if (isNominalAlone(query.engine.network, query.engine.box)) return nothingSearched(query);
  const part = budget.share(query.model.classCount - label);
  const objective = { query: 'sigma' as const, label, measure: query.measure, ...query.rule };
  const outcome = await runSearch(query, objective, part, { label, ...(target === undefined ? {} : { target }) });
  budget.spend(outcome.boxes);
  return outcome;
}

async function searchReach(query: Query, budget: Budget, label: number): Promise<SearchOutcome> {
  if (query.options.signal?.aborted === true) return { ...notSearched(query), upper: 1 };
  const part = budget.share(query.model.classCount - label);
  const outcome = await runSearch(query, { query: 'reach', label, ...query.rule }, part, { label });
  budget.spend(outcome.boxes);
  return outcome;
}
