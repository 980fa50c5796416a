import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFiles, writeOutput } from '../../src/output.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parabound-write-'));
});
const files = new Map([['a.txt', 'a'], ['b.txt', 'b']]);

describe('writing files', () => {
  it('makes the directory, and writes over an earlier run', async () => {
    const deep = join(directory, 'x', 'y');
    await writeFiles(deep, files);
    await writeFiles(deep, new Map([['a.txt', 'new']]));
    expect(await readdir(deep)).toEqual(['a.txt', 'b.txt']);
    expect(await readFile(join(deep, 'a.txt'), 'utf8')).toBe('new');
  });

  it('says where a file is in the way of the directory', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(writeFiles(join(directory, 'file'), files)).rejects.toMatchObject({ code: 'OUTPUT_FAILED', exitStatus: 1, message: expect.stringMatching(/^there is a file of that name, .*file, expected a directory/) as unknown });
    await expect(writeFiles(join(directory, 'file', 'below'), files)).rejects.toThrow(/not a directory/);
  });

  it('says where no directory can be made: below a link to nothing', async () => {
    await symlink(join(directory, 'nothing', 'there'), join(directory, 'link'));
    await expect(writeFiles(join(directory, 'link', 'below'), files)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
  });

  it.skipIf(!existsSync('/proc/self'))('says where no directory can be made: on /proc, where a recursive mkdir never returns', async () => {
    await expect(writeFiles('/proc/no/where', files)).rejects.toMatchObject({ code: 'OUTPUT_FAILED', message: expect.stringMatching(/^it cannot be made there, \/proc/) as unknown });
  });

  it('of one file makes its folders too, and leaves a link to a file a link', async () => {
    await writeOutput(join(directory, 'x', 'y', 'a.txt'), 'a');
    await symlink(join(directory, 'x', 'y', 'a.txt'), join(directory, 'link'));
    await writeOutput(join(directory, 'link'), 'b');
    expect([(await lstat(join(directory, 'link'))).isSymbolicLink(), await readFile(join(directory, 'x', 'y', 'a.txt'), 'utf8'), await readdir(directory)]).toEqual([true, 'b', ['link', 'x']]);
  });

  it.each(['', '.', '..', 'new/', 'new/..', '/'])('%j names no file', async (path) => {
    await expect(writeOutput(path === '' ? path : join(directory, 'x') + (path.startsWith('/') ? path : `/${path}`), 'a')).rejects.toMatchObject({ code: 'OUTPUT_FAILED', message: expect.stringMatching(/^no name of a file, .*, expected a file that can be written$/) as unknown });
    expect(await readdir(directory)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('goes into what is no file, and does not take its place', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([readFile(pipe, 'utf8'), writeOutput(pipe, 'whole')]);
    expect([text, (await lstat(pipe)).isFIFO(), await readdir(directory)]).toEqual(['whole', true, ['pipe']]);
  });

  it('follows a link to a directory', async () => {
    await mkdir(join(directory, 'real'));
    await symlink(join(directory, 'real'), join(directory, 'link'));
    await writeFiles(join(directory, 'link'), files);
    expect(await readdir(join(directory, 'real'))).toEqual(['a.txt', 'b.txt']);
  });

  it('says where a directory is in the way of a file', async () => {
    await mkdir(join(directory, 'b.txt', 'c'), { recursive: true });
    await expect(writeFiles(directory, files)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
    expect((await readdir(directory)).sort()).toEqual(['a.txt', 'b.txt']);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and leaves no half file', async () => {
    await symlink('/dev/full', join(directory, 'b.txt.part'));
    await expect(writeFiles(directory, files)).rejects.toMatchObject({ code: 'OUTPUT_FAILED', message: expect.stringMatching(/^no space left on the disk, .*b\.txt/) as unknown });
    expect(await readdir(directory)).toEqual(['a.txt']);
  });

  it.skipIf(process.getuid?.() === 0)('says that it may not write there (not to be tried as root)', async () => {
    await chmod(directory, 0o500);
    await expect(writeFiles(directory, files)).rejects.toThrow(/permission denied/);
  });
});
