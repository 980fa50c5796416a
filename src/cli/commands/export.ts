import type { ExportQuery } from '../../export/export.js';
import { writeOutput } from '../../output.js';
import { readQuery } from '../query.js';
import { say, sayNotes } from '../terminal.js';

/** parabound export smt2|minibex MODEL */
export async function exportCommand(format: 'smt2' | 'minibex', path: string, flags: object): Promise<void> {
  const { out, ...rest } = flags as { out?: string };
  const { model, options, voice } = await readQuery(path, rest);
  const { exportMinibex, exportSmt2 } = await import('../../export/export.js');
  const query = { ...options } as ExportQuery;
  const written = format === 'smt2' ? exportSmt2(model, query) : exportMinibex(model, query);
  sayNotes(voice, written.notes);
  if (out === undefined) {
    say(voice, written, () => written.text.trimEnd());
    return;
  }
  await writeOutput(out, written.text);
  const { text: _, ...about } = written;
  say(voice, { ...about, file: out }, () => out);
}
