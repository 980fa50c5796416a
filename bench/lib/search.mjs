import { estimateEpsilon } from '../../dist/index.js';

/** Epsilon over the domain, to an end: a search that a limit stopped has no time to be compared. */
export async function epsilon(model, options, timeout = 300) {
  const result = await estimateEpsilon(model, { timeout, ...options });
  if (result.status !== 'complete') throw new Error(`the search ended as ${result.status}, [${result.lower}, ${result.upper}]`);
  return result;
}
