import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { toDoubles } from '../../src/exact/real.js';
import { flips } from '../../src/exact/witness.js';
import { loadModel, evaluate, reproduce, type Model, type ReproduceResult } from '../../src/index.js';
import type { Reproduction, NetworkResults } from '../../src/paper/reproduction.js';
import { exactLocalEpsilon, exactLocalFlip } from '../oracle/local.js';
import { evaluateDoubles, innerEnds, randomParameters } from '../support/attack.js';
import { random } from '../support/random.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const rule = { level: 0.5, decision: 'max' as const };

let directory: string;
let result: ReproduceResult;
let report: Reproduction;
let models: Model[];
const printed: string[] = [];
const stages: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parabound-reproduce-'));
  result = await reproduce({ out: join(directory, 'out'), print: (text) => printed.push(text), onProgress: ({ stage }) => stages.push(stage) });
  report = result.reproduction;
  models = await Promise.all(report.networks.map(({ network }) => loadModel(new URL(`../../examples/${network.model}`, import.meta.url))));
}, 120_000);

const boxOf = (model: Model, delta: number) => ({ kind: 'radius' as const, center: model.parameters, radius: new Float64Array(model.parameters.length).fill(delta) });
const eachDelta = (visit: (results: NetworkResults, deltaIndex: number, model: Model) => void) => {
  report.networks.forEach((results, i) => results.deltas.forEach((_, d) => visit(results, d, models[i])));
};

describe('Table 1', () => {
  it('is eighteen closed enclosures, in well under a minute', () => {
    const bounds = report.networks.flatMap(({ deltas }) => deltas.flatMap(({ epsilon, sigma }) => [epsilon, ...sigma]));
    expect(bounds).toHaveLength(18);
    for (const { lower, upper, status } of bounds) {
      expect(status).toBe('complete');
      expect(lower).toBeGreaterThan(0);
      expect(upper - lower).toBeLessThanOrEqual(1e-9);
    }
    expect(report.seconds).toBeLessThan(60);
  });

  it('has the known values of the cats, to their printed digits', () => {
    const [cats] = report.networks;
    const digits = cats.deltas.map(({ epsilon, sigma: [female, male] }) => [epsilon, male, female].map(({ lower }) => lower));
    expect(digits[0][0]).toBeCloseTo(0.02852550, 8);
    expect(digits[1][0]).toBeCloseTo(0.05752576, 8);
    expect(digits[0].slice(1).map((value) => value.toFixed(6))).toEqual(['0.024355', '0.021344']);
    expect(digits[1].slice(1).map((value) => value.toFixed(6))).toEqual(['0.052263', '0.040138']);
    expect(cats.deltas.map(({ epsilon }) => epsilon.witness!.input)).toEqual([[20.5, 2], [20.5, 2]]);
  });

  it('has witnesses that attain what they say, in exact arithmetic', () => {
    eachDelta(({ deltas }, d, model) => {
      const { epsilon, sigma } = deltas[d];
      const moved = evaluate(model, { at: epsilon.witness!.input, parameters: epsilon.witness!.parameters! });
      expect(moved.difference!.upper).toBeGreaterThanOrEqual(epsilon.lower);
      expect(epsilon.lower).toBe(epsilon.witness!.value);
      sigma.forEach(({ lower, witness }, label) => {
        const flipped = evaluate(model, { at: witness!.input, parameters: witness!.parameters! });
        expect([flipped.nominal.label, flipped.perturbed!.label]).toEqual([label, 1 - label]);
        expect(flipped.nominal.margin.upper).toBeGreaterThanOrEqual(lower);
      });
    });
  });

  it('grows with delta, and has epsilon at least sigma, as true maxima do', () => {
    for (const { deltas: [half, whole] } of report.networks) {
      expect(whole.epsilon.upper).toBeGreaterThan(half.epsilon.lower);
      for (const { epsilon, sigma } of [half, whole]) for (const { lower } of sigma) expect(epsilon.upper).toBeGreaterThanOrEqual(lower);
    }
  });

  it('is printed before the figures, with the witnesses that refute the paper', () => {
    expect(printed[0]).toMatch(/^Table 1/);
    expect(printed[0].match(/agrees to every printed digit/g)).toHaveLength(4);
    expect(printed[1]).toContain('the printed epsilon 0.00691 is not a maximum');
    expect(printed[1]).toContain('the printed epsilon 0.05054 is not a maximum');
    expect(stages.some((stage) => stage.startsWith('Table 1'))).toBe(true);
    expect(stages.some((stage) => stage.startsWith('Fig. 8'))).toBe(true);
  });
});

