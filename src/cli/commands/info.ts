import { EXACTNESS, exactnessOf } from '../../network/exactness.js';
import { shapeText } from '../../network/layout.js';
import { loadModel } from '../../network/load.js';
import type { Model } from '../../network/model.js';
import { NORMALISATION_FIELDS } from '../../network/normalisation.js';
import { version } from '../../version.js';
import { voiceOf } from '../query.js';
import { say } from '../terminal.js';
import { plain } from '../text/numbers.js';

/** parabound info MODEL */
export async function info(path: string, flags: object): Promise<void> {
  const model = await loadModel(path);
  const exactness = exactnessOf(model);
  const result = {
    schema: 'parabound/info@1',
    query: 'info',
    shape: [model.inputCount, ...model.layers.map((layer) => layer.outputs)],
    activations: model.layers.map((layer) => layer.activation),
    parameters: model.parameters.length,
    inputs: Array.from({ length: model.inputCount }, (_, i) => ({ name: model.inputName(i), ...(model.domain === null ? {} : { lower: model.domain[2 * i], upper: model.domain[2 * i + 1] }) })),
    ...(model.outputCount === 1 ? { level: model.level } : { decision: model.decision }),
    labels: model.labels,
    normalisation: model.normalisation === null ? null : Object.fromEntries(NORMALISATION_FIELDS.map((field) => [field, Array.from(model.normalisation![field])])),
    exactness,
    version, model: model.hash, semantics: 'real',
  };
  say(voiceOf(flags), result, () => infoText(model, exactness));
}

function infoText(model: Model, exactness: keyof typeof EXACTNESS): string {
  const { domain, normalisation } = model;
  const inputs = Array.from({ length: model.inputCount }, (_, i) => {
    const scale = normalisation === null ? '' : `, fed as (clamped - ${normalisation.mean[i]}) / ${normalisation.range[i]}`;
    return `  ${plain(model.inputName(i))}${domain === null ? '' : ` in [${domain[2 * i]}, ${domain[2 * i + 1]}]`}${scale}`;
  });
  const shown = inputs.length > 12 ? [...inputs.slice(0, 12), `  and ${inputs.length - 12} more (--json has all)`] : inputs;
  const classes = model.labels === null ? '' : `: ${model.labels.map(plain).join(', ')}`;
  const rule = model.outputCount === 1
    ? `label 1 if f > ${model.level}, else 0${classes}`
    : `the ${model.decision === 'max' ? 'largest' : 'smallest'} of ${model.outputCount} outputs${classes}`;
  return [
    `${shapeText(model.layers)} (${model.layers.map((layer) => layer.activation).join(', ')}), ${model.parameters.length} parameters`,
    domain === null ? 'inputs, without bounds: a query needs --domain or --at' : 'inputs',
    ...shown,
    `decision: ${rule}`,
    `exactness: ${EXACTNESS[exactness]}`,
    `hash: ${model.hash}`,
  ].join('\n');
}
