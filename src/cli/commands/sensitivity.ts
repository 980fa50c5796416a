import type { SensitivityOptions } from '../../decide/sensitivity.js';
import { readQuery } from '../query.js';
import { say, sayNotes } from '../terminal.js';
import { partText, sensitivityText } from '../text/decisions.js';

/** parabound sensitivity MODEL */
export async function sensitivityCommand(path: string, flags: object): Promise<void> {
  const { model, options, voice, progress } = await readQuery(path, flags);
  const { sensitivity } = await import('../../decide/sensitivity.js');
  const asked: SensitivityOptions = { ...options, onProgress: (now) => progress.draw(partText(now)) };
  const result = await sensitivity(model, asked).finally(() => progress.clear());
  sayNotes(voice, result.notes);
  say(voice, result, () => sensitivityText(result));
}
