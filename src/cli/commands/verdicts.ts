import { ParaboundError } from '../../errors.js';
import { optionNamed } from '../../options.js';
import type { InputVerdict } from '../../verdicts/result.js';
import { readQuery } from '../query.js';
import { Lines, Rows } from '../rows.js';
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
  const summary = await source.drain(stream, progress, async (answer) => {
    const { row, verdict } = answer;
    if (voice.json) await lines.write(answer);
    else if (named[verdict].length < MOST_NAMED) named[verdict].push(row);
    progress.draw(`${count(row, 'input')}`);
  });
  // Rows are read ahead: where something else ended the run first, not all before the faulty one were judged.
  if (source.failure !== undefined && summary.status === 'complete') summary.status = 'error';
  await lines.flush();
  source.say(voice, summary, () => verdictsText(model, summary, named));
}
