import { median } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { LEAST_CORES, LEAST_MS, pair } from '../lib/pairs.mjs';
import { digits } from '../lib/rows.mjs';
import { epsilon } from '../lib/search.mjs';

/** Those of the networks suite that take longest. */
const NETWORKS = [
  { sizes: [5, 8, 1], activation: 'relu', seed: 5 },
  { sizes: [5, 16, 1], activation: 'relu', seed: 3 },
  { sizes: [5, 16, 1], activation: 'tanh', seed: 5 },
];

export default {
  name: 'threads',
  title: 'two threads against one: epsilon, delta 0.01, gap 1e-9; each pair is timed in turn and gives one ratio. Beside it what two searches at once, a thread each, get from this machine',
  cases({ quick }) {
    const networks = quick ? NETWORKS.slice(0, 1) : NETWORKS;
    return networks.map(({ sizes, activation, seed }) => ({
      name: `${sizes[1]} ${activation} units, ${sizes[0]} inputs, seed ${seed}`, unit: 'times', least: 1.8,
      async run() {
        const model = await randomNetwork({ sizes, activation, seed });
        const search = (threads, gap = 1e-9) => epsilon(model, { delta: 0.01, gap, threads });
        await search(2, 1e-4); // starts the pool, which stays for the pairs
        const pairs = [];
        for (let i = 0; i < (quick ? 1 : 5); i++) pairs.push(await pair(search, i % 2 === 1));
        const one = median(pairs.map((each) => each.one));
        const two = median(pairs.map((each) => each.two));
        const work = median(pairs.map((each) => each.cpuTwo / each.cpuOne));
        const apart = median(pairs.map((each) => (2 * each.one) / each.apart));
        const excuse = one < LEAST_MS ? '; too short to count' : apart < LEAST_CORES ? '; the machine had no two cores free: not counted' : '';
        return {
          samples: pairs.map((each) => each.one / each.two),
          counts: excuse === '',
          note: `${digits(one / 1000)} s to ${digits(two / 1000)} s; CPU time ${digits(work)} times; two searches at once: ${digits(apart)} times${excuse}`,
          detail: { oneMs: one, twoMs: two, cpuTimes: work, twoSearchesAtOnce: apart, pairs },
        };
      },
    }));
  },
};