describe('the points of Figs. 6, 7, 8', () => {
  it('are 1000 of each domain, every one decided', () => {
    eachDelta(({ points, model, deltas }, d) => {
      expect(points).toHaveLength(1000);
      for (const x of points) x.forEach((value, i) => expect(value >= model.domain[2 * i] && value <= model.domain[2 * i + 1]).toBe(true));
      const { epsilon, flip } = deltas[d].points!;
      expect([epsilon.lower.length, epsilon.upper.length, flip.length]).toEqual([1000, 1000, 1000]);
      expect(flip).not.toContain('undecided');
    });
  });

  it('have local epsilon that encloses the exact one, and never more than the global', () => {
    eachDelta(({ points, deltas }, d, model) => {
      const { delta, epsilon: global, points: local } = deltas[d];
      local!.epsilon.lower.forEach((lower) => expect(lower).toBeLessThanOrEqual(global.upper));
      for (let i = 0; i < points.length; i += 50) {
        const exact = exactLocalEpsilon(model.spec, boxOf(model, delta), points[i], [0], 'confidence');
        const { lower, upper } = toDoubles(exact);
        expect(local!.epsilon.lower[i]).toBeLessThanOrEqual(upper);
        expect(local!.epsilon.upper[i]).toBeGreaterThanOrEqual(lower);
        expect(local!.epsilon.upper[i] - local!.epsilon.lower[i]).toBeLessThanOrEqual(1e-9);
      }
    });
  });

  it('flip where exact arithmetic says so, on a sample', () => {
    eachDelta(({ points, deltas }, d, model) => {
      const { delta, points: local } = deltas[d];
      for (let i = 0; i < points.length; i += 20) {
        expect(local!.flip[i] === 'flippable').toBe(exactLocalFlip(model.spec, boxOf(model, delta), points[i], rule));
      }
    });
  });

  it('flip only between the sigma curves (Definition 5)', () => {
    eachDelta(({ points, deltas }, d, model) => {
      const { sigma, points: local } = deltas[d];
      points.forEach((at, i) => {
        if (local!.flip[i] !== 'flippable') return;
        const { label, margin } = evaluate(model, { at }).nominal;
        expect(margin.lower).toBeLessThanOrEqual(sigma[label!].upper);
      });
    });
  });

  it('do not flip under attack where that is proved', () => {
    const r = random(5);
    eachDelta(({ points, deltas }, d, model) => {
      const { delta, points: local } = deltas[d];
      const ends = innerEnds(boxOf(model, delta));
      points.forEach((x, i) => {
        if (local!.flip[i] !== 'safe') return;
        const nominal = evaluateDoubles(model.spec, model.parameters, x).z[0] > 0;
        for (let trial = 0; trial < 20; trial++) {
          const p = randomParameters(r, ends);
          if (evaluateDoubles(model.spec, p, x).z[0] > 0 !== nominal) expect(flips(model.spec, model.parameters, p, x, rule)).toBe(false);
        }
      });
    });
  });
});

describe('what is written', () => {
  it('is figures, page, results, and witnesses with their models', async () => {
    expect(result.outputError).toBeNull();
    const out = join(directory, 'out');
    expect((await readdir(out)).sort()).toEqual([
      'athletes-linear.json', 'athletes-relu.json', 'cats.json', 'figure-6.svg', 'figure-7.svg', 'figure-8.svg', 'index.html', 'results.json',
      'witness-cats-epsilon-0.005.json', 'witness-cats-epsilon-0.01.json',
    ]);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    for (const figure of [6, 7, 8]) expect(page).toContain(await readFile(join(out, `figure-${figure}.svg`), 'utf8'));
    const results = JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as Reproduction;
    expect(results).toEqual(JSON.parse(JSON.stringify(report)));
    expect(results.networks.map(({ model }) => model.hash)).toEqual(models.map(({ hash }) => hash));
  });

  it('is missing with a reason where the directory cannot be made, and what was proved is there', async () => {
    const blocked = join(directory, 'blocked');
    await writeFile(blocked, '');
    const texts: string[] = [];
    const failed = await reproduce({ out: blocked, print: (text) => texts.push(text) });
    expect(failed.outputError).toMatchObject({ code: 'OUTPUT_FAILED', exitStatus: 1 });
    expect(failed.written).toBeNull();
    expect(failed.reproduction.networks).toHaveLength(3);
    expect(texts[0]).toBe(printed[0]);
  });

  it('is nothing after an abort, which is told in the table', async () => {
    const out = join(directory, 'aborted');
    const texts: string[] = [];
    const { reproduction, written } = await reproduce({ out, signal: AbortSignal.abort(), print: (text) => texts.push(text) });
    expect([reproduction.status, written, existsSync(out)]).toEqual(['interrupted', null, false]);
    expect(texts[0]).toContain('interrupted');
  });
});

describe.skipIf(!existsSync(main))('parabound reproduce', () => {
  it('prints the table, writes, and says where', () => {
    const out = join(directory, 'command');
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'reproduce', '--out', out], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(printed[0]);
    expect(stdout).toContain(out);
    expect(existsSync(join(out, 'index.html'))).toBe(true);
  });

  it('prints what was proved before it says that it cannot write', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'reproduce', '--out', join(main, 'below')], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toContain('Table 1');
    expect(stderr).toMatch(/^OUTPUT_FAILED: [^\n]+\n$/);
  });

  it('with --json says both in one object', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'reproduce', '--json', '--out', join(main, 'below')], { encoding: 'utf8' });
    const { error, ...proved } = JSON.parse(stdout) as Reproduction & { error: { code: string } };
    expect([status, error.code]).toEqual([1, 'OUTPUT_FAILED']);
    expect(stderr).toMatch(/^OUTPUT_FAILED: [^\n]+\n$/);
    expect(proved.networks.map(({ deltas }) => deltas.map(({ epsilon }) => epsilon))).toEqual(report.networks.map(({ deltas }) => deltas.map(({ epsilon }) => epsilon)));
  });

  it('has witnesses that eval replays', () => {
    const out = join(directory, 'out');
    const replay = spawnSync(process.execPath, [main, 'eval', join(out, 'cats.json'), '--parameters', join(out, 'witness-cats-epsilon-0.01.json'), '--json'], { encoding: 'utf8' });
    expect(replay.status).toBe(0);
    expect((JSON.parse(replay.stdout) as { difference: { lower: number } }).difference.lower).toBeGreaterThan(0.0575);
  });
});
