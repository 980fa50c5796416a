// The networks, queries and recorded figures of the data folder that the deep suites measure.
import { readFileSync } from 'node:fs';
import { loadModel } from '../../dist/index.js';
import { dataFile } from './data.mjs';

export const QUERIES = 'lirpa/queries.json', RESULTS = 'lirpa/auto_lirpa_results.json', PROPERTIES = 'acasxu/properties.json';

const kept = new Map();
/** Reads or loads once, whichever row asks first. */
function keep(name, make) {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
}

export const read = (name) => keep(name, () => JSON.parse(readFileSync(dataFile(name), 'utf8')));
export const network = (path) => keep(path, () => loadModel(dataFile(path)));
export const acas = (net, copy = '') => network(`acasxu/ACASXU_run2a_${net}_batch_2000${copy}.nnet`);

/** A network of queries.json: an ACAS Xu one, or layers as auto_LiRPA had them, on logits. */
export function lirpaModel(net) {
  if (net.startsWith('acasxu_')) return acas(net.slice('acasxu_'.length));
  return keep(net, () => {
    const { layers, act } = read(`lirpa/${net}.json`);
    return loadModel({
      format: 'parabound-model@1',
      inputs: layers[0].W[0].map(() => ({})),
      layers: layers.map(({ W, b }, l) => ({ weights: W, bias: b, activation: l === layers.length - 1 ? 'linear' : act })),
    });
  });
}

/** The options of an entry of queries.json: all weights and biases within its delta. ACAS Xu inputs are in normalised coordinates there. */
export function lirpaOptions({ net, delta, x_lo, x_hi }) {
  return { delta, domain: pairs(x_lo, x_hi), output: 'logit', ...(net.startsWith('acasxu_') ? { units: 'normalised' } : {}) };
}

/** What auto_LiRPA was recorded to certify on an entry, by methods whose names start so. */
export function recordedOf({ net, delta, region }, method = '') {
  return read(RESULTS).filter((each) => each.net === net && each.delta === delta && each.region === region && each.out === 'z' && each.method.startsWith(method));
}

/** `3/1_1`: network 1_1 and its fp16 copy, on the domain and the output of property 3. */
export async function copyQuery(row) {
  const [property, net] = row.split('/');
  const { lower, upper, target_output: output } = read(PROPERTIES).properties[property];
  const [model, copy] = await Promise.all([acas(net), acas(net, '_16bit')]);
  return { model, options: { against: copy, domain: pairs(lower, upper), outputs: [output] } };
}

export const pairs = (lower, upper) => lower.map((lo, i) => [lo, upper[i]]);

/** So narrow that a search does not end by itself, but for rounding. */
export const GAP = 1e-12;

export const short = (value) => Number(value).toPrecision(4);
