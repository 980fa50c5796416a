import { readFileSync } from 'node:fs';
import { estimateEpsilon, loadModel } from '../../dist/index.js';
import { dataFile, lackingData } from '../lib/data.mjs';

/**
 * A network against its fp16 copy, on the domain of a property: the bound after so many best-first boxes that a published zonotope
 * transformer with input bisection reached, recorded on another machine (about 2 CPU ms a box).
 */
const ANYTIME = {
  '3/1_1': { 1: 0.271, 100: 0.0259, 1000: 0.00274 },
  '3/3_3': { 1: 0.284, 100: 0.0052, 1000: 0.00068 },
  '4/1_1': { 1: 0.084, 100: 0.0021, 1000: 0.00092 },
  '5/1_1': { 1: 12.3, 100: 0.068, 1000: 0.0056 },
  '9/3_3': { 1: 7.0, 100: 0.34, 1000: 0.0187 },
  '1/1_1': { 1: 69.5, 100: 0.95, 1000: 0.00074 },
  '1/3_3': { 1: 61, 100: 2.1, 1000: 0.096 },
  '1/5_9': { 1: 594, 100: 36, 1000: 1.25 },
};
const QUERIES = 'lirpa/queries.json', RESULTS = 'lirpa/auto_lirpa_results.json', PROPERTIES = 'acasxu/properties.json';

const read = (name) => JSON.parse(readFileSync(dataFile(name), 'utf8'));
const acas = (net, copy = '') => loadModel(dataFile(`acasxu/ACASXU_run2a_${net}_batch_2000${copy}.nnet`));

export default {
  name: 'deep',
  lacking: () => lackingData([QUERIES, RESULTS, PROPERTIES]),
  title: 'bounds of deep networks, one thread, as ratios to bounds that others reached (recorded elsewhere); under 1 is tighter',
  cases({ quick }) {
    if (lackingData([QUERIES, RESULTS, PROPERTIES]) !== undefined) return [];
    return [...roots(quick), ...copies(quick)];
  },
};

/** All weights and biases within delta; no search: one box an output and direction. */
function roots(quick) {
  const results = read(RESULTS);
  return read(QUERIES).filter(({ region }) => !quick || region.startsWith('box')).map((query) => ({
    name: `${query.net}, delta ${query.delta}, ${query.region}`, unit: 'of theirs', most: 1.0001,
    async run() {
      const theirs = results.filter(({ net, delta, region, out }) => net === query.net && delta === query.delta && region === query.region && out === 'z');
      const best = theirs.reduce((a, b) => (b.cert_max < a.cert_max ? b : a));
      const model = await lirpaModel(query.net);
      const { value, seconds } = await cpu(() => estimateEpsilon(model, {
        delta: query.delta, domain: query.x_lo.map((lo, i) => [lo, query.x_hi[i]]), gap: 1e-12, output: 'logit', maxBoxes: 1, threads: 1, witness: 'none', ...units(query.net),
      }));
      const refuted = best.cert_max < value.lower;
      return {
        samples: [value.upper / best.cert_max], counts: !refuted,
        note: `[${digits(value.lower)}, ${digits(value.upper)}] in ${seconds.toFixed(2)} CPU s; ${best.method} ${digits(best.cert_max)}${refuted ? ', below an attained value: refuted' : ''}`,
        detail: { lower: value.lower, upper: value.upper, cpuSeconds: seconds, recordedElsewhere: { method: best.method, bound: best.cert_max, cpuSeconds: best.cpu_bound } },
      };
    },
  }));
}

function copies(quick) {
  const { properties } = read(PROPERTIES);
  const counts = quick ? [1, 100] : [1, 100, 1000];
  return Object.entries(ANYTIME).flatMap(([row, recorded]) => counts.map((boxes) => ({
    name: `fp16 copy, property ${row}, ${boxes} boxes`, unit: 'of theirs', most: 0.5,
    async run() {
      const [property, net] = row.split('/');
      const { lower, upper, target_output: output } = properties[property];
      const [model, copy] = await Promise.all([acas(net), acas(net, '_16bit')]);
      const { value, seconds } = await cpu(() => estimateEpsilon(model, {
        against: copy, domain: lower.map((lo, i) => [lo, upper[i]]), outputs: [output], gap: 1e-12, maxBoxes: boxes, timeout: 120, threads: 1, witness: 'none',
      }));
      return {
        samples: [value.upper / recorded[boxes]],
        note: `[${digits(value.lower)}, ${digits(value.upper)}], ${((1000 * seconds) / value.stats.boxes).toFixed(2)} CPU ms a box; theirs ${recorded[boxes]}`,
        detail: { lower: value.lower, upper: value.upper, boxes: value.stats.boxes, cpuSeconds: seconds, recordedElsewhere: recorded[boxes] },
      };
    },
  })));
}

async function lirpaModel(net) {
  if (net.startsWith('acasxu_')) return acas(net.slice('acasxu_'.length));
  const { layers, act } = read(`lirpa/${net}.json`);
  return loadModel({
    format: 'parabound-model@1',
    inputs: layers[0].W[0].map(() => ({})),
    layers: layers.map(({ W, b }, l) => ({ weights: W, bias: b, activation: l === layers.length - 1 ? 'linear' : act })),
  });
}

/** The ACAS Xu queries are given in normalised coordinates. */
function units(net) {
  return net.startsWith('acasxu_') ? { units: 'normalised' } : {};
}

async function cpu(work) {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

function digits(value) {
  return Number(value).toPrecision(4);
}
