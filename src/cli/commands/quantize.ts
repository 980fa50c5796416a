import { extname } from 'node:path';
import { loadModel } from '../../network/load.js';
import type { Model } from '../../network/model.js';
import { modelObject } from '../../network/serialize.js';
import { writeOutput } from '../../output.js';
import type { QuantizeModelOptions } from '../../query/quantized.js';
import { version } from '../../version.js';
import { voiceOf } from '../query.js';
import { say, sayNotes, type Voice } from '../terminal.js';
import { quantizationText } from '../text/quantization.js';

/** parabound quantize MODEL --quantize FORMAT --out FILE */
export async function quantizeCommand(path: string, flags: object): Promise<void> {
  const { out, json: _, quiet: __, debug: ___, ...options } = flags as { out?: string; json?: boolean; quiet?: boolean; debug?: boolean } & QuantizeModelOptions;
  const { quantizeModel, quantizationOfModel } = await import('../../query/quantized.js');
  const model = await loadModel(path);
  const copy = quantizeModel(model, options);
  const quantization = quantizationOfModel(model, options);
  const { quantize, granularity, scheme, quantizeBiases, prune, perturb } = options;
  const text = `${JSON.stringify(modelObject(copy, { by: `parabound ${version}`, from: model.hash, quantize, granularity, scheme, quantizeBiases, prune, perturb }))}\n`;
  const voice = voiceOf(flags);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  const files = extname(out).toLowerCase() === '.json' ? [await written(out, text)] : await converted(copy, out, voice);
  const result = { schema: 'parabound/quantize@1', query: 'quantize', file: out, quantization, copy: copy.hash, version, model: model.hash };
  say(voice, result, () => [...files, ...quantizationText(quantization)].join('\n'));
}

async function written(out: string, text: string): Promise<string> {
  await writeOutput(out, text);
  return out;
}

/** In another format, as `convert` writes it: no place there for what made the copy. */
async function converted(copy: Model, out: string, voice: Voice): Promise<string[]> {
  const { convertModel } = await import('../../formats/write/convert.js');
  const { files, notes } = await convertModel(copy, out);
  sayNotes(voice, notes);
  return files;
}
