import { lowerText, upperText } from './decimal.js';
import { compare, contradictions, printedSigma, type Comparison } from './findings.js';
import type { PaperNetwork } from './paper.js';
import { prose } from './prose.js';
import type { RefutationText } from './refutation-text.js';
import type { Bound, Reproduction } from './reproduction.js';

/** One of the eighteen numbers of Table 1. */
export interface Row {
  network: PaperNetwork;
  delta: number;
  quantity: 'epsilon' | 'sigma';
  /** `epsilon`, or `sigma male`. */
  name: string;
  bound: Bound;
  lower: string;
  upper: string;
  printed: string;
  comparison: Comparison;
  remark: string;
}

const REMARKS: Record<Comparison, string> = {
  agrees: 'agrees to every printed digit',
  below: 'too low: more is attained',
  above: 'too high: less is proved',
  open: 'not decided',
  incomparable: '',
};

/** The rows of Table 1: for each network and delta epsilon, then sigma as the paper orders it, label 1 before label 0. */
export function tableRows({ networks }: Reproduction): Row[] {
  const faults = contradictions();
  return networks.flatMap(({ network, deltas, model }) =>
    deltas.flatMap(({ delta, epsilon, sigma }, i) => {
      const row = (quantity: Row['quantity'], name: string, bound: Bound, printed: string, extra: string[]): Row => {
        const comparison = compare(network, printed, bound);
        const open = bound.status === 'complete' ? [] : [bound.status];
        return {
          network, delta, quantity, name, bound, printed, comparison,
          lower: lowerText(bound.lower),
          upper: Number.isFinite(bound.upper) ? upperText(bound.upper) : 'inf',
          remark: [REMARKS[comparison], ...extra, ...open].filter((text) => text !== '').join('; '),
        };
      };
      const notes = faults
        .filter((fault) => fault.network === network && fault.delta === delta)
        .map(({ kind }) => (kind === 'falls' ? 'falls as delta doubles' : 'less than its own sigma'));
      return [
        row('epsilon', 'epsilon', epsilon, network.epsilon[i], notes),
        ...[1, 0].map((label) => row('sigma', `sigma ${model.labels[label]}`, sigma[label], printedSigma(network, i, label), [])),
      ];
    }),
  );
}

/** Table 1 for a terminal: 7-bit, at most 110 columns. */
export function tableText(reproduction: Reproduction): string {
  const lines = ['Table 1: lower is attained by a stored witness, upper is proved; both in real arithmetic.', ''];
  lines.push(`${'delta'.padStart(7)}  ${'quantity'.padEnd(13)} ${'lower'.padEnd(11)}  ${'upper'.padEnd(11)}  paper`);
  let before: Row | undefined;
  for (const row of tableRows(reproduction)) {
    if (row.network !== before?.network) lines.push(`${row.network.title}: ${row.network.what}`);
    const delta = row.delta === before?.delta && row.network === before.network ? '' : String(row.delta);
    lines.push(`${delta.padStart(7)}  ${row.name.padEnd(13)} ${row.lower.padEnd(11)}  ${row.upper.padEnd(11)}  ${row.printed.padEnd(8)} ${row.remark}`.trimEnd());
    before = row;
  }
  return lines.join('\n');
}

/** What follows the table: the refuting points, then the paragraphs, filled to a terminal's width. */
export function closingText(refuted: RefutationText[]): string {
  const points = refuted.map(({ claim, facts }) => [fill(claim, ''), ...facts.map(([name, value]) => `  ${name.padEnd(19)} ${value}`)].join('\n'));
  const paragraphs = prose().map(({ heading, text }) => `${heading}\n${fill(text, '  ')}`);
  return ['', ...points, ...paragraphs].join('\n\n').slice(1);
}

const WIDTH = 100;

function fill(text: string, indent: string): string {
  const lines = [indent];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line !== indent && line.length + 1 + word.length > WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = line === indent ? indent + word : `${line} ${word}`;
  }
  return lines.join('\n');
}
