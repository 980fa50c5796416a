import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BitsResult } from '../../src/decide/bits.js';
import type { DeltaResult } from '../../src/decide/delta.js';
import type { SensitivityResult } from '../../src/decide/sensitivity.js';
import { COMMAND, json, parabound, ROOT } from '../support/command.js';
import { randomModel } from '../support/models.js';

const CATS = 'examples/cats.json';
const ATHLETES = 'examples/athletes-relu.json';

describe('search delta', () => {
  it('says what is proved, what is violated, and where', () => {
    const { status, stdout, stderr } = parabound(['search', 'delta', CATS, '--epsilon', '0.05']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^largest delta in \[0\.0086\d*, 0\.0087\d*\]: the outputs move by 0\.05 at most\n {2}proved at delta .*\n {2}violated at delta .*\n {2}complete: /);
    expect(stdout).toMatch(/witness: difference at least 0\.0500/);
    expect(stdout).toMatch(/\d+ candidates; \d+ boxes/);
  });
  it('--json, and its ends hold for verify', () => {
    const result = json(parabound(['search', 'delta', CATS, '--sigma', '0.03', '--relative', '--delta-gap', '0.001', '--json'])) as DeltaResult;
    expect(result).toMatchObject({ schema: 'parabound/search@1', query: 'search-delta', property: { kind: 'sigma', threshold: 0.03 }, relative: true, status: 'complete', semantics: 'real' });
    expect(result.upper - result.lower!).toBeLessThanOrEqual(0.001 * result.upper);
    const verdict = (delta: number): unknown => (json(parabound(['verify', 'sigma', CATS, '--sigma', '0.03', '--delta-relative', String(delta), '--json'])) as { verdict: string }).verdict;
    expect([verdict(result.lower!), verdict(result.upper)]).toEqual(['robust', 'violated']);
  });
  it('round a copy that has not the property there is no lower end; where nothing violates it there is no upper one', () => {
    const none = parabound(['search', 'delta', ATHLETES, '--epsilon', '0.05', '--quantize', 'int8']);
    expect(none.stdout).toMatch(/^no delta is proved: .*\n {2}violated at delta 0, and above/);
    expect(json(parabound(['search', 'delta', CATS, '--epsilon', '1', '--json', '--witness', 'none']))).toMatchObject({ upper: null, status: 'capped' });
  });
});

describe('search bits', () => {
  it('lists every width, and proves what it names', () => {
    const { status, stdout } = parabound(['search', 'bits', ATHLETES, '--epsilon', '0.05']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^fewest bits for all layers: int7,int7, 63 bits: .*\nfewest bits layer by layer: int\d,int\d, \d+ bits, \d+% fewer\n/);
    expect(stdout.match(/^ {4}int(\d+),int\1 /gm)!.length).toBe(15);
    const { best } = json(parabound(['search', 'bits', ATHLETES, '--epsilon', '0.05', '--json'])) as BitsResult;
    expect(json(parabound(['verify', 'epsilon', ATHLETES, '--epsilon', '0.05', '--quantize', best!.quantize, '--json']))).toMatchObject({ verdict: 'robust' });
  });
  it('tries the formats that are named, floats too', () => {
    const { status, stdout } = parabound(['search', 'bits', ATHLETES, '--epsilon', '0.001', '--formats', 'int4,int8,bf16,fp16']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^fewest bits for all layers: fp16,fp16, 144 bits: [^]*\n {4}fp16,fp16 {2}144 bits {2}robust {2}[^\n]*\n {4}bf16,bf16 {2}144 bits {2}violated [^]*\n {4}int4,int4 /);
  });
  it('says where nothing is proved', () => {
    const { stdout } = parabound(['search', 'bits', CATS, '--epsilon', '0.001', '--max-bits', '8', '--format', 'fixed']);
    expect(stdout).toMatch(/^no width from 2 to 8 bits for all layers is proved/);
  });
});

describe('sensitivity', () => {
  it('prints a row for each layer and each tensor', () => {
    const { status, stdout } = parabound(['sensitivity', ATHLETES, '--delta', '0.001', '--relative-gap', '0.01']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^epsilon in \[.*\] with everything moving\n {2}complete/);
    expect(stdout.match(/^ {2}(layer \d| {2}weights| {2}biases) .*%/gm)!.length).toBe(6);
  });
  it('--json, of a quantised copy', () => {
    const result = json(parabound(['sensitivity', ATHLETES, '--quantize', 'int8', '--json'])) as SensitivityResult;
    expect(result).toMatchObject({ schema: 'parabound/sensitivity@1', query: 'epsilon', status: 'complete' });
    expect(result.tensors.map(({ layer, kind, moving }) => [layer, kind, moving])).toEqual([[0, 'weights', 6], [0, 'biases', 0], [1, 'weights', 3], [1, 'biases', 0]]);
    expect(result.layers[0].share!.lower).toBeGreaterThan(1); // the roundings of the two layers cancel each other in part
    expect(result.layers[1].saving!.upper).toBeLessThan(0);
  });
});

describe('a signal', () => {
  it('prints what was proved by then, and leaves with 130', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'parabound-decide-')), 'deep.json');
    writeFileSync(file, JSON.stringify(randomModel({ sizes: [4, 20, 20, 20, 1], seed: 1, last: 'sigmoid' })));
    const child = spawn(process.execPath, [COMMAND, 'search', 'delta', file, '--epsilon', '0.05', '--delta-gap', '1e-9', '--json'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    setTimeout(() => child.kill('SIGINT'), 1500);
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(130);
    const result = JSON.parse(out) as DeltaResult;
    expect(result.status).toBe('interrupted');
    expect(result.steps.length).toBeGreaterThan(0);
  });
});
