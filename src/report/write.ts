import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParaboundError } from '../errors.js';

/**
 * Writes files into a directory, which is made where it is missing. A file appears under its name only when it is whole.
 *
 * @throws ParaboundError OUTPUT_FAILED with the path and the reason; the files before it stay
 */
export async function writeFiles(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  await guarded(directory, () => mkdir(directory, { recursive: true }));
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

const REASONS: Record<string, string> = {
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
