import { ParaboundError } from '../../errors.js';
import { loadModel } from '../../network/load.js';
import { evaluate, type EvaluateOptions } from '../../query/evaluate.js';
import { readStructure, voiceOf } from '../query.js';
import { readReplay } from '../replay.js';
import { say, sayNotes } from '../terminal.js';
import { evaluationText } from '../text/evaluation.js';

/** parabound eval MODEL --at INPUT [--parameters FILE] [--against MODEL2] */
export async function evaluateCommand(path: string, flags: object): Promise<void> {
  const voice = voiceOf(flags);
  const words = flags as { at?: string; parameters?: string; against?: string } & Pick<EvaluateOptions, 'level' | 'decision' | 'output' | 'units'>;
  const missing = () => new ParaboundError('OPTION_REQUIRED', '--at is missing', 'eval', '--at \'[x1,...]\', or --parameters with a result that has a witness');
  if (words.at === undefined && words.parameters === undefined) throw missing();
  const model = await loadModel(path);
  const against = words.against === undefined ? undefined : await loadModel(words.against);
  const at = words.at === undefined ? undefined : await readStructure(words.at, '--at', '\'[x1,...]\' or a file of that');
  const replay = words.parameters === undefined ? undefined : await readReplay(words.parameters, model, against, at);
  const input = at ?? replay?.input;
  if (input === undefined) throw missing();
  const options: EvaluateOptions = { at: input as number[] };
  if (against !== undefined) options.against = against;
  if (replay !== undefined) options.parameters = replay.parameters;
  if (at === undefined && replay?.units !== undefined) options.units = replay.units;
  for (const name of ['level', 'decision', 'output', 'units'] as const) Object.assign(options, words[name] === undefined ? {} : { [name]: words[name] });
  const result = evaluate(model, options);
  result.notes.push(...(replay?.notes ?? []));
  sayNotes(voice, result.notes);
  say(voice, result, () => evaluationText(model, result));
}
