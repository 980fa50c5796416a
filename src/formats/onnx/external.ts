/**
 * Tensors whose bytes stand in files of their own, beside the model. Only files in the model's directory or below it are read, links
 * followed; all of them together are held to the limit of one file.
 */
import { realpath, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { ParaboundError, show } from '../../errors.js';
import { FILE_LIMIT, readBytes } from '../../network/files.js';
import { pathBeside } from '../beside.js';
import type { TensorProto } from './schema.js';
import { shapeOf } from './tensor.js';

export class ExternalData {
  readonly #model: string;
  readonly #files = new Map<string, Buffer>();
  #left = FILE_LIMIT;

  constructor(model: string) {
    this.#model = model;
  }

  /** The bytes of one tensor: as many as its shape and type need. */
  async read(proto: TensorProto, where: string): Promise<Uint8Array> {
    const invalid = (what: string, expected: string): ParaboundError => new ParaboundError('MODEL_INVALID', what, where, expected);
    const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
    const whole = (key: string): number | undefined => {
      const text = entries.get(key);
      if (text === undefined) return undefined;
      if (!/^\d{1,15}$/.test(text)) throw invalid(`${key} ${show(text)} in its external data`, 'a whole number');
      return Number(text);
    };
    const { type, count } = shapeOf(proto, where);
    const need = Math.ceil(count * type.bits / 8);
    const [offset, length] = [whole('offset') ?? 0, whole('length') ?? need];
    if (length !== need) throw invalid(`${length} bytes in its external data`, `${need}, for its shape and type`);
    const bytes = await this.#file(pathBeside(this.#model, entries.get('location'), invalid), where);
    if (offset + length > bytes.length) throw invalid(`bytes ${offset} to ${offset + length} of ${show(entries.get('location'))}, which has ${bytes.length}`, 'bytes that the file has');
    return bytes.subarray(offset, offset + length);
  }

  async #file(path: string, where: string): Promise<Buffer> {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    await this.#checkPlace(path, where);
    const bytes = await readBytes(path, 'external data', this.#left);
    this.#left -= bytes.length;
    this.#files.set(path, bytes);
    return bytes;
  }

  /** A link may lead elsewhere, and a pipe may never end. What is not there is left to the reader's own error. */
  async #checkPlace(path: string, where: string): Promise<void> {
    const [folder, file] = await Promise.all([dirname(this.#model), path].map((each) => realpath(each).catch(() => null)));
    if (folder === null || file === null) return;
    if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw new ParaboundError('MODEL_INVALID', `external data ${show(path)}, which is a link out of the model's directory`, where, 'a file in it');
    const { isFile } = await stat(file).then((found) => ({ isFile: found.isFile() }), () => ({ isFile: true }));
    if (!isFile) throw new ParaboundError('FILE_UNREADABLE', 'this is no plain file', `external data ${path}`, 'a file');
  }
}
