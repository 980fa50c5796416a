import { ADAM } from './adam.js';
import { BATCH, EPOCHS, type Fit } from './fit.js';
import type { Shape } from './perceptron.js';
import { SEEDS } from './select.js';

/** The athletes' input domain: the range of the rows trained on. */
const INPUTS = [
  { name: 'height (m)', lower: 1.21, upper: 2.18 },
  { name: 'body weight (kg)', lower: 31, upper: 170 },
];

/** A trained network as a `parabound-model@1` object, with how it was trained in `description`. */
export function modelFile(shape: Shape, { parameters, seed, accuracy }: Fit, rows: number): object {
  const { inputs, hidden, activation } = shape;
  const bias = inputs * hidden;
  const output = bias + hidden;
  const numbers = [...parameters];
  const weights = Array.from({ length: hidden }, (_, i) => numbers.slice(i * inputs, (i + 1) * inputs));
  const percent = (100 * accuracy).toFixed(2);
  return {
    format: 'parabound-model@1',
    description:
      `Sex of an athlete of Rio 2016 from height and weight: ${String(inputs)}-${String(hidden)}-1, hidden ${activation}, sigmoid output. ` +
      `Trained on ${String(rows)} rows by src/train: raw inputs, Glorot uniform start, Adam (rate ${String(ADAM.rate)}), ` +
      `binary cross entropy, batches of ${String(BATCH)}, ${String(EPOCHS)} epochs; seed ${String(seed)}, ` +
      `the most accurate of seeds ${String(SEEDS[0])} to ${String(SEEDS.at(-1))}. Training accuracy ${percent}%.`,
    inputs: INPUTS,
    layers: [
      { weights, bias: numbers.slice(bias, output), activation },
      { weights: [numbers.slice(output, output + hidden)], bias: [numbers[output + hidden]], activation: 'sigmoid' },
    ],
    output: { level: 0.5, labels: ['female', 'male'] },
  };
}

/** Two-space JSON with short arrays of numbers on one line, and a newline at the end. */
export function formatModel(model: object): string {
  const compact = JSON.stringify(model, null, 2).replace(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, list: string) =>
    `[${list.replace(/,\s+/g, ', ')}]`,
  );
  return `${compact}\n`;
}
