import { reproducibleSigmoid } from './sigmoid.js';

export type HiddenActivation = 'relu' | 'linear';

/** The shape of a network with one hidden layer and one sigmoid output: the paper's Fig. 5 has 2 inputs and 3 hidden units. */
export interface Shape {
  inputs: number;
  hidden: number;
  activation: HiddenActivation;
}

/**
 * Parameters are one flat vector in the package's order: layer by layer, weights row-major (a row per output neuron), then biases.
 * For 2-3-1 that is 6 + 3 + 3 + 1 = 13 numbers.
 */
export function parameterCount({ inputs, hidden }: Shape): number {
  return hidden * inputs + hidden + hidden + 1;
}

/** Glorot's uniform initialisation (Glorot & Bengio 2010), biases zero: the default of Keras' Dense layer. */
export function glorotUniform(shape: Shape, random: () => number): Float64Array {
  const { inputs, hidden } = shape;
  const parameters = new Float64Array(parameterCount(shape));
  const draw = (from: number, count: number, fanIn: number, fanOut: number): void => {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    for (let i = from; i < from + count; i++) parameters[i] = (2 * random() - 1) * limit;
  };
  draw(0, hidden * inputs, inputs, hidden);
  draw(hidden * inputs + hidden, hidden, hidden, 1);
  return parameters;
}

/** Pre-activations of the hidden layer at `x`, written into `z`; returns the logit of the output. */
export function forward(shape: Shape, parameters: Float64Array, x: readonly number[], z: Float64Array): number {
  const { inputs, hidden, activation } = shape;
  const bias = hidden * inputs;
  const output = bias + hidden;
  let logit = 0;
  for (let i = 0; i < hidden; i++) {
    let sum = parameters[bias + i];
    for (let j = 0; j < inputs; j++) sum += parameters[i * inputs + j] * x[j];
    z[i] = sum;
    const h = activation === 'relu' && sum < 0 ? 0 : sum;
    logit += parameters[output + i] * h;
  }
  return logit + parameters[output + hidden];
}

/**
 * Adds the gradient of the binary cross entropy at (x, y) to `gradient`. Its derivative by the logit is sigmoid(logit) - y, so the
 * loss itself is never needed.
 */
export function accumulateGradient(
  shape: Shape,
  parameters: Float64Array,
  x: readonly number[],
  y: number,
  z: Float64Array,
  gradient: Float64Array,
): void {
  const { inputs, hidden, activation } = shape;
  const bias = hidden * inputs;
  const output = bias + hidden;
  const residual = reproducibleSigmoid(forward(shape, parameters, x, z)) - y;
  gradient[output + hidden] += residual;
  for (let i = 0; i < hidden; i++) {
    const off = activation === 'relu' && z[i] <= 0;
    if (off) continue;
    gradient[output + i] += residual * z[i];
    const back = residual * parameters[output + i];
    gradient[bias + i] += back;
    for (let j = 0; j < inputs; j++) gradient[i * inputs + j] += back * x[j];
  }
}
