/** A question about labels alone, as verdicts and regions ask it: checked, and as the addon takes it. */
import { ParaboundError, show } from '../errors.js';
import { OPTIONS } from '../options.js';
import { label as exactLabel } from '../exact/witness.js';
import type { Model } from '../network/model.js';
import { withoutPadding } from '../network/padding.js';
import { prepare, type Query } from '../query/query.js';
import type { QueryOptions } from '../query/settings.js';
import type { NativeJudge } from '../search/judge.js';

/** What a question about labels takes, inputs apart. */
export type LabelOptions = Pick<QueryOptions, 'delta' | 'deltaRelative' | 'perturb' | 'parameters' | 'against' | 'level' | 'decision' | 'units' | 'timeout' | 'threads' | 'witness' | 'signal'>;

const OF_EVERY_QUESTION = [
  'delta', 'deltaRelative', 'perturb', 'parameters', 'against', 'level', 'decision', 'units', 'timeout', 'threads', 'witness', 'signal',
  ...OPTIONS.filter(({ group }) => group === 'quantize').map(({ name }) => name),
];

/** `own` names the options that this kind of question has beside those of every one. */
export function checkLabelOptions(options: object, own: readonly string[], where: string): void {
  if (typeof options !== 'object' || options === null) throw new ParaboundError('OPTION_INVALID', show(options), 'options', 'an object');
  const other = Object.keys(options).find((name) => !OF_EVERY_QUESTION.includes(name) && !own.includes(name));
  if (other !== undefined) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(other)}`, where, 'the options of docs/verdicts.md');
}

export function prepareLabels(model: Model, options: QueryOptions): Query {
  return prepare(model, options, []);
}

/** The engine on this question. Its inputs are within the limits of the model's normalisation, if it has one. */
export async function judgeOf({ model, engine: { network, box }, rule }: Query): Promise<NativeJudge> {
  const { addon } = await import('../native.js');
  const { normalisation } = model;
  return new (addon().Judge)({ network, box, level: rule.level, decision: rule.decision, ...(normalisation === null ? {} : { scaling: { ...normalisation } }) });
}

/** Parameters that the addon gives, in the shape of the network that they are of. */
export function ownParameters({ engine: { padding } }: Query, parameters: Float64Array): Float64Array {
  return padding === null ? parameters : withoutPadding(padding, parameters);
}

/** The exact label of f_p0, or of f_p; null where 4096 bits do not tell. */
export function nominalLabelAt({ model, rule }: Query, input: Float64Array): number | null {
  return exactLabel(model.spec, model.parameters, input, rule) ?? null;
}
export function labelAt({ box: { of }, rule }: Query, parameters: Float64Array, input: Float64Array): number | null {
  return exactLabel(of.spec, parameters, input, rule) ?? null;
}
