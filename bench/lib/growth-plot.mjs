// Time against number of parameters, a panel for each measure. Shapes carry what the colours carry; colours are those that most eyes tell apart (Okabe and Ito).
import { renderSvg } from '../../dist/report/svg.js';
import { RECORDED_GROWTH } from './recorded-solvers.mjs';

const TOOLS = {
  parabound: { colour: '#0072b2', shape: 'circle' },
  z3: { colour: '#d55e00', shape: 'square' },
  cvc5: { colour: '#009e73', shape: 'diamond' },
  dReal: { colour: '#cc79a7', shape: 'cross' },
  ibexopt: { colour: '#7f6000', shape: 'triangle-down' },
};
const PANELS = [
  { output: 'confidence', title: 'confidence: sigmoid outputs' },
  { output: 'logit', title: 'logit: before the sigmoid' },
];
const SIZE = { width: 340, height: 280 };

/** Rows of the growing family as points; a time that never ended stands at the limit, as an arrow up. */
export function growthPoints(rows, limit) {
  return rows.filter(({ detail }) => detail?.family !== undefined && detail.asked !== false).map(({ median, detail: { tool, parameters, family } }) => ({
    tool, parameters, output: family.output, depth: family.sizes.length - 2, shape: family.sizes.join('-'),
    seconds: Number.isFinite(median) ? Math.max(median, 0.01) : limit, done: Number.isFinite(median),
  }));
}

export function recordedPoints(points) {
  return RECORDED_GROWTH.filter(({ tool }) => !points.some((each) => each.tool === tool))
    .map(({ tool, seconds: [least, most], more = false, ...rest }) => ({ ...rest, tool: `${tool}, recorded`, least, most, output: 'confidence', done: !more }));
}

export async function growthPlot(rows, limit) {
  const points = growthPoints(rows, limit);
  const recorded = recordedPoints(points);
  const tools = Object.keys(TOOLS).flatMap((tool) => [tool, `${tool}, recorded`]).filter((tool) => [...points, ...recorded].some((each) => each.tool === tool));
  const look = (tool) => TOOLS[tool.replace(', recorded', '')];
  const spec = {
    background: 'white',
    padding: 8,
    layout: { columns: 2, padding: { column: 40 }, bounds: 'full', align: 'each' },
    config: { axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e4e4e4' }, title: { fontSize: 13, fontWeight: 'normal' } },
    scales: [
      { name: 'x', type: 'log', domain: [10, 400], range: [0, SIZE.width] },
      { name: 'y', type: 'log', domain: [0.01, 1000], range: [SIZE.height, 0] },
      { name: 'colour', type: 'ordinal', domain: tools, range: tools.map((tool) => look(tool).colour) },
      { name: 'shape', type: 'ordinal', domain: tools, range: tools.map((tool) => look(tool).shape) },
    ],
    legends: [
      { stroke: 'colour', shape: 'shape', orient: 'bottom', direction: 'horizontal', symbolStrokeWidth: 2, symbolFillColor: 'transparent', labelFontSize: 12, labelLimit: 300, symbolSize: 90 },
    ],
    marks: PANELS.map((panel) => panelOf(panel, points, recorded, limit)),
  };
  return renderSvg(spec, 'dreal-growth', 'Time against number of parameters', description(points, recorded, limit));
}

function panelOf({ output, title }, points, recorded, limit) {
  const own = points.filter((each) => each.output === output);
  const theirs = recorded.filter((each) => each.output === output);
  const position = { x: { scale: 'x', field: 'parameters' }, stroke: { scale: 'colour', field: 'tool' } };
  const lines = Object.keys(TOOLS).flatMap((tool) => [1, 2].map((depth) => own.filter((each) => each.done && each.tool === tool && each.depth === depth))).filter((values) => values.length > 0);
  return {
    type: 'group',
    title: { text: title, anchor: 'start', frame: 'group' },
    encode: { enter: { width: { value: SIZE.width }, height: { value: SIZE.height }, stroke: { value: '#888' } } },
    data: [
      { name: 'done', values: own.filter(({ done }) => done) },
      { name: 'open', values: own.filter(({ done }) => !done) },
      { name: 'theirs', values: theirs },
      { name: 'theirs open', values: theirs.filter(({ done }) => !done) },
      ...lines.map((values, i) => ({ name: `line ${i}`, values: values.toSorted((a, b) => a.parameters - b.parameters) })),
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: 'parameters', values: [10, 20, 50, 100, 200, 400], grid: true },
      { orient: 'left', scale: 'y', title: 'CPU seconds', values: [0.01, 0.1, 1, 10, 100, 1000], format: '~g', grid: true },
    ],
    marks: [
      { type: 'rule', encode: { enter: { x: { value: 0 }, x2: { value: SIZE.width }, y: { scale: 'y', value: limit }, stroke: { value: '#888' }, strokeDash: { value: [4, 3] } } } },
      { type: 'text', encode: { enter: { x: { value: SIZE.width - 4 }, y: { scale: 'y', value: limit }, dy: { value: 13 }, align: { value: 'right' }, fontSize: { value: 10 }, fill: { value: '#555' }, text: { value: `limit, ${limit} s` } } } },
      ...lines.map((values, i) => ({
        type: 'line', from: { data: `line ${i}` },
        encode: { enter: { ...position, y: { scale: 'y', field: 'seconds' }, strokeWidth: { value: 1.5 }, strokeDash: { value: values[0].depth > 1 ? [5, 3] : [] } } },
      })),
      { type: 'rule', from: { data: 'theirs' }, encode: { enter: { ...position, y: { scale: 'y', field: 'least' }, y2: { scale: 'y', field: 'most' }, strokeWidth: { value: 1 }, strokeOpacity: { value: 0.7 } } } },
      symbols('theirs', 'most', position, { strokeOpacity: { value: 0.7 }, size: { value: 45 } }),
      arrows('theirs open', 'most', position),
      symbols('done', 'seconds', position, { fill: { scale: 'colour', field: 'tool' }, size: { value: 60 } }),
      symbols('open', 'seconds', position, { size: { value: 60 } }),
      arrows('open', 'seconds', position),
    ],
  };
}

