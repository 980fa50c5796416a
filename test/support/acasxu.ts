/** The ACAS Xu networks, where they are: PARABOUND_DATA names the data folder (default ../shared/data). */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../src/network/load.js';
import type { Model } from '../../src/network/model.js';
import { activationCodes, type FlatNetwork } from './random.js';

const data = process.env['PARABOUND_DATA'] ?? resolve(fileURLToPath(new URL('../../', import.meta.url)), '../shared/data');

export const there = existsSync(`${data}/acasxu/properties.json`) && existsSync(`${data}/lirpa/queries.json`);
export const acasxu = (name: string, copy = ''): Promise<Model> => loadModel(`${data}/acasxu/ACASXU_run2a_${name}_batch_2000${copy}.nnet`);

/** Of inputs after the header's normalisation. */
export function flatOf({ layers, parameters, inputCount }: Model): FlatNetwork {
  return { inputs: inputCount, parameters, layers: layers.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation: activationCodes[activation] })) };
}

/** Where auto_LiRPA was asked about a network, in normalised coordinates: the box of radius 0.01 and its middle. */
export function recordedBox(name: string): Float64Array {
  const queries = JSON.parse(readFileSync(`${data}/lirpa/queries.json`, 'utf8')) as { net: string; region: string; x_lo: number[]; x_hi: number[] }[];
  const { x_lo, x_hi } = queries.find(({ net, region }) => net === `acasxu_${name}` && region === 'box0.01')!;
  return Float64Array.from(x_lo.flatMap((lo, i) => [lo, x_hi[i]]));
}
