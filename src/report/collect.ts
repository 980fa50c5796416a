import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { semanticsName } from '../query/device.js';
import { prepare } from '../query/query.js';
import { worstStatus, type Status } from '../query/result.js';
import { makeFolders } from '../output.js';
import { version } from '../version.js';
import { Clock } from './clock.js';
import type { Plan } from './options.js';
import { questionOf, subjectOf } from './question.js';
import type { ReportResults } from './results.js';
import { tasksOf } from './tasks.js';

/** Asks everything that the report is to tell, one question after the other. An abort leaves what was proved by then. */
export async function collect(model: Model, plan: Plan): Promise<ReportResults> {
  const startedAt = performance.now();
  const query = prepare(model, plan.query, [], 'any');
  if (plan.certificates !== undefined) {
    if (query.runs !== null) throw new ParaboundError('OPTION_CONFLICT', '--certificates and a device exclude each other', 'the query', 'one of them: certificates are about real arithmetic');
    await makeFolders(plan.certificates);
  }
  const results: ReportResults = {
    schema: 'parabound/report@1', created: new Date().toISOString(), status: 'complete', seconds: 0, timeout: plan.timeout,
    subject: subjectOf(query), question: questionOf(query, plan),
    label: null, epsilon: null, sigma: null, claims: { epsilon: null, sigma: null }, replays: { label: null, epsilon: null, sigma: [] },
    region: null, sensitivity: null, schemes: null, skipped: [], notes: query.notes, version, model: model.hash, semantics: semanticsName(query.runs),
    ...(query.runs === null ? {} : { device: query.runs.semantics }),
  };
  const tasks = tasksOf(model, plan, query, results);
  const clock = new Clock(plan.timeout, tasks.map(({ weight }) => weight));
  for (const [done, { stage, run }] of tasks.entries()) {
    const at = { stage, done, total: tasks.length };
    plan.onProgress(at);
    await run(clock.next(), (search) => { plan.onProgress({ ...at, search }); });
  }
  results.status = worstStatus(statuses(results));
  results.seconds = (performance.now() - startedAt) / 1000;
  return results;
}

function statuses({ label, epsilon, sigma, claims, region, sensitivity, schemes }: ReportResults): Status[] {
  const copies = schemes?.copies.flatMap((copy) => [copy.epsilon, copy.label]) ?? [];
  return [label, epsilon, sigma, claims.epsilon, claims.sigma, region, sensitivity, ...copies].flatMap((each) => (each === null ? [] : [each.status]));
}
