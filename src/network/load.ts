import { extname } from 'node:path';
import { ParaboundError, show } from '../errors.js';
import { parseNnet } from '../formats/nnet.js';
import { FILE_LIMIT, readJson, readText } from './files.js';
import { Model } from './model.js';
import { parseModel, type ModelObject } from './parse.js';

/** Formats that other tools write, so that the message can name them instead of calling them broken JSON. */
const OTHER_FORMATS = new Set(['.onnx', '.pt', '.pth', '.h5', '.hdf5', '.keras', '.pb', '.tflite', '.npz', '.npy', '.safetensors', '.smt2', '.csv']);

/**
 * Loads a network from a `parabound-model@1` file or a `.nnet` file, or from a `parabound-model@1` object.
 *
 * @throws ParaboundError FILE_*, JSON_INVALID, MODEL_FORMAT_UNSUPPORTED or MODEL_INVALID (exit status 3)
 */
export async function loadModel(from: string | URL | ModelObject): Promise<Model> {
  if (typeof from === 'string' || from instanceof URL) {
    const path = from instanceof URL ? (await import('node:url')).fileURLToPath(from) : from;
    const extension = extname(path).toLowerCase();
    if (OTHER_FORMATS.has(extension)) {
      throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', `${extension} files are not supported`, `model ${path}`, 'a parabound-model@1 file (.json) or a .nnet file');
    }
    if (extension === '.nnet') return new Model(parseNnet(await readText(path, 'model', FILE_LIMIT, 'MODEL_INVALID'), path));
    return new Model(parseModel(await readJson(path, 'model'), path));
  }
  if (typeof from !== 'object' || from === null) {
    throw new ParaboundError('MODEL_INVALID', show(from), 'loadModel', 'a path or a parabound-model@1 object');
  }
  return new Model(parseModel(from, 'model object'));
}
