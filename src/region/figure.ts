import type { Mark, Spec } from 'vega';
import { ParaboundError } from '../errors.js';
import { renderSvg } from '../report/svg.js';
import { placeIn, REGION_FRAME } from './frame.js';
import type { AreaName, Loop, Part, Picture, RegionResult } from './result.js';
import { unseenAreas } from './visible.js';

/** Light, middle and dark, so that they can be told apart without colours too. */
const AREAS: Record<AreaName, { label: string; colour: string }> = {
  safe: { label: 'proved safe', colour: '#cfe6f5' },
  flippable: { label: 'proved to flip', colour: '#e8871e' },
  undecided: { label: 'undecided', colour: '#3b3b3b' },
};
const NAMES = ['safe', 'flippable', 'undecided'] as const;
const BOUNDARY = { label: 'nominal boundary', colour: '#0033cc' };

/**
 * The picture of a region over two inputs, as SVG text with a title and alternative text.
 *
 * @param title over the picture, and what a screen reader says it is
 * @param id prefix of every id in it, so that several can stand in one page
 * @throws ParaboundError OPTION_INVALID where not just two inputs vary
 */
export async function regionFigure(result: RegionResult, { title = 'Where labels can flip', id = 'flip-region' } = {}): Promise<string> {
  return renderSvg(regionSpec(result, title), id, title, regionDescription(result));
}

/** The same as a Vega specification. */
export function regionSpec(result: RegionResult, title: string): Spec {
  const { domain, names, boundary, held, ...areas } = drawn(result);
  const unseen = unseenAreas(result);
  const present = NAMES.filter((name) => name !== 'undecided' || result.undecided.upper > 0);
  const still = held.slice(0, 4).map(({ name, value }) => `${name} = ${value}`).join(', ') + (held.length > 4 ? `, and ${held.length - 4} more` : '');
  return {
    background: 'white',
    padding: 8,
    width: REGION_FRAME.width,
    height: REGION_FRAME.height,
    title: { text: title, anchor: 'start', fontSize: 14, offset: 10, ...(held.length === 0 ? {} : { subtitle: `at ${still}`, subtitleFontSize: 11 }) },
    config: { axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', grid: false } },
    scales: [
      { name: 'x', domain: domain[0], range: [0, REGION_FRAME.width], nice: false, zero: false },
      { name: 'y', domain: domain[1], range: [REGION_FRAME.height, 0], nice: false, zero: false },
      { name: 'area', type: 'ordinal', domain: present.map((name) => `${AREAS[name].label}: ${percent(result[name])}${unseen.includes(name) ? ', too thin to see' : ''}`), range: present.map((name) => AREAS[name].colour) },
      { name: 'line', type: 'ordinal', domain: [BOUNDARY.label], range: [BOUNDARY.colour] },
    ],
    axes: [{ orient: 'bottom', scale: 'x', title: names[0], tickCount: 6 }, { orient: 'left', scale: 'y', title: names[1], tickCount: 6 }],
    legends: [
      { fill: 'area', symbolType: 'square', symbolSize: 160, symbolStrokeWidth: 0.5, orient: 'right', labelFontSize: 11, labelLimit: 0, title: 'Part of the domain' },
      ...(boundary.length === 0 ? [] : [{ stroke: 'line', symbolType: 'stroke', symbolSize: 300, symbolStrokeWidth: 2, orient: 'right', labelFontSize: 11 } as const]),
    ],
    data: boundary.map((curve, i) => ({ name: `boundary ${i}`, values: curve.map(([x, y]) => ({ x, y })) })),
    marks: [
      // Whatever is not proved is undecided: its colour lies under the rest.
      { type: 'rect', encode: { enter: { width: { value: REGION_FRAME.width }, height: { value: REGION_FRAME.height }, fill: { value: AREAS.undecided.colour } } } },
      ...(['safe', 'flippable'] as const).map((name): Mark => ({
        type: 'path', encode: { enter: { path: { value: pathOf(areas[name], domain) }, fill: { value: AREAS[name].colour }, stroke: { value: AREAS[name].colour }, strokeWidth: { value: 0.2 } } },
      })),
      ...boundary.map((_, i): Mark => ({
        type: 'line', from: { data: `boundary ${i}` },
        encode: { enter: { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' }, stroke: { value: BOUNDARY.colour }, strokeWidth: { value: 2 } } },
      })),
      { type: 'rect', encode: { enter: { width: { value: REGION_FRAME.width }, height: { value: REGION_FRAME.height }, stroke: { value: '#888' } } } },
    ],
  };
}

/** What is there, or may be, and has no pixel: in words, none where all is seen. */
export function unseenTexts(result: RegionResult): string[] {
  const unseen = unseenAreas(result).map((name) => `what is ${AREAS[name].label}`);
  return [
    ...(unseen.length === 0 ? [] : [`too thin to see at this size: ${unseen.join(', and ')}`]),
    ...(result.counts.flippable === 0 && result.counts.undecided > 0 ? ['inputs that flip, if any, are among the undecided'] : []),
  ];
}

/** The same picture in words. */
export function regionDescription(result: RegionResult): string {
  const { names, boundary } = drawn(result);
  const unseen = unseenTexts(result).map((text) => ` ${text[0].toUpperCase()}${text.slice(1)}.`).join('');
  return `The domain of ${names[0]} (across) and ${names[1]} (up) in three areas: proved safe (light), ${percent(result.safe)} of it; proved to flip (middle), ${percent(result.flippable)}; ` +
    `undecided (dark), ${percent(result.undecided)}.${boundary.length === 0 ? '' : ' A blue line shows where the nominal network changes its label.'}${unseen}`;
}

function drawn({ picture }: RegionResult): Picture {
  if (picture === null) throw new ParaboundError('OPTION_INVALID', 'not two inputs that vary', 'the picture of a region', 'two; --slice holds others still');
  return picture;
}

/** An enclosure of a part, in percent, rounded outward. */
export function percent({ lower, upper }: Part): string {
  let [low, high] = [Math.floor(lower * 1e4), Math.ceil(upper * 1e4)];
  if (low / 1e4 > lower) low--; // the product was rounded
  if (high / 1e4 < upper) high++;
  return low === high ? `${low / 100}%` : `${low / 100} to ${high / 100}%`;
}

/** In pixels: one path for all loops, so that no seams show. */
function pathOf(loops: readonly Loop[], domain: Picture['domain']): string {
  const point = (corner: readonly [number, number]): string => placeIn(domain, corner).map((pixels) => pixels.toFixed(2)).join();
  return loops.map((loop) => `M${loop.map(point).join('L')}Z`).join('');
}
