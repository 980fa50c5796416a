import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAthletes } from '../../../src/train/athletes.js';
import { fit } from '../../../src/train/fit.js';
import { formatModel, modelFile } from '../../../src/train/model-file.js';
import { accumulateGradient, forward, glorotUniform, parameterCount } from '../../../src/train/perceptron.js';
import { athletesShape, trainRestarts } from '../../../src/train/select.js';
import { reproducibleSigmoid } from '../../../src/train/sigmoid.js';
import { seededRandom } from '../../../src/random.js';

const root = resolve(import.meta.dirname, '../../..');
const csv = process.env['PARABOUND_ATHLETES_CSV'] ?? resolve(root, '../shared/data/athletes.csv');

describe('training on the athletes (set PARABOUND_ATHLETES_CSV where the data lies elsewhere)', () => {
  it.skipIf(!existsSync(csv)).each(['relu', 'linear'] as const)('gives examples/athletes-%s.json again, to the last bit', async (activation) => {
    const rows = await readAthletes(csv);
    expect(rows).toHaveLength(10858);
    const [best] = trainRestarts(activation, rows);
    expect(best.accuracy).toBeGreaterThan(0.77);
    const committed = await readFile(join(root, `examples/athletes-${activation}.json`), 'utf8');
    expect(formatModel(modelFile(athletesShape(activation), best, rows.length))).toBe(committed);
  });
});

describe('the parts of training', () => {
  it('drops rows without height or weight, and refuses what is not a number', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parabound-train-'));
    const path = join(directory, 'a.csv');
    await writeFile(path, 'id,sex,height,weight\n1,male,1.8,80\n2,female,,60\n3,female,1.6,\n4,female,1.7,55\n');
    expect(await readAthletes(path)).toEqual([
      { x: [1.8, 80], y: 1 },
      { x: [1.7, 55], y: 0 },
    ]);
    await writeFile(path, 'sex,height,weight\nmale,tall,80\n');
    await expect(readAthletes(path)).rejects.toThrow(/row 1: expected numbers/);
    await writeFile(path, 'a,b\n1,2\n');
    await expect(readAthletes(path)).rejects.toThrow(/no row has columns/);
  });

  it('has a sigmoid that agrees with Math.exp to a few ulp and does not overflow', () => {
    for (let z = -40; z <= 40; z += 0.37) {
      const reference = 1 / (1 + Math.exp(-z));
      expect(Math.abs(reproducibleSigmoid(z) - reference)).toBeLessThanOrEqual(8 * Number.EPSILON * reference);
    }
    expect([reproducibleSigmoid(-1e9), reproducibleSigmoid(1e9), reproducibleSigmoid(0)]).toEqual([0, 1, 0.5]);
  });

  it.each(['relu', 'linear'] as const)('has the gradient of the loss (%s, central differences)', (activation) => {
    const shape = athletesShape(activation);
    const parameters = glorotUniform(shape, seededRandom(3));
    const z = new Float64Array(3);
    const x = [1.7, 2.5];
    const gradient = new Float64Array(parameterCount(shape));
    accumulateGradient(shape, parameters, x, 1, z, gradient);
    const loss = (p: Float64Array): number => Math.log1p(Math.exp(-forward(shape, p, x, z)));
    const h = 1e-6;
    for (let i = 0; i < parameters.length; i++) {
      const up = parameters.slice();
      const down = parameters.slice();
      up[i] += h;
      down[i] -= h;
      expect(gradient[i]).toBeCloseTo((loss(up) - loss(down)) / (2 * h), 7);
    }
  });

  it('separates what a line separates, from any of its seeds that start alive', () => {
    const random = seededRandom(1);
    const rows = Array.from({ length: 400 }, () => {
      const x: [number, number] = [random() * 4 - 2, random() * 4 - 2];
      return { x, y: x[0] + x[1] > 0 ? (1 as const) : (0 as const) };
    });
    expect(fit(athletesShape('linear'), rows, 1).accuracy).toBeGreaterThan(0.95);
  });

  it('draws the same numbers from the same seed, all in [0, 1)', () => {
    const a = seededRandom(7);
    const b = seededRandom(7);
    let sum = 0;
    for (let i = 0; i < 10_000; i++) {
      const value = a();
      expect(value).toBe(b());
      expect(value >= 0 && value < 1).toBe(true);
      sum += value;
    }
    expect(sum / 10_000).toBeCloseTo(0.5, 1);
  });
});
