import { open } from 'node:fs/promises';
import { ParaboundError } from '../errors.js';

/** No file is read beyond this: 64 MiB, some three million parameters as JSON text. It is stated in docs/errors.md. */
export const FILE_LIMIT = 64 * 1024 * 1024;

const READ_CHUNK = 1 << 20;

/** Reads a file as UTF-8 text (with or without a byte order mark). `malformed` is what is said of bytes that are no such text. */
export async function readText(path: string, role: string, limit = FILE_LIMIT, malformed: 'JSON_INVALID' | 'MODEL_INVALID' = 'JSON_INVALID'): Promise<string> {
  return decode(await readBytes(path, role, limit), `${role} ${path}`, malformed);
}

/** Reads a file, refusing one that is over the limit before reading it. */
export async function readBytes(path: string, role: string, limit = FILE_LIMIT): Promise<Buffer> {
  const where = `${role} ${path}`;
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw fileError(error, where);
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new ParaboundError('FILE_UNREADABLE', 'this is a directory', where, 'a file');
    if (stat.size > limit) throw tooLarge(where, limit, `${stat.size} bytes`);
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) { // to the end even where size says 0: a pipe, or a file that grows while it is read
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.max(stat.size - total, 0) + READ_CHUNK), 0);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
      if (total > limit) throw tooLarge(where, limit, 'more than that');
    }
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  } catch (error) {
    throw fileError(error, where);
  } finally {
    await file.close();
  }
}

/** What the system says of a file that was to be read, as an error with a code; one that has a code already stays as it is. */
export function fileError(error: unknown, where: string): ParaboundError {
  if (error instanceof ParaboundError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ParaboundError('FILE_NOT_FOUND', 'no such file', where, 'a file that can be read');
  return new ParaboundError('FILE_UNREADABLE', code ?? message, where, 'a file that can be read', { cause: error });
}

function tooLarge(where: string, limit: number, size: string): ParaboundError {
  return new ParaboundError('FILE_TOO_LARGE', size, where, `at most ${limit} bytes (${limit / (1 << 20)} MiB)`);
}

function decode(bytes: Buffer, where: string, malformed: 'JSON_INVALID' | 'MODEL_INVALID'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // drops a byte order mark
  } catch {
    const utf16 = bytes.length >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff);
    throw new ParaboundError(malformed, utf16 ? 'UTF-16 text' : 'not UTF-8 text', where, malformed === 'JSON_INVALID' ? 'JSON in UTF-8' : 'text in UTF-8');
  }
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = text.trim() === '' ? 'empty' : (error as Error).message;
    throw new ParaboundError('JSON_INVALID', reason, where, 'JSON');
  }
}

export async function readJson(path: string, role: string): Promise<unknown> {
  return parseJson(await readText(path, role), `${role} ${path}`);
}
