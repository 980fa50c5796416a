import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { figureCurves, renderFigure } from '../../../src/paper/figure.js';
import { nominalLogit } from '../../../src/paper/nominal.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { sampleReproduction } from './samples.js';

const cats = await loadModel(new URL('../../../examples/cats.json', import.meta.url));
const [results] = sampleReproduction().networks;
const svg = await renderFigure(results, cats);

describe('the curves of a figure', () => {
  it('have the confidence l, l + sigma(male), l - sigma(female) at every vertex (exact evaluation)', () => {
    const curves = figureCurves(cats, results.model.domain, results.deltas[1]);
    expect(curves.map(({ kind, level }) => [kind, level])).toEqual([
      ['boundary', 0.5],
      ['sigma', 0.5 + results.deltas[1].sigma[1].upper],
      ['sigma', 0.5 - results.deltas[1].sigma[0].upper],
    ]);
    for (const { level, pieces } of curves) {
      expect(pieces).toHaveLength(1);
      for (const at of pieces[0].filter((_, i) => i % 20 === 0)) {
        expect(evaluate(cats, { at }).nominal.outputs[0].lower).toBeCloseTo(level, 12);
      }
    }
  });

  it('are missing where nothing flips, and where sigma is the whole margin', () => {
    const none = { lower: 0, upper: 0, status: 'complete' as const, witness: null };
    const all = { lower: 0.5, upper: 0.5, status: 'complete' as const, witness: null };
    const curves = figureCurves(cats, results.model.domain, { ...results.deltas[0], sigma: [none, all] });
    expect(curves.map(({ pieces }) => pieces.length)).toEqual([1, 0]);
  });

  it('are drawn with the same function that the tests evaluate', () => {
    expect(1 / (1 + Math.exp(-nominalLogit(cats)([20.5, 2])))).toBeCloseTo(evaluate(cats, { at: [20.5, 2] }).nominal.outputs[0].lower, 14);
  });
});

describe('a figure', () => {
  it('has the 1000 inputs in each of its four panels', () => {
    const groups = [...svg.matchAll(/<g class="mark-symbol role-mark[^>]*>(.*?)<\/g>/gs)].map(([, inner]) => inner.match(/<path/g)!.length);
    expect(groups.slice(0, 2)).toEqual([1000, 1000]);
    const flippable = results.deltas[0].points!.flip.filter((flip) => flip === 'flippable').length;
    expect(groups.slice(2)).toEqual([1000 - flippable, flippable, 1000 - flippable, flippable]);
  });

  it('has a boundary in each panel and two sigma curves below, apart from their casings', () => {
    const strokes = [...svg.matchAll(/<g class="mark-line role-mark[^>]*><path[^>]*stroke="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour);
    expect(strokes.filter((colour) => colour === '#0033cc')).toHaveLength(4);
    expect(strokes.filter((colour) => colour === '#e00000')).toHaveLength(4);
  });

  it('tells flippable from not by shape, names axes with units, and reads out as one image', () => {
    expect(svg).toContain('heart weight (g)');
    expect(svg).toContain('body &lt;weight&gt; (kg)');
    expect(svg).toMatch(/<svg[^>]*role="img" aria-labelledby="figure-6-title figure-6-desc"><title id="figure-6-title">Fig. 6: CAT<\/title>/);
    expect(svg.match(/role="/g)).toHaveLength(1);
    expect(svg).toMatch(/d="M-?[\d.]+,-?[\d.]+L[^"]*M[^"]*L[^"]*"/); // a cross
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('comes out the same again', async () => {
    expect(await renderFigure(results, cats)).toBe(svg);
  });

  it('marks inputs that are not decided', async () => {
    const changed = sampleReproduction().networks[0];
    changed.deltas[0].points!.flip[0] = 'undecided';
    expect(await renderFigure(changed, cats)).toContain('not decided');
    expect(svg).not.toContain('not decided');
  });
});
