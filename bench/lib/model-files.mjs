// Models as files, for programs of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when this process is. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'parabound-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The parabound-model@1 file of a model without normalisation. */
export function writeModel(model, file) {
  let next = 0;
  const take = (count) => Array.from(model.parameters.subarray(next, (next += count)));
  const layers = model.layers.map(({ inputs, outputs, activation }) => ({
    weights: Array.from({ length: outputs }, () => take(inputs)), bias: take(outputs), activation,
  }));
  const inputs = Array.from({ length: model.inputCount }, (_, j) => ({ name: model.inputName(j), lower: model.domain[2 * j], upper: model.domain[2 * j + 1] }));
  writeFileSync(file, JSON.stringify({ format: 'parabound-model@1', inputs, layers, output: { level: model.level, decision: model.decision } }));
}
