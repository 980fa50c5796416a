// Labels at many inputs: what a library call and the command give in a second, and how much of a domain a region settles.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flipRegion, streamVerdicts } from '../../dist/index.js';
import { seededRandom } from '../../dist/random.js';
import { timed } from '../lib/measure.mjs';
import { example, randomNetwork } from '../lib/networks.mjs';
import { measuredProcess } from '../lib/process.mjs';

const LEAST = 2000; // "thousands"
const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const MODEL = fileURLToPath(new URL('../../examples/cats.json', import.meta.url));

const NETWORKS = [
  ['cats, delta 0.01', () => example('cats'), { delta: 0.01 }, 10_000, LEAST],
  ['athletes-relu, delta 0.01', () => example('athletes-relu'), { delta: 0.01 }, 10_000, LEAST],
  ['cats, any rounding to int8', () => example('cats'), { quantize: 'int8', as: 'box' }, 10_000, LEAST],
  ['5-50-50-1 relu, delta 0.001', () => randomNetwork({ sizes: [5, 50, 50, 1], activation: 'relu', seed: 1 }), { delta: 0.001 }, 2_000, undefined],
  ['5-50-50-1 relu, int8 copy', () => randomNetwork({ sizes: [5, 50, 50, 1], activation: 'relu', seed: 1 }), { quantize: 'int8' }, 2_000, undefined],
];

export default {
  name: 'verdicts',
  title: `labels at random inputs of the domain, proved one by one, all threads; and the part of a domain that a region settles in a second`,
  cases({ quick }) {
    return [
      ...NETWORKS.map(([name, load, options, count, least]) => ({
        name, unit: 'inputs/s', least,
        async run() {
          const model = await load(), list = inputs(model, quick ? count / 10 : count);
          await judged(model, list.slice(0, 100), options); // threads start
          const runs = [];
          for (let run = 0; run < (quick ? 1 : 5); run++) runs.push(await timed(() => judged(model, list, options)));
          const counts = runs[0].value;
          return { samples: runs.map(({ ms }) => (1000 * list.length) / ms), note: `safe ${counts.safe}, flips ${counts.flips}, undecided ${counts.undecided}`, detail: counts };
        },
      })),
      {
        name: 'cats, delta 0.01, the command: CSV to NDJSON', unit: 'inputs/s', least: LEAST,
        async run() {
          const model = await example('cats'), count = quick ? 1_000 : 20_000;
          const directory = mkdtempSync(join(tmpdir(), 'parabound-bench-'));
          const file = join(directory, 'inputs.csv');
          writeFileSync(file, inputs(model, count).map((row) => row.join(',')).join('\n'));
          const { ms, value } = await timed(() => measuredProcess(process.execPath, [COMMAND, 'verdicts', MODEL, '--inputs', file, '--delta', '0.01', '--json'], { seconds: 60 }));
          rmSync(directory, { recursive: true });
          const lines = value.stdout.trim().split('\n').length;
          if (value.status !== 0 || lines < count) throw new Error(`${lines} lines for ${count} inputs: ${value.stderr}`);
          return { samples: [(1000 * count) / ms], note: `${count} inputs in ${(ms / 1000).toFixed(2)} s, the process's start included`, detail: { peakMiB: value.peakMiB } };
        },
      },
      ...[['cats', { delta: 0.01 }], ['athletes-relu', { delta: 0.01 }]].map(([name, options]) => ({
        name: `${name}, region, one second`, unit: '% left',
        async run() {
          const { undecided, safe, flippable } = await flipRegion(await example(name), { ...options, timeout: 1 });
          return { samples: [100 * undecided.upper], note: `safe from ${safe.lower.toFixed(4)}, flippable from ${flippable.lower.toFixed(4)}`, detail: { undecided, safe, flippable } };
        },
      })),
    ];
  },
};

function inputs(model, count) {
  const random = seededRandom(1);
  const { domain, inputCount } = model;
  return Array.from({ length: count }, () => Array.from({ length: inputCount }, (_, i) => domain[2 * i] + (domain[2 * i + 1] - domain[2 * i]) * random()));
}

async function judged(model, list, options) {
  const counts = { safe: 0, flips: 0, undecided: 0 };
  for await (const { verdict } of streamVerdicts(model, list, options)) counts[verdict]++;
  return counts;
}
