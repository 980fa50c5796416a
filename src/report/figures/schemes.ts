import type { Spec } from 'vega';
import { directed } from '../../cli/text/numbers.js';
import { renderSvg } from '../svg.js';
import type { SchemeResult } from '../schemes.js';
import { FIRST, INK, THEME, WIDTH } from './theme.js';

const ROW = 34;

/** Epsilon of each scheme on a logarithmic axis: a dot where it is attained, a bar's end where it is proved. Null where no scheme moves anything. */
export async function schemesFigure(schemes: readonly SchemeResult[]): Promise<string | null> {
  const known = schemes.flatMap(({ name, epsilon }) => (epsilon === null || !Number.isFinite(epsilon.upper) || epsilon.upper === 0 ? [] : [{ name, ...epsilon }]));
  if (known.length < 2) return null;
  const most = Math.max(...known.map(({ upper }) => upper));
  const least = Math.min(...known.map(({ lower, upper }) => (lower > 0 ? lower : upper)));
  const start = 10 ** Math.floor(Math.log10(least));
  const values = known.map(({ name, lower, upper }) => ({ name, lower: Math.max(lower, start), attained: lower > 0, upper, text: `\u2264 ${directed(upper, 3, 'up')}` }));
  const at = { y: { scale: 'y', field: 'name', band: 0.5 } } as const;
  const spec: Spec = {
    background: 'transparent', width: WIDTH - 200, height: ROW * values.length, padding: 4, config: THEME,
    data: [{ name: 'schemes', values }, { name: 'attained', source: 'schemes', transform: [{ type: 'filter', expr: 'datum.attained' }] }],
    scales: [
      { name: 'x', type: 'log', domain: [start, 10 ** Math.ceil(Math.log10(most))], range: 'width' },
      { name: 'y', type: 'band', domain: values.map(({ name }) => name), range: 'height' },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', format: '.0e', grid: true, domain: false, ticks: false, title: 'epsilon, logarithmic', values: decades(start, most) },
      { orient: 'left', scale: 'y', domain: false, ticks: false, labelPadding: 8 },
    ],
    marks: [
      { type: 'rule', from: { data: 'schemes' }, encode: { enter: { x: { scale: 'x', field: 'lower' }, x2: { scale: 'x', field: 'upper' }, ...at, stroke: { value: FIRST }, strokeWidth: { value: 2 } } } },
      { type: 'rule', from: { data: 'schemes' }, encode: { enter: { x: { scale: 'x', field: 'upper' }, y: { scale: 'y', field: 'name', band: 0.25 }, y2: { scale: 'y', field: 'name', band: 0.75 }, stroke: { value: FIRST }, strokeWidth: { value: 2 } } } },
      { type: 'symbol', from: { data: 'attained' }, encode: { enter: { x: { scale: 'x', field: 'lower' }, ...at, size: { value: 60 }, fill: { value: FIRST } } } },
      { type: 'text', from: { data: 'schemes' }, encode: { enter: { x: { scale: 'x', field: 'upper', offset: 9 }, ...at, baseline: { value: 'middle' }, text: { field: 'text' }, fill: { value: INK } } } },
    ],
  };
  const words = known.map(({ name, lower, upper }) => `${name} from ${directed(lower, 3, 'down')} to ${directed(upper, 3, 'up')}`).join('; ');
  return renderSvg(spec, 'schemes-picture', 'How far each format moves the outputs', `Epsilon of the copy in each format, on a logarithmic axis, from what is attained to what is proved: ${words}.`);
}

/** Powers of ten, at most six of them. */
function decades(start: number, most: number): number[] {
  const [from, to] = [Math.round(Math.log10(start)), Math.ceil(Math.log10(most))];
  const step = Math.ceil((to - from + 1) / 6);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 10 ** (from + i * step));
}
