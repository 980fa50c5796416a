/** Adam's constants as Keras has them by default. */
export const ADAM = { rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Adam (Kingma & Ba 2015, Algorithm 1, in the reordered form of their section 2 that Keras uses). `step` moves the parameters in place. */
export class Adam {
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  #power1 = 1;
  #power2 = 1;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#variance = new Float64Array(size);
  }

  step(parameters: Float64Array, gradient: Float64Array): void {
    this.#power1 *= ADAM.beta1;
    this.#power2 *= ADAM.beta2;
    const rate = (ADAM.rate * Math.sqrt(1 - this.#power2)) / (1 - this.#power1);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i];
      const mean = ADAM.beta1 * this.#mean[i] + (1 - ADAM.beta1) * g;
      const variance = ADAM.beta2 * this.#variance[i] + (1 - ADAM.beta2) * g * g;
      this.#mean[i] = mean;
      this.#variance[i] = variance;
      parameters[i] -= (rate * mean) / (Math.sqrt(variance) + ADAM.epsilon);
    }
  }
}
