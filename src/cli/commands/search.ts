import type { BitsOptions } from '../../decide/bits.js';
import type { DeltaOptions } from '../../decide/delta.js';
import { propertyOf } from '../../decide/property.js';
import { readQuery } from '../query.js';
import { say, sayNotes } from '../terminal.js';
import { bitsText, candidateText, deltaText, tryingText } from '../text/decisions.js';

/** parabound search delta MODEL */
export async function searchDeltaCommand(path: string, flags: object): Promise<void> {
  propertyOf(flags); // what is wrong with the question is said before a model is read
  const { model, options, voice, progress } = await readQuery(path, flags, false);
  const { searchDelta } = await import('../../decide/delta.js');
  const asked: DeltaOptions = { ...options, onProgress: (now) => progress.draw(tryingText(now)) };
  const result = await searchDelta(model, asked).finally(() => progress.clear());
  sayNotes(voice, result.notes);
  say(voice, result, () => deltaText(model, result));
}

/** parabound search bits MODEL */
export async function searchBitsCommand(path: string, flags: object): Promise<void> {
  propertyOf(flags);
  const { model, options, voice, progress } = await readQuery(path, flags, false);
  const { searchBits } = await import('../../decide/bits.js');
  const asked: BitsOptions = { ...options, onProgress: (now) => progress.draw(candidateText(now)) };
  const result = await searchBits(model, asked).finally(() => progress.clear());
  sayNotes(voice, result.notes);
  say(voice, result, () => bitsText(result));
}
