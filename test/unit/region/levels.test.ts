import { describe, expect, it } from 'vitest';
import { levelCurves, type Curve } from '../../../src/region/levels.js';

const square = [-2, 2, -1, 3];

function onLevel(curves: Curve[], z: (p: readonly number[]) => number, level: number): void {
  for (const point of curves.flat()) expect(Math.abs(z(point) - level)).toBeLessThan(1e-12);
}

describe('level curves', () => {
  it('are one open line for a linear function, from side to side', () => {
    const z = ([x, y]: readonly number[]): number => 0.3 * x + y;
    const curves = levelCurves(z, square, 0.7);
    expect(curves).toHaveLength(1);
    onLevel(curves, z, 0.7);
    const ends = [curves[0][0][0], curves[0].at(-1)![0]].sort((a, b) => a - b);
    expect(ends).toEqual([-2, 2]);
  });

  it('are closed round a summit', () => {
    const z = ([x, y]: readonly number[]): number => -(x * x + (y - 1) * (y - 1));
    const curves = levelCurves(z, square, -1);
    expect(curves).toHaveLength(1);
    expect(curves[0][0]).toEqual(curves[0].at(-1));
    onLevel(curves, z, -1);
    const angles = curves[0].map(([x, y]) => Math.atan2(y - 1, x));
    expect(Math.max(...angles) - Math.min(...angles)).toBeGreaterThan(6);
  });

  it('are two pieces for a hyperbola, and do not cross at the saddle', () => {
    const z = ([x, y]: readonly number[]): number => x * (y - 1);
    for (const level of [0.1, -0.1]) {
      const curves = levelCurves(z, square, level, 41);
      expect(curves).toHaveLength(2);
      onLevel(curves, z, level);
      for (const curve of curves) expect(new Set(curve.map(([x]) => Math.sign(x))).size).toBe(1);
    }
  });

  it('are none where the level is not met', () => {
    expect(levelCurves(() => 0, square, 1)).toEqual([]);
    expect(levelCurves(([x]) => x, square, 5)).toEqual([]);
  });

  it('follow a kink to rounding', () => {
    const z = ([x, y]: readonly number[]): number => y - Math.max(0, x - 0.123);
    const curves = levelCurves(z, square, 0.25);
    expect(curves).toHaveLength(1);
    onLevel(curves, z, 0.25);
  });
});
