import type { GroupMark, Spec } from 'vega';
import type { Model } from '../network/model.js';
import { levelCurves } from '../region/levels.js';
import { logit, nominalLogit } from './nominal.js';
import { colourPanel, flipPanel, PANEL } from './panels.js';
import type { DeltaResults, NetworkResults } from './reproduction.js';
import { renderSvg } from '../report/svg.js';

/** A level curve of the nominal confidence, as pieces of vertices. */
export interface FigureCurve {
  kind: 'boundary' | 'sigma';
  /** The confidence on the curve. */
  level: number;
  pieces: [number, number][][];
}

/**
 * f = l, and for one delta f = l + sigma(label 1) and f = l - sigma(label 0), Eq. 13. The proved upper ends of sigma are
 * taken, so that Definition 5 holds: no input beyond the curves flips.
 */
export function figureCurves(model: Model, domain: ArrayLike<number>, { sigma: [below, above] }: DeltaResults): FigureCurve[] {
  const z = nominalLogit(model);
  const curve = (kind: FigureCurve['kind'], level: number): FigureCurve => {
    const at = logit(level);
    return { kind, level, pieces: Number.isFinite(at) ? levelCurves(z, domain, at) : [] };
  };
  const { level } = model;
  const curves = [curve('boundary', level)];
  if (above.upper > 0) curves.push(curve('sigma', level + above.upper));
  if (below.upper > 0) curves.push(curve('sigma', level - below.upper));
  return curves;
}

/** The paper's Fig. 6, 7 or 8: (a, b) local epsilon in colour for both deltas, (c, d) which inputs flip, and the sigma curves. */
export async function renderFigure(results: NetworkResults, model: Model): Promise<string> {
  const { network } = results;
  const title = `Fig. ${network.figure}: ${network.title}`;
  return renderSvg(figureSpec(results, model), `figure-${network.figure}`, title, figureDescription(results));
}

export function figureSpec(results: NetworkResults, model: Model): Spec {
  const { domain, inputs } = results.model;
  const curves = results.deltas.map((delta) => figureCurves(model, domain, delta));
  const marks: GroupMark[] = [
    ...results.deltas.map((delta, i) => colourPanel('ab'[i], results.points, delta, curves[i], inputs)),
    ...results.deltas.map((delta, i) => flipPanel('cd'[i], results.points, delta, curves[i], inputs)),
  ];
  return {
    background: 'white',
    padding: 8,
    layout: { columns: 2, padding: { row: 28, column: 36 }, bounds: 'full', align: 'each' },
    config: { axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', grid: false } },
    scales: [
      { name: 'x', domain: [domain[0], domain[1]], range: [0, PANEL.width], nice: false, zero: false },
      { name: 'y', domain: [domain[2], domain[3]], range: [PANEL.height, 0], nice: false, zero: false },
    ],
    marks,
  };
}

/** The same picture in words. */
export function figureDescription({ points, deltas, model }: NetworkResults): string {
  const panels = deltas.map(({ delta, epsilon, sigma, points: results }) => {
    const flips = results?.flip.filter((flip) => flip === 'flippable').length;
    const [female, male] = sigma.map(({ upper }) => upper.toFixed(4));
    return `delta ${delta}: global epsilon ${epsilon.lower.toFixed(4)}; ${flips ?? 'unknown'} of the inputs can change their label; ` +
      `sigma ${male} for ${model.labels[1]}, ${female} for ${model.labels[0]}`;
  });
  return `Four panels over ${model.inputs.join(' and ')}, ${points.length} random inputs each. Upper row: local epsilon as colour, with the ` +
    `decision boundary in blue. Lower row: inputs that can flip as red crosses, those that cannot as green circles, between red sigma curves. ${panels.join('. ')}.`;
}
