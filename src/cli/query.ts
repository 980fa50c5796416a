import { ParaboundError } from '../errors.js';
import { parseJson, readText } from '../network/files.js';
import { loadModel } from '../network/load.js';
import type { Model } from '../network/model.js';
import { OPTIONS } from '../options.js';
import { requireBox } from '../query/box.js';
import type { QueryOptions } from '../query/settings.js';
import { ProgressLine } from './progress.js';
import { stopGracefully } from './signals.js';
import type { Voice } from './terminal.js';

/** Options as commander has parsed them: structures are still the words that were typed. */
export type Flags = Record<string, unknown> & Voice;

export function voiceOf(flags: object): Voice {
  const { json = false, quiet = false, debug = false } = flags as Partial<Voice>;
  return { json, quiet, debug };
}

/** A structure typed on the command line, or in the file that it names. */
export async function readStructure(word: string, flag: string, expected: string): Promise<unknown> {
  if (/^\s*[[{]/.test(word)) return parseJson(word, flag);
  try {
    return parseJson(await readText(word, flag), `${flag} ${word}`);
  } catch (error) {
    if (error instanceof ParaboundError && error.code === 'FILE_NOT_FOUND') {
      throw new ParaboundError('FILE_NOT_FOUND', 'no such file', `${flag} ${word}`, expected);
    }
    throw error;
  }
}

/** Intervals, as JSON or as the input box of a VNN-LIB property. */
async function readDomain(word: string): Promise<{ domain: unknown; notes?: string[] }> {
  const { isVnnlib, readVnnlib } = await import('../formats/vnnlib/read.js');
  if (isVnnlib(word)) return readVnnlib(word);
  return { domain: await readStructure(word, '--domain', '\'[[lo,hi],...]\', a file of that, or a .vnnlib file') };
}

/** Everything a search command needs: the model, the library's options, and what to do with progress. Some find the box themselves. */
export async function readQuery(path: string, flags: object, needsBox = true): Promise<{ model: Model; options: QueryOptions; voice: Voice; progress: ProgressLine }> {
  const signal = stopGracefully();
  const voice = voiceOf(flags);
  const progress = new ProgressLine(voice);
  const words = flags as Partial<Record<string, string>>;
  if (needsBox) requireBox(words);
  const model = await loadModel(path);
  const options: Record<string, unknown> = { signal, onProgress: progress.listener };
  for (const { name, commandOnly } of OPTIONS) {
    if (commandOnly !== true && words[name] !== undefined) options[name] = words[name];
  }
  if (words.domain !== undefined) Object.assign(options, await readDomain(words.domain));
  if (words.at !== undefined) options.at = await readStructure(words.at, '--at', '\'[x1,...]\' or a file of that');
  if (words.parameters !== undefined) options.parameters = await readStructure(words.parameters, '--parameters', 'a file of {"lower":[...],"upper":[...]}');
  if (words.against !== undefined) options.against = await loadModel(words.against);
  return { model, options, voice, progress };
}
