import type { Model } from '../../network/model.js';
import type { Evaluation, EvaluationResult } from '../../query/evaluate.js';
import { classText } from './classes.js';
import { interval } from './numbers.js';

export function evaluationText(model: Model, result: EvaluationResult): string {
  const lines = [...side(model, 'nominal', result.nominal)];
  if (result.perturbed !== null) lines.push(...side(model, 'perturbed', result.perturbed));
  if (result.difference !== null) {
    const where = model.outputCount > 1 ? ` (output ${result.difference.output})` : '';
    lines.push(`difference in ${interval(result.difference)}${where}`);
    const [before, after] = [result.nominal.label, result.perturbed?.label ?? null];
    if (before !== null && after !== null) lines.push(before === after ? 'the label stays' : 'the label changes');
  }
  lines.push(`model ${result.model.slice(0, 12)}, real arithmetic`);
  return lines.join('\n');
}

function side(model: Model, title: string, { outputs, label, margin }: Evaluation): string[] {
  return [
    title,
    ...outputs.map((bounds, i) => `  f${outputs.length > 1 ? `[${i}]` : ''} in ${interval(bounds)}`),
    `  label ${label === null ? 'undecided' : classText(model, label)}, margin in ${interval(margin)}`,
  ];
}
