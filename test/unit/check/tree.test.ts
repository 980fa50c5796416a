/** Trees: what is covered, where leaves are, and many of them in several threads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAF, SPLIT, SPLIT_AT, SPLIT_SHORT, SMT, cutOf, leavesOf } from '../../../src/check/file.js';
import { estimateEpsilon, loadModel } from '../../../src/index.js';
import { check, modelOf, unpacked, Workshop, type JsonNode, type Unpacked } from '../../support/certificates.js';
import { random } from '../../support/random.js';

const box = (lower: number[], upper: number[]): { lower: Float64Array; upper: Float64Array } => ({ lower: Float64Array.from(lower), upper: Float64Array.from(upper) });
const walked = (bytes: ArrayLike<number>, lower: number[], upper: number[], hintSize = 0, most = Infinity): number => [...leavesOf(Uint8Array.from(bytes), 0, box(lower, upper), hintSize, most)].length;

describe('the leaves of a tree', () => {
  it('have boxes that tile the domain, and paths in order', () => {
    const draw = random(3);
    for (let round = 0; round < 200; round++) {
      const bytes: number[] = [], grow = (depth: number): void => {
        if (depth === 0 || draw.uniform() < 0.2) return void bytes.push(draw.uniform() < 0.2 ? SMT : LEAF);
        bytes.push(SPLIT_SHORT + draw.below(3));
        grow(depth - 1);
        grow(depth - 1);
      };
      grow(6);
      const root = box([-1, 0, 2], [3, 1, 5]), paths: string[] = [];
      let volume = 0, last = 0, left = 0;
      for (const { index, hint, end, smt, lower, upper, path } of leavesOf(Uint8Array.from([7, ...bytes]), 1, root, 0, bytes.length)) {
        expect([index, hint, bytes[end - 2]]).toEqual([paths.length, end, smt ? SMT : LEAF]);
        volume += upper.reduce((product, high, j) => product * (high - lower[j]), 1);
        paths.push(path.map(({ above }) => above).join(''));
        if (smt) left++;
        last = end;
      }
      expect([last, volume, left, [...root.lower], [...root.upper]]).toEqual([bytes.length + 1, 12, bytes.filter((byte) => byte === SMT).length, [-1, 0, 2], [3, 1, 5]]);
      expect(paths).toEqual([...new Set(paths)].sort());
    }
  });
  it('are cut at zero, in the middle, or where the tree says', () => {
    expect([cutOf(-1, 3), cutOf(0, 3), cutOf(1, 3), cutOf(-3, 0), cutOf(1, 1)]).toEqual([0, 1.5, 2, -1.5, 1]);
    const cut = Buffer.alloc(13);
    cut[0] = SPLIT_AT;
    cut.writeUInt32LE(0, 1);
    cut.writeDoubleLE(2.5, 5);
    const seen: number[][] = [];
    for (const { lower, upper } of leavesOf(Buffer.concat([cut, Buffer.from([LEAF, SPLIT, 0, 0, 0, 0, LEAF, LEAF])]), 0, box([1], [3]), 0, 3)) seen.push([lower[0], upper[0]]);
    expect(seen).toEqual([[1, 2.5], [2.5, 2.75], [2.75, 3]]);
  });
  it.each([[[SPLIT_SHORT, LEAF]], [[]], [[SPLIT_SHORT + 1, LEAF, LEAF]], [[SPLIT, 0, 0]], [[SPLIT_AT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, LEAF, LEAF]]])('are none of %j', (bytes) => {
    expect(() => walked(bytes, [0], [1])).toThrow(RangeError);
  });
  it('have hints, of which none ends beyond the trees', () => {
    expect([walked([LEAF, 7, 8], [0], [1], 2), walked([SPLIT_SHORT, LEAF, 7, 8, SMT], [0], [1], 2)]).toEqual([1, 2]);
    for (const bytes of [[LEAF, 7], [SPLIT_SHORT, LEAF, 7, 8, LEAF, 7]]) expect(() => walked(bytes, [0], [1], 2)).toThrow(/^a leaf is missing/);
  });
  it('are gone through up to one more than there are to be', () => {
    expect([3, 4, 5].map((most) => walked([4, 4, 0, 0, 4, 0, 4, 0, 0], [0], [1], 0, most))).toEqual([4, 5, 5]);
  });
  it('are of no cut of a point, nor of cuts without end', () => {
    expect(() => walked([SPLIT_SHORT, LEAF, LEAF], [1], [1])).toThrow(/not inside/);
    expect(() => walked(new Uint8Array(1e6).fill(SPLIT_SHORT), [-1], [1])).toThrow(RangeError);
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
    const spoilt = structuredClone(json), [part] = spoilt.parts, { upper } = part, shares = new Set<number>();
    Object.assign(part, { lower: 0, witness: null });
    for (const factor of [0.95, 0.85, 0.4]) {
      part.upper = factor * upper!;
      const bytes = await shop.packed(spoilt), one = await check(bytes, modelOf(file)), three = await check(bytes, modelOf(file), { threads: 3 });
      expect(one.reason).toMatch(/^leaf \d+ of part 0 \(path [01]+\) cannot be proved/);
      expect(three.reason).toBe(one.reason);
      // Blocks of 32 leaves go round the threads: each of them finds one of these.
      shares.add(Math.floor(Number(/\d+/.exec(one.reason!)![0]) / 32) % 3);
    }
    expect(shares.size).toBe(3);
  });
  it('beyond those that there are to be are not proved', async () => {
    const spoilt = structuredClone(json);
    Object.assign(spoilt.parts[0], { lower: 0, witness: null, upper: 0.95 * spoilt.parts[0].upper!, leaves: 5000 }); // the first that fails comes later
    expect((await check(await shop.packed(spoilt), modelOf(file))).reason).toMatch(/^part 0 has more leaves, not 5000/);
  });
});
