import { estimateSigma } from '../../dist/index.js';
import { repeat } from '../lib/measure.mjs';
import { example } from '../lib/networks.mjs';
import { epsilon } from '../lib/search.mjs';

const NETWORKS = [
  { file: 'cats', title: 'cats', most: 1 },
  { file: 'athletes-relu', title: 'ATH-ReLU', most: 10 },
  { file: 'athletes-linear', title: 'ATH-Linear', most: 10 },
];

export default {
  name: 'paper',
  title: "Table 1's queries to gap 1e-9, one library call, one thread. Both sigmas come from one call, which is held to the time of one",
  cases({ quick }) {
    const often = { runs: quick ? 20 : 200, warmUp: quick ? 10 : 50 };
    const cases = [];
    for (const { file, title, most } of NETWORKS) {
      for (const delta of [0.005, 0.01]) {
        const options = { delta, gap: 1e-9, threads: 1 };
        cases.push({
          name: `${title}, delta ${delta}, epsilon`, unit: 'ms', most,
          async run() {
            const model = await example(file);
            const { samples, value: { lower, upper, stats } } = await repeat(() => epsilon(model, options), often);
            return { samples, note: `${stats.boxes} boxes`, detail: { boxes: stats.boxes, lower, upper } };
          },
        }, {
          name: `${title}, delta ${delta}, both sigmas`, unit: 'ms', most,
          async run() {
            const model = await example(file);
            const { samples, value } = await repeat(() => sigmas(model, options), often);
            const classes = value.classes.map(({ label, lower, upper }) => ({ label, lower, upper }));
            return { samples, note: `${value.stats.boxes} boxes`, detail: { boxes: value.stats.boxes, classes } };
          },
        });
      }
    }
    return cases;
  },
};

async function sigmas(model, options) {
  const result = await estimateSigma(model, options);
  if (result.status !== 'complete') throw new Error(`the search ended as ${result.status}`);
  return result;
}
