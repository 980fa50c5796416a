import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/exact/evaluate.js';
import type { Enclosure } from '../../../src/exact/real.js';
import { isInsideBox } from '../../../src/exact/membership.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { amongPadding, paddingOf, withoutPadding } from '../../../src/network/padding.js';
import { random, type Random } from '../../support/random.js';
import { randomCopy, randomDraft, split, without } from '../../support/widths.js';

const SIZES = [[2, 3, 1], [1, 4, 2], [2, 4, 3, 1], [3, 3, 4, 2, 2], [1, 1, 1, 1]];

async function pairFrom(seed: number, hidden: 'relu' | 'linear' | 'tanh' = 'relu'): Promise<{ r: Random; nominal: Model; copy: Model }> {
  const r = random(seed);
  const draft = randomDraft(r, r.pick(SIZES), hidden, 'linear');
  const both = await Promise.all([loadModel(draft), loadModel(randomCopy(r, draft, 1 + r.below(5), r.pick([0, 0, 0.01])))]);
  const [nominal, copy] = r.uniform() < 0.5 ? both : both.reverse();
  return { r, nominal, copy };
}
const same = (a: Enclosure[], b: Enclosure[]): void => {
  expect(a.map(({ lo, hi }, i) => lo.equals(b[i].lo) && hi.equals(b[i].hi))).toEqual(a.map(() => true));
};
const point = (r: Random, model: Model): Float64Array => Float64Array.from({ length: model.inputCount }, () => r.between(-2, 2));

describe('padded networks', () => {
  it('are the functions that they were, exactly', async () => {
    for (let seed = 0; seed < 150; seed++) {
      const { r, nominal, copy } = await pairFrom(seed, seed % 3 === 0 ? 'linear' : 'relu');
      for (const fixed of [true, false]) {
        const { network, copy: copied } = paddingOf(nominal, copy, fixed);
        expect(network.layers.map(({ outputs }) => outputs)).toEqual(nominal.layers.map(({ outputs }, l) => Math.max(outputs, copy.layers[l].outputs)));
        for (let n = 0; n < 3; n++) {
          const x = point(r, nominal);
          same(evaluate(network, network.parameters, x, 128), evaluate(nominal.spec, nominal.parameters, x, 128));
          same(evaluate(network, copied, x, 128), evaluate(copy.spec, copy.parameters, x, 128));
        }
      }
    }
  });
  it('are so wherever the copy\'s own parameters move', async () => {
    for (let seed = 200; seed < 260; seed++) {
      const { r, nominal, copy } = await pairFrom(seed);
      const padding = paddingOf(nominal, copy, false);
      const own = copy.parameters.map(() => r.normal());
      const all = amongPadding(padding, own, padding.copy);
      const x = point(r, nominal);
      same(evaluate(padding.network, all, x, 128), evaluate(copy.spec, own, x, 128));
      expect(withoutPadding(padding, all)).toEqual(own);
    }
  });
  it('are so with tanh between the layers, where enclosures have to meet', async () => {
    for (let seed = 300; seed < 320; seed++) {
      const { r, nominal, copy } = await pairFrom(seed, 'tanh');
      const { network, copy: copied } = paddingOf(nominal, copy, true);
      const x = point(r, nominal);
      for (const [padded, model] of [[network.parameters, nominal], [copied, copy]] as const) {
        const [a, b] = [evaluate(network, padded, x, 256), evaluate(model.spec, model.parameters, x, 256)];
        expect(a.map(({ lo, hi }, i) => lo.compare(b[i].hi) <= 0 && b[i].lo.compare(hi) <= 0)).toEqual(a.map(() => true));
        expect(a.map(({ lo, hi }) => hi.minus(lo).top < -200)).toEqual(a.map(() => true));
      }
    }
  });
});

