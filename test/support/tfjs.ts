/** Models of TensorFlow.js as files, and TensorFlow.js run on those files: cpu backend, float32. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Entry = { name: string; shape: number[]; dtype: 'float32' | 'int32'; quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; scale?: number; min?: number } };

/** model.json as an object, and its shards by name. */
export interface Files {
  json: { modelTopology: unknown; weightsManifest: { paths: string[]; weights: Entry[] }[]; [field: string]: unknown };
  shards: Record<string, Uint8Array>;
}

/** What `model.save` gives, its weights cut into `shards` files of unequal length. */
export async function filesOf(model: LayersModel, shards = 2): Promise<Files> {
  let files: Files | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    files = packed(artifacts.modelTopology, artifacts.weightSpecs as Entry[], Buffer.from(artifacts.weightData as ArrayBuffer), shards);
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
  }));
  return files!;
}

export function packed(modelTopology: unknown, weights: Entry[], data: Uint8Array, shards = 1): Files {
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const cut = (i: number): number => (i === shards ? data.length : Math.floor(data.length * (i / shards) ** 2));
  return {
    json: { modelTopology, format: 'layers-model', weightsManifest: [{ paths, weights }] },
    shards: Object.fromEntries(paths.map((name, i) => [name, data.slice(cut(i), cut(i + 1))])),
  };
}

export function writeTfjs(directory: string, { json, shards }: Files): string {
  const path = join(directory, 'model.json');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, JSON.stringify(json));
  for (const [name, data] of Object.entries(shards)) writeFileSync(join(directory, name), data);
  return path;
}

/** The model in the file, as TensorFlow.js itself loads it. */
export async function loadedByTfjs(path: string): Promise<LayersModel> {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Files['json'];
  const data = Buffer.concat(json.weightsManifest.flatMap(({ paths }) => paths.map((name) => readFileSync(join(dirname(path), name)))));
  return loadLayersModel(tf.io.fromMemory({
    modelTopology: json.modelTopology as object, weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length),
  }));
}

/** `x` is flat; its numbers must be float32. */
export function runTfjs(model: LayersModel, x: readonly number[]): number[] {
  const shape = model.inputs[0].shape.map((side) => side ?? 1);
  return tf.tidy(() => [...(model.predict(tf.tensor([...x], shape)) as tf.Tensor).dataSync()]);
}
