import { directed } from '../../cli/text/numbers.js';
import { joined, name, paragraph, rich, type Block, type Rich, type Section } from '../content.js';
import type { BoxSummary, ReportResults } from '../results.js';
import { baseName, boxWords, labelRule, MOST_SHOWN, remark } from '../words.js';

/** What was asked, so that somebody who has never seen the program can say it back. */
export function questionSection(results: ReportResults): Section {
  const { subject, question, notes } = results;
  const { source, shape, activations, parameters, inputs } = subject;
  const depth = activations.length > 6 ? `${activations.slice(0, 6).join(', ')}, ...` : activations.join(', ');
  const rows: [Rich, Rich][] = [
    [['Network'], rich`${name(baseName(source))}: ${inputs.length} ${inputs.length === 1 ? 'input' : 'inputs'}, layers ${shapeWords(shape)} (${depth}), ${parameters.toLocaleString('en-US')} parameters`],
    [['What may change'], boxWords(question.box)],
    [['For which inputs'], [question.at === undefined ? 'Every input in the ranges below, and every combination of them.' : 'The one input below.']],
    [['What is compared'], [comparison(results)]],
    [['How labels are given'], labelRule(results)],
    ...(question.epsilon === undefined && question.sigma === undefined ? [] : [[['What was to be decided'], decided(results)] as [Rich, Rich]]),
  ];
  return {
    id: 'question', title: 'The question',
    blocks: [
      paragraph(rich`A trained network is seldom run with exactly the numbers it was trained to: they are rounded to fewer bits, pruned, or stored inexactly. This report says, with proofs, how far that can move what ${name(baseName(source))} answers.`),
      { kind: 'facts', rows },
      inputsTable(results),
      ...formatTable(question.box.made),
      ...(notes.length === 0 ? [] : [{ kind: 'list', items: notes.map((note): Rich => [`Note: ${remark(note)}.`]) } as Block]),
    ],
  };
}

function shapeWords(shape: number[]): string {
  return shape.length > 12 ? `${shape.slice(0, 6).join('-')}-...-${shape.slice(-2).join('-')}` : shape.join('-');
}

function comparison({ question: { measure, outputs }, subject: { shape }, device }: ReportResults): string {
  const width = shape[shape.length - 1];
  const counting = width > 1 && outputs.length < width ? ` Of the ${width} outputs only ${outputs.join(', ')} count.` : width > 1 ? ' Of several outputs the one that moves most counts.' : '';
  const what = measure === 'logit' ? 'what its last layer gives before the activation' : 'its outputs';
  return `The network with its stored parameters and the network with changed ones${device === undefined ? '' : ', as a device computes it'}, at the same input: ${what}, and the label that follows.${counting}`;
}

function decided({ question: { epsilon, sigma, at } }: ReportResults): Rich {
  const asked = [
    ...(epsilon === undefined ? [] : [`no output moves by more than ${epsilon}`]),
    ...(sigma === undefined ? [] : [at === undefined ? `every input with a margin of ${sigma} or more keeps its label` : `the input, should its margin be ${sigma} or more, keeps its label`]),
  ];
  return [`Whether ${asked.join(', and whether ')}.`];
}

function inputsTable({ subject: { inputs }, question: { at, domain, units } }: ReportResults): Block {
  const shown = inputs.slice(0, MOST_SHOWN);
  const value = (i: number): Rich => (at !== undefined ? [String(at[i])] : [String(domain![i][0]), ' to ', String(domain![i][1])]);
  const rest = inputs.length - shown.length;
  const scale = units === undefined ? '' : `, in ${units} units`;
  return {
    kind: 'table',
    caption: joined([[at === undefined ? `The inputs and their ranges${scale}.` : `The input${scale}.`], ...(rest > 0 ? [[`${rest.toLocaleString('en-US')} more are in the page's JSON.`]] : [])], ' '),
    head: [['Input'], [at === undefined ? 'Range' : 'Value']],
    rows: shown.map((input, i) => [[name(input.name)], value(i)]),
    numeric: [1],
  };
}

/** What a format does to each tensor. */
function formatTable(made: BoxSummary['made']): Block[] {
  if (made === undefined || made.tensors.length === 0) return [];
  const shown = made.tensors.slice(0, MOST_SHOWN);
  const rest = made.tensors.length - shown.length;
  const scale = (range: [number, number] | undefined): string => (range === undefined ? 'none' : range[0] === range[1] ? brief(range[0]) : `${brief(range[0])} to ${brief(range[1])}`);
  return [{
    kind: 'table',
    caption: [`What the format does to each tensor, to four digits${made.pruned === undefined ? '' : `; ${made.pruned.toLocaleString('en-US')} weights are pruned`}.${rest > 0 ? ` ${rest} more are in the page's JSON.` : ''}`],
    head: [['Tensor'], ['Format'], ['Scale'], [made.as === 'box' ? 'Largest change it could make' : 'Largest change']],
    rows: shown.map(({ layer, tensor, format, scale: range, largestError }) => [[`layer ${layer}, ${tensor}`], [format], [scale(range)], [directed(largestError, 4, 'up')]]),
    numeric: [2, 3],
  }];
}

const brief = (value: number): string => String(Number(value.toPrecision(4)));
