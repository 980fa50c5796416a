import { loadModel } from '../../network/load.js';
import { version } from '../../version.js';
import { voiceOf } from '../query.js';
import { say, sayNotes } from '../terminal.js';

/** parabound convert MODEL --out FILE */
export async function convertCommand(path: string, flags: object): Promise<void> {
  const { out } = flags as { out: string };
  const voice = voiceOf(flags);
  const model = await loadModel(path);
  const { convertModel } = await import('../../formats/write/convert.js');
  const { format, files, notes } = await convertModel(model, out);
  sayNotes(voice, notes);
  const result = { schema: 'parabound/convert@1', query: 'convert', format, files, notes, version, model: model.hash, semantics: 'real' };
  say(voice, result, () => [...files, `format: ${format}`, `hash: ${model.hash}`].join('\n'));
}
