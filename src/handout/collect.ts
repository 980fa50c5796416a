import { join } from 'node:path';
import { sensitivity } from '../decide/sensitivity.js';
import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { estimateEpsilon, verifyEpsilon } from '../query/epsilon.js';
import { prepare } from '../query/query.js';
import { worstStatus, type Status } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { estimateSigma, verifyLabel, verifySigma } from '../query/sigma.js';
import { flipRegion } from '../region/region.js';
import { writeFiles } from '../report/write.js';
import type { Progress } from '../search/request.js';
import { version } from '../version.js';
import { Clock } from './clock.js';
import type { Part, Plan } from './options.js';
import { questionOf, subjectOf } from './question.js';
import { replay } from './replay.js';
import type { ReportResults } from './results.js';
import { picked } from './picked.js';
import { compareSchemes, storedBytes } from './schemes.js';

/** Where the certificate of each answer goes, in the directory that was asked for. */
export const CERTIFICATES = { label: 'label.proof', epsilon: 'epsilon.proof', sigma: 'sigma.proof', claimEpsilon: 'verify-epsilon.proof', claimSigma: 'verify-sigma.proof' } as const;

type Answer = keyof typeof CERTIFICATES;

/** Asks everything that the report is to tell, one question after the other. An abort leaves what was proved by then. */
export async function collect(model: Model, plan: Plan): Promise<ReportResults> {
  const startedAt = performance.now();
  const query = prepare(model, plan.query, []);
  if (plan.certificates !== undefined) await writeFiles(plan.certificates, new Map());

  const results: ReportResults = {
    schema: 'parabound/report@1', created: new Date().toISOString(), status: 'complete', seconds: 0, timeout: plan.timeout,
    subject: subjectOf(query), question: questionOf(query, plan),
    label: null, epsilon: null, sigma: null, claims: { epsilon: null, sigma: null }, replays: { label: null, epsilon: null, sigma: [] },
    region: null, sensitivity: null, schemes: null, skipped: [], notes: query.notes, version, model: model.hash, semantics: 'real',
  };
  const { epsilon, sigma, parts } = plan;
  const replayed = (witness: Parameters<typeof replay>[1]) => replay(model, witness, query);
  const tasks: { stage: string; run: (options: (answer: Answer) => QueryOptions, seconds: number, listen: (search: Progress) => void) => Promise<void> }[] = [];
  if (parts.has('label')) {
    tasks.push({ stage: 'labels', run: async (options) => {
      results.label = await verifyLabel(model, options('label'));
      results.replays.label = replayed(results.label.witness);
    } });
  }
  if (epsilon !== undefined) {
    tasks.push({ stage: `epsilon <= ${epsilon}`, run: async (options) => { results.claims.epsilon = await verifyEpsilon(model, { ...options('claimEpsilon'), epsilon }); } });
  }
  if (sigma !== undefined) {
    tasks.push({ stage: `sigma <= ${sigma}`, run: async (options) => { results.claims.sigma = await verifySigma(model, { ...options('claimSigma'), sigma }); } });
  }
  if (parts.has('epsilon')) {
    tasks.push({ stage: 'epsilon', run: async (options) => {
      results.epsilon = await estimateEpsilon(model, options('epsilon'));
      results.replays.epsilon = replayed(results.epsilon.witness);
    } });
  }
  if (parts.has('sigma')) {
    tasks.push({ stage: 'sigma', run: async (options) => {
      results.sigma = await estimateSigma(model, options('sigma'));
      results.replays.sigma = results.sigma.classes.map(({ witness }) => replayed(witness));
    } });
  }

  if (parts.has('region') && !query.region.local) {
    tasks.push({ stage: 'region', run: async (_, seconds) => attempt(results, 'region', async () => {
      results.region = await flipRegion(model, { ...picked(plan.query, OF_REGION), timeout: seconds, boxes: 0, witness: 'none' });
    }) });
  }
  if (parts.has('sensitivity')) {
    tasks.push({ stage: 'sensitivity', run: async (_, seconds, listen) => attempt(results, 'sensitivity', async () => {
      const { certificateTimeout: _1, witness: _2, ...query } = plan.query;
      results.sensitivity = await sensitivity(model, { ...query, timeout: seconds, onProgress: listen });
    }) });
  }
  if (parts.has('schemes')) {
    tasks.push({ stage: 'schemes', run: async (_, seconds) => attempt(results, 'schemes', async () => {
      results.schemes = { bytes: storedBytes(model), copies: await compareSchemes(model, plan.query, seconds) };
    }) });
  }

  const clock = new Clock(plan.timeout, tasks.length);
  for (const [done, { stage, run }] of tasks.entries()) {
    plan.onProgress({ stage, done, total: tasks.length });
    const seconds = clock.next();
    const listen = (search: Progress): void => plan.onProgress({ stage, done, total: tasks.length, search });
    await run((answer) => ({
      ...plan.query,
      ...searchTime(plan, seconds),
      ...(plan.certificates === undefined ? {} : { certificate: join(plan.certificates, CERTIFICATES[answer]) }),
      onProgress: listen,
    }), seconds, listen);
  }
  results.status = worstStatus(statuses(results));
  results.seconds = (performance.now() - startedAt) / 1000;
  return results;
}

/** What of a query is about labels and inputs. */
const OF_REGION = [
  'delta', 'deltaRelative', 'perturb', 'parameters', 'against', 'quantize', 'granularity', 'scheme', 'quantizeBiases', 'as', 'prune', 'pruneBox',
  'domain', 'level', 'decision', 'units', 'maxBoxes', 'threads', 'signal', 'pool',
] as const satisfies readonly (keyof QueryOptions)[];

/** A part beside the answers: what keeps it from being made is said on the page. */
async function attempt(results: ReportResults, part: Part, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof ParaboundError) || error.code === 'INTERNAL') throw error;
    results.skipped.push({ part, reason: error.message });
  }
}

/** A certificate is made after the search, in its share of the same time unless it was given another. */
function searchTime({ certificates, query }: Plan, seconds: number): Pick<QueryOptions, 'timeout' | 'certificateTimeout'> {
  if (certificates === undefined) return { timeout: seconds };
  return query.certificateTimeout === undefined ? { timeout: seconds / 2, certificateTimeout: seconds / 2 } : { timeout: seconds };
}

function statuses({ label, epsilon, sigma, claims, region, sensitivity, schemes }: ReportResults): Status[] {
  const copies = schemes?.copies.flatMap((copy) => [copy.epsilon, copy.label]) ?? [];
  return [label, epsilon, sigma, claims.epsilon, claims.sigma, region, sensitivity, ...copies].flatMap((each) => (each === null ? [] : [each.status]));
}
