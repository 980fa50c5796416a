/** A model in another of the formats that are read: the same network, number for number, which is held against its hash before a file is made. */
import { basename, dirname, extname, join } from 'node:path';
import { ParaboundError } from '../../errors.js';
import { FILE_LIMIT } from '../../network/files.js';
import { Model } from '../../network/model.js';
import { MODEL_FORMAT, parseModel } from '../../network/parse.js';
import { modelObject } from '../../network/serialize.js';
import { writeFiles } from '../../output.js';
import { parseNnet } from '../nnet.js';
import { LAYOUT_FORMAT, layoutPath, parseLayout } from '../safetensors/layout.js';
import { nnetObstacle, nnetText } from './nnet.js';
import { safetensorsFiles } from './safetensors.js';

export interface Conversion {
  format: string;
  files: string[];
  /** What of the model the format has no place for: nothing that the network computes. */
  notes: string[];
}

interface Written {
  readonly format: string;
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** As it will be read. */
  readonly again: Model;
}

/**
 * Writes the model to `path`, in the format that its extension names: .json, .nnet, or .safetensors with its layout beside it.
 *
 * @throws ParaboundError OPTION_INVALID for another extension, CONVERSION_REFUSED where the format cannot hold the model, OUTPUT_FAILED
 */
export async function convertModel(model: Model, path: string): Promise<Conversion> {
  const extension = extname(path).toLowerCase();
  const write = Object.hasOwn(WRITERS, extension) ? WRITERS[extension] : undefined;
  if (write === undefined) throw new ParaboundError('OPTION_INVALID', `a file that ends in '${extension}'`, '--out', `one that ends in ${Object.keys(WRITERS).join(', ')}`);
  const { format, files, again } = write(model, path, (what, expected) => new ParaboundError('CONVERSION_REFUSED', what, model.source, expected));
  if (again.hash !== model.hash) throw new ParaboundError('INTERNAL', `the file would hold another network, ${again.hash}`, path, model.hash);
  await writeFiles(dirname(path), files);
  return { format, files: [...files.keys()].map((name) => join(dirname(path), name)), notes: lost(model, again, format) };
}

type Refuse = (what: string, expected: string) => ParaboundError;

const WRITERS: Record<string, (model: Model, path: string, refuse: Refuse) => Written> = {
  '.json': (model, path, refuse) => {
    const tooLarge = refuse(`more than ${FILE_LIMIT} bytes of text`, 'a model that is read again; .safetensors takes less');
    if (2 * model.parameters.length > FILE_LIMIT) throw tooLarge; // a digit and a comma each, at least
    const text = `${JSON.stringify(modelObject(model))}\n`;
    if (Buffer.byteLength(text) > FILE_LIMIT) throw tooLarge;
    return { format: MODEL_FORMAT, files: new Map([[basename(path), text]]), again: new Model(parseModel(JSON.parse(text), path)) };
  },
  '.nnet': (model, path, refuse) => {
    const obstacle = nnetObstacle(model);
    if (obstacle !== null) throw refuse(obstacle, 'a model that the format can hold, or --out FILE.json');
    const text = nnetText(model);
    if (text.length > FILE_LIMIT) throw refuse(`${text.length} bytes of text`, `at most ${FILE_LIMIT}; .safetensors takes less`);
    return { format: '.nnet', files: new Map([[basename(path), text]]), again: new Model(parseNnet(text, path)) };
  },
  '.safetensors': (model, path, refuse) => {
    const { tensors, layout } = safetensorsFiles(model, basename(path));
    if (tensors.length > FILE_LIMIT) throw refuse(`${tensors.length} bytes of tensors`, `at most ${FILE_LIMIT}`);
    const text = `${JSON.stringify(layout, null, 1)}\n`;
    const at = layoutPath(path);
    return {
      format: `safetensors with ${LAYOUT_FORMAT}`, files: new Map<string, string | Uint8Array>([[basename(path), tensors], [basename(at), text]]),
      again: new Model(parseLayout(JSON.parse(text) as Record<string, unknown>, at, tensors, path)),
    };
  },
};

function lost(model: Model, again: Model, format: string): string[] {
  const differ = (field: 'domain' | 'labels' | 'inputNames'): boolean => listed(model[field]) !== listed(again[field]);
  const words = [...(differ('inputNames') ? ['names of inputs'] : []), ...(differ('domain') ? ['the domain'] : []), ...(differ('labels') ? ['labels'] : [])];
  return words.length === 0 ? [] : [`${format} has no place for ${words.join(', ')}`];
}

function listed(values: ArrayLike<unknown> | null): string | null {
  return values === null ? null : JSON.stringify(Array.from(values));
}
