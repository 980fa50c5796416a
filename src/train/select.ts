import type { Athlete } from './athletes.js';
import { fit, type Fit } from './fit.js';
import type { HiddenActivation, Shape } from './perceptron.js';

/** Seeds tried, the same for both networks. docs/reproduction.md tells how robust the networks of other seeds are. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export function athletesShape(activation: HiddenActivation): Shape {
  return { inputs: 2, hidden: 3, activation };
}

/**
 * Restarts with the highest training accuracy first; the first is the network kept. Selection sees accuracy alone, never robustness.
 */
export function trainRestarts(activation: HiddenActivation, rows: readonly Athlete[], seeds = SEEDS): Fit[] {
  const shape = athletesShape(activation);
  return seeds.map((seed) => fit(shape, rows, seed)).sort((a, b) => b.accuracy - a.accuracy);
}
