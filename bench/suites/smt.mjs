// Queries at exact ties, each asked with Z3 and without, at one time limit for both.
import { estimateEpsilon, loadModel, verifyEpsilon, verifyLabel } from '../../dist/index.js';
import { nextUp } from '../../dist/exact/bounds.js';
import { seededRandom } from '../../dist/random.js';
import { once } from '../lib/cost.mjs';
import { Solver } from '../../dist/smt/solver.js';

/** Wall time of a query, the search and Z3 together. */
const SECONDS = 2;
const SEEDS = 8;
const TENTH = 0.1, EIGHTH = 0.125;

const model = (inputs, ...layers) => loadModel({
  format: 'parabound-model@1',
  inputs: Array.from({ length: inputs }, () => ({ lower: -1, upper: 1 })),
  layers: layers.map(([weights, bias, activation]) => ({ weights, bias, activation })),
});

/** Numbers of a seed: any, or eighths, whose sums and products are exact. */
function numbersOf(seed) {
  const uniform = seededRandom(seed);
  const any = () => 2 * uniform() - 1, eighth = () => (Math.floor(uniform() * 17) - 8) / 8;
  const vector = (of, count) => Array.from({ length: count }, of);
  return { any, eighth, vector, matrix: (of, rows, columns) => vector(() => vector(of, columns), rows) };
}

/** v relu(W x + b) + c with two inputs and three units, of any numbers. */
function unitsOf(seed) {
  const { any, vector, matrix } = numbersOf(seed);
  return { W: matrix(any, 3, 2), b: vector(any, 3), v: vector(any, 3), c: any() };
}
const network = ({ W, b, v, c }) => model(2, [W, b, 'relu'], [[v], [c], 'linear']);

// The same function in other parameters, over the reals: products with powers of two are exact.
const reversed = ({ W, b, v, c }) => ({ W: W.toReversed(), b: b.toReversed(), v: v.toReversed(), c });
const scaled = ({ W, b, v, c }) => ({ W: W.map((row, i) => row.map((w) => 2 ** (i + 1) * w)), b: b.map((x, i) => 2 ** (i + 1) * x), v: v.map((x, i) => x / 2 ** (i + 1)), c });
const withDouble = ({ W, b, v, c }) => ({ W: [...W, W[0], [0, 0]], b: [...b, b[0], -1], v: [v[0] / 2, ...v.slice(1), v[0] / 2, 5], c });

function deep(seed) {
  const { eighth, vector, matrix } = numbersOf(seed);
  return model(2, [matrix(eighth, 3, 2), vector(eighth, 3), 'relu'], [matrix(eighth, 3, 3), vector(eighth, 3), 'relu'], [matrix(eighth, 1, 3), [0], 'linear']);
}

/** What a search without Z3 finds attained: where the largest difference is rational and doubles attain it, the largest. */
async function attained(net, options) {
  return (await estimateEpsilon(net, { ...options, gap: 0, timeout: SECONDS, threads: 1, smt: 'off', witness: 'none' })).lower;
}

