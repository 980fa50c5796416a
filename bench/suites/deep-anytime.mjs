import { estimateEpsilon } from '../../dist/index.js';
import { costOf, detailOf, once } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { copyQuery, GAP, PROPERTIES, short } from '../lib/deep.mjs';

/** The bound after so many best-first boxes that a published zonotope transformer with input bisection reached, recorded on another machine. */
const ANYTIME = {
  '3/1_1': { 1: 0.271, 100: 0.0259, 1000: 0.00274, 3000: 0.0017 },
  '3/3_3': { 1: 0.284, 100: 0.0052, 1000: 0.00068, 3000: 0.00056 },
  '4/1_1': { 1: 0.084, 100: 0.0021, 1000: 0.00092, 3000: 0.00068 },
  '5/1_1': { 1: 12.3, 100: 0.068, 1000: 0.0056, 3000: 0.0032 },
  '9/3_3': { 1: 7.0, 100: 0.34, 1000: 0.0187, 3000: 0.0053 },
  '1/1_1': { 1: 69.5, 100: 0.95, 1000: 0.00074, 3000: 0.00025 },
  '1/3_3': { 1: 61, 100: 2.1, 1000: 0.096, 3000: 0.051 },
  '1/5_9': { 1: 594, 100: 36, 1000: 1.25, 3000: 0.085 },
};
/** Its 3000 boxes took about 6 CPU seconds. */
const THEIR_MS = 2;
const TIMED = 3000;

export default {
  name: 'deep-anytime',
  lacking: () => lackingData([PROPERTIES]),
  title: 'a network against its fp16 copy on the domain of an ACAS Xu property, one thread: the bound after so many boxes beside that of a published zonotope transformer (recorded elsewhere), to be at most half of it or 1.1 of what ten seconds find attained; and CPU time a box',
  cases({ quick }) {
    if (lackingData([PROPERTIES]) !== undefined) return [];
    const counts = quick ? [1, 100] : [1, 100, 1000, TIMED];
    return Object.entries(ANYTIME).flatMap(([row, recorded]) => rows(row, recorded, counts));
  },
};

function rows(row, recorded, counts) {
  const answers = new Map(counts.map((boxes) => [boxes, once(async () => {
    const { model, options } = await copyQuery(row);
    return costOf(() => estimateEpsilon(model, { ...options, gap: GAP, maxBoxes: boxes, timeout: 120, threads: 1, witness: 'none' }));
  })]));
  // What is known to be attained, with more time than the boxes take.
  const known = once(async () => {
    const { model, options } = await copyQuery(row);
    return (await estimateEpsilon(model, { ...options, gap: GAP, timeout: 10, threads: 2, witness: 'none' })).lower;
  });
  const bounds = counts.map((boxes) => ({
    // One box is not what a search is for: it is reported without a target.
    name: `property ${row}, ${boxes} ${boxes === 1 ? 'box' : 'boxes'}`, unit: 'of theirs', ...(boxes === 1 ? {} : { most: 0.5 }),
    async run() {
      const cost = await answers.get(boxes)();
      const { lower, upper, stats } = cost.value, attained = boxes === 1 ? lower : Math.max(lower, await known());
      const theirs = recorded[boxes];
      return {
        samples: [upper / theirs], ...(boxes === 1 ? {} : { most: Math.max(0.5, (1.1 * attained) / theirs) }),
        note: `[${short(lower)}, ${short(upper)}], ${msPerBox(cost)} CPU ms a box${stats.boxes === boxes ? '' : `, ${stats.boxes} boxes`}; theirs ${theirs}`,
        detail: { ...detailOf(cost.value, cost), attained, recordedElsewhere: theirs },
      };
    },
  }));
  if (!counts.includes(TIMED)) return bounds;
  const time = {
    name: `property ${row}, a box`, unit: 'CPU ms', most: THEIR_MS / 10,
    async run() {
      const costs = await Promise.all(counts.map((boxes) => answers.get(boxes)()));
      return {
        samples: [Number(msPerBox(costs[costs.length - 1]))],
        note: `over ${costs.map(({ value }) => value.stats.boxes).join(', ')} boxes: ${costs.map(msPerBox).join(', ')}; theirs about ${THEIR_MS}`,
        detail: { boxes: costs.map(({ value }) => value.stats.boxes), cpuSeconds: costs.map(({ cpuSeconds }) => cpuSeconds), recordedElsewhere: THEIR_MS },
      };
    },
  };
  return [...bounds, time];
}

function msPerBox({ value, cpuSeconds }) {
  return ((1000 * cpuSeconds) / value.stats.boxes).toPrecision(3);
}
