import { estimateEpsilon, verifyEpsilon } from '../../dist/index.js';
import { costOf, detailOf, ratioOf } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { copyQuery, GAP, PROPERTIES, short } from '../lib/deep.mjs';

const RATIOS = { '3/1_1': 1.25, '3/3_3': 1.25, '4/1_1': 1.25, '4/4_5': 1.25, '5/1_1': 2, '9/3_3': 2, '14/4_1': 2 };
/** Boxes and CPU seconds that NeuroDiff and a published zonotope transformer needed, recorded elsewhere; threads where more than one. */
const PROOFS = {
  '3/1_1': ['1188 / 1.6 s', '257 / 0.52 s'],
  '4/4_5': ['122 / 0.22 s', '3 / 0.01 s'],
  '5/1_1': ['914 / 1.4 s', '505 / 1.2 s'],
  '9/3_3': ['not in 10 s', '1611 / 3.0 s'],
  '1/2_1': ['13k / 4.2 s on 12 threads', '1595 / 2.8 s'],
  '14/4_1': ['516k / 135 s on 12 threads', '383 / 0.86 s'],
  '14/5_1': ['3.7M / 1454 s on 12 threads', '651 / 1.4 s'],
  '1/2_9': ['244k / 69 s on 12 threads', '12091 / 22 s'],
  '1/3_3': ['507k / 142 s on 12 threads', 'not in 25 s'],
  '1/5_9': ['undetermined after 4.6M', 'not in 25 s'],
};
const EPSILON = 0.01;

export default {
  name: 'deep-copies',
  lacking: () => lackingData([PROPERTIES]),
  title: `a network against its fp16 copy on the domain of an ACAS Xu property, two threads: the upper end over the lower one after ten seconds, and the time until a difference of at most ${EPSILON} is proved or refuted`,
  cases({ quick }) {
    if (lackingData([PROPERTIES]) !== undefined) return [];
    const few = (table) => Object.entries(table).slice(0, quick ? 2 : undefined);
    return [...few(RATIOS).map(([row, most]) => ratio(row, most, quick ? 1 : 10)), ...few(PROOFS).map(([row, recorded]) => proof(row, recorded, quick ? 2 : 60))];
  },
};

const ask = { threads: 2, witness: 'none' };

function ratio(row, most, timeout) {
  return {
    name: `property ${row}, ${timeout} s`, unit: 'ratio', most,
    async run() {
      const { model, options } = await copyQuery(row);
      const cost = await costOf(() => estimateEpsilon(model, { ...options, ...ask, gap: GAP, timeout }));
      const { lower, upper, stats } = cost.value;
      return { samples: [ratioOf(cost.value)], note: `[${short(lower)}, ${short(upper)}], ${stats.boxes} boxes, ${short(cost.cpuSeconds)} CPU s, ${Math.round(cost.peakMiB)} MiB`, detail: detailOf(cost.value, cost) };
    },
  };
}

/** Never, where time ran out. */
function proof(row, [neuroDiff, zonotopes], timeout) {
  return {
    name: `property ${row}, at most ${EPSILON}`, unit: 's', most: 60,
    async run() {
      const { model, options } = await copyQuery(row);
      const cost = await costOf(() => verifyEpsilon(model, { ...options, ...ask, epsilon: EPSILON, timeout }));
      const { verdict, bound, stats, status } = cost.value;
      return {
        samples: [verdict === 'unknown' ? Infinity : cost.seconds],
        note: `${verdict}, [${short(bound.lower)}, ${short(bound.upper)}], ${stats.boxes} boxes, ${short(cost.cpuSeconds)} CPU s; NeuroDiff ${neuroDiff}, zonotopes ${zonotopes}`,
        detail: { verdict, ...detailOf({ ...bound, status, stats }, cost), recordedElsewhere: { neuroDiff, zonotopes } },
      };
    },
  };
}