/** [verb, model, options] by seed. */
const FAMILIES = [
  { name: 'a copy with its units in another order, epsilon 0', async ask(seed) { return [verifyEpsilon, await network(unitsOf(seed)), { against: await network(reversed(unitsOf(seed))), epsilon: 0 }]; } },
  { name: 'a copy with its rows scaled, epsilon 0', async ask(seed) { return [verifyEpsilon, await network(unitsOf(seed)), { against: await network(scaled(unitsOf(seed))), epsilon: 0 }]; } },
  { name: 'a copy with a duplicated and a dead unit, scaled, labels', async ask(seed) { return [verifyLabel, await network(unitsOf(seed)), { against: await network(withDouble(scaled(unitsOf(seed)))) }]; } },
  {
    name: 'two classes of one unit each, both the same, labels',
    async ask(seed) {
      const { any, vector } = numbersOf(seed);
      const [row, b, v, c] = [vector(any, 2), any(), any(), any()];
      const classes = (rows) => model(2, [[row, row], [b, b], 'relu'], [rows, [c, c], 'linear']);
      return [verifyLabel, await classes([[v, 0], [0, v]]), { against: await classes([[0, v], [v, 0]]) }];
    },
  },
  {
    name: 'a degenerate box of parameters, another form, epsilon 0',
    async ask(seed) {
      const { W, b, v, c } = scaled(reversed(unitsOf(seed)));
      const flat = [...W.flat(), ...b, ...v, c];
      return [verifyEpsilon, await network(unitsOf(seed)), { parameters: { lower: flat, upper: flat }, domain: [[-1, 1], [0.5, 0.5]], epsilon: 0 }];
    },
  },
  { name: 'deep, weights move, epsilon the largest attained', async ask(seed) { const net = await deep(seed), box = { delta: EIGHTH, perturb: 'weights' }; return [verifyEpsilon, net, { ...box, epsilon: await attained(net, box) }]; } },
  { name: 'deep, biases move, epsilon the largest attained', async ask(seed) { const net = await deep(seed), box = { delta: EIGHTH, perturb: 'biases' }; return [verifyEpsilon, net, { ...box, epsilon: await attained(net, box) }]; } },
  { name: 'deep, the last layer moves, epsilon the largest attained', async ask(seed) { const net = await deep(seed), box = { delta: EIGHTH, perturb: '2' }; return [verifyEpsilon, net, { ...box, epsilon: await attained(net, box) }]; } },
  { name: 'all moves by 1/10, epsilon an ulp above what is attained', async ask(seed) { const net = await network(unitsOf(seed)), box = { delta: TENTH }; return [verifyEpsilon, net, { ...box, epsilon: nextUp(await attained(net, box)) }]; } },
  {
    name: 'deep, the last bias moves as far as the boundary, labels',
    async ask(seed) {
      const net = await deep(seed);
      // Against a network of zeros the difference is |f|: with a level beyond it by delta, label 0 is just not left.
      const zero = Array.from(net.parameters, () => 0);
      const largest = await attained(net, { parameters: { lower: zero, upper: zero } });
      return [verifyLabel, net, { delta: EIGHTH, perturb: 'biases,2', level: largest + EIGHTH }];
    },
  },
];

async function lacking() {
  const solver = new Solver();
  const available = await solver.warm();
  await solver.close();
  return available === 'ready' ? undefined : 'z3-solver is not installed: left out';
}
const absent = await lacking();

export default {
  name: 'smt',
  lacking: () => absent,
  title: `queries at exact ties: how many are decided with Z3 (--smt always) beside how many without it, each in ${SECONDS} seconds of wall time, one thread`,
  cases({ quick }) {
    if (absent !== undefined) return [];
    const seeds = Array.from({ length: quick ? 2 : SEEDS }, (_, i) => i + 1);
    const rows = FAMILIES.map((family) => ({ name: family.name, unit: `of ${seeds.length}`, run: once(() => compared(family, seeds)) }));
    return [...rows, { name: 'all of these', unit: 'decided', least: 0.9, run: () => share(rows, seeds.length * rows.length) }];
  },
};

async function compared({ ask }, seeds) {
  const tally = { off: { decided: 0, seconds: 0 }, always: { decided: 0, seconds: 0 } };
  const verdicts = [];
  for (const seed of seeds) {
    const [verify, net, options] = await ask(seed);
    const found = {};
    for (const smt of ['off', 'always']) {
      const { verdict, stats } = await verify(net, { ...options, smt, timeout: SECONDS, threads: 1, witness: 'none' });
      found[smt] = { verdict, boxes: stats.boxes, seconds: stats.seconds, ...(stats.smt === undefined ? {} : { smt: stats.smt }) };
      tally[smt].seconds += stats.seconds;
      if (verdict !== 'unknown') tally[smt].decided++;
    }
    const both = [found.off.verdict, found.always.verdict];
    if (both.includes('robust') && both.includes('violated')) throw new Error(`seed ${seed}: ${both.join(' without Z3, ')} with it`);
    verdicts.push({ seed, ...found });
  }
  const { off, always } = tally;
  const violated = verdicts.filter((each) => each.always.verdict === 'violated').length;
  return {
    samples: [always.decided],
    note: `${off.decided} without; ${always.decided - violated} robust, ${violated} violated; ${always.seconds.toFixed(1)} s, ${off.seconds.toFixed(1)} s without`,
    detail: { without: off, with: always, verdicts },
  };
}

async function share(rows, count) {
  const total = { off: { decided: 0, seconds: 0 }, always: { decided: 0, seconds: 0 } };
  for (const { run } of rows) {
    const { detail } = await run();
    for (const [how, part] of [['off', detail.without], ['always', detail.with]]) {
      total[how].decided += part.decided;
      total[how].seconds += part.seconds;
    }
  }
  const { off, always } = total;
  return {
    samples: [always.decided / count],
    note: `${(off.decided / count).toFixed(2)} without; ${always.seconds.toFixed(1)} s, ${off.seconds.toFixed(1)} s without`,
    detail: { queries: count, without: off, with: always },
  };
}
