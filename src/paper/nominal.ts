import { layerRanges } from '../network/layout.js';
import type { Model } from '../network/model.js';

/**
 * The output's pre-activation z of the nominal network, in plain doubles: for drawing only, nothing proved rests on it.
 * Level curves of f = sigmoid(z) are those of z, and stay resolvable where f is within an ulp of 0 or 1.
 */
export function nominalLogit(model: Model): (x: readonly number[]) => number {
  const { layers, parameters } = model;
  const ranges = layerRanges(layers);
  return (x) => {
    let values = x;
    for (const [l, { inputs, outputs, activation }] of layers.entries()) {
      const { weights, biases } = ranges[l];
      const next = new Array<number>(outputs);
      for (let i = 0; i < outputs; i++) {
        let z = parameters[biases + i];
        for (let j = 0; j < inputs; j++) z += parameters[weights + i * inputs + j] * values[j];
        next[i] = l === layers.length - 1 ? z : activate(activation, z);
      }
      values = next;
    }
    return values[0];
  };
}

function activate(activation: string, z: number): number {
  switch (activation) {
    case 'relu':
      return Math.max(0, z);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'tanh':
      return Math.tanh(z);
    default:
      return z;
  }
}

/** The z at which a sigmoid output is `confidence`; infinite at and beyond 0 and 1. */
export function logit(confidence: number): number {
  if (confidence <= 0) return -Infinity;
  if (confidence >= 1) return Infinity;
  return Math.log(confidence / (1 - confidence));
}
