import { extname } from 'node:path';
import { ParaboundError, show } from '../errors.js';
import { FILE_LIMIT, readJson, readText } from './files.js';
import { Model, type ModelFields } from './model.js';
import { parseModel, type ModelObject } from './parse.js';

type Reader = (path: string) => Promise<ModelFields>;

/** JSON is told by what is in it. */
const readJsonModel: Reader = async (path) => {
  const json = await readJson(path, 'model');
  const [{ isTfjs, readTfjs }, { isLayout, readLayout }] = await Promise.all([import('../formats/tfjs/read.js'), import('../formats/safetensors/layout.js')]);
  return isTfjs(json) ? readTfjs(json, path) : isLayout(json) ? readLayout(json, path) : parseModel(json, path);
};

/** Who reads what, by extension; any other extension is JSON. A reader, and the library it needs, is loaded when a file asks for it. */
const READERS: Record<string, Reader> = {
  '.nnet': async (path) => (await import('../formats/nnet.js')).parseNnet(await readText(path, 'model', FILE_LIMIT, 'MODEL_INVALID'), path),
  '.safetensors': async (path) => (await import('../formats/safetensors/layout.js')).readSafetensors(path),
  '.onnx': async (path) => (await import('../formats/onnx/read.js')).readOnnx(path),
};

const READ = ['a parabound-model@1 file (.json)', 'a .nnet file', 'an .onnx file', 'a TensorFlow.js layers model (model.json)', 'a .safetensors file with a layout'];

/** Does the extension name a format other than JSON? */
export function hasOwnFormat(path: string): boolean {
  return Object.hasOwn(READERS, extname(path).toLowerCase());
}

/** Formats that other tools write, so that the message can name them instead of calling them broken JSON. */
const OTHER_FORMATS = new Set(['.pt', '.pth', '.h5', '.hdf5', '.keras', '.pb', '.tflite', '.npz', '.npy', '.smt2', '.csv']);

/**
 * Loads a network from a file in one of the formats of docs/model.md, or from a `parabound-model@1` object.
 *
 * @throws ParaboundError FILE_*, JSON_INVALID, MODEL_FORMAT_UNSUPPORTED or MODEL_INVALID (exit status 3)
 */
export async function loadModel(from: string | URL | ModelObject): Promise<Model> {
  if (typeof from === 'string' || from instanceof URL) {
    const path = from instanceof URL ? (await import('node:url')).fileURLToPath(from) : from;
    const extension = extname(path).toLowerCase();
    if (OTHER_FORMATS.has(extension)) {
      throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', `${extension} files are not supported`, `model ${path}`, READ.join(', '));
    }
    return new Model(await (READERS[extension] ?? readJsonModel)(path));
  }
  if (typeof from !== 'object' || from === null) {
    throw new ParaboundError('MODEL_INVALID', show(from), 'loadModel', 'a path or a parabound-model@1 object');
  }
  return new Model(parseModel(from, 'model object'));
}
