import { availableParallelism } from 'node:os';
import { estimateEpsilonBatch, streamEpsilon } from '../../dist/index.js';
import { seededRandom } from '../../dist/random.js';
import { repeat } from '../lib/measure.mjs';
import { example } from '../lib/networks.mjs';

const COUNT = 10_000;

export default {
  name: 'local',
  title: `${COUNT} local epsilon queries on ATH-ReLU at random inputs of its domain, delta 0.01, gap 1e-9`,
  cases({ quick }) {
    const often = quick ? { runs: 5, warmUp: 2 } : { runs: 50, warmUp: 10 };
    const threads = [...new Set([1, availableParallelism()])];
    return threads.flatMap((count) => {
      const options = { delta: 0.01, gap: 1e-9, threads: count };
      const named = (form, prepare, call) => ({
        name: `${form}, ${count} ${count === 1 ? 'thread' : 'threads'}`, unit: 'ms', most: 100,
        async run() {
          const model = await example('athletes-relu');
          const list = prepare(inputs(model));
          const { samples, value } = await repeat(() => call(model, list, options), often);
          if (value.count !== COUNT || !(value.widest <= 1e-9)) throw new Error(`${value.count} answers, the widest ${value.widest}`);
          return { samples, note: `widest answer ${value.widest.toExponential(1)}`, detail: { widest: value.widest } };
        },
      });
      return [
        named('one call, a flat array', (list) => Float64Array.from(list.flat()), batch),
        named('one call, a list', (list) => list, batch),
        named('a stream', (list) => list, streamed),
      ];
    });
  },
};

function inputs(model) {
  const random = seededRandom(1);
  const { domain, inputCount } = model; // lower and upper ends in turn
  const coordinate = (_, i) => domain[2 * i] + (domain[2 * i + 1] - domain[2 * i]) * random();
  return Array.from({ length: COUNT }, () => Array.from({ length: inputCount }, coordinate));
}

/** The answers are looked at in the time measured, all of them. */
function widest({ lower, upper }) {
  let most = 0;
  for (let i = 0; i < lower.length; i++) most = Math.max(most, upper[i] - lower[i]);
  return { count: lower.length, widest: most };
}

async function batch(model, list, options) {
  return widest(await estimateEpsilonBatch(model, list, options));
}

async function streamed(model, list, options) {
  let count = 0;
  let most = 0;
  for await (const { lower, upper } of streamEpsilon(model, list, options)) {
    count++;
    most = Math.max(most, upper - lower);
  }
  return { count, widest: most };
}
