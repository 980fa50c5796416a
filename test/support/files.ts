/** Files that a test writes and leaves behind nowhere. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** Call once, at the top of a test file: gives a function that writes a file into a new directory and gives its path. */
export function scratch(): { directory: string; write: (name: string, data: string | Uint8Array) => string } {
  const directory = mkdtempSync(join(tmpdir(), 'parabound-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return {
    directory,
    write(name, data) {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, data);
      return path;
    },
  };
}
