import { estimateEpsilon } from '../../dist/index.js';
import { costOf, detailOf, once, ratioOf } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { acas, GAP, PROPERTIES, short } from '../lib/deep.mjs';

const NETWORKS = ['1_1', '3_3'];
/** Seconds at which the ends are looked at. */
const TIMES = [0, 1, 2, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600];

/** One minute, and ten: the marks on the way, and what is aimed at. */
const minute = [{ most: 500 }];
const tenMinutes = [{ most: 50 }, { most: 2, aim: true }];

export const domain = suite('deep-domain', 'a minute', ({ quick }) => ({ seconds: quick ? 3 : 60, marks: minute, networks: NETWORKS.slice(0, quick ? 1 : 2) }));
/** Twenty minutes in all: only with --full. */
export const domainLong = suite('deep-domain-long', 'ten minutes', ({ full }) => ({ seconds: 600, marks: tenMinutes, networks: full ? NETWORKS : [] }));

function suite(name, span, plan) {
  return {
    name,
    lacking: () => lackingData([PROPERTIES]),
    title: `all weights and biases within 0.0001, the whole domain of an ACAS Xu network, ${span} of search, two threads: the upper end over the lower one; the detail has it over time`,
    cases(flags) {
      const { seconds, marks, networks } = plan(flags);
      if (lackingData([PROPERTIES]) !== undefined) return [];
      return networks.flatMap((net) => rows(net, seconds, marks));
    },
  };
}

function rows(net, seconds, marks) {
  const answer = once(async () => {
    const model = await acas(net);
    const curve = [];
    let next = 0;
    const cost = await costOf(() => estimateEpsilon(model, {
      delta: 1e-4, gap: GAP, timeout: seconds, threads: 2, witness: 'none',
      onProgress({ lower, upper, boxes, open, seconds: at }) {
        if (at >= TIMES[next]) curve.push({ at, lower, upper, ratio: ratioOf({ lower, upper }), boxes, open });
        while (at >= TIMES[next]) next++;
      },
    }));
    return { cost, curve };
  });
  return marks.map(({ most, aim }) => ({
    name: `${net}, ${seconds} s${aim === true ? ', the aim' : ''}`, unit: 'ratio', most,
    async run() {
      const { cost, curve } = await answer();
      const { lower, upper, stats } = cost.value;
      return {
        samples: [ratioOf(cost.value)],
        note: `[${short(lower)}, ${short(upper)}], ${stats.boxes} boxes, ${short(cost.cpuSeconds)} CPU s, ${Math.round(cost.peakMiB)} MiB; ${curve.map(({ at, ratio }) => `${short(ratio)} at ${Math.round(at)} s`).join(', ')}`,
        detail: { ...detailOf(cost.value, cost), curve },
      };
    },
  }));
}
