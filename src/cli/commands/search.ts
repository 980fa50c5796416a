import type { DeltaOptions } from '../../decide/delta.js';
import { propertyOf } from '../../decide/property.js';
import { readQuery } from '../query.js';
import { say, sayNotes } from '../terminal.js';
import { deltaText, tryingText } from '../text/decisions.js';

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
