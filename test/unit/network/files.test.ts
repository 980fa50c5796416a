import { mkdtempSync, openSync, ftruncateSync, closeSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { FILE_LIMIT, readText } from '../../../src/network/files.js';
import { loadModel } from '../../../src/network/load.js';
import { cats } from '../../support/models.js';

const text = JSON.stringify(cats());
let directory: string;
beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'parabound-files-')); });
afterAll(() => { rmSync(directory, { recursive: true }); });

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** The 200 MB that a user might point at, without writing them. */
function sparse(name: string, bytes: number): string {
  const path = join(directory, name);
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
  return path;
}

const refused = (path: string, code: ErrorCode, message: RegExp) =>
  expect(loadModel(path)).rejects.toMatchObject({ code, exitStatus: 3, message: expect.stringMatching(message) as string });

describe('model files', () => {
  it('loads from a path and from a URL', async () => {
    const path = file('cats.json', text);
    expect((await loadModel(path)).hash).toBe((await loadModel(pathToFileURL(path))).hash);
  });
  it('loads with a byte order mark', async () => {
    expect((await loadModel(file('bom.json', `\ufeff${text}`))).inputCount).toBe(2);
  });
  it('reads a pipe, whose size is not known beforehand', async () => {
    const path = join(directory, 'pipe');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const writer = spawn('sh', ['-c', `cat '${file('piped.json', text)}' > '${path}'`]);
    expect(await readText(path, 'model')).toBe(text);
    writer.kill();
  });
  it('no such file', () => refused(join(directory, 'nope.json'), 'FILE_NOT_FOUND', /no such file, model .*nope\.json/));
  it('a path through a file', () => refused(join(file('plain.json', text), 'x.json'), 'FILE_NOT_FOUND', /no such file/));
  it('a directory', async () => {
    mkdirSync(join(directory, 'folder.json'));
    await refused(join(directory, 'folder.json'), 'FILE_UNREADABLE', /a directory/);
  });
  it('not JSON', () => refused(file('prose.json', 'weights: 1, 2'), 'JSON_INVALID', /model .*prose\.json/));
  it('NaN, which JSON does not have', () => refused(file('nan.json', text.replace('0.07577862', 'NaN')), 'JSON_INVALID', /nan\.json/));
  it('1e999, which is JSON and no double', () => refused(file('inf.json', text.replace('0.07577862', '1e999')), 'MODEL_INVALID', /Infinity, layers\[0\]\.weights\[0\]\[0\]/));
  it('cut off', () => refused(file('cut.json', text.slice(0, 100)), 'JSON_INVALID', /cut\.json/));
  it('empty', () => refused(file('empty.json', ''), 'JSON_INVALID', /empty, model/));
  it('UTF-16', () => refused(file('wide.json', Buffer.from(`\ufeff${text}`, 'utf16le')), 'JSON_INVALID', /UTF-16/));
  it('not UTF-8', () => refused(file('latin.json', Buffer.from(text.replace('female', 'f\u00e9male'), 'latin1')), 'JSON_INVALID', /not UTF-8/));
  it('over the limit, by its size alone', async () => {
    const startedAt = performance.now();
    await refused(sparse('huge.json', 200e6), 'FILE_TOO_LARGE', /200000000 bytes, .*at most 67108864 bytes \(64 MiB\)/);
    expect(performance.now() - startedAt).toBeLessThan(200); // it was not read
  });
  it('over the limit where the size is not told: the zeros of a device', async () => {
    await expect(readText('/dev/zero', 'model', 1 << 20)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(FILE_LIMIT).toBe(64 * 2 ** 20);
  });
  it.each(['.keras', '.PT', '.csv'])('%s is a format that is not read', async (extension) => {
    await refused(file(`net${extension}`, text), 'MODEL_FORMAT_UNSUPPORTED', new RegExp(extension.toLowerCase()));
  });
});
