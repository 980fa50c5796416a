/** Certificates by the command: made, checked, unpacked, packed, refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { spawn } from 'node:child_process';

let folder: string;
const CATS = join(ROOT, 'examples/cats.json');
const run = (...words: string[]) => parabound(words, folder);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parabound-check-'));
  run('estimate', 'epsilon', CATS, '--delta', '0.01', '--certificate', 'cats.proof');
});
afterAll(() => { rmSync(folder, { recursive: true }); });

interface Info { file: string; lower: number; upper: number; certified: boolean; leaves: number; bytes: number }

describe('--certificate', () => {
  it.each([
    [['estimate', 'epsilon'], { bound: { lower: expect.closeTo(0.0575258, 6) as number, upper: expect.closeTo(0.0575268, 6) as number } }],
    [['estimate', 'sigma'], { bounds: [{ upper: expect.closeTo(0.0401386, 6) as number }, { upper: expect.closeTo(0.0522636, 6) as number }] }],
    [['verify', 'epsilon', '--epsilon', '0.06'], { claim: { verdict: 'robust', threshold: 0.06 } }],
    [['verify', 'sigma', '--sigma', '0.05'], { claim: { verdict: 'violated' } }],
    [['verify', 'label', '--at', '[10,3]'], { claim: { verdict: 'robust', domain: [[10, 10], [3, 3]] } }],
  ])('%j', ([verb, property, ...words], expected) => {
    const result = json(run(verb, property, CATS, '--delta', '0.01', '--json', '--certificate', 'some.proof', ...words)) as { certificate: Info; model: string };
    expect(result.certificate).toMatchObject({ file: 'some.proof', certified: true, bytes: readFileSync(join(folder, 'some.proof')).length });
    expect(json(run('check', 'some.proof', CATS, '--json'))).toMatchObject({
      schema: 'parabound/check@1', verdict: 'accepted', reason: null, trusted: 0, leaves: result.certificate.leaves, claim: { query: verb === 'estimate' ? property : `verify-${property}`, model: result.model }, ...expected,
    });
  });
  it('in words', () => {
    expect(run('estimate', 'epsilon', CATS, '--delta', '0.01', '--certificate', 'some.proof').stdout).toMatch(/\ncertificate some\.proof: proves \[0\.05752576, 0\.05752676\] \(\d+ leaves, \d+ bytes, .*\)\n/);
    expect(run('check', 'some.proof', CATS)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^accepted\n {2}epsilon in \[0\.05752576, 0\.05752676\]\n {2}over \[6\.3, 20\.5\] x \[2, 3\.9\], parameters \+-0\.01\n\d+ leaves proved; model a776db692124, real arithmetic\n$/) as string });
  });
  it('without time: the domain is one box, and the certificate says what that proves', () => {
    const { certificate } = json(run('estimate', 'epsilon', CATS, '--delta', '0.01', '--json', '--certificate', 'some.proof', '--certificate-timeout', '0')) as { certificate: Info };
    expect(certificate).toMatchObject({ certified: false, leaves: 1 });
    expect(json(run('check', 'some.proof', CATS, '--json'))).toMatchObject({ verdict: 'accepted', bound: { upper: certificate.upper } });
  });
  it.each([['some.proof/below', 'ENOTDIR'], ['.', 'EISDIR'], ...(existsSync('/dev/full') ? [['/dev/full', 'ENOSPC']] : [])])('%s cannot be written: the result is printed, and then the error', (path, code) => {
    const words = ['estimate', 'epsilon', CATS, '--delta', '0.01', '--certificate', path];
    const text = run(...words);
    expect([text.status, text.stdout.slice(0, 28), text.stderr]).toEqual([1, 'epsilon in [0.05752576321427', `OUTPUT_FAILED: ${code}: the certificate could not be written, ${path}, expected a file that can be written\n`]);
    const object = JSON.parse(run(...words, '--json').stdout) as object;
    expect(object).toMatchObject({ lower: expect.closeTo(0.0575257632) as number, certificate: { certified: false }, error: { code: 'OUTPUT_FAILED' } });
  });
  it('a signal ends the making of it, and what was proved by then is written', async () => {
    const child = spawn(process.execPath, [COMMAND, 'estimate', 'epsilon', join(ROOT, 'examples/athletes-relu.json'), '--delta', '0.01', '--gap', '1e-13', '--timeout', '1', '--json', '--certificate', 'cut.proof'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (piece: Buffer) => { text += piece.toString(); });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
    const { certificate } = JSON.parse(text) as { certificate: Info };
    expect(certificate.upper).toBeLessThan(0.7);
    expect(json(run('check', 'cut.proof', join(ROOT, 'examples/athletes-relu.json'), '--json'))).toMatchObject({ verdict: 'accepted', bound: { upper: certificate.upper } });
  });
});

describe('check', () => {
  it('another model', () => {
    expect(run('check', 'cats.proof', join(ROOT, 'examples/athletes-relu.json'))).toMatchObject({ status: 3, stdout: '', stderr: expect.stringMatching(/^CERTIFICATE_REJECTED: it is about another network: a776db[0-9a-f]+, not [0-9a-f]+, certificate cats\.proof\n$/) as string });
  });
  it('a damaged file, as JSON', () => {
    writeFileSync(join(folder, 'cut.proof'), readFileSync(join(folder, 'cats.proof')).subarray(0, 300));
    const { status, stdout } = run('check', 'cut.proof', CATS, '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([3, { schema: 'parabound/check@1', verdict: 'rejected', claim: null, bound: null, reason: expect.stringMatching(/^damaged/) as string, error: { code: 'CERTIFICATE_REJECTED' } }]);
  });
  it.each([
    [['no.proof', CATS], 3, /^FILE_NOT_FOUND: no such file, certificate no\.proof/],
    [['cats.proof', 'no.json'], 3, /^FILE_NOT_FOUND: no such file, model no\.json/],
    [['cats.proof', 'cats.proof'], 3, /^JSON_INVALID|^MODEL_INVALID/],
    [['cats.proof'], 2, /^ARGUMENT_MISSING/],
  ])('%j', (words, status, message) => {
    expect(run('check', ...words)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) as string });
  });
});

describe('certificate', () => {
  it('unpack, and pack again', () => {
    const { stdout } = run('certificate', 'unpack', 'cats.proof');
    writeFileSync(join(folder, 'cats.proof.json'), stdout);
    expect(run('certificate', 'pack', 'cats.proof.json', 'again.proof')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'again.proof')).equals(readFileSync(join(folder, 'cats.proof')))).toBe(true);
    const object = JSON.parse(stdout) as { parts: { upper: number }[] };
    object.parts[0].upper -= 1e-7;
    writeFileSync(join(folder, 'doctored.json'), JSON.stringify(object));
    run('certificate', 'pack', 'doctored.json', 'doctored.proof');
    expect(run('check', 'doctored.proof', CATS)).toMatchObject({ status: 3, stderr: expect.stringMatching(/^CERTIFICATE_REJECTED: leaf \d+ of part 0 \(path [01]+\) cannot be proved on \[/) as string });
  });
  it.each([
    ['unpack', [CATS], /^CERTIFICATE_INVALID: this is no parabound certificate/],
    ['pack', [CATS, 'x.proof'], /^CERTIFICATE_INVALID: undefined, trees in certificate/],
    ['pack', ['no.json', 'x.proof'], /^FILE_NOT_FOUND/],
  ])('%s %j', (verb, words, message) => {
    expect(run('certificate', verb, ...words)).toMatchObject({ status: 3, stdout: '', stderr: expect.stringMatching(message) as string });
  });
});
