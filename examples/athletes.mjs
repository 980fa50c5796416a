// The paper's athletes, all the way from a model file to what an auditor gets: which format, what the device's own arithmetic adds, a
// certificate, and a page.
//
//   npm install parabound
//   node athletes.mjs [DIRECTORY]
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCertificate, estimateEpsilon, estimateSigma, loadModel, report, verifyEpsilon } from 'parabound';

const directory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'parabound-athletes-'));
const here = dirname(fileURLToPath(import.meta.url));

for (const name of ['athletes-linear', 'athletes-relu']) {
  const path = join(here, `${name}.json`);
  const model = await loadModel(path);
  console.log(name);

  // 1. How far confidences move: by the rounding of the weights, and with all that a device adds that computes in the format.
  for (const format of ['fp16', 'bf16']) {
    const rounded = await estimateEpsilon(model, { quantize: format, quantizeBiases: true });
    const computed = await estimateEpsilon(model, { quantize: format, quantizeBiases: true, arithmetic: format });
    console.log(`  ${format}: at most ${rounded.upper.toPrecision(4)} in real arithmetic, ${computed.upper.toPrecision(4)} on a device that computes in it`);
  }

  // 2. How sure the model must be of an athlete for the answer to be beyond the reach of any rounding to fp16.
  const { classes } = await estimateSigma(model, { quantize: 'fp16', as: 'box' });
  for (const { label, upper } of classes) console.log(`  ${model.className(label)}: labels with a margin above ${upper.toPrecision(4)} are safe`);

  // 3. A claim, its proof, and the proof checked by what shares no code with the search.
  const certificate = join(directory, `${name}.proof`);
  const { verdict } = await verifyEpsilon(model, { quantize: 'fp16', as: 'box', epsilon: 0.05, certificate });
  const checked = await checkCertificate(certificate, path);
  console.log(`  confidences within 0.05 under any rounding to fp16: ${verdict}; certificate ${checked.verdict}, ${checked.leaves} leaves`);

  // 4. What is handed on.
  const page = join(directory, `${name}.html`);
  writeFileSync(page, (await report(model, { quantize: 'fp16', as: 'box', epsilon: 0.05, timeout: 10 })).html);
  console.log(`  report: ${page}`);
}
