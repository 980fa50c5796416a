import type { GroupMark, Legend, Mark } from 'vega';
import type { FigureCurve } from './figure.js';
import type { DeltaResults, Flip } from './reproduction.js';

/** The size of one panel's frame, in px. */
export const PANEL = { width: 330, height: 250 } as const;

/** Shapes carry what the colours carry, for those who do not tell red from green. Colours differ in lightness too. */
const FLIPS: Record<Flip, { label: string; colour: string; shape: string }> = {
  flippable: { label: 'flippable', colour: '#c00020', shape: 'M-1,-1L1,1M-1,1L1,-1' },
  safe: { label: 'not flippable', colour: '#3fae5a', shape: 'circle' },
  undecided: { label: 'not decided', colour: '#777777', shape: 'triangle-up' },
};
const BOUNDARY = { colour: '#0033cc', dash: [] as number[] };
const SIGMA = { colour: '#e00000', dash: [7, 4] };

/** (a, b): the random inputs coloured by their local epsilon (Eq. 11), the colour bar up to the global epsilon (Eq. 12). */
export function colourPanel(letter: string, points: number[][], delta: DeltaResults, curves: FigureCurve[], inputs: string[]): GroupMark {
  const epsilon = delta.points?.epsilon.upper;
  const values = epsilon === undefined ? [] : points.map(([x, y], i) => ({ x, y, epsilon: epsilon[i] }));
  const boundary = curves.filter(({ kind }) => kind === 'boundary');
  return panel(letter, `local \u03b5, \u03b4 = ${delta.delta}`, inputs, {
    data: [{ name: 'points', values }, ...curveData(boundary)],
    scales: [{ name: 'epsilon', type: 'linear', domain: [0, Math.min(delta.epsilon.upper, 1)], range: { scheme: 'orangered' } }],
    legends: [
      { fill: 'epsilon', type: 'gradient', orient: 'right', title: '\u03b5', gradientLength: PANEL.height - 40, offset: 12, format: '.2~g' },
    ],
    marks: [
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          enter: {
            ...position,
            size: { value: 22 },
            fill: { scale: 'epsilon', field: 'epsilon' },
            stroke: { value: '#555' },
            strokeWidth: { value: 0.3 },
          },
        },
      },
      ...curveMarks(boundary),
    ],
  });
}

/** (c, d): which of the same inputs can flip (Eq. 8), with f = l and f = l +- sigma (Eq. 13). */
export function flipPanel(letter: string, points: number[][], delta: DeltaResults, curves: FigureCurve[], inputs: string[]): GroupMark {
  const flips = delta.points?.flip ?? [];
  const kinds = (['safe', 'flippable', 'undecided'] as const).filter((kind) => kind !== 'undecided' || flips.includes(kind));
  const of = (kind: Flip): { x: number; y: number }[] => points.filter((_, i) => flips[i] === kind).map(([x, y]) => ({ x, y }));
  return panel(letter, `label flips and \u03c3, \u03b4 = ${delta.delta}`, inputs, {
    data: [...kinds.map((kind) => ({ name: kind, values: of(kind) })), ...curveData(curves)],
    scales: [
      ordinal('flip colour', kinds.map((kind) => FLIPS[kind].label), kinds.map((kind) => FLIPS[kind].colour)),
      ordinal('flip shape', kinds.map((kind) => FLIPS[kind].label), kinds.map((kind) => FLIPS[kind].shape)),
      ordinal('curve colour', CURVE_LABELS, [BOUNDARY.colour, SIGMA.colour]),
      ordinal('curve dash', CURVE_LABELS, [BOUNDARY.dash, SIGMA.dash]),
    ],
    legends: [
      legend({ stroke: 'flip colour', shape: 'flip shape', symbolSize: 40, padding: 6 }),
      legend({ stroke: 'curve colour', strokeDash: 'curve dash', symbolType: 'stroke', symbolSize: 400 }),
    ],
    marks: [
      ...kinds.map((kind): Mark => ({
        type: 'symbol',
        from: { data: kind },
        encode: {
          enter: {
            ...position,
            shape: { value: FLIPS[kind].shape },
            size: { value: kind === 'flippable' ? 16 : 18 },
            stroke: { value: FLIPS[kind].colour },
            strokeWidth: { value: kind === 'flippable' ? 1.4 : 1 },
          },
        },
      })),
      ...curveMarks(curves),
    ],
  });
}

const CURVE_LABELS = ['f = l', 'f = l \u00b1 \u03c3'];
const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } } as const;

function panel(letter: string, title: string, inputs: string[], content: Partial<GroupMark>): GroupMark {
  return {
    type: 'group',
    encode: { enter: { width: { value: PANEL.width }, height: { value: PANEL.height }, stroke: { value: '#888' } } },
    title: { text: `(${letter}) ${title}`, fontSize: 13, fontWeight: 'bold', anchor: 'start', offset: 6 },
    axes: [
      { orient: 'bottom', scale: 'x', title: inputs[0], tickCount: 6 },
      { orient: 'left', scale: 'y', title: inputs[1], tickCount: 6 },
    ],
    ...content,
  };
}

function ordinal(name: string, domain: string[], range: unknown[]): NonNullable<GroupMark['scales']>[number] {
  return { name, type: 'ordinal', domain, range: range as string[] };
}

function legend(fields: Partial<Legend>): Legend {
  return { orient: 'bottom', direction: 'horizontal', columnPadding: 18, labelFontSize: 11, symbolStrokeWidth: 1.6, ...fields };
}

/** One data set for each curve; a row without coordinates parts two pieces. */
function curveData(curves: FigureCurve[]): { name: string; values: { x: number | null; y: number | null }[] }[] {
  return curves.map(({ pieces }, i) => ({
    name: `curve ${i}`,
    values: pieces.flatMap((piece) => [...piece.map(([x, y]) => ({ x, y })), { x: null, y: null }]),
  }));
}

/** Each curve twice: a white casing under it keeps it apart from the points. */
function curveMarks(curves: FigureCurve[]): Mark[] {
  return curves.flatMap(({ kind }, i) => {
    const { colour, dash } = kind === 'boundary' ? BOUNDARY : SIGMA;
    const line = (stroke: string, width: number, opacity: number, dashes: number[]): Mark => ({
      type: 'line',
      from: { data: `curve ${i}` },
      encode: {
        enter: {
          ...position,
          defined: { signal: 'isValid(datum.x)' },
          stroke: { value: stroke },
          strokeWidth: { value: width },
          strokeOpacity: { value: opacity },
          strokeDash: { value: dashes },
        },
      },
    });
    return [line('white', 4, 0.6, []), line(colour, 2, 1, dash)];
  });
}
