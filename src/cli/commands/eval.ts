import { ParaboundError } from '../../errors.js';
import { loadModel } from '../../network/load.js';
import type { Model } from '../../network/model.js';
import { evaluate, type EvaluateOptions } from '../../query/evaluate.js';
import type { QuantizeModelOptions } from '../../query/quantized.js';
import { readStructure, voiceOf } from '../query.js';
import { excluded } from '../../query/box.js';
import { readReplay } from '../replay.js';
import { say, sayNotes } from '../terminal.js';
import { evaluationText } from '../text/evaluation.js';

/** The copy that --quantize and --prune make, to be set beside the model as another one would be. */
async function copyOf(model: Model, flags: object): Promise<Model | undefined> {
  const { quantize, granularity, scheme, quantizeBiases, prune, perturb } = flags as QuantizeModelOptions;
  const asked = Object.fromEntries(Object.entries({ quantize, granularity, scheme, quantizeBiases, prune, perturb }).filter(([, value]) => value !== undefined));
  if (Object.keys(asked).length === 0) return undefined;
  return (await import('../../query/quantized.js')).quantizeModel(model, asked);
}

/** parabound eval MODEL --at INPUT [--parameters FILE] [--against MODEL2] */
export async function evaluateCommand(path: string, flags: object): Promise<void> {
  const voice = voiceOf(flags);
  const words = flags as { at?: string; parameters?: string; against?: string } & Pick<EvaluateOptions, 'level' | 'decision' | 'output' | 'units'>;
  if (words.against !== undefined && ((flags as QuantizeModelOptions).quantize ?? (flags as QuantizeModelOptions).prune) !== undefined) throw excluded('against', (flags as QuantizeModelOptions).quantize === undefined ? 'prune' : 'quantize');
  const missing = () => new ParaboundError('OPTION_REQUIRED', '--at is missing', 'eval', '--at \'[x1,...]\', or --parameters with a result that has a witness');
  if (words.at === undefined && words.parameters === undefined) throw missing();
  const model = await loadModel(path);
  const against = words.against === undefined ? await copyOf(model, flags) : await loadModel(words.against);
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
