import { seededRandom } from '../random.js';
import { Adam } from './adam.js';
import type { Athlete } from './athletes.js';
import { accumulateGradient, forward, glorotUniform, parameterCount, type Shape } from './perceptron.js';

export const EPOCHS = 200;
export const BATCH = 32;

export interface Fit {
  seed: number;
  parameters: Float64Array;
  /** Fraction of the training rows that get their label. */
  accuracy: number;
  /** For each hidden unit, the fraction of rows on which its pre-activation is positive. */
  active: number[];
}

/** Trains one network on the raw inputs: Glorot start, Adam, binary cross entropy, mini-batches reshuffled every epoch. */
export function fit(shape: Shape, rows: readonly Athlete[], seed: number): Fit {
  const random = seededRandom(seed);
  const parameters = glorotUniform(shape, random);
  const adam = new Adam(parameters.length);
  const gradient = new Float64Array(parameterCount(shape));
  const z = new Float64Array(shape.hidden);
  const order = rows.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random);
    for (let start = 0; start < order.length; start += BATCH) {
      const end = Math.min(start + BATCH, order.length);
      gradient.fill(0);
      for (let i = start; i < end; i++) {
        const { x, y } = rows[order[i]];
        accumulateGradient(shape, parameters, x, y, z, gradient);
      }
      for (let i = 0; i < gradient.length; i++) gradient[i] /= end - start;
      adam.step(parameters, gradient);
    }
  }
  return { seed, parameters, ...score(shape, rows, parameters) };
}

function score(shape: Shape, rows: readonly Athlete[], parameters: Float64Array): { accuracy: number; active: number[] } {
  const z = new Float64Array(shape.hidden);
  const active = new Array<number>(shape.hidden).fill(0);
  let right = 0;
  for (const { x, y } of rows) {
    const label = forward(shape, parameters, x, z) > 0 ? 1 : 0; // sigmoid(z) > 1/2 exactly where z > 0
    if (label === y) right++;
    z.forEach((value, i) => {
      if (value > 0) active[i]++;
    });
  }
  return { accuracy: right / rows.length, active: active.map((count) => count / rows.length) };
}

/** Fisher-Yates. */
function shuffle(order: number[], random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
