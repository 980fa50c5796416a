import { estimateEpsilon } from '../../dist/index.js';
import { costOf, once, ratioOf } from '../lib/cost.mjs';
import { lackingData } from '../lib/data.mjs';
import { GAP, network, read, short } from '../lib/deep.mjs';
import { median } from '../lib/measure.mjs';

const FILES = ['mnist/mnist_relu_3_100', 'har/HAR'];
const INPUTS = ['mnist/inputs_reludiff.json', 'har/inputs_reludiff.json'];
const NEEDED = [...FILES.flatMap((name) => [`${name}.nnet`, `${name}_16bit.nnet`]), ...INPUTS];

/** As the notes in the files of inputs say: each value v of an input, within p, in the range that a value has. */
const around = (values, p, least, most) => values.map((v) => [Math.max(least, v - p), Math.min(most, v + p)]);
const images = () => read(INPUTS[0]).images;
const pixel = (values) => values.map((v) => v / 255);

/** MNIST's 30 random pixels of an image get [0, 1], the others stay; p is 3 of 255 for all of them. */
const GROUPS = [
  { name: 'MNIST 3x100, 30 pixels', file: FILES[0], count: () => images().length, domain: (i) => pixel(images()[i]).map((v, j) => (read(INPUTS[0]).random_pixels[i].includes(j) ? [0, 1] : [v, v])) },
  { name: 'MNIST 3x100, 3/255', file: FILES[0], count: () => images().length, domain: (i) => images()[i].map((v) => [Math.max(0, (v - 3) / 255), Math.min(1, (v + 3) / 255)]) },
  { name: 'HAR, 0.1', file: FILES[1], count: () => read(INPUTS[1]).inputs.length, domain: (i) => around(read(INPUTS[1]).inputs[i], 0.1, -1, 1) },
  { name: 'HAR, 0.01', file: FILES[1], count: () => read(INPUTS[1]).inputs.length, domain: (i) => around(read(INPUTS[1]).inputs[i], 0.01, -1, 1) },
];
const EFFORTS = [{ name: 'one box', limits: { maxBoxes: 1 } }, { name: '15 ms', limits: { timeout: 0.015 } }];
const MOST_MS = 20, MOST_RATIO = 1.5;

export default {
  name: 'deep-images',
  lacking: () => lackingData(NEEDED),
  title: 'a network against its fp16 copy round an input, all outputs, one thread: wall time of a query and the upper end over the lower one; median and range over the inputs',
  cases({ quick }) {
    if (lackingData(NEEDED) !== undefined) return [];
    return GROUPS.flatMap((group) => EFFORTS.flatMap((effort) => rows(group, effort, quick ? 3 : Infinity)));
  },
};

function rows(group, effort, most) {
  const answers = once(async () => {
    const [model, copy] = await Promise.all([network(`${group.file}.nnet`), network(`${group.file}_16bit.nnet`)]);
    const ask = (i, limits = effort.limits) => estimateEpsilon(model, { against: copy, domain: group.domain(i), gap: GAP, threads: 1, witness: 'none', ...limits });
    await ask(0, { maxBoxes: 1 }); // not counted: what loads with the first query
    const costs = [];
    for (let i = 0; i < Math.min(most, group.count()); i++) costs.push(await costOf(() => ask(i)));
    return costs;
  });
  const name = `${group.name}, ${effort.name}`;
  const middle = (costs, of) => median(costs.map(of));
  const boxes = (costs) => middle(costs, ({ value }) => value.stats.boxes);
  const cpuMs = (costs) => 1000 * middle(costs, ({ cpuSeconds }) => cpuSeconds);
  const ends = (costs, end) => costs.map(({ value }) => value[end]);
  return [{
    name: `${name}: time`, unit: 'ms', most: MOST_MS,
    async run() {
      const costs = await answers();
      return {
        samples: costs.map(({ seconds }) => 1000 * seconds), note: `${short(cpuMs(costs))} CPU ms, ${boxes(costs)} boxes`,
        detail: { inputs: costs.length, boxes: boxes(costs), cpuMs: cpuMs(costs), peakMiB: Math.max(...costs.map(({ peakMiB }) => peakMiB)) },
      };
    },
  }, {
    name: `${name}: ratio`, unit: 'ratio', most: MOST_RATIO,
    async run() {
      const costs = await answers();
      const [lower, upper] = [ends(costs, 'lower'), ends(costs, 'upper')];
      return { samples: costs.map(({ value }) => ratioOf(value)), note: `[${short(median(lower))}, ${short(median(upper))}], the medians`, detail: { boxes: boxes(costs), lower, upper } };
    },
  }];
}
