// Certificates: what they take to make and to check, and how large they are. A certificate says by itself how far it proves the result.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, unpack } from '../../dist/certificate/json.js';
import { check } from '../../dist/check/check.js';
import { readModel } from '../../dist/check/model.js';
import { estimateEpsilon, estimateSigma, loadModel } from '../../dist/index.js';
import { dataFile, lackingData } from '../lib/data.mjs';
import { timed } from '../lib/measure.mjs';
import { randomNetwork } from '../lib/networks.mjs';
import { digits } from '../lib/rows.mjs';

const THREADS = 2;
const MILLION = 1e6;
/** What takes this long is made once. */
const LONG_MS = 5000;
const [ACAS, COPY] = ['acasxu/ACASXU_run2a_1_1_batch_2000.nnet', 'acasxu/ACASXU_run2a_1_1_batch_2000_16bit.nnet'];
/** A part of the domain that the search decides in a second. */
const NEAR = [[55947, 60760], [-0.02, 0.02], [-0.02, 0.02], [1145, 1150], [0, 10]];

const example = (name) => new URL(`../../examples/${name}.json`, import.meta.url);

const QUERIES = [
  { name: 'cats, epsilon, delta 0.01, gap 1e-6', file: () => example('cats'), estimate: estimateEpsilon, options: { delta: 0.01 } },
  { name: 'cats, sigma, delta 0.01, gap 1e-6', file: () => example('cats'), estimate: estimateSigma, options: { delta: 0.01 } },
  { name: 'athletes, linear, epsilon, delta 0.01, gap 1e-6', file: () => example('athletes-linear'), estimate: estimateEpsilon, options: { delta: 0.01 } },
  { name: 'athletes, relu, epsilon, delta 0.01, gap 1e-6', file: () => example('athletes-relu'), estimate: estimateEpsilon, options: { delta: 0.01 } },
  { name: 'athletes, relu, sigma, delta 0.01, gap 1e-6', file: () => example('athletes-relu'), estimate: estimateSigma, options: { delta: 0.01 } },
  { name: '5-8-1, relu, epsilon, delta 0.01, gap 1e-4', file: (folder) => written(folder, { sizes: [5, 8, 1], activation: 'relu', seed: 1 }), estimate: estimateEpsilon, options: { delta: 0.01, gap: 1e-4 } },
  { name: '5-8-1, tanh, epsilon, delta 0.01, gap 1e-4', file: (folder) => written(folder, { sizes: [5, 8, 1], activation: 'tanh', seed: 1 }), estimate: estimateEpsilon, options: { delta: 0.01, gap: 1e-4 } },
  { name: '2-16-16-1, relu, epsilon, delta 1e-4, gap 1e-4', file: (folder) => written(folder, { sizes: [2, 16, 16, 1], activation: 'relu', seed: 1 }), estimate: estimateEpsilon, options: { delta: 1e-4, gap: 1e-4, timeout: 10 } },
  { name: 'ACAS Xu 1_1 against fp16, a small domain, gap 1e-5', data: [ACAS, COPY], file: () => dataFile(ACAS), against: COPY, estimate: estimateEpsilon, options: { domain: NEAR, gap: 1e-5, timeout: 10 } },
  { name: 'ACAS Xu 1_1 against fp16, the whole domain, gap 1e-3', data: [ACAS, COPY], file: () => dataFile(ACAS), against: COPY, estimate: estimateEpsilon, options: { gap: 1e-3, timeout: 10 } },
];

async function written(folder, network) {
  const path = join(folder, 'network.json'), model = await randomNetwork(network);
  let at = 0;
  const take = (count) => Array.from(model.parameters.subarray(at, at += count));
  const layers = model.layers.map(({ inputs, outputs, activation }) => ({ weights: Array.from({ length: outputs }, () => take(inputs)), bias: take(outputs), activation }));
  const inputs = Array.from({ length: network.sizes[0] }, () => ({ lower: -1, upper: 1 }));
  writeFileSync(path, JSON.stringify({ format: 'parabound-model@1', inputs, layers }));
  return path;
}

