// From a model trained in TensorFlow.js to a decision: which format may it be shipped in?
//
//   npm install parabound @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-cpu
//   node keras.mjs [DIRECTORY]
//
// A wearable tells falls from other movements by two numbers. The network is trained here, on made-up data, saved as TensorFlow.js saves
// models, and loaded from those files; everything after that would be the same for a model of yours.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { estimateEpsilon, loadModel, report, searchBits, sensitivity, verifyLabel } from 'parabound';

const directory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'parabound-keras-'));
const domain = [[0, 6], [0, 3]]; // peak acceleration in g, change of posture in rad: what the sensors can report

/** Made-up movements: falls are hard and end in another posture. The same on every run. */
function movements(count) {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const inputs = Array.from({ length: count }, () => [6 * random(), 3 * random()]);
  const isFall = ([peak, posture]) => (peak - 2.5 + 1.4 * (posture - 1.2) + 0.4 * (random() - 0.5) > 0 ? 1 : 0);
  return { inputs, falls: inputs.map(isFall) };
}

async function train() {
  const model = sequential({ layers: [
    layers.dense({ inputShape: [2], units: 6, activation: 'relu', kernelInitializer: initial(1) }),
    layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: initial(2) }),
  ] });
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'binaryCrossentropy' });
  const { inputs, falls } = movements(256);
  await model.fit(tf.tensor2d(inputs), tf.tensor2d(falls, [falls.length, 1]), { epochs: 40, batchSize: 32, shuffle: false, verbose: 0 });
  return model;
}

function initial(seed) {
  return { className: 'GlorotUniform', config: { seed } };
}

/** As `model.save('file://...')` of TensorFlow.js for Node does. */
async function save(model) {
  const path = join(directory, 'model.json');
  await model.save({
    async save({ modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy }) {
      const weights = Array.isArray(weightData) ? Buffer.concat(weightData.map((each) => Buffer.from(each))) : Buffer.from(weightData);
      writeFileSync(join(directory, 'weights.bin'), weights);
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      writeFileSync(path, JSON.stringify({ modelTopology, format, generatedBy, convertedBy, weightsManifest: manifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  return path;
}

const path = await save(await train());
const model = await loadModel(path);
console.log(`trained, saved and loaded: ${path}`);

// 1. Each format that the tool chain offers, proved on the very copy that it makes.
for (const quantize of ['fp16', 'bf16', 'int8', 'int4']) {
  const { lower, upper } = await estimateEpsilon(model, { quantize, domain, gap: 1e-6 });
  const { verdict } = await verifyLabel(model, { quantize, domain });
  console.log(`${quantize.padEnd(5)} moves the confidence by ${lower.toFixed(6)} to ${upper.toFixed(6)}; labels everywhere: ${verdict}`);
}

// 2. The fewest bits with which no confidence moves by more than 0.05, layer by layer.
const bits = await searchBits(model, { epsilon: 0.05, domain, timeout: 20 });
console.log('fewest bits:', JSON.stringify(bits.best));

// 3. Which layer it is that the change comes from: each tensor rounded alone, and all but that one.
const { total, tensors } = await sensitivity(model, { quantize: 'int4', domain, timeout: 10 });
console.log(`int4 in all of it: ${total.upper.toFixed(4)}`);
for (const { layer, kind, alone, without } of tensors.filter(({ kind }) => kind === 'weights')) {
  console.log(`  layer ${layer} ${kind}: alone ${alone.upper.toFixed(4)}, all others ${without.upper.toFixed(4)}`);
}

// 4. The page to hand on.
const { html } = await report(model, { quantize: 'int8', epsilon: 0.05, domain, timeout: 20 });
writeFileSync(join(directory, 'report.html'), html);
console.log(`report: ${join(directory, 'report.html')}`);
