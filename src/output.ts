import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ParaboundError } from './errors.js';

/**
 * Writes files into a directory, which is made where it is missing. A file appears under its name only when it is whole.
 *
 * @throws ParaboundError OUTPUT_FAILED with the path and the reason; the files before it stay
 */
export async function writeFiles(directory: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  await guarded(directory, () => makeDirectory(directory));
  for (const [name, text] of files) {
    const path = join(directory, name);
    const part = `${path}.part`;
    await guarded(path, async () => {
      try {
        await writeFile(part, text);
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw error;
      }
    });
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

async function guarded(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ParaboundError('OUTPUT_FAILED', REASONS[code ?? ''] ?? message, path, 'a directory that can be written to (--out)', { cause: error });
  }
}
