/** What is done to a certificate, with every hash made right again, and the reason that the checker gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, estimateSigma, loadModel, verifyEpsilon, verifyLabel, verifySigma, type Model } from '../../../src/index.js';
import type { CheckedModel } from '../../../src/check/model.js';
import { check, modelOf, unpacked, Workshop, type CheckReport, type Unpacked } from '../../support/certificates.js';

const CATS = new URL('../../../examples/cats.json', import.meta.url).pathname;
const shop = new Workshop();
let cats: Model, checked: CheckedModel, epsilon: Unpacked, sigma: Unpacked, robust: Unpacked, violated: Unpacked, label: Unpacked, bytes: Buffer;

beforeAll(async () => {
  cats = await loadModel(CATS);
  checked = modelOf(CATS);
  const options = { delta: 0.01, threads: 1, certificate: shop.path };
  const made = async (result: Promise<unknown>): Promise<Unpacked> => {
    await result;
    return unpacked(shop.bytes());
  };
  sigma = await made(estimateSigma(cats, options));
  robust = await made(verifyEpsilon(cats, { ...options, epsilon: 0.06 }));
  violated = await made(verifySigma(cats, { ...options, sigma: 0.05 }));
  label = await made(verifyLabel(cats, { ...options, at: [10, 3] }));
  epsilon = await made(estimateEpsilon(cats, options));
  bytes = shop.bytes();
});
afterAll(() => { shop.close(); });

async function doctored(from: Unpacked, change: (json: Unpacked) => void, model = checked): Promise<CheckReport> {
  const json = structuredClone(from);
  change(json);
  return check(await shop.packed(json), model);
}

const rejected = (report: CheckReport, reason: RegExp) => { expect(report).toMatchObject({ verdict: 'rejected', bound: null, reason: expect.stringMatching(reason) as string }); };
type Case = [string, () => Unpacked, (json: Unpacked) => void, RegExp];

describe('a certificate as it was made', () => {
  it.each([['epsilon', () => epsilon], ['sigma', () => sigma], ['robust', () => robust], ['violated', () => violated], ['label', () => label]] as [string, () => Unpacked][])('%s is accepted', async (_, of) => {
    expect(await doctored(of(), () => undefined)).toMatchObject({ verdict: 'accepted', reason: null, trusted: 0 });
  });
  it('packs into the bytes that it was unpacked from', async () => {
    expect((await shop.packed(epsilon)).equals(bytes)).toBe(true);
  });
  it('may be split further, by any cut', async () => {
    const first = epsilon.trees[0].indexOf('leaf');
    expect(await doctored(epsilon, (json) => {
      json.trees[0].splice(first, 1, [1, 2.25], 'leaf', 0, 'leaf', 'leaf');
      json.parts[0].leaves += 2;
    })).toMatchObject({ verdict: 'accepted' });
  });
});

describe('tampering', () => {
  const one = (json: Unpacked): Unpacked['parts'][0] => json.parts[0];
  it.each<Case>([
    ['a leaf is missing', () => epsilon, (json) => { json.trees[0].pop(); }, /^a leaf is missing: the trees end after 39 leaves/],
    ['a leaf is missing, and not counted', () => epsilon, (json) => { json.trees[0].pop(); one(json).leaves--; }, /^a leaf is missing/],
    ['leaves follow the tree', () => epsilon, (json) => { json.trees[0].push('leaf'); }, /^1 bytes follow the last tree/],
    ['leaves are miscounted', () => epsilon, (json) => { one(json).leaves++; }, /^part 0 has 40 leaves, not 41/],
    ['a split is taken out', () => epsilon, (json) => { json.trees[0].splice(0, json.trees[0].length, 'leaf'); one(json).leaves = 1; }, /^leaf 0 of part 0 \(path \) cannot be proved on \[6\.3, 20\.5\] x \[2, 3\.9\]: the bound there is 0\.\d+, above 0\.05752/],
    ['a split is of another input', () => epsilon, (json) => { json.trees[0][0] = json.trees[0][0] === 0 ? 1 : 0; }, /^leaf \d+ of part 0 \(path [01]+\) cannot be proved/],
    ['a split is of an input that is not there', () => epsilon, (json) => { json.trees[0][0] = 2; }, /^a split of input 2/],
    ['a cut is outside the box', () => epsilon, (json) => { json.trees[0][0] = [0, 21]; }, /^a split of input 0 at 21, which is not inside \[6\.3, 20\.5\]/],
    ['a cut is at an end of the box', () => epsilon, (json) => { json.trees[0][0] = [0, 6.3]; }, /^a split of input 0 at 6\.3/],
    ['a leaf is left to a solver', () => epsilon, (json) => { json.trees[0].splice(0, json.trees[0].length, 'smt'); one(json).leaves = 1; }, /^a leaf \(path \) was left to a solver, and is not proved again: there is no formula of confidences of sigmoid/],
    ['the upper bound is lower', () => epsilon, (json) => { one(json).upper! -= 1e-7; }, /cannot be proved/],
    ['the upper bound is lower than the lower one', () => epsilon, (json) => { one(json).upper = 0.05; }, /^part 0 claims at least 0\.0575\d+ and at most 0\.05$/],
    ['the upper bound is text', () => epsilon, (json) => { (one(json) as { upper: unknown }).upper = '0.06'; }, /^part 0 is no finite number/],
    ['there is no upper bound', () => epsilon, (json) => { one(json).upper = null; }, /not certified/],
    ['the lower bound is higher', () => epsilon, (json) => { one(json).lower += 1e-7; }, /^the witness attains 0\.0575\d+, not 0\.0575/],
    ['the witness is another input', () => epsilon, (json) => { one(json).witness!.input[0] = 20; }, /^the witness attains/],
    ['the witness is outside the domain', () => epsilon, (json) => { one(json).witness!.input[0] = 20.6; }, /^input 0 of the witness is outside the domain/],
    ['the witness has parameters outside the box', () => epsilon, (json) => { one(json).witness!.parameters![0] -= 1e-9; }, /^parameter 0 of the witness is outside its box/],
    ['the witness is nominal', () => epsilon, (json) => { one(json).witness!.parameters = Array.from(checked.parameters); }, /^the witness attains 0, not/],
    ['the witness has too few parameters', () => epsilon, (json) => { one(json).witness!.parameters!.pop(); }, /^the witness has 2 parameters/],
    ['the witness is gone', () => epsilon, (json) => { one(json).witness = null; }, /^part 0 claims at least 0\.0575\d+ without a witness/],
    ['the domain is larger', () => epsilon, (json) => { json.domain[0][1] = 21; }, /cannot be proved/],
    ['the domain is inside out', () => epsilon, (json) => { json.domain[0] = [20.5, 6.3]; }, /^the domain of input 0 is empty/],
    ['the domain has another input', () => epsilon, (json) => { json.domain.push([0, 1]); }, /^domain is no list of 2/],
    ['the box is larger', () => epsilon, (json) => { json.box.radius = 0.011; }, /cannot be proved/],
    ['the box is around another network', () => epsilon, (json) => { json.box.center = [0.07, 1.18, -3.5]; }, /outside its box|cannot be proved/],
    ['the box has no radius', () => epsilon, (json) => { delete json.box.radius; }, /^box is no finite number/],
    ['the box is inside out', () => epsilon, (json) => { json.box.radius = -0.01; }, /^the box has no values/],
    ['the network is another', () => epsilon, (json) => { json.model = '0'.repeat(64); }, /^it is about another network: 0{64}, not a776db69/],
    ['it is about logits', () => epsilon, (json) => { json.output = 'logit'; }, /cannot be proved/],
    ['an unknown word is added', () => epsilon, (json) => { Object.assign(json, { mask: 1 }); }, /^the header has an unknown field "mask"/],
    ['epsilon is called sigma', () => epsilon, (json) => { json.query = 'sigma'; }, /^part 0 is none of sigma, label/],
    ['epsilon is called label', () => epsilon, (json) => { json.query = 'verify-label'; }, /^part 0 is none of label/],
    ['sigma is called epsilon', () => sigma, (json) => { json.query = 'epsilon'; }, /^part 0 is none of epsilon/],
    ['an estimate has a verdict', () => epsilon, (json) => { json.verdict = 'robust'; }, /^the verdict "robust" does not follow/],
    ['epsilon is asked with a threshold that it does not meet', () => epsilon, (json) => { Object.assign(json, { query: 'verify-epsilon', threshold: 0.05, verdict: 'robust' }); }, /^the verdict "robust" does not follow/],
    ['a threshold is lower', () => robust, (json) => { json.threshold = 0.055; }, /^the verdict "robust" does not follow/],
    ['a verdict is turned round', () => robust, (json) => { json.verdict = 'violated'; }, /^the verdict "violated" does not follow/],
    ['a threshold is missing', () => robust, (json) => { delete json.threshold; }, /^threshold is no finite number/],
    ['a violation is called robust', () => violated, (json) => { json.verdict = 'robust'; }, /^the verdict "robust" does not follow/],
    ['a violation is of a larger margin', () => violated, (json) => { json.threshold = 0.051; }, /^the verdict "violated" does not follow/],
    ['a flip with a small margin is called one of a large margin, for its part is about labels', () => violated, (json) => {
      json.threshold = 0.9;
      json.parts.forEach((part, label) => { if (part.witness !== null) json.parts[label] = { property: 'label', label, lower: 1, upper: null, witness: part.witness, leaves: 0, hint: 0 }; });
    }, /^part 0 claims that nothing flips, and has a witness or a bound/],
    ['a violation has no word of an upper bound', () => violated, (json) => { json.parts.forEach((part) => { delete (part as { upper?: unknown }).upper; }); }, /^part 0 is no finite number/],
    ['an output is counted that is not there', () => epsilon, (json) => { one(json).outputs = [0, 1]; }, /^part 0 has 1$/],
    ['a mask says neither yes nor no', () => epsilon, (json) => { json.box = { kind: 'relative', center: null, ratio: 0, mask: [0, 1, 2] }; }, /^box has 2$/],
    ['a part without a bound has leaves', () => violated, (json) => { Object.assign(one(json), { upper: null, leaves: 1 }); }, /or leaves without a bound$/],
    ['the classes are swapped', () => sigma, (json) => { json.parts.reverse(); }, /^part 0 is about another label/],
    ['a class is missing', () => sigma, (json) => { json.parts.pop(); json.trees.pop(); }, /^1 parts/],
    ['the trees of the classes are swapped', () => sigma, (json) => { json.trees.reverse(); }, /./],
    ['prices are others', () => sigma, (json) => { json.trees[0] = json.trees[0].map((node) => (typeof node === 'object' ? { leaf: [0] } : node)); }, /^leaf \d+ of part 0 \(path [01]*\) cannot be proved .* a label may flip/],
    ['prices are missing', () => sigma, (json) => { json.parts[0].hint = 0; json.trees[0] = json.trees[0].map((node) => (typeof node === 'object' ? 'leaf' : node)); }, /^part 0 has hints of 0 bytes, not 1/],
    ['sigma is lower', () => sigma, (json) => { json.parts[1].upper! -= 1e-5; }, /^(part 1 claims|leaf \d+ of part 1)/],
    ['the level is another', () => sigma, (json) => { json.level = 0.6; }, /./],
    ['the witness does not flip', () => sigma, (json) => { json.parts[0].witness!.parameters = Array.from(checked.parameters); }, /^the witness does not flip its label/],
    ['nothing is said to flip, and something does', () => sigma, (json) => { Object.assign(json.parts[0], { property: 'label', lower: 0, upper: 0, witness: null }); }, /cannot be proved/],
    ['a label is asked at more inputs', () => label, (json) => { json.domain = [[6.3, 20.5], [2, 3.9]]; }, /cannot be proved/],
  ])('%s', async (_, of, change, reason) => {
    rejected(await doctored(of(), change), reason);
  });

  it('a weight of the model is another', async () => {
    const parameters = checked.parameters.slice();
    parameters[0] += 2 ** -50;
    rejected(await check(bytes, { ...checked, parameters }), /^it is about another network/);
  });
  it('the claim of one query stands over the trees of another', async () => {
    rejected(await doctored(robust, (json) => { json.parts = epsilon.parts; json.verdict = 'robust'; }), /./);
  });
});

describe('a damaged file', () => {
  it('cut off anywhere', async () => {
    for (let length = 0; length < bytes.length; length += 7) rejected(await check(bytes.subarray(0, length), checked), /^(this is no parabound certificate|damaged)/);
  });
  it('with a byte changed anywhere', async () => {
    for (let at = 0; at < bytes.length; at++) {
      const copy = Buffer.from(bytes);
      copy[at] ^= 0x10;
      const report = await check(copy, checked);
      // Flags in the head of a compressed stream may be free.
      if (report.verdict === 'rejected') rejected(report, /^(this is no parabound certificate|damaged)/);
      else expect(report.bound).toEqual((await check(bytes, checked)).bound);
    }
  });
  it('that says to be larger than any', async () => {
    const copy = Buffer.from(bytes);
    copy.writeBigUInt64LE(2n ** 62n, copy.length - 72);
    rejected(await check(copy, checked), /^damaged or too large/);
  });
  it('that is another', async () => {
    rejected(await check(new Uint8Array(0), checked), /^this is no parabound certificate/);
    rejected(await check(Buffer.from('x'.repeat(1000)), checked), /^this is no parabound certificate/);
  });
});
