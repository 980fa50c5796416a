import { median, repeat } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { epsilon } from '../lib/search.mjs';
import { digits } from '../lib/rows.mjs';

const SIZES = [
  { units: 128, inputs: 2, most: 10 },
  { units: 32, inputs: 3, most: 50 },
  { units: 8, inputs: 5, most: 1000 },
  { units: 16, inputs: 5, most: 10_000 },
];
const SEEDS = [1, 2, 3, 4, 5];
/** The time of smooth units in those of ReLU units. */
const SMOOTH = 5;

export default {
  name: 'networks',
  title: 'random networks of one hidden layer: epsilon on confidences over [-1, 1]^n, delta 0.01, gap 1e-9, one thread; median and range over seeds 1 to 5',
  cases({ quick }) {
    const relu = new Map();
    return ['relu', 'tanh'].flatMap((activation) => SIZES.map(({ units, inputs, most }) => ({
      name: `${units} ${activation} units, ${inputs} inputs`, unit: 'ms',
      most: activation === 'relu' ? most : SMOOTH * most,
      async run() {
        const seeds = [];
        for (const seed of SEEDS) seeds.push(await measured({ sizes: [inputs, units, 1], activation, seed }, quick));
        const samples = seeds.map(({ ms }) => ms);
        const middle = median(samples);
        const boxes = median(seeds.map((each) => each.boxes));
        const key = `${units} ${inputs}`;
        if (activation === 'relu') relu.set(key, middle);
        const beside = activation === 'tanh' && relu.has(key) ? middle / relu.get(key) : undefined;
        return {
          samples,
          note: `${boxes} boxes${beside === undefined ? '' : `; ${digits(beside)} times ReLU's ${digits(relu.get(key))} ms`}`,
          detail: { boxes, ...(beside === undefined ? {} : { timesRelu: beside }), seeds },
        };
      },
    })));
  },
};

async function measured(network, quick) {
  const model = await randomNetwork(network);
  const { samples, value: { lower, upper, stats } } = await repeat(
    () => epsilon(model, { delta: 0.01, gap: 1e-9, threads: 1 }),
    quick ? { runs: 1, seconds: 1 } : { runs: 9, seconds: 10 },
  );
  return { seed: network.seed, ms: median(samples), runs: samples.length, boxes: stats.boxes, lower, upper };
}
