import { describe, expect, it } from 'vitest';
import type { Loop, Picture } from '../../../src/region/result.js';
import { outlineOf } from '../../../src/region/outline.js';
import { unseenAreas } from '../../../src/region/visible.js';

type Box = readonly [number, number, number, number];
/** A domain of one unit a pixel. */
const pictureOf = (parts: Partial<Picture>): Picture => ({ inputs: [0, 1], names: ['x0', 'x1'], held: [], domain: [[0, 420], [0, 320]], safe: [], flippable: [], boundary: [], ...parts });
const unseen = (safe: Loop[], flippable: Loop[], parts: Partial<Picture> = {}, undecided = 1) =>
  unseenAreas({ counts: { safe: safe.length, flippable: flippable.length, undecided }, picture: pictureOf({ safe, flippable, ...parts }) });
const boxes = (...all: Box[]): Loop[] => outlineOf(all);
const ALL = boxes([0, 420, 0, 320]);

describe('what cannot be seen in a picture', () => {
  it('is what covers half of no pixel', () => {
    expect(unseen([], boxes([10, 10.49, 0, 320]))).toEqual(['flippable']);
    expect(unseen([], boxes([10, 10.51, 0, 320]))).toEqual([]);
    expect(unseen([], boxes([10.7, 11.3, 0, 320]))).toEqual(['flippable']); // 0.3 of two columns each
    expect(unseen([], boxes([100, 300, 7, 7.4]))).toEqual(['flippable']);
    expect(unseen([], boxes([419.4, 420, 319.1, 320]))).toEqual([]); // the last pixel: 0.6 * 0.9
    expect(unseen(boxes([0, 209.7, 0, 320], [210.1, 420, 0, 320]), boxes([209.7, 209.9, 0, 320]))).toEqual(['flippable', 'undecided']);
    expect(unseen(ALL, [])).toEqual(['undecided']);
    expect(unseen(ALL, [], {}, 0)).toEqual([]);
  });
  it('is not what many small boxes make up, nor what a hole leaves out', () => {
    const specks = Array.from({ length: 10 }, (_, i): Box => [50 + i / 10, 50 + (i + 1) / 10, 60, 61]);
    expect(unseen([], boxes(...specks))).toEqual([]);
    const ring = boxes([100, 110, 100, 103], [100, 110, 107, 110], [100, 103, 103, 107], [107, 110, 103, 107]);
    expect(ring).toHaveLength(2);
    const elsewhere = boxes([0, 420, 0, 100], [0, 420, 110, 320], [0, 100, 100, 110], [110, 420, 100, 110]);
    expect(unseen(elsewhere, ring)).toEqual([]); // the undecided shows in the hole
    expect(unseen(elsewhere, boxes([100, 110, 100, 110]))).toEqual(['undecided']);
  });
  it('is what lies under the line of the boundary', () => {
    const strip = boxes([200, 201.6, 0, 320]);
    expect(unseen([], strip)).toEqual([]);
    expect(unseen([], strip, { boundary: [[[200.8, 0], [200.8, 320]]] })).toEqual(['flippable']);
    expect(unseen([], strip, { boundary: [[[200.8, 0], [200.8, 160]]] })).toEqual([]); // it shows above
    expect(unseen([], boxes([200, 204, 0, 320]), { boundary: [[[200.8, 0], [200.8, 320]]] })).toEqual([]);
  });
  it('goes by pixels, whatever the domain is', () => {
    const domain: Picture['domain'] = [[-1e6, 1e6], [1e-9, 2e-9]];
    expect(unseen([], boxes([0, 1e6, 1e-9, 1.0001e-9]), { domain })).toEqual(['flippable']);
    expect(unseen([], boxes([0, 1e6, 1e-9, 1.1e-9]), { domain })).toEqual([]);
  });
});
