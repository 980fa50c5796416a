import { estimateEpsilon } from '../../dist/index.js';
import { costOf, detailOf, once, ratioOf } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { GAP, lirpaModel, lirpaOptions, QUERIES, read, recordedOf, RESULTS, short } from '../lib/deep.mjs';

export default {
  name: 'deep-search',
  lacking: () => lackingData([QUERIES, RESULTS]),
  title: 'all weights and biases within delta, ten seconds of search, two threads: the upper end over the lower one; at delta 0.01 also what is left of the excess of alpha-CROWN (recorded elsewhere) over the same lower end',
  cases({ quick }) {
    if (lackingData([QUERIES, RESULTS]) !== undefined) return [];
    return read(QUERIES).filter(({ net, delta, region }) => !quick || (region === 'box0.01' && delta === 0.01 && net !== 'rand_784_100_100_10')).flatMap((query) => rows(query, quick ? 1 : 10));
  },
};

/** By the number of inputs: 784 pixels are held to more than two or five. */
function target({ x_lo, delta, region }) {
  if (x_lo.length === 784) return { most: region === 'point' ? 1.5 : 2 };
  return delta <= 1e-4 ? { most: 1.05 } : delta === 1e-3 ? { most: 1.5 } : {};
}

function rows(query, timeout) {
  const name = `${query.net}, delta ${query.delta}, ${query.region}`;
  const answer = once(async () => {
    const model = await lirpaModel(query.net);
    return costOf(() => estimateEpsilon(model, { ...lirpaOptions(query), gap: GAP, timeout, threads: 2, witness: 'none' }));
  });
  const ratio = {
    name, unit: 'ratio', ...target(query),
    async run() {
      const cost = await answer();
      const { lower, upper, stats, status } = cost.value;
      return {
        samples: [ratioOf(cost.value)],
        note: `[${short(lower)}, ${short(upper)}], ${status} after ${short(cost.seconds)} s, ${stats.boxes} boxes, ${short(cost.cpuSeconds)} CPU s, ${Math.round(cost.peakMiB)} MiB`,
        detail: detailOf(cost.value, cost),
      };
    },
  };
  const alpha = recordedOf(query, 'aCROWN');
  if (query.delta !== 0.01 || alpha.length === 0) return [ratio];
  const theirs = Math.min(...alpha.map(({ cert_max }) => cert_max));
  const excess = {
    name: `${name}: ratio - 1`, unit: 'of alpha-CROWN\'s', most: 0.25,
    async run() {
      const { lower, upper } = (await answer()).value;
      const room = theirs / lower - 1, counts = room > 1e-9; // both exact but for roundings: nothing to compare
      const note = room > 0 ? `${short(upper / lower - 1)}; alpha-CROWN's ${short(room)}` : `alpha-CROWN's ${short(theirs)} is ${theirs < lower ? 'below an attained value: refuted' : 'attained'}`;
      return { samples: [(upper - lower) / (theirs - lower)], counts, note, detail: { lower, upper, recordedElsewhere: theirs } };
    },
  };
  return [ratio, excess];
}
