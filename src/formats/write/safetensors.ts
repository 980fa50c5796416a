import { layerRanges } from '../../network/layout.js';
import type { Model } from '../../network/model.js';
import { modelFrame } from '../../network/serialize.js';
import { LAYOUT_FORMAT } from '../safetensors/layout.js';

/** The tensors, each as float32 where that holds its every number, else as float64; and the layout, which names them as file `name`. */
export function safetensorsFiles(model: Model, name: string): { tensors: Buffer; layout: object } {
  const { layers, parameters } = model;
  const parts: Buffer[] = [];
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = {};
  let at = 0;
  const add = (tensor: string, shape: number[], values: Float64Array): void => {
    const narrow = values.every((value) => Math.fround(value) === value);
    const view = narrow ? Float32Array.from(values) : Float64Array.from(values);
    parts.push(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
    header[tensor] = { dtype: narrow ? 'F32' : 'F64', shape, data_offsets: [at, (at += view.byteLength)] };
  };
  for (const [l, { weights, biases, end }] of layerRanges(layers).entries()) {
    add(`${l}.weight`, [layers[l].outputs, layers[l].inputs], parameters.subarray(weights, biases));
    add(`${l}.bias`, [layers[l].outputs], parameters.subarray(biases, end));
  }
  const text = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((8 - (text.length % 8)) % 8, ' '); // tensors then begin at a multiple of 8
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length + padding.length));
  const { inputs, normalisation, output } = modelFrame(model);
  return {
    tensors: Buffer.concat([length, text, padding, ...parts]),
    layout: {
      format: LAYOUT_FORMAT, tensors: name, inputs, ...(normalisation === undefined ? {} : { normalisation }),
      layers: layers.map(({ activation, fixed }, l) => ({ name: String(l), activation, ...(fixed === undefined ? {} : { fixed }) })), output,
    },
  };
}
