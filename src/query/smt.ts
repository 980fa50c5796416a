/** Where a query meets Z3 (src/smt): what of a search's time is kept for it, when it is started, and what is said where it is not there. */
import type { SearchOutcome, SearchRequest } from '../search/request.js';
import type { Limits } from './settings.js';

/** With `always`, of the time that a query has. */
const PART_OF_SEARCH = 0.5;
/** Most queries have ended by then, and Z3 is not started in vain. */
const WARM_AFTER_MS = 100;

export interface Settling {
  /** The request that the search is to be given. */
  readonly request: SearchRequest;
  readonly settle: (outcome: SearchOutcome) => Promise<SearchOutcome>;
}

/**
 * `auto` asks Z3 where a search has nothing left but boxes that no split narrows; `always` also about what a limit leaves, and
 * keeps half of the time for it. `notes` takes what there is to say about it.
 */
export function settlingOf(request: SearchRequest, { smt, smtTimeoutMs }: Pick<Limits, 'smt' | 'smtTimeoutMs'>, notes: string[]): Settling {
  if (smt === 'off') return { request, settle: (outcome) => Promise.resolve(outcome) };
  const startedAt = performance.now();
  const { timeoutMs, signal } = request;
  let warming: NodeJS.Timeout | undefined;
  const shortened: SearchRequest = {
    ...request,
    keep: smt === 'auto' ? 'stalled' : 'all',
    onStalled: () => {
      warming = setTimeout(() => void import('../smt/solver.js').then(({ sharedSolver }) => sharedSolver().warm()), WARM_AFTER_MS).unref();
    },
    ...(smt === 'always' && timeoutMs !== undefined ? { timeoutMs: PART_OF_SEARCH * timeoutMs } : {}),
  };
  return { request: shortened, settle };

  async function settle(found: SearchOutcome): Promise<SearchOutcome> {
    clearTimeout(warming);
    const { left, ...outcome } = found;
    const totalMs = timeoutMs === undefined ? undefined : timeoutMs - (performance.now() - startedAt);
    if (left === undefined || signal?.aborted === true || (totalMs !== undefined && totalMs <= 0)) return outcome;
    const [{ canSettle, settle: settleLeaves }, { sharedSolver }] = await Promise.all([import('../smt/settle.js'), import('../smt/solver.js')]);
    if (!canSettle(request)) {
      if (smt === 'always') note('smt: Z3 is not asked about networks of this kind or size');
      return outcome;
    }
    const solver = sharedSolver();
    const available = await solver.warm();
    if (available !== 'ready') {
      note(available === 'missing' ? 'Z3 might settle what is left: it needs the package z3-solver, which is not installed' : 'Z3 might settle what is left, but it does not start');
      return outcome;
    }
    return settleLeaves(request, found, solver, { leafMs: smtTimeoutMs, ...(totalMs === undefined ? {} : { totalMs }) });
  }

  function note(text: string): void {
    if (!notes.includes(text)) notes.push(text);
  }
}