function symbols(data, seconds, position, more) {
  return { type: 'symbol', from: { data }, encode: { enter: { ...position, y: { scale: 'y', field: seconds }, shape: { scale: 'shape', field: 'tool' }, fill: { value: 'transparent' }, strokeWidth: { value: 1.5 }, ...more } } };
}

/** Above what did not end. */
function arrows(data, seconds, position) {
  return { type: 'symbol', from: { data }, encode: { enter: { ...position, y: { scale: 'y', field: seconds, offset: -11 }, shape: { value: 'arrow' }, size: { value: 90 }, fill: { value: 'transparent' }, strokeWidth: { value: 1.5 } } } };
}

function description(points, recorded, limit) {
  const of = (tool, output) => points.filter((each) => each.tool === tool && each.output === output).toSorted((a, b) => a.parameters - b.parameters)
    .map(({ shape, parameters, seconds, done }) => `${shape} (${parameters}) ${done ? `${seconds.toPrecision(2)} s` : `not in ${limit} s`}`).join(', ');
  const sentences = PANELS.flatMap(({ output }) => Object.keys(TOOLS).map((tool) => ({ tool, output, text: of(tool, output) })).filter(({ text }) => text !== '')
    .map(({ tool, text }) => `${tool}, ${output}: ${text}.`));
  const recordings = recorded.map(({ tool, shape, least, most, done }) => `${tool} ${shape} ${done ? (least === most ? `${least} s` : `${least} to ${most} s`) : `not in ${most} s`}`);
  return `CPU seconds to bound epsilon, delta 0.01, of random ReLU networks with 2 inputs, against the number of their parameters, both logarithmic. Solid lines are networks of one hidden layer, dashed ones of two. `
    + `Open symbols under an arrow did not end. ${sentences.join(' ')}${recordings.length === 0 ? '' : ` Recorded on another machine and other networks of these shapes, as open symbols with a bar: ${recordings.join(', ')}.`}`;
}
