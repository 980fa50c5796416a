import { directed } from '../../cli/text/numbers.js';
import type { Witness } from '../../query/result.js';
import { name, rich, type Block, type Rich } from '../content.js';
import type { Replay, ReportResults } from '../results.js';
import { className, MOST_SHOWN } from '../words.js';

/** A concrete input and parameters that attain a value: what somebody can evaluate without believing anything. */
export function witnessBlocks(results: ReportResults, witness: Witness | null | undefined, replay: Replay | null, what: Rich): Block[] {
  if (witness === null || witness === undefined) return [];
  const { subject: { inputs, labels } } = results;
  const shown = witness.input.slice(0, MOST_SHOWN).map((value, i): Rich => rich`${i === 0 ? '' : ', '}${name(inputs[i].name)} = ${value}`).flat();
  const more = witness.input.length - MOST_SHOWN;
  const rows: [Rich, Rich][] = [
    [['Input'], [...shown, more > 0 ? `, and ${more} more` : '']],
    [['Parameters'], [parametersWords(witness, results)]],
    [['Label'], rich`${className(labels, witness.nominalLabel)} before, ${className(labels, witness.label)} after`],
  ];
  return [{ kind: 'heading', text: what }, { kind: 'facts', rows }, ...(replay === null ? [] : [replayTable(results, replay)])];
}

function parametersWords({ parameters }: Witness, { question: { box } }: ReportResults): string {
  if (parameters === null) return box.against === undefined ? 'those of the copy' : 'those of the second network';
  if (parameters.length <= MOST_SHOWN) return parameters.join(', ');
  return `${parameters.slice(0, 4).join(', ')}, and ${(parameters.length - 4).toLocaleString('en-US')} more in the page's JSON`;
}

const FEWEST_DIGITS = 6;

/** Digits in which outputs that differ look different, from each other and from the level that they are compared with. */
function digitsToTell(values: readonly number[]): number {
  const distinct = new Set(values).size;
  let digits = FEWEST_DIGITS;
  while (digits < 17 && new Set(values.map((value) => directed(value, digits, 'down'))).size < distinct) digits++;
  return digits;
}

/** The outputs before and after, by exact arithmetic alone. */
function replayTable({ subject: { labels, shape, level } }: ReportResults, { before, after }: Replay): Block {
  const many = shape[shape.length - 1] > 1;
  const change = (i: number): number => Math.abs(after.outputs[i].lower - before.outputs[i].lower);
  const order = before.outputs.map((_, i) => i);
  const shown = order.length > MOST_SHOWN ? order.sort((a, b) => change(b) - change(a)).slice(0, MOST_SHOWN) : order;
  const digits = digitsToTell([...(level === undefined ? [] : [level]), ...shown.flatMap((i) => [before.outputs[i].lower, after.outputs[i].lower])]);
  const cell = ({ lower }: { lower: number }): Rich => [directed(lower, digits, 'down')];
  return {
    kind: 'table',
    caption: [`What both networks answer there, evaluated again in exact arithmetic without the engine that found it; rounded down to ${digits} digits.${order.length > MOST_SHOWN ? ` The ${MOST_SHOWN} of ${order.length} outputs that move most.` : ''}`],
    head: [['Output'], ['Before'], ['After']],
    rows: shown.map((i) => [many && labels !== null ? [name(labels[i])] : [many ? `output ${i}` : 'output'], cell(before.outputs[i]), cell(after.outputs[i])]),
    numeric: [1, 2],
  };
}
