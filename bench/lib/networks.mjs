// The networks that are measured: the examples, random ones that are the same everywhere, and those of other tools' data.
import { loadModel } from '../../dist/index.js';
import { seededRandom } from '../../dist/random.js';

export function example(name) {
  return loadModel(new URL(`../../examples/${name}.json`, import.meta.url));
}

/** Marsaglia's polar method. */
function normal(random) {
  let spare;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    let a, b, s;
    do {
      a = 2 * random() - 1;
      b = 2 * random() - 1;
      s = a * a + b * b;
    } while (s >= 1 || s === 0);
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    spare = b * factor;
    return a * factor;
  };
}

/**
 * Weights N(0, 2 / fan-in) (He), biases N(0, 0.1^2), drawn layer by layer, weights by rows and then biases; sigmoid output;
 * domain [-1, 1]^n. `sizes` goes from the inputs to the one output.
 */
export function randomNetwork({ sizes, activation, seed }) {
  const draw = normal(seededRandom(seed));
  const layers = sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    const weights = Array.from({ length: outputs }, () => Array.from({ length: inputs }, () => Math.sqrt(2 / inputs) * draw()));
    return { weights, bias: Array.from({ length: outputs }, () => 0.1 * draw()), activation: l === sizes.length - 2 ? 'sigmoid' : activation };
  });
  return loadModel({
    format: 'parabound-model@1',
    inputs: Array.from({ length: sizes[0] }, (_, i) => ({ name: `x${i + 1}`, lower: -1, upper: 1 })),
    layers,
    output: { level: 0.5 },
  });
}

/** { layers: [{ W: a row per output, b }], act, out_act }, as the auto_LiRPA figures have them, on a domain. */
export function fromLirpa({ layers, act, out_act }, domain) {
  return loadModel({
    format: 'parabound-model@1',
    inputs: domain.map(([lower, upper], i) => ({ name: `x${i + 1}`, lower, upper })),
    layers: layers.map(({ W, b }, l) => ({ weights: W, bias: b, activation: l === layers.length - 1 ? out_act : act })),
    output: { level: 0.5 },
  });
}