describe('units that were split', () => {
  it.each([true, false])('leave no difference, wherever the second is (split in the copy: %s)', async (inCopy) => {
    for (let seed = 400; seed < 440; seed++) {
      const r = random(seed);
      const draft = randomDraft(r, r.pick(SIZES.slice(0, 4)), 'relu', 'linear');
      const layer = r.below(draft.layers.length - 1);
      const width = draft.layers[layer].bias.length;
      const once = split(draft, layer, r.below(width), r.below(width + 1));
      const wider = seed % 2 === 0 ? once : split(once, 0, 0, once.layers[0].bias.length);
      const [nominal, copy] = await Promise.all((inCopy ? [draft, wider] : [wider, draft]).map((each) => loadModel(each)));
      const { network, copy: copied } = paddingOf(nominal, copy, true);
      // Of a unit split into three, what is left after the first part need not be a double.
      const tolerance = wider === once ? 0 : 2 ** -51;
      expect(copied.every((p, i) => Math.abs(p - network.parameters[i]) <= tolerance * Math.abs(p))).toBe(true);
    }
  });
  it('are shared out beside moving parameters too, but only in the nominal network', async () => {
    const draft = randomDraft(random(5), [2, 3, 1], 'relu', 'linear');
    const [narrow, wide] = await Promise.all([draft, split(draft, 0, 1, 3)].map((each) => loadModel(each)));
    const into = paddingOf(narrow, wide, false);
    expect(into.copy).toEqual(into.network.parameters);
    const back = paddingOf(wide, narrow, false);
    expect([...back.copy].filter((p, i) => p !== back.network.parameters[i])).toHaveLength(2);
    expect(back.places).toHaveLength(narrow.parameters.length);
  });
});

it('what reads split units is paired by what it reads of both', async () => {
  const net = (first: number[], second: number[][]): ModelObject => ({
    format: 'parabound-model@1', inputs: [{}],
    layers: [
      { weights: first.map((w) => [w]), bias: first.map(() => 0), activation: 'relu' },
      { weights: second, bias: second.map(() => 0), activation: 'relu' },
      { weights: [second.map(() => 1)], bias: [0], activation: 'linear' },
    ],
  });
  // 4 h of the one is 2 h + 2 h of the other, and not the 3 h + 0 h that stands before it.
  const [nominal, copy] = await Promise.all([net([1], [[4]]), net([1, 1], [[3, 0], [2, 2]])].map((each) => loadModel(each)));
  const { network, copy: copied } = paddingOf(nominal, copy, true);
  expect([...network.parameters].map((p, i) => copied[i] - p).flatMap((change, i) => (change === 0 ? [] : [[i, change]]))).toEqual([[10, 1]]);
});

describe('units that are missing', () => {
  it('leave a difference only in what goes out of them', async () => {
    const draft = randomDraft(random(6), [2, 5, 4, 1], 'relu', 'linear');
    for (const unit of [0, 2, 4]) {
      const [nominal, copy] = await Promise.all([draft, without(draft, 0, unit)].map((each) => loadModel(each)));
      const { network, copy: copied, places } = paddingOf(nominal, copy, false);
      const changed = [...copied].flatMap((p, i) => (p === network.parameters[i] ? [] : [i]));
      // 15 parameters of the first layer, then rows of five.
      expect(changed).toEqual([0, 1, 2, 3].map((row) => 15 + 5 * row + unit));
      expect(changed.map((i) => copied[i])).toEqual([0, 0, 0, 0]);
      expect(changed.some((i) => places!.includes(i))).toBe(false);
    }
  });
});

it('a box keeps what is not the copy\'s own where it is', async () => {
  const { r, nominal, copy } = await pairFrom(500);
  const padding = paddingOf(nominal, copy, false);
  const radius = amongPadding(padding, copy.parameters.map(() => 0.5), new Float64Array(padding.copy.length));
  const inside = amongPadding(padding, copy.parameters.map((p) => p + 0.5 * r.between(-0.9, 0.9)), padding.copy);
  expect(isInsideBox(inside, { kind: 'radius', center: padding.copy, radius })).toBe(true);
  expect(radius.filter((value) => value > 0)).toHaveLength(copy.parameters.length);
});

it('the same pair has the same padding', async () => {
  const { nominal, copy } = await pairFrom(600);
  expect(paddingOf(nominal, copy, true)).toBe(paddingOf(nominal, copy, true));
  expect(paddingOf(nominal, copy, true)).not.toBe(paddingOf(nominal, copy, false));
});
