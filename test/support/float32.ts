/**
 * How far a network computed in float32 may be from the real one, output by output, whatever the order of its sums: the standard model,
 * fl(a op b) = (a op b)(1 + d), |d| <= u = 2^-24, by which a sum of n products is off by at most gamma_(n+1) = (n+1)u / (1 - (n+1)u) times
 * the sum of their magnitudes (Higham, Accuracy and Stability, 3.1 and 3.5), carried through the layers by Lipschitz constants. Subnormal
 * results are off by 2^-149 at most.
 */
import type { Model } from '../../src/network/model.js';

const U = 2 ** -24;
const TINY = 2 ** -126;
/** What libraries' exp and tanh are off by, relatively: some units in the last place. */
const LIBRARY = 8 * U;

/** `more`: roundings that a product goes through besides its own, of a weight that is dequantised or multiplied by a factor, say. */
export function float32Error(model: Model, x: readonly number[], more = 0): number[] {
  let values = [...x];
  let errors = x.map(() => 0);
  if (model.normalisation !== null) {
    const { mean, range } = model.normalisation;
    values = values.map((value, i) => (value - mean[i]) / range[i]);
    errors = values.map((value, i) => 4 * U * (Math.abs(value) + Math.abs(mean[i] / range[i])) + TINY);
  }
  let at = 0;
  for (const { inputs, outputs, activation } of model.layers) {
    const p = model.parameters;
    const biases = at + inputs * outputs;
    const gamma = gammaOf(inputs + 1 + more);
    const z: number[] = [];
    let e: number[] = [];
    for (let o = 0; o < outputs; o++) {
      let sum = p[biases + o];
      let magnitude = Math.abs(sum);
      let carried = 0;
      for (let i = 0; i < inputs; i++) {
        const w = p[at + o * inputs + i];
        sum += w * values[i];
        magnitude += Math.abs(w) * (Math.abs(values[i]) + errors[i]);
        carried += Math.abs(w) * errors[i];
      }
      z.push(sum);
      e.push(carried + gamma * magnitude + inputs * TINY);
    }
    const largest = Math.max(...e);
    const spread = Math.max(...z) - Math.min(...z);
    if (activation === 'relu') values = z.map((value) => Math.max(value, 0));
    else if (activation === 'sigmoid') [values, e] = [z.map((value) => 1 / (1 + Math.exp(-value))), e.map((error) => error / 4 + LIBRARY + 4 * U)];
    else if (activation === 'tanh') [values, e] = [z.map(Math.tanh), e.map((error) => error + LIBRARY + 4 * U)];
    else if (activation === 'softmax') {
      const top = Math.max(...z);
      const powers = z.map((value) => Math.exp(value - top));
      const total = powers.reduce((a, b) => a + b);
      values = powers.map((power) => power / total);
      // The derivatives of a confidence sum to 2 p (1 - p) <= 1/2; differences of logits are rounded, exponentials, their sum, the quotient.
      e = e.map(() => largest / 2 + (spread + 2 * largest) * U + LIBRARY + gammaOf(outputs + 2));
    } else values = z;
    errors = e;
    at = biases + outputs;
  }
  return errors;
}

function gammaOf(n: number): number {
  return (n * U) / (1 - n * U);
}
