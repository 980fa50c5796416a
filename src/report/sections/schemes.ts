import { paragraph, rich, type Block, type Rich, type Section } from '../content.js';
import { schemesFigure } from '../figures/schemes.js';
import type { ReportResults } from '../results.js';
import type { SchemeResult } from '../schemes.js';
import { ends, everywhere, remark, STATUS } from '../words.js';
import { skippedBlocks } from './skipped.js';

const TITLE = 'What common formats would do';
const LABELS = { robust: 'all stay', violated: 'some change', unknown: 'not decided' } as const;

/** Each format's own copy of the network, beside the network as it is stored. */
export async function schemesSection(results: ReportResults): Promise<Section | null> {
  const { schemes, question, device } = results;
  if (schemes === null) return skippedBlocks(results, 'schemes', TITLE);
  const figure = await schemesFigure(schemes.copies);
  const open = schemes.copies.filter(({ epsilon }) => epsilon !== null && epsilon.status !== 'complete');
  const row = ({ name, bytes, epsilon, label, reason }: SchemeResult): Rich[] => {
    if (epsilon === null || label === null) return [[name], [size(bytes)], ['none'], ['none'], [`cannot hold it: ${remark(reason ?? '')}`]];
    const { least, most } = ends(epsilon, 4);
    return [[name], [size(bytes)], [least], [most], [LABELS[label.verdict]]];
  };
  const blocks: Block[] = [
    paragraph(rich`The network rounded to formats that devices use, one concrete copy each, compared with the network as it is stored over ${everywhere(question)}. This is apart from the change that was asked about above: nothing is unknown here but the input${device === undefined ? '' : ' and what the device rounds'}, so that the numbers are those of that copy and no other.`),
    ...(figure === null ? [] : [{ kind: 'figure', svg: figure, caption: ['A dot is a move that is attained, the end of its bar what is proved: no output moves further.'] } satisfies Block]),
    { kind: 'table', caption: [`The copies: how much room their parameters take, how far outputs move (epsilon), and whether labels stay. Not rounded, in single or double precision: ${size(schemes.bytes)}.`],
      head: [['Format'], ['Size'], ['At least'], ['At most'], ['Labels']], rows: schemes.copies.map(row), numeric: [1, 2, 3] },
    paragraph(['Integers are symmetric, round to nearest, and hold weights alone; biases stay as stored, as in most frameworks. Floating-point formats hold both. Sizes are of packed parameters with a scale of four bytes for each tensor or channel, without a file\'s own overhead.', device === undefined ? ' What a device rounds while it computes is not counted.' : ' Each copy is computed by the device that was asked about.']),
    ...(open.length === 0 ? [] : [paragraph([`Not narrowed to a hundredth: ${[...new Set(open.map(({ epsilon }) => epsilon!.status))].map((status) => `${open.filter(({ epsilon }) => epsilon!.status === status).map(({ name }) => name).join('; ')} (${STATUS[status]})`).join('; ')}.`])]),
  ];
  return { id: 'schemes', title: TITLE, blocks };
}

/** Bytes as people read them, to three digits; exact below a thousand. */
function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value.toPrecision(3)} ${unit}`;
}
