import { createHash } from 'node:crypto';
import { ACTIVATIONS, type Model } from './model.js';
import { NORMALISATION_FIELDS } from './normalisation.js';

/**
 * SHA-256 over the exact network: what it computes and how it decides, and nothing else: no names, no domain, no labels, and not
 * which layers are fixed, which is about the question asked of it (a box of parameters says itself what moves).
 *
 *   "parabound-model-hash@1\n"
 *   u32 inputs, u32 layers, then per layer u32 inputs, u32 outputs, u32 activation (linear 0, relu 1, sigmoid 2, tanh 3, softmax 4)
 *   every parameter in flat order as an f64
 *   u32 decision (max 0, min 1; 0 for one output), f64 level (0 for more than one output)
 *   where inputs are normalised: f64 means, ranges, lower limits, upper limits (infinite for none)
 *
 * all little-endian. -0 is hashed as +0: the two are the same real number, and the network is a function of real numbers.
 */
export function modelHash(model: Model): string {
  const { layers, parameters } = model;
  const hash = createHash('sha256').update('parabound-model-hash@1\n');
  const shape = [model.inputCount, layers.length];
  for (const layer of layers) shape.push(layer.inputs, layer.outputs, ACTIVATIONS.indexOf(layer.activation));
  hash.update(u32(shape)).update(f64(parameters));
  const single = model.outputCount === 1;
  hash.update(u32([!single && model.decision === 'min' ? 1 : 0])).update(f64([single ? model.level : 0]));
  if (model.normalisation !== null) for (const field of NORMALISATION_FIELDS) hash.update(f64(model.normalisation[field]));
  return hash.digest('hex');
}

function u32(values: readonly number[]): DataView {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => view.setUint32(i * 4, value, true));
  return view;
}

function f64(values: ArrayLike<number>): DataView {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i] + 0, true); // -0 + 0 is +0
  return view;
}
