import { ParaboundError } from '../../errors.js';
import { optionNamed } from '../../options.js';
import type { InputVerdict, VerdictsSummary } from '../../verdicts/result.js';
import { readQuery } from '../query.js';
import { Lines, Rows } from '../rows.js';
import { sayNotes, Unfinished } from '../terminal.js';
import { count } from '../text/numbers.js';
import { verdictsText } from '../text/verdicts.js';

/** Rows that the text names, of each kind. */
const MOST_NAMED = 12;

/** parabound verdicts MODEL --inputs CSV: with --json an object for each row and then the summary, a line each. */
export async function verdictsCommand(path: string, flags: object): Promise<void> {
  const { inputs, ...rest } = flags as { inputs?: string };
  const { flag, help } = optionNamed('inputs');
  if (inputs === undefined) throw new ParaboundError('OPTION_REQUIRED', `${flag} is missing`, 'verdicts', `${flag}, ${help}`);
  const { model, options, voice, progress } = await readQuery(path, rest);
  const { onProgress: _, ...query } = options;
  const { streamVerdicts } = await import('../../verdicts/verdicts.js');
  const source = new Rows(inputs, model);
  const stream = streamVerdicts(model, source.inputs(), query);
  const named: Record<InputVerdict['verdict'], number[]> = { safe: [], flips: [], undecided: [] };
  const lines = new Lines();
  let summary: VerdictsSummary;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done === true) {
        summary = { ...step.value, notes: [...source.notes, ...step.value.notes] };
        break;
      }
      const { row, verdict } = step.value;
      if (voice.json) await lines.write(step.value);
      else if (named[verdict].length < MOST_NAMED) named[verdict].push(row);
      progress.draw(`${count(row, 'input')}`);
    }
  } finally {
    progress.clear();
  }
  // Rows are read ahead: where something else ended the run first, not all before the faulty one were judged.
  if (source.failure !== undefined && summary.status === 'complete') summary.status = 'error';
  await lines.flush();
  sayNotes(voice, summary.notes);
  if (!voice.json) process.stdout.write(`${verdictsText(model, summary, named)}\n`);
  if (source.failure !== undefined) throw new Unfinished(source.failure, summary);
  if (voice.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
}
