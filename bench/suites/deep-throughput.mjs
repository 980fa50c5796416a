import { costOf, once } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { acas, GAP, PROPERTIES, short } from '../lib/deep.mjs';
import { median } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { LEAST_CORES, LEAST_MS, pair } from '../lib/pairs.mjs';
import { peak, rate } from '../lib/peak.mjs';
import { watched } from '../lib/watched.mjs';

const copy = async (more) => [await acas('1_1'), { against: await acas('1_1', '_16bit'), ...more }];
const oneHidden = async (inputs, units) => [await randomNetwork({ sizes: [inputs, units, 1], activation: 'relu', seed: 3 }), { delta: 0.01 }];
/**
 * Each over a whole domain, where no search of seconds ends. `products`: those whose bounds are matrix products. `uneven`: what a box takes differs
 * much, and with what boxes before it took; so many boxes are no measure there, but to prove a bound every box above it has to be split, in whatever order.
 */
const KINDS = [
  { name: 'ACAS Xu, parameter box', products: true, uneven: true, query: async () => [await acas('1_1'), { delta: 1e-4 }] },
  { name: 'ACAS Xu, fp16 copy', products: true, query: () => copy({}) },
  { name: 'ACAS Xu, a box round the copy', products: true, uneven: true, query: () => copy({ delta: 1e-4 }) },
  { name: 'one hidden layer, 64 relu units, 32 inputs', products: true, query: () => oneHidden(32, 64) },
  { name: 'one hidden layer, 16 relu units, 5 inputs', products: false, query: () => oneHidden(5, 16) },
];

export default {
  name: 'deep-throughput',
  lacking: () => lackingData([PROPERTIES]),
  title: 'boxes a second over a whole domain, best first, attacks included: with one thread, from the root on; its multiply-adds in matrix products, as a part of the peak; what two threads make of as many boxes, or of the time to prove what one thread reaches, from the first slices on and from the root on. Beside it what two searches at once, a thread each, get from this machine',
  cases({ quick }) {
    if (lackingData([PROPERTIES]) !== undefined) return [];
    return KINDS.flatMap((kind) => rows(kind, quick ? { seconds: 0.5, runs: 1, quick } : kind.uneven ? { seconds: 10, runs: 3, quick } : { seconds: 3, runs: 5, quick }));
  },
};

function rows({ name, products, uneven, query }, { seconds, runs, quick }) {
  const measured = once(async () => {
    const [model, options] = await query();
    const search = (threads, limits) => watched(model, { ...options, gap: GAP, threads, witness: 'none', ...limits });
    await search(2, { timeout: 0.5 }); // starts the pool, which stays for the pairs
    // As many boxes as one thread gets to in the time: the two of a pair then look at nearly the same ones.
    const { value, peakMiB } = await costOf(() => search(1, { timeout: seconds }));
    const limits = uneven ? { epsilon: value.upper } : { maxBoxes: value.stats.boxes };
    const most = peak();
    const pairs = [];
    for (let i = 0; i < runs; i++) {
      const figures = ({ verdict, multiplyAdds, startMs, farmedMs, farmed }) => ({ verdict, multiplyAdds, startMs, farmedMs, farmed });
      pairs.push({ peak: rate(most, quick) * 1e9, ...(await pair((threads) => search(threads, limits), i % 2 === 1, figures)) });
    }
    return { pairs, peakMiB };
  });
  const boxRate = ({ one, boxesOne }) => (1000 * boxesOne) / one;
  const addRate = ({ one, multiplyAddsOne }) => (1000 * multiplyAddsOne) / one;
  const excuseOf = (pairs, apart) => (median(pairs.map(({ one }) => one)) < LEAST_MS ? '; too short to count' : apart < LEAST_CORES ? '; the machine had no two cores free: not counted' : '');
  return [{
    name, unit: 'boxes/s',
    async run() {
      const { pairs, peakMiB } = await measured();
      const cpu = median(pairs.map(({ cpuOne, boxesOne }) => cpuOne / boxesOne));
      return { samples: pairs.map(boxRate), note: `${short(cpu)} CPU ms a box, ${pairs[0].boxesOne} boxes, ${Math.round(peakMiB)} MiB`, detail: { cpuMsPerBox: cpu, peakMiB, pairs } };
    },
  }, ...(products ? [{
    name: `${name}, multiply-adds`, unit: 'of peak',
    async run() {
      const { pairs } = await measured();
      const [adds, most] = [median(pairs.map(addRate)), median(pairs.map((each) => each.peak))];
      return {
        samples: pairs.map((each) => addRate(each) / each.peak),
        note: `${short(adds / 1e9)} of ${short(most / 1e9)} 10^9 multiply-adds/s; ${short(median(pairs.map(({ multiplyAddsOne, boxesOne }) => multiplyAddsOne / boxesOne / 1e6)))} 10^6 a box`,
        detail: { multiplyAddsPerSecond: adds, peak: most },
      };
    },
  }] : []), {
    name: `${name}, two threads`, unit: 'times', least: 1.9,
    async run() {
      const { pairs } = await measured();
      const apart = median(pairs.map(({ one, apart: both }) => (2 * one) / both));
      const excuse = excuseOf(pairs, apart);
      return {
        samples: pairs.map(({ farmedMsOne, farmedMsTwo, farmedOne, farmedTwo }) => (uneven ? farmedMsOne / farmedMsTwo : farmedTwo / farmedOne)), counts: excuse === '',
        note: `${Math.round(median(pairs.map(({ farmedTwo }) => farmedTwo)))} boxes/s; two searches at once: ${short(apart)} times${excuse}`,
        detail: { twoSearchesAtOnce: apart },
      };
    },
  }, {
    name: `${name}, two threads, from the root on`, unit: 'times',
    async run() {
      const { pairs } = await measured();
      return {
        samples: pairs.map((each) => (uneven ? each.one / each.two : (1000 * each.boxesTwo) / each.two / boxRate(each))),
        note: `${Math.round(median(pairs.map(({ two, boxesTwo }) => (1000 * boxesTwo) / two)))} boxes/s; ${short(median(pairs.map(({ startMsTwo }) => startMsTwo / 1000)))} s before two threads worked, of ${short(median(pairs.map(({ two }) => two / 1000)))}`,
      };
    },
  }];
}
