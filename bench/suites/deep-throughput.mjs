import { estimateEpsilon } from '../../dist/index.js';
import { costOf, once } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { acas, GAP, PROPERTIES, short } from '../lib/deep.mjs';
import { median } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { LEAST_CORES, LEAST_MS, pair } from '../lib/pairs.mjs';

const copy = async (more) => [await acas('1_1'), { against: await acas('1_1', '_16bit'), ...more }];
/** Each over a whole domain, where no search of seconds ends. */
const KINDS = [
  { name: 'ACAS Xu, parameter box', query: async () => [await acas('1_1'), { delta: 1e-4 }] },
  { name: 'ACAS Xu, fp16 copy', query: () => copy({}) },
  { name: 'ACAS Xu, a box round the copy', query: () => copy({ delta: 1e-4 }) },
  { name: 'one hidden layer, 16 relu units, 5 inputs', query: async () => [await randomNetwork({ sizes: [5, 16, 1], activation: 'relu', seed: 3 }), { delta: 0.01 }] },
];

export default {
  name: 'deep-throughput',
  lacking: () => lackingData([PROPERTIES]),
  title: 'boxes a second over a whole domain, best first from the root, attacks included: with one thread, and what two make of as many boxes. Beside it what two searches at once, a thread each, get from this machine',
  cases({ quick }) {
    if (lackingData([PROPERTIES]) !== undefined) return [];
    return KINDS.flatMap((kind) => rows(kind, quick ? { seconds: 0.5, runs: 1 } : { seconds: 3, runs: 5 }));
  },
};

function rows({ name, query }, { seconds, runs }) {
  const measured = once(async () => {
    const [model, options] = await query();
    const search = (threads, limits) => estimateEpsilon(model, { ...options, gap: GAP, threads, witness: 'none', ...limits });
    await search(2, { timeout: 0.2 }); // starts the pool, which stays for the pairs
    // As many boxes as one thread gets to in the time: the two of a pair then look at nearly the same ones.
    const { value, peakMiB } = await costOf(() => search(1, { timeout: seconds }));
    const maxBoxes = value.stats.boxes;
    const pairs = [];
    for (let i = 0; i < runs; i++) pairs.push(await pair((threads) => search(threads, { maxBoxes }), i % 2 === 1));
    return { pairs, peakMiB };
  });
  const rate = ({ one, boxesOne }) => (1000 * boxesOne) / one;
  const gain = (each) => (1000 * each.boxesTwo) / each.two / rate(each);
  return [{
    name, unit: 'boxes/s',
    async run() {
      const { pairs, peakMiB } = await measured();
      const cpu = median(pairs.map(({ cpuOne, boxesOne }) => cpuOne / boxesOne));
      return { samples: pairs.map(rate), note: `${short(cpu)} CPU ms a box, ${pairs[0].boxesOne} boxes, ${Math.round(peakMiB)} MiB`, detail: { cpuMsPerBox: cpu, peakMiB, pairs } };
    },
  }, {
    name: `${name}, two threads`, unit: 'times', least: 1.9,
    async run() {
      const { pairs } = await measured();
      const apart = median(pairs.map(({ one, apart: both }) => (2 * one) / both));
      const excuse = median(pairs.map(({ one }) => one)) < LEAST_MS ? '; too short to count' : apart < LEAST_CORES ? '; the machine had no two cores free: not counted' : '';
      return {
        samples: pairs.map(gain), counts: excuse === '',
        note: `${Math.round(median(pairs.map(({ two, boxesTwo }) => (1000 * boxesTwo) / two)))} boxes/s; two searches at once: ${short(apart)} times${excuse}`,
        detail: { twoSearchesAtOnce: apart },
      };
    },
  }];
}
