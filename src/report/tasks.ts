import { join } from 'node:path';
import { sensitivity } from '../decide/sensitivity.js';
import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { estimateEpsilon, verifyEpsilon } from '../query/epsilon.js';
import type { Query } from '../query/query.js';
import type { Witness } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { estimateSigma, verifyLabel, verifySigma } from '../query/sigma.js';
import { flipRegion } from '../region/region.js';
import type { Progress } from '../search/request.js';
import type { Part, Plan } from './options.js';
import { picked } from './picked.js';
import { replay } from './replay.js';
import type { ReportResults } from './results.js';
import { compareSchemes, storedBytes } from './schemes.js';

/** Where the certificate of each answer goes, in the directory that was asked for. */
export const CERTIFICATES = { label: 'label.proof', epsilon: 'epsilon.proof', sigma: 'sigma.proof', claimEpsilon: 'verify-epsilon.proof', claimSigma: 'verify-sigma.proof' } as const;

/** One computation of a report, which leaves what it finds in the results. */
export interface Task {
  readonly stage: string;
  /** Its share of the time beside those of the others: what takes many searches gets more. */
  readonly weight: number;
  readonly run: (seconds: number, listen: (search: Progress) => void) => Promise<void>;
}

/** What there is to compute, in this order: the answers first. */
export function tasksOf(model: Model, plan: Plan, query: Query, results: ReportResults): Task[] {
  const { epsilon, sigma, parts } = plan;
  const replayed = (witness: Witness | null | undefined) => replay(model, witness, query);
  const tasks: Task[] = [];
  const answer = (name: keyof typeof CERTIFICATES, stage: string, weight: number, ask: (options: QueryOptions) => Promise<void>): void => {
    tasks.push({ stage, weight, run: (seconds, onProgress) => ask({ ...plan.query, ...certificateOf(plan, name, seconds), onProgress }) });
  };
  const beside = (part: Part, weight: number, make: (seconds: number, listen: (search: Progress) => void) => Promise<void>): void => {
    if (parts.has(part)) tasks.push({ stage: part, weight, run: (seconds, listen) => attempt(results, part, () => make(seconds, listen)) });
  };
  /** Of parts that know real arithmetic alone. */
  const real = (part: Part, weight: number, make: Parameters<typeof beside>[2]): void => {
    if (query.runs === null) beside(part, weight, make);
    else if (parts.has(part)) results.skipped.push({ part, reason: 'this is about real arithmetic, and the question is about a device' });
  };

  if (parts.has('label')) {
    answer('label', 'labels', 1, async (options) => {
      results.label = await verifyLabel(model, options);
      results.replays.label = replayed(results.label.witness);
    });
  }
  if (epsilon !== undefined) answer('claimEpsilon', `epsilon <= ${epsilon}`, 1, async (options) => { results.claims.epsilon = await verifyEpsilon(model, { ...options, epsilon }); });
  if (sigma !== undefined) answer('claimSigma', `sigma <= ${sigma}`, 1, async (options) => { results.claims.sigma = await verifySigma(model, { ...options, sigma }); });
  if (parts.has('epsilon')) {
    answer('epsilon', 'epsilon', 1, async (options) => {
      results.epsilon = await estimateEpsilon(model, options);
      results.replays.epsilon = replayed(results.epsilon.witness);
    });
  }
  if (parts.has('sigma')) {
    answer('sigma', 'sigma', 1, async (options) => {
      results.sigma = await estimateSigma(model, options);
      results.replays.sigma = results.sigma.classes.map(({ witness }) => replayed(witness));
    });
  }
  if (!query.region.local) {
    real('region', 1, async (timeout) => { results.region = await flipRegion(model, { ...picked(plan.query, OF_REGION), timeout, resolution: RESOLUTION, boxes: 0, witness: 'none' }); });
  }
  real('sensitivity', 2, async (timeout, onProgress) => {
    const { certificateTimeout: _1, witness: _2, ...asked } = plan.query;
    results.sensitivity = await sensitivity(model, { ...asked, timeout, onProgress });
  });
  beside('schemes', 2, async (seconds) => { results.schemes = { bytes: storedBytes(model), copies: await compareSchemes(model, plan.query, seconds) }; });
  return tasks;
}

/** The part of the domain that may be left undecided: about a pixel's width along the borders of a picture. */
export const RESOLUTION = 0.003;

/** What of a query is about labels and inputs. */
const OF_REGION = [
  'delta', 'deltaRelative', 'perturb', 'parameters', 'against', 'quantize', 'granularity', 'scheme', 'quantizeBiases', 'as', 'prune', 'pruneBox',
  'domain', 'level', 'decision', 'units', 'maxBoxes', 'threads', 'signal', 'pool',
] as const satisfies readonly (keyof QueryOptions)[];

/** A certificate is made after the search, in half of the same time unless it was given another. */
function certificateOf({ certificates, query }: Plan, name: keyof typeof CERTIFICATES, seconds: number): Pick<QueryOptions, 'timeout' | 'certificate' | 'certificateTimeout'> {
  if (certificates === undefined) return { timeout: seconds };
  const certificate = join(certificates, CERTIFICATES[name]);
  return query.certificateTimeout === undefined ? { certificate, timeout: seconds / 2, certificateTimeout: seconds / 2 } : { certificate, timeout: seconds };
}

/** A part beside the answers: what keeps it from being made is said on the page. */
async function attempt(results: ReportResults, part: Part, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof ParaboundError) || error.code === 'INTERNAL') throw error;
    results.skipped.push({ part, reason: error.message });
  }
}
