/** Small models for tests, as the objects that a model file holds. */
import type { Activation } from '../../src/network/model.js';
import type { ModelObject } from '../../src/network/parse.js';
import { seededRandom } from '../../src/random.js';

export function cats(): ModelObject {
  return {
    format: 'parabound-model@1',
    inputs: [{ name: 'heart weight (g)', lower: 6.3, upper: 20.5 }, { name: 'body weight (kg)', lower: 2.0, upper: 3.9 }],
    layers: [{ weights: [[0.07577862, 1.18118408]], bias: [-3.51518067], activation: 'sigmoid' }],
    output: { level: 0.5, labels: ['female', 'male'] },
  };
}

/** 2-3-1: six weights and three biases, then three weights and one bias, numbered 0 to 12 by their values. */
export function numbered(): ModelObject {
  return {
    format: 'parabound-model@1',
    inputs: [{ lower: -1, upper: 1 }, { lower: -1, upper: 1 }],
    layers: [
      { weights: [[0, 1], [2, 3], [4, 5]], bias: [6, 7, 8], activation: 'relu' },
      { weights: [[9, 10, 11]], bias: [12], activation: 'sigmoid' },
    ],
  };
}

/** 1-3: three classes of one input, linear scores x, -x, 0. */
export function threeClasses(activation: 'linear' | 'softmax' = 'softmax'): ModelObject {
  return {
    format: 'parabound-model@1',
    inputs: [{ lower: -2, upper: 2 }],
    layers: [{ weights: [[1], [-1], [0]], bias: [0, 0, 0], activation }],
  };
}

/** Weights and biases uniform in [-1, 1], ReLU but for the last layer; inputs in [-1, 1]. */
export function randomModel({ sizes, seed, last }: { sizes: readonly number[]; seed: number; last: Activation }): ModelObject {
  const random = seededRandom(seed);
  const draw = (): number => 2 * random() - 1;
  return {
    format: 'parabound-model@1',
    inputs: Array.from({ length: sizes[0] }, () => ({ lower: -1, upper: 1 })),
    layers: sizes.slice(1).map((outputs, l) => ({
      weights: Array.from({ length: outputs }, () => Array.from({ length: sizes[l] }, draw)),
      bias: Array.from({ length: outputs }, draw),
      activation: l === sizes.length - 2 ? last : 'relu',
    })),
  };
}