/** Runs in a folder that is gone afterwards. */
async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'parabound-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function made(folder, { file, estimate, options, against }) {
  const from = await file(folder), model = await loadModel(from), certificate = join(folder, 'made.proof');
  const copy = against === undefined ? {} : { against: await loadModel(dataFile(against)) };
  const result = await estimate(model, { ...options, ...copy, certificate, certificateTimeout: 30, threads: THREADS });
  return { result, bytes: readFileSync(certificate), model: readModel(readFileSync(from, 'utf8'), String(from).endsWith('.nnet')) };
}

async function accepted(bytes, model) {
  const { value, ms } = await timed(() => check(bytes, model, { threads: THREADS }));
  if (value.verdict !== 'accepted') throw new Error(value.reason);
  return { report: value, ms };
}

function whole(query, quick) {
  return {
    name: `${query.name}: to make`, unit: 'ms',
    run: () => inFolder(async (folder) => {
      const samples = [];
      let last;
      for (let i = 0; i < (quick ? 1 : 5) && !(samples[0] > LONG_MS); i++) {
        last = await made(folder, query);
        samples.push(1000 * last.result.certificate.seconds);
      }
      const { result: { certificate, lower, upper }, bytes, model } = last, { ms } = await accepted(bytes, model);
      const { leaves, certified } = certificate, bare = leaves === 0 ? 0 : bytes.length / leaves;
      return {
        samples, detail: { leaves, bytes: bytes.length, checkMs: ms, certified, upper: certificate.upper, searched: { lower, upper } },
        note: `${leaves} leaves, ${bytes.length} bytes${leaves >= 1000 ? `, ${digits(bare)} a leaf` : ''}; to check ${digits(ms)} ms${certified ? '' : `; proves ${certificate.upper.toPrecision(4)}, the search ${upper.toPrecision(4)}`}`,
      };
    }),
  };
}

/** Every leaf of a certificate halved until there are a million: what is checked does not depend on why a box was cut. */
async function million(folder, query) {
  const { bytes, model } = await made(folder, query), json = JSON.parse([...unpack(bytes, 'made')].join('')), inputs = json.domain.length;
  const depth = Math.ceil(Math.log2(MILLION / json.parts[0].leaves));
  const halved = (leaf, left, input) => (left === 0 ? [leaf] : [input % inputs, ...halved(leaf, left - 1, input + 1), ...halved(leaf, left - 1, input + 1)]);
  json.trees[0] = json.trees[0].flatMap((node) => (typeof node === 'number' ? [node] : halved(node, depth, 0)));
  json.parts[0].leaves *= 2 ** depth;
  const path = join(folder, 'million.proof');
  await pack(json, path, 'a million leaves');
  return { bytes: readFileSync(path), model, leaves: json.parts[0].leaves };
}

function many(query, quick) {
  return {
    name: `${query.name.split(',').slice(0, 2).join(',')}: to check a million leaves`, unit: 's', most: 60,
    run: () => inFolder(async (folder) => {
      const { bytes, model, leaves } = await million(folder, query), samples = [];
      for (let i = 0; i < (quick ? 1 : 3); i++) samples.push((await accepted(bytes, model)).ms / 1000);
      return { samples, detail: { leaves, bytes: bytes.length, threads: THREADS }, note: `${leaves} leaves, ${Math.round(leaves / Math.min(...samples)).toLocaleString('en-US')} a second on ${THREADS} threads` };
    }),
  };
}

export default {
  name: 'certificates',
  title: 'certificates: made after the search, in the checker\'s rule, and checked; two threads where it pays',
  cases: ({ quick }) => [
    ...QUERIES.filter(({ data = [] }) => lackingData(data) === undefined).map((query) => whole(query, quick)),
    ...QUERIES.filter(({ name }) => name.startsWith('cats, epsilon') || name.startsWith('athletes, relu, epsilon')).map((query) => many(query, quick)),
  ],
};
