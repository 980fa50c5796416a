import { ParaboundError } from '../../errors.js';
import type { Model } from '../../network/model.js';
import { optionNamed } from '../../options.js';
import type { VerifyResult } from '../../query/result.js';
import type { QueryOptions } from '../../query/settings.js';
import { readQuery } from '../query.js';
import { sayNotes, sayResult } from '../terminal.js';
import { verifyText } from '../text/results.js';

/** parabound verify epsilon|label|sigma MODEL */
export async function verify(property: 'epsilon' | 'label' | 'sigma', path: string, flags: object): Promise<void> {
  if (property !== 'label' && (flags as Record<string, unknown>)[property] === undefined) {
    const { flag, help } = optionNamed(property);
    throw new ParaboundError('OPTION_REQUIRED', `${flag} is missing`, `verify ${property}`, `${flag}, ${help}`);
  }
  const { model, options, voice, progress } = await readQuery(path, flags);
  const result = await decide(property, model, options).finally(() => progress.clear());
  sayNotes(voice, result.notes);
  sayResult(voice, result, () => verifyText(model, result, property === 'label' ? undefined : (flags as Record<string, number>)[property]));
}

async function decide(property: 'epsilon' | 'label' | 'sigma', model: Model, options: QueryOptions): Promise<VerifyResult> {
  if (property === 'epsilon') return (await import('../../query/epsilon.js')).verifyEpsilon(model, options as QueryOptions & { epsilon: number });
  const { verifyLabel, verifySigma } = await import('../../query/sigma.js');
  return property === 'label' ? verifyLabel(model, options) : verifySigma(model, options as QueryOptions & { sigma: number });
}
