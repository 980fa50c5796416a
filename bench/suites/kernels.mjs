import { addon } from '../../dist/native.js';
import { seededRandom } from '../../dist/random.js';
import { measured } from '../lib/benchmark.mjs';
import { median } from '../lib/measure.mjs';
import { oneMillisecond, peak, rate } from '../lib/peak.mjs';
import { digits } from '../lib/rows.mjs';

/** Intervals a call: a call costs some microseconds, to copy its arguments in and out. */
const BATCH = 4096;
const CLASSES = 10;
/** inputs, outputs, columns. What is held to the target fits in a first-level cache; the others are there to be known. */
const LAYERS = [
  { inputs: 64, outputs: 64, columns: 32, least: 0.5 },
  { inputs: 50, outputs: 50, columns: 32, least: 0.5 },
  { inputs: 784, outputs: 100, columns: 32 },
  { inputs: 64, outputs: 64, columns: 8 },
  { inputs: 64, outputs: 64, columns: 248 },
  { inputs: 64, outputs: 64, columns: 256 },
];

export default {
  name: 'kernels',
  title: `the interval kernel, one thread. Operations: batches of ${BATCH} from JavaScript, copying included (relu is little else). Dense layers: 2 multiply-adds for each interval multiply-add, as a part of the peak of the same instruction set, measured in turn`,
  cases({ quick }) {
    const kernel = addon().interval();
    return [...operations(kernel, quick), ...kernel.backends().flatMap(({ name }) => layers(kernel, name, quick))];
  },
};

function operations(kernel, quick) {
  const random = seededRandom(1);
  const intervals = (count) => {
    const lo = Float64Array.from({ length: count }, () => 20 * random() - 10);
    return { lo, hi: lo.map((x) => x + random()) };
  };
  const [a, b, z] = [intervals(BATCH), intervals(BATCH), intervals(CLASSES)];
  const calls = {
    relu: () => kernel.relu(a), add: () => kernel.add(a, b), mul: () => kernel.mul(a, b), div: () => kernel.div(a, b), dot: () => kernel.dot(a, b),
    exp: () => kernel.exp(a), sigmoid: () => kernel.sigmoid(a), tanh: () => kernel.tanh(a),
    tanhDerivative: () => kernel.tanhDerivative(a), tanhSecond: () => kernel.tanhSecond(a),
  };
  const rows = Object.entries(calls).map(([name, call]) => ({
    name, unit: 'ns each',
    run: async () => ({ samples: measured(call, quick ? 0.1 : 1).map((seconds) => (seconds / BATCH) * 1e9) }),
  }));
  rows.push({
    name: `softmax of ${CLASSES}`, unit: 'us a call',
    run: async () => ({ samples: measured(() => kernel.softmax(z), quick ? 0.1 : 1).map((seconds) => seconds * 1e6) }),
  });
  return rows;
}

function layers(kernel, backend, quick) {
  return ['point', 'interval'].flatMap((weights) => LAYERS.filter(({ least }) => weights === 'point' || least !== undefined).map(({ inputs, outputs, columns, least }) => ({
    name: `${backend}, ${weights} weights, ${inputs} x ${outputs}, ${columns} columns`, unit: 'of peak',
    ...(weights === 'point' && least !== undefined ? { least } : {}),
    async run() {
      const most = peak(backend);
      const dense = oneMillisecond((rounds) => kernel.denseThroughput(backend, weights, inputs, outputs, columns, rounds));
      const rounds = Array.from({ length: quick ? 2 : 5 }, () => ({ peak: rate(most, quick), dense: rate(dense, quick) }));
      const [peakRate, denseRate] = [median(rounds.map((each) => each.peak)), median(rounds.map((each) => each.dense))];
      return {
        samples: rounds.map((each) => each.dense / each.peak),
        note: `${digits(denseRate)} of ${digits(peakRate)} 10^9 multiply-adds/s`,
        detail: { multiplyAddsPerSecond: denseRate * 1e9, peak: peakRate * 1e9 },
      };
    },
  })));
}
