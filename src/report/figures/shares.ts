import type { Spec } from 'vega';
import type { SensitivityResult, Share } from '../../decide/sensitivity.js';
import { directed } from '../../cli/text/numbers.js';
import { renderSvg } from '../svg.js';
import { percent } from '../rounding.js';
import { FIRST, INK, THEME, WIDTH } from './theme.js';

const ROW = 30;

export interface Bar {
  name: string;
  lower: number;
  upper: number;
}

/** In per cent, rounded outward: `31 to 34%`. */
export function percentRange({ lower, upper }: { lower: number; upper: number }): string {
  const [least, most] = [percent(lower, 3, 'down'), Number.isFinite(upper) ? percent(upper, 3, 'up') : undefined];
  return most === undefined ? `${least}% or more` : least === most ? `${least}%` : `${least} to ${most}%`;
}

/** Each tensor's share as a bar: full as far as it is attained, outlined as far as it may reach. */
export async function sharesFigure(bars: readonly Bar[], total: SensitivityResult['total']): Promise<string> {
  const most = Math.max(...bars.map(({ lower, upper }) => (Number.isFinite(upper) ? upper : lower)), 0);
  const values = bars.map((bar, order) => ({ order: String(order), name: bar.name, lower: bar.lower, upper: Number.isFinite(bar.upper) ? bar.upper : most, text: percentRange(bar) }));
  const bar = (end: 'lower' | 'upper') => ({
    type: 'rect' as const, from: { data: 'bars' },
    encode: { enter: {
      x: { scale: 'x', value: 0 }, x2: { scale: 'x', field: end }, y: { scale: 'y', field: 'order' }, height: { scale: 'y', band: 1 as const },
      ...(end === 'lower' ? { fill: { value: FIRST } } : { fill: { value: FIRST }, fillOpacity: { value: 0.18 }, stroke: { value: FIRST }, strokeWidth: { value: 1 } }),
    } },
  });
  const spec: Spec = {
    background: 'transparent', width: WIDTH - 240, height: ROW * bars.length, padding: 4, config: THEME,
    data: [{ name: 'bars', values }],
    scales: [
      { name: 'x', type: 'linear', domain: [0, most === 0 ? 1 : most], range: 'width', zero: true, nice: true },
      { name: 'y', type: 'band', domain: values.map(({ order }) => order), range: 'height', paddingInner: 0.35, paddingOuter: 0.2 },
      { name: 'names', type: 'ordinal', domain: values.map(({ order }) => order), range: values.map(({ name }) => name) },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', format: '%', tickCount: 5, grid: true, domain: false, ticks: false, title: 'share of epsilon, moving alone' },
      { orient: 'left', scale: 'y', domain: false, ticks: false, labelPadding: 8, encode: { labels: { update: { text: { signal: 'scale(\'names\', datum.value)' } } } } },
    ],
    marks: [
      bar('upper'), bar('lower'),
      { type: 'text', from: { data: 'bars' }, encode: { enter: { x: { scale: 'x', field: 'upper', offset: 6 }, y: { scale: 'y', field: 'order', band: 0.5 }, baseline: { value: 'middle' }, text: { field: 'text' }, fill: { value: INK } } } },
    ],
  };
  const words = bars.map((each) => `${each.name} ${percentRange(each)}`).join('; ');
  const of = Number.isFinite(total.upper) ? `, of an epsilon of at most ${directed(total.upper, 4, 'up')}` : '';
  return renderSvg(spec, 'shares-picture', 'What each tensor would cause by itself', `A bar for each tensor, as its share of epsilon when it alone changes${of}: ${words}.`);
}

/** `layer 0 weights`. */
export function tensorName({ layer, kind }: Pick<Share, 'layer' | 'kind'>): string {
  return kind === 'layer' ? `layer ${layer}` : `layer ${layer}, ${kind}`;
}
