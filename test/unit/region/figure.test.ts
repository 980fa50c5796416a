import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { regionText } from '../../../src/cli/text/region.js';
import { percent, regionDescription, regionFigure } from '../../../src/region/figure.js';
import { REGION_FRAME } from '../../../src/region/frame.js';
import { flipRegion } from '../../../src/region/region.js';
import { boundaryOf } from '../../../src/region/nominal.js';
import { cats, threeClasses } from '../../support/models.js';

const model = await loadModel(cats());

describe('the picture of a region', () => {
  it('shows the areas as they are, with a title, axes by name, and alternative text', async () => {
    const result = await flipRegion(model, { delta: 0.01 });
    const svg = await regionFigure(result, { title: 'Flips <of> cats', id: 'f' });
    expect(svg).toMatch(/<title id="f-title">Flips &lt;of&gt; cats<\/title>/);
    expect(svg).toMatch(/<desc id="f-desc">The domain of heart weight \(g\) \(across\) and body weight \(kg\) \(up\) in three areas: proved safe \(light\), 9[12][\d. to]*% of it; proved to flip/);
    expect(svg).toContain('>heart weight (g)<');
    expect(svg).toContain('>body weight (kg)<');
    expect(svg).toContain('>nominal boundary<');
    expect(svg).toContain(`>proved to flip: ${percent(result.flippable)}<`); // not cut off
    // The area that is painted in each colour is the proved one.
    for (const [colour, part] of [['#cfe6f5', result.safe], ['#e8871e', result.flippable]] as const) {
      const painted = [...svg.matchAll(/<path [^>]*d="([^"]*)"[^>]*>/g)].filter(([path]) => path.includes(`fill="${colour}"`) && path.includes('stroke-width="0.2"')).map(([, d]) => areaOf(d));
      expect(painted).toHaveLength(1);
      expect(painted[0] / (REGION_FRAME.width * REGION_FRAME.height)).toBeGreaterThan(part.lower - 2e-3);
      expect(painted[0] / (REGION_FRAME.width * REGION_FRAME.height)).toBeLessThan(part.upper + 2e-3);
    }
    expect(JSON.parse(JSON.stringify(result))).toEqual(result); // so that a saved result can be drawn
  });
  it('says which inputs are held still', async () => {
    const three = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 0, upper: 1 }, { name: 'held', lower: 0, upper: 1 }, { lower: 0, upper: 1 }], layers: [{ weights: [[1, 1, 1]], bias: [-1], activation: 'linear' }] });
    const result = await flipRegion(three, { delta: 0.01, domain: [[0, 1], [0.25, 0.25], [0, 1]] });
    expect(result.picture).toMatchObject({ inputs: [0, 2], names: ['x0', 'x2'], held: [{ name: 'held', value: 0.25 }] });
    const svg = await regionFigure(result);
    expect(svg).toContain('at held = 0.25');
  });
  it('says what is there and too thin to see', async () => {
    const thin = await flipRegion(model, { delta: 1e-4, resolution: 0.001 });
    const svg = await regionFigure(thin);
    expect(svg).toContain(`>proved to flip: ${percent(thin.flippable)}, too thin to see<`);
    expect(svg).toMatch(/<desc[^>]*>[^<]* Too thin to see at this size: what is proved to flip(, and what is undecided)?\.<\/desc>/);
    expect(regionText(model, thin, 'r.svg')).toMatch(/\npicture: r\.svg; too thin to see at this size: what is proved to flip/);
    expect(regionText(model, thin, undefined)).not.toContain('too thin');
    const none = await flipRegion(model, { delta: 1e-8 });
    expect([none.counts.flippable, regionDescription(none)]).toEqual([0, expect.stringMatching(/Inputs that flip, if any, are among the undecided\.$/)]);
    const wide = await flipRegion(model, { delta: 0.01 });
    expect([await regionFigure(wide), regionText(model, wide, 'r.svg')].join()).not.toMatch(/too thin|if any/i);
  });
  it('needs two inputs that vary', async () => {
    await expect(regionFigure(await flipRegion(await loadModel(threeClasses()), { delta: 0.1 }))).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
  it('draws boundaries of several classes, and none of a level out of reach', async () => {
    const square = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: -1, upper: 1 }, { lower: -1, upper: 1 }], layers: [{ weights: [[1, 0], [0, 1], [-1, -1]], bias: [0, 0, 0], activation: 'softmax' }] });
    const curves = boundaryOf(square, square, (x, y) => [x, y], [-1, 1, -1, 1]).flat();
    expect(curves.length).toBeGreaterThan(100);
    for (const [x, y] of curves) {
      const [a, b] = [x, y, -x - y].sort((p, q) => q - p);
      expect(a - b).toBeLessThan(1e-12);
    }
    expect(boundaryOf(model, { level: 1.5, decision: 'max' }, (x, y) => [x, y], [6.3, 20.5, 2, 3.9])).toEqual([]);
  });
  it('percents are rounded outward', () => {
    expect([percent({ lower: 0, upper: 0 }), percent({ lower: 1, upper: 1 }), percent({ lower: 0.12345, upper: 0.6789012 }), percent({ lower: 0.29, upper: 0.29 })]).toEqual(['0%', '100%', '12.34 to 67.9%', '29%']);
    expect(percent({ lower: 0.99999999, upper: 1 })).toBe('99.99 to 100%');
  });
});

/** Of closed loops, holes taken off. */
function areaOf(path: string): number {
  return Math.abs(path.split('Z').filter((loop) => loop !== '').reduce((sum, loop) => {
    const points = loop.replace('M', '').split('L').map((each) => each.split(',').map(Number));
    return sum + points.reduce((twice, [x, y], i) => {
      const [u, v] = points[(i + 1) % points.length];
      return twice + x * v - u * y;
    }, 0) / 2;
  }, 0));
}
