import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import { hasOwnFormat, loadModel } from '../network/load.js';
import { MODEL_FORMAT, parseModel } from '../network/parse.js';
import type { Units } from '../query/units.js';
import { readStructure } from './query.js';

/** Parameters to set beside a model's own, with the input they came with, if any. */
export interface Replay {
  parameters: ArrayLike<number>;
  input?: number[];
  /** Those of the input, where the result says. */
  units?: Units;
  notes: string[];
}

interface Recorded {
  input?: unknown;
  parameters?: unknown;
}

const EXPECTED = 'a flat list, {"parameters":[...]}, a model file, or a result with a witness';

/**
 * Reads what `eval --parameters` may name. Of a result with a witness for each class, the one at `at`, or the only one; a
 * witness without parameters has those of `against`.
 */
export async function readReplay(word: string, model: Model, against: Model | undefined, at: unknown): Promise<Replay> {
  const where = `--parameters ${word.length > 60 ? `${word.slice(0, 57)}...` : word}`;
  const invalid = (what: string, expected = EXPECTED) => new ParaboundError('PARAMETERS_INVALID', what, where, expected);
  if (hasOwnFormat(word)) return { parameters: (await loadModel(word)).parameters, notes: [] };
  const json = await readStructure(word, '--parameters', EXPECTED);
  if (Array.isArray(json)) return { parameters: json as number[], notes: [] };
  if (typeof json !== 'object' || json === null) throw invalid(show(json));
  if ('format' in json && json.format === MODEL_FORMAT) return { parameters: parseModel(json, word).parameters, notes: [] };

  const result = json as { parameters?: unknown; units?: unknown; model?: unknown; semantics?: unknown; witness?: Recorded | null; classes?: { witness?: Recorded | null }[] };
  if (Array.isArray(result.parameters) && result.witness === undefined) {
    return withInput(result, []);
  }
  const witnesses = [result.witness, ...(Array.isArray(result.classes) ? result.classes.map((each) => each.witness) : [])]
    .filter((each): each is Recorded => typeof each === 'object' && each !== null);
  if (witnesses.length === 0) throw invalid('no witness', 'a result with one');
  const here = at === undefined ? witnesses : witnesses.filter((each) => sameInput(each.input, at));
  const chosen = here.length > 0 ? here[0] : witnesses[0];
  if (here.length !== 1 && witnesses.length > 1) throw invalid(`${witnesses.length} witnesses`, '--at with the input of one of them');
  const notes = typeof result.model === 'string' && result.model !== model.hash
    ? [`the witness is of another model: ${result.model.slice(0, 12)}, not ${model.hash.slice(0, 12)}`] : [];
  if (typeof result.semantics === 'string' && result.semantics !== 'real') notes.push(`the witness is of a run of a device (${result.semantics}), whose roundings are not replayed`);
  if (chosen.parameters === null) {
    if (against === undefined) throw invalid('the witness has no parameters of its own', '--against with the model that was given to it, or the --quantize and --prune of the query');
    return withInput({ ...chosen, parameters: Array.from(against.parameters) }, notes);
  }
  if (!Array.isArray(chosen.parameters)) throw invalid('no parameters in the witness');
  return withInput(chosen, notes);

  function withInput(recorded: Recorded, said: string[]): Replay {
    const parameters = recorded.parameters as number[];
    if (!Array.isArray(recorded.input)) return { parameters, notes: said };
    const { units } = result;
    return { parameters, notes: said, input: recorded.input as number[], ...(units === 'physical' || units === 'normalised' ? { units } : {}) };
  }
}

function sameInput(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => value === b[i]);
}
