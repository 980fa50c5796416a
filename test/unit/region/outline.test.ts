import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../src/region/outline.js';
import type { Loop } from '../../../src/region/result.js';
import { random } from '../../support/random.js';

/** Twice the area; negative where the loop runs clockwise. */
const twice = (loop: Loop): number => loop.reduce((sum, [x, y], i) => {
  const [u, v] = loop[(i + 1) % loop.length];
  return sum + x * v - u * y;
}, 0);

/** How often the loops run round a point. */
const winding = (loops: Loop[], [px, py]: [number, number]): number => loops.flatMap((loop) => loop.map(([x, y], i): number => {
  const [u, v] = loop[(i + 1) % loop.length];
  if (x !== u || px > x) return 0; // only upright edges to the right of it
  return y <= py && py < v ? 1 : v <= py && py < y ? -1 : 0;
})).reduce((sum, each) => sum + each, 0);

describe('outlines', () => {
  it('of one box is the box', () => { expect(outlineOf([[0, 2, 0, 1]])).toEqual([[[0, 0], [2, 0], [2, 1], [0, 1]]]); });
  it('of halves is the whole, though edges meet in the middle of others', () => {
    const loops = outlineOf([[0, 1, 0, 2], [1, 2, 0, 1], [1, 2, 1, 2]]);
    expect(loops).toHaveLength(1);
    expect(twice(loops[0])).toBe(8);
    expect(loops[0].length).toBeLessThanOrEqual(6);
  });
  it('holes run the other way round', () => {
    const loops = outlineOf([[0, 3, 0, 1], [0, 3, 2, 3], [0, 1, 1, 2], [2, 3, 1, 2]]);
    expect(loops.map(twice).sort((a, b) => a - b)).toEqual([-2, 18]);
  });
  it('of nothing is nothing', () => { expect(outlineOf([])).toEqual([]); });
  it('cover just the boxes, of random bisections', () => {
    const r = random(4);
    for (let n = 0; n < 30; n++) {
      const boxes: [number, number, number, number][] = [[-1, 1, 0, 3]];
      for (let split = 0; split < 60; split++) {
        const [box] = boxes.splice(r.below(boxes.length), 1);
        const j = r.below(2);
        const middle = (box[2 * j] + box[2 * j + 1]) / 2;
        const [a, b] = [[...box], [...box]] as typeof boxes;
        a[2 * j + 1] = b[2 * j] = middle;
        boxes.push(a, b);
      }
      const chosen = boxes.filter(() => r.uniform() < 0.5);
      const loops = outlineOf(chosen);
      expect(loops.reduce((sum, loop) => sum + twice(loop), 0)).toBeCloseTo(chosen.reduce((sum, [x0, x1, y0, y1]) => sum + 2 * (x1 - x0) * (y1 - y0), 0), 12);
      for (let k = 0; k < 50; k++) {
        const [x, y] = [r.between(-1, 1), r.between(0, 3)];
        expect(winding(loops, [x, y])).toBe(chosen.some(([x0, x1, y0, y1]) => x0 <= x && x < x1 && y0 <= y && y < y1) ? 1 : 0);
      }
    }
  });
});
