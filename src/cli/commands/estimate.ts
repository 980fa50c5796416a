import { readQuery } from '../query.js';
import { sayNotes, sayResult } from '../terminal.js';
import { epsilonText, sigmaText } from '../text/results.js';

/** parabound estimate epsilon|sigma MODEL, and epsilon of each row of --inputs */
export async function estimate(quantity: 'epsilon' | 'sigma', path: string, flags: object): Promise<void> {
  if (quantity === 'epsilon' && 'inputs' in flags) return (await import('./epsilons.js')).epsilonsCommand(path, flags);
  const { model, options, voice, progress } = await readQuery(path, flags);
  if (quantity === 'epsilon') {
    const { estimateEpsilon } = await import('../../query/epsilon.js');
    const result = await estimateEpsilon(model, options).finally(() => progress.clear());
    sayNotes(voice, result.notes);
    sayResult(voice, result, () => epsilonText(model, result));
  } else {
    const { estimateSigma } = await import('../../query/sigma.js');
    const result = await estimateSigma(model, options).finally(() => progress.clear());
    sayNotes(voice, result.notes);
    sayResult(voice, result, () => sigmaText(model, result));
  }
}
