import { estimateEpsilon } from '../../dist/index.js';
import { costOf, detailOf, once } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { GAP, lirpaModel, lirpaOptions, QUERIES, read, recordedOf, RESULTS, short } from '../lib/deep.mjs';

const least = (entries, key) => entries.reduce((a, b) => (b[key] < a[key] ? b : a));

export default {
  name: 'deep-roots',
  lacking: () => lackingData([QUERIES, RESULTS]),
  title: 'all weights and biases within delta, without search, one thread: the bound beside the best that auto_LiRPA was recorded to give, and CPU time beside that of its cheapest alpha-CROWN (recorded elsewhere)',
  cases({ quick }) {
    if (lackingData([QUERIES, RESULTS]) !== undefined) return [];
    return read(QUERIES).filter(({ region }) => !quick || region.startsWith('box')).flatMap(rows);
  },
};

/** More parameters than this are left out of the results: the same query gives them. */
const MOST_PARAMETERS = 1000;

function refutationOf({ witness: { input, parameters, output, value } }) {
  return { input, output, value, ...(parameters.length <= MOST_PARAMETERS ? { parameters } : {}) };
}

/** `cpu_bound` of the recorded figures is that of the bound alone, without building the graph. */
function rows(query) {
  const name = `${query.net}, delta ${query.delta}, ${query.region}`;
  const best = least(recordedOf(query), 'cert_max');
  const alpha = recordedOf(query, 'aCROWN');
  const ask = async (witness) => estimateEpsilon(await lirpaModel(query.net), { ...lirpaOptions(query), gap: GAP, maxBoxes: 1, threads: 1, witness });
  const answer = once(async () => {
    await lirpaModel(query.net);
    return costOf(() => ask('none'));
  });
  const bound = {
    name, unit: 'of theirs', most: 1.0001,
    async run() {
      const cost = await answer();
      const { lower, upper } = cost.value;
      const refuted = best.cert_max < lower;
      return {
        samples: [upper / best.cert_max], counts: !refuted,
        note: `[${short(lower)}, ${short(upper)}] in ${short(cost.cpuSeconds)} CPU s; ${best.method} ${short(best.cert_max)}${refuted ? ', below an attained value: refuted' : ''}`,
        detail: {
          ...detailOf(cost.value, cost), recordedElsewhere: { method: best.method, bound: best.cert_max, cpuSeconds: best.cpu_bound },
          ...(refuted ? { refutation: refutationOf(await ask('full')) } : {}),
        },
      };
    },
  };
  if (alpha.length === 0) return [bound];
  const { method, cpu_bound: theirs } = least(alpha, 'cpu_bound');
  const time = {
    name: `${name}: CPU time`, unit: 'of theirs', most: 0.1,
    async run() {
      const { cpuSeconds } = await answer();
      return { samples: [cpuSeconds / theirs], note: `${short(cpuSeconds)} CPU s; ${method} ${short(theirs)}`, detail: { cpuSeconds, recordedElsewhere: { method, cpuSeconds: theirs } } };
    },
  };
  return [bound, time];
}
