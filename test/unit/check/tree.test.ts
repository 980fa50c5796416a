/** Trees: what is covered, where leaves are, and many of them in several threads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAF, SPLIT, SPLIT_AT, SPLIT_SHORT, SMT, cutOf, walk, type Place } from '../../../src/check/file.js';
import { estimateEpsilon, loadModel } from '../../../src/index.js';
import { check, modelOf, unpacked, Workshop, type JsonNode, type Unpacked } from '../../support/certificates.js';
import { random } from '../../support/random.js';

const place = (lower: number[], upper: number[]): Place => ({ lower: Float64Array.from(lower), upper: Float64Array.from(upper), path: [] });

describe('a walk', () => {
  it('comes to boxes that tile the domain, and leaves it as it was', () => {
    const draw = random(3);
    for (let round = 0; round < 200; round++) {
      const bytes: number[] = [], grow = (depth: number): void => {
        if (depth === 0 || draw.uniform() < 0.2) return void bytes.push(draw.uniform() < 0.2 ? SMT : LEAF);
        bytes.push(SPLIT_SHORT + draw.below(3));
        grow(depth - 1);
        grow(depth - 1);
      };
      grow(6);
      const at = place([-1, 0, 2], [3, 1, 5]);
      let volume = 0, count = 0;
      const end = walk(Uint8Array.from(bytes), 0, at, 0, (index) => {
        expect(index).toBe(count++);
        volume += at.upper.reduce((product, high, j) => product * (high - at.lower[j]), 1);
        return true;
      });
      expect([end, volume, [...at.lower], [...at.upper], at.path]).toEqual([bytes.length, 12, [-1, 0, 2], [3, 1, 5], []]);
    }
  });
  it('cuts at zero, in the middle, or where it is told to', () => {
    expect([cutOf(-1, 3), cutOf(0, 3), cutOf(1, 3), cutOf(-3, 0), cutOf(1, 1)]).toEqual([0, 1.5, 2, -1.5, 1]);
    const cut = Buffer.alloc(13);
    cut[0] = SPLIT_AT;
    cut.writeUInt32LE(0, 1);
    cut.writeDoubleLE(2.5, 5);
    const seen: number[][] = [], at = place([1], [3]);
    walk(Buffer.concat([cut, Buffer.from([LEAF, SPLIT, 0, 0, 0, 0, LEAF, LEAF])]), 0, at, 0, () => seen.push([at.lower[0], at.upper[0]]) > 0);
    expect(seen).toEqual([[1, 2.5], [2.5, 2.75], [2.75, 3]]);
  });
  it.each([[[SPLIT_SHORT, LEAF]], [[]], [[SPLIT_SHORT + 1, LEAF, LEAF]], [[SPLIT, 0, 0]], [[SPLIT_AT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, LEAF, LEAF]]])('refuses %j', (bytes) => {
    expect(() => walk(Uint8Array.from(bytes), 0, place([0], [1]), 0, () => true)).toThrow(RangeError);
  });
  it('does not cut a point, nor without end', () => {
    expect(() => walk(Uint8Array.from([SPLIT_SHORT, LEAF, LEAF]), 0, place([1], [1]), 0, () => true)).toThrow(/not inside/);
    expect(() => walk(new Uint8Array(1e6).fill(SPLIT_SHORT), 0, place([-1], [1]), 0, () => true)).toThrow(RangeError);
  });
});

describe('many leaves', () => {
  const file = new URL('../../../examples/cats.json', import.meta.url).pathname, shop = new Workshop();
  let json: Unpacked;
  beforeAll(async () => {
    await estimateEpsilon(await loadModel(file), { delta: 0.01, certificate: shop.path });
    json = unpacked(shop.bytes());
    const halved = (depth: number): JsonNode[] => (depth === 0 ? ['leaf'] : [depth % 2, ...halved(depth - 1), ...halved(depth - 1)]);
    json.trees[0] = json.trees[0].flatMap((node) => (node === 'leaf' ? halved(11) : [node]));
    json.parts[0].leaves *= 2 ** 11;
  });
  afterAll(() => { shop.close(); });

  it('are proved in threads as in one', async () => {
    const bytes = await shop.packed(json), [one, two] = [await check(bytes, modelOf(file)), await check(bytes, modelOf(file), { threads: 2 })];
    expect(one).toMatchObject({ verdict: 'accepted', leaves: json.parts[0].leaves });
    expect(two).toEqual(one);
  });
  it('of those that fail, the first is named', async () => {
    const spoilt = structuredClone(json);
    spoilt.parts[0].upper = spoilt.parts[0].lower;
    const bytes = await shop.packed(spoilt), one = await check(bytes, modelOf(file));
    expect(one.reason).toMatch(/^leaf \d+ of part 0 \(path [01]+\) cannot be proved/);
    for (let k = 0; k < 3; k++) expect((await check(bytes, modelOf(file), { threads: 3 })).reason).toBe(one.reason);
  });
});
