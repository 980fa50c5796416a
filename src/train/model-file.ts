import type { ModelObject } from '../network/parse.js';
import { ADAM } from './adam.js';
import { BATCH, EPOCHS, type Fit } from './fit.js';
import type { Shape } from './perceptron.js';
import { SEEDS } from './select.js';

/** The athletes' input domain: the range of the rows trained on. */
const INPUTS = [
  { name: 'height (m)', lower: 1.21, upper: 2.18 },
  { name: 'body weight (kg)', lower: 31, upper: 170 },
];

/** A trained network as a `parabound-model@1` object; `about` tells how it was trained. */
export function modelFile(shape: Shape, { parameters, seed, accuracy }: Fit, rows: number): ModelObject {
  const { inputs, hidden, activation } = shape;
  const bias = inputs * hidden;
  const output = bias + hidden;
  const numbers = [...parameters];
  const weights = Array.from({ length: hidden }, (_, i) => numbers.slice(i * inputs, (i + 1) * inputs));
  return {
    format: 'parabound-model@1',
    name: activation === 'relu' ? 'ATH-ReLU' : 'ATH-Linear',
    about: {
      task: 'sex of an athlete from height and weight',
      data: `Rio 2016 (github flother/rio2016), the ${rows} rows with height and weight`,
      training:
        `src/train: raw inputs, Glorot uniform start, binary cross entropy, Adam at rate ${ADAM.rate}, ` +
        `${EPOCHS} epochs of batches of ${BATCH}; the most accurate of seeds ${SEEDS[0]} to ${SEEDS.at(-1)}`,
      seed,
      accuracy: Number(accuracy.toFixed(4)),
    },
    inputs: INPUTS,
    layers: [
      { weights, bias: numbers.slice(bias, output), activation },
      { weights: [numbers.slice(output, output + hidden)], bias: [numbers[output + hidden]], activation: 'sigmoid' },
    ],
    output: { level: 0.5, labels: ['female', 'male'] },
  };
}

/** Two-space JSON with lists of numbers on one line, and a newline at the end. */
export function formatModel(model: ModelObject): string {
  const lists = /\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g;
  const text = JSON.stringify(model, null, 2).replace(lists, (_, list: string) => `[${list.replace(/,\s+/g, ', ')}]`);
  return `${text}\n`;
}
