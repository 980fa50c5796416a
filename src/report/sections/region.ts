import { paragraph, rich, type Block, type Rich, type Section } from '../content.js';
import { shortName } from '../html.js';
import type { ReportResults } from '../results.js';
import { RESOLUTION } from '../tasks.js';
import { STATUS } from '../words.js';
import { skippedBlocks } from './skipped.js';

const TITLE = 'Which inputs can flip';
const LONGEST = 32;

/** The domain in three areas: as a picture where two inputs vary, and as parts of its volume. */
export async function regionSection(results: ReportResults): Promise<Section | null> {
  const { region } = results;
  if (region === null) return skippedBlocks(results, 'region', TITLE);
  const { percent, regionFigure } = await import('../../region/figure.js');
  const { picture, safe, flippable, undecided, status } = region;
  // Names from a file may be as long as they like, and axes are short.
  const names = (all: [string, string]): [string, string] => [shortName(all[0], LONGEST), shortName(all[1], LONGEST)];
  const svg = picture === null ? null : await regionFigure(
    { ...region, picture: { ...picture, names: names(picture.names), held: picture.held.map((each) => ({ ...each, name: shortName(each.name, LONGEST) })) } },
    { title: TITLE, id: 'region-picture' },
  );
  const blocks: Block[] = [
    paragraph(rich`An input can flip where some change that is allowed gives it another label. Each part of the domain is proved safe, proved to flip, or undecided; nothing was sampled.${picture === null ? ' Parts are shares of the volume of all inputs together, as if each combination were as likely as any other.' : ''}`),
    ...(svg === null ? [] : [{ kind: 'figure', svg, light: true, caption: ['Dark is undecided: it is neither proved safe nor proved to flip. The line is where the network as it is stored changes its label.'] } satisfies Block]),
    { kind: 'table', caption: ['How much of the domain is safe and how much can flip, by volume: from what is proved to what is possible.'], head: [['Area'], ['Part of the domain']], numeric: [1],
      rows: [[['safe'], [percent(safe)]], [['can flip'], [percent(flippable)]], [['undecided'], [percent(undecided)]]] satisfies Rich[][] },
    ...(status === 'complete' ? [] : [paragraph([`More than ${100 * RESOLUTION}% of the domain is undecided: ${STATUS[status]}.`])]),
  ];
  return { id: 'region', title: TITLE, blocks };
}
