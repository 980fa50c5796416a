import type { Share } from '../../decide/sensitivity.js';
import { paragraph, rich, type Rich, type Section } from '../content.js';
import { percentRange, sharesFigure, tensorName, type Bar } from '../figures/shares.js';
import type { ReportResults } from '../results.js';
import { ends, MOST_SHOWN, STATUS } from '../words.js';
import { skippedBlocks } from './skipped.js';

const TITLE = 'Which tensors matter';

/** What each tensor would do by itself, and what leaving it alone would save. */
export async function sensitivitySection(results: ReportResults): Promise<Section | null> {
  const { sensitivity } = results;
  if (sensitivity === null) return skippedBlocks(results, 'sensitivity', TITLE);
  const { tensors, total, status } = sensitivity;
  const moving = tensors.filter((each) => each.moving > 0).sort((a, b) => b.alone.upper - a.alone.upper || a.layer - b.layer);
  const shown = moving.slice(0, MOST_SHOWN);
  const rest = moving.length - shown.length;
  const bars = shown.flatMap((each) => (each.share === null ? [] : [{ name: tensorName(each), lower: each.share.lower, upper: each.share.upper }]));
  const still = tensors.length - moving.length;
  const cancels = shown.some(({ share, saving }) => (share !== null && share.lower > 1) || (saving !== null && saving.upper < 0));
  const row = (each: Share): Rich[] => {
    const { least, most } = ends(each.alone, 4);
    return [[tensorName(each)], [each.moving.toLocaleString('en-US')], [least], [most], [each.share === null ? 'none' : percentRange(each.share)], [each.saving === null ? 'none' : percentRange(each.saving)]];
  };
  return {
    id: 'sensitivity', title: TITLE,
    blocks: [
      paragraph(rich`Epsilon again, with one tensor of parameters changing and all others as they are stored, and then the other way round. The first says what a tensor would cause by itself (its share); the second, what leaving it as it is would save. Changes work together, so neither adds up to 100%.${cancels ? ' A share above 100%, or a saving below zero, is no mistake: there, changes cancel each other.' : ''}`),
      ...(total.upper === 0 ? [] : bars.every(tellsNothing) ? [paragraph(['The time was not enough to tell tensors apart. More of it (--timeout), or --sections sensitivity, would be.'])]
        : [{ kind: 'figure' as const, svg: await sharesFigure(bars, total), caption: ['Full bars are attained, outlines are proved: the true share ends in the outline.'] }]),
      { kind: 'table', caption: [`Epsilon with one tensor changing alone, its share, and what leaving it as it is would save. Layers are counted from 0.${rest > 0 ? ` The ${MOST_SHOWN} largest; ${rest} more are in the page's JSON.` : ''}${still > 0 ? ` Tensors that do not move are left out (${still}).` : ''}`],
        head: [['Tensor'], ['Moving'], ['At least'], ['At most'], ['Share'], ['Saving']], rows: shown.map(row), numeric: [1, 2, 3, 4, 5] },
      ...(status === 'complete' ? [] : [paragraph([`Not all of these searches were completed: ${STATUS[status]}. Their ends are proved all the same, and farther apart than they might be.`])]),
    ],
  };
}

/** A share that may be next to nothing or next to all. */
function tellsNothing({ lower, upper }: Bar): boolean {
  return upper - lower > 0.9;
}
