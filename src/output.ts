/** Everything that is written where a user says: folders that are missing are made, and a file appears under its name only when it is whole. */
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ParaboundError } from './errors.js';

/**
 * Writes files into a directory.
 *
 * @throws ParaboundError OUTPUT_FAILED with the path and the reason; the files before it stay
 */
export async function writeFiles(directory: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  await makeFolders(directory);
  for (const [name, text] of files) {
    const path = join(directory, name);
    await guarded(path, 'a file that can be written', () => writeWhole(path, text));
  }
}

/** Writes one file. Throws as `writeFiles` does. */
export async function writeOutput(path: string, text: string | Uint8Array): Promise<void> {
  if (/(^|[\\/])\.{0,2}$/.test(path)) throw new ParaboundError('OUTPUT_FAILED', 'no name of a file', path === '' ? "''" : path, 'a file that can be written');
  await writeFiles(dirname(path), new Map([[basename(path), text]]));
}

/** Makes a directory, and those that it is to be in: `mkdir -p`. Throws OUTPUT_FAILED. */
export async function makeFolders(directory: string): Promise<void> {
  await guarded(directory, 'a directory that can be written to', () => makeDirectory(directory));
}

async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  // What is no file, as /dev/stdout, is written to and not put aside.
  if (there !== undefined && !there.isFile() && !there.isDirectory()) return writeFile(path, text);
  const target = there === undefined ? path : await realpath(path); // a link stays one
  const part = `${target}.part`;
  try {
    await writeFile(part, text);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * `mkdir` with `recursive` never returns where the system answers ENOENT although the parent is there, as on /proc. So the
 * parents are made here, and each directory is tried twice at most.
 */
async function makeDirectory(directory: string, again = false): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !again && dirname(directory) !== directory) {
      await makeDirectory(dirname(directory));
      await makeDirectory(directory, true);
    } else if (!(await isDirectory(directory))) {
      throw error;
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

const REASONS: Record<string, string> = {
  ENOENT: 'it cannot be made there',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'part of the path is not a directory',
  EEXIST: 'there is a file of that name',
  EISDIR: 'there is a directory of that name',
};

async function guarded(path: string, expected: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ParaboundError('OUTPUT_FAILED', REASONS[code ?? ''] ?? message, path, expected, { cause: error });
  }
}
