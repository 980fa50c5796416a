import { median, timed } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { digits } from '../lib/rows.mjs';
import { epsilon } from '../lib/search.mjs';

/** Those of the networks suite that take longest. */
const NETWORKS = [
  { sizes: [5, 8, 1], activation: 'relu', seed: 5 },
  { sizes: [5, 16, 1], activation: 'relu', seed: 3 },
  { sizes: [5, 16, 1], activation: 'tanh', seed: 5 },
];
/** A shorter search does not count, nor one on a machine that had less than this for two threads that share nothing. */
const LEAST_MS = 2000;
const LEAST_CORES = 1.7;

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

/** One thread and two in either order, so that what drifts does not favour one; then two searches side by side. */
async function pair(search, twoFirst) {
  const times = {};
  for (const threads of twoFirst ? [2, 1] : [1, 2]) {
    const before = process.cpuUsage();
    const { ms, value } = await timed(() => search(threads));
    const { user, system } = process.cpuUsage(before);
    times[threads] = { ms, cpu: (user + system) / 1000, boxes: value.stats.boxes };
  }
  const apart = await timed(() => Promise.all([search(1), search(1)]));
  return { one: times[1].ms, two: times[2].ms, apart: apart.ms, cpuOne: times[1].cpu, cpuTwo: times[2].cpu, boxesOne: times[1].boxes, boxesTwo: times[2].boxes };
}
