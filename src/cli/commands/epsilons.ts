import { ParaboundError } from '../../errors.js';
import { optionNamed, type OptionName } from '../../options.js';
import type { BatchOptions } from '../../query/batch.js';
import type { LocalEpsilon } from '../../stream/epsilon.js';
import { readQuery } from '../query.js';
import { Lines, Rows } from '../rows.js';
import { count, interval } from '../text/numbers.js';
import { epsilonsText } from '../text/epsilons.js';

/** Rows that the text names: those with the largest upper ends. */
const MOST_NAMED = 12;

const DEVICE = '--at with a row, for what a device computes there';
/** What is about one answer alone, or about another domain than one row, and what to do instead. */
const ALONE: Partial<Record<OptionName, string>> = {
  at: 'one of them', domain: 'one of them: each row is a domain of its own',
  certificate: '--at with the row that a certificate is to be about', certificateTimeout: '--at with the row that a certificate is to be about', witness: '--at with the row whose witness is wanted',
  arithmetic: DEVICE, activations: DEVICE, activationUlps: DEVICE,
};

/** parabound estimate epsilon MODEL --inputs CSV: with --json an object for each row and then the summary, a line each. */
export async function epsilonsCommand(path: string, flags: object): Promise<void> {
  const { inputs, ...rest } = flags as { inputs: string };
  const [other, instead] = Object.entries(ALONE).find(([name]) => (rest as Record<string, unknown>)[name] !== undefined) ?? [];
  if (other !== undefined) throw new ParaboundError('OPTION_CONFLICT', `${optionNamed(other as OptionName).flag} and --inputs exclude each other`, 'the query', instead);
  const { model, options, voice, progress } = await readQuery(path, rest);
  const { onProgress: _, ...query } = options;
  const { streamEpsilon } = await import('../../stream/epsilon.js');
  const source = new Rows(inputs, model);
  const stream = streamEpsilon(model, source.inputs(), { smt: 'off', ...query as BatchOptions }); // of many rows, Z3 is asked about none unless it may be
  const lines = new Lines();
  let most: LocalEpsilon[] = [];
  const summary = await source.drain(stream, progress, async (answer) => {
    const { row, lower, upper, status } = answer;
    if (voice.json) await lines.write({ row, lower, upper, status });
    if (most.length < MOST_NAMED || upper > most[most.length - 1].upper) most = [...most, answer].sort((a, b) => b.upper - a.upper || a.row - b.row).slice(0, MOST_NAMED);
    progress.draw(`${count(row, 'input')}, the largest epsilon in ${interval({ lower: Math.max(...most.map((each) => each.lower)), upper: most[0].upper })}`);
  });
  // Rows are read ahead: where something else ended the run first, not all before the faulty one were looked at.
  if (source.failure !== undefined && !['timeout', 'interrupted'].includes(summary.status)) summary.status = 'error';
  await lines.flush();
  source.say(voice, summary, () => epsilonsText(summary, most));
}
