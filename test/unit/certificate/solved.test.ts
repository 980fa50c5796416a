/** Certificates with leaves that are left to Z3: made where the rule ends, proved again by the checker's own formula, and never accepted where they are false. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, estimateSigma, loadModel, verifyEpsilon, verifyLabel, type Model } from '../../../src/index.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { check, modelOf, unpacked, Workshop, type CertificateInfo, type CheckReport, type Unpacked } from '../../support/certificates.js';
import { random } from '../../support/random.js';
import { available } from '../../support/smt.js';
import type { CheckedModel } from '../../../src/check/model.js';

const shop = new Workshop();
afterAll(() => { shop.close(); });

type Layer = [weights: number[][], bias: number[], activation: string];

function file(name: string, inputs: number, layers: Layer[]): string {
  const path = join(shop.folder, name);
  writeFileSync(path, JSON.stringify({ format: 'parabound-model@1', inputs: Array.from({ length: inputs }, () => ({ lower: -1, upper: 1 })), layers: layers.map(([weights, bias, activation]) => ({ weights, bias, activation })) }));
  return path;
}

const options = { threads: 1, smt: 'always' as const, maxBoxes: 300 };
const W = [[0.3, -0.7], [0.9, 0.2], [-0.4, 0.55]], b = [0.1, -0.2, 0.35], v = [0.8, -1.1, 0.6];
const plain = (): string => file('plain.json', 2, [[W, b, 'relu'], [[v], [0.05], 'linear']]);
/** The same function: rows in another order, scaled by powers of two. */
const other = (): string => file('other.json', 2, [[W.map((row, i) => row.map((w) => w * 2 ** i)).reverse(), b.map((x, i) => x * 2 ** i).reverse(), 'relu'], [[v.map((x, i) => x / 2 ** i).reverse()], [0.05], 'linear']]);

interface Made {
  json: Unpacked;
  report: CheckReport;
  certificate: CertificateInfo;
  model: CheckedModel;
}

async function made(path: string, ask: (model: Model) => Promise<{ certificate?: CertificateInfo }>): Promise<Made> {
  const { certificate } = await ask(await loadModel(path)), model = modelOf(path), bytes = shop.bytes(), json = unpacked(bytes);
  expect((await shop.packed(json)).equals(bytes)).toBe(true);
  return { json, certificate: certificate!, model, report: await check(bytes, model) };
}

async function doctored({ json, model }: Made, change: (json: Unpacked) => void, trust = true): Promise<CheckReport> {
  const copy = structuredClone(json);
  change(copy);
  return check(await shop.packed(copy), model, { trust });
}

describe.skipIf(!available)('a leaf that is left to Z3', () => {
  let same: Made;
  beforeAll(async () => {
    same = await made(plain(), async (model) => verifyEpsilon(model, { ...options, against: await loadModel(other()), epsilon: 0, certificate: shop.path }));
  });

  it('closes an exact tie that the rule does not, and is proved again', () => {
    expect(same.certificate).toMatchObject({ certified: true, leaves: 1, solved: 1 });
    expect(same.report).toMatchObject({ verdict: 'accepted', leaves: 1, solved: 1, trusted: 0, bound: { lower: 0, upper: 0 }, reason: null });
    expect(same.json.trees).toEqual([['smt']]);
  });

  it('is only where the rule ends: beside leaves that it proves', async () => {
    // Eighths: the largest difference is attained at a corner, and rational.
    const eighths: Layer[] = [[[[1, -0.5], [0.25, 1], [-0.75, 0.5]], [0.125, -0.25, 0.5], 'relu'], [[[0.5, -1, 0.25], [1, 0.75, -0.5]], [0.25, -0.125], 'relu'], [[[1, -0.625]], [0], 'linear']];
    const path = file('deep.json', 2, eighths);
    const { certificate, report } = await made(path, async (model) => {
      const { lower } = await estimateEpsilon(model, { ...options, smt: 'off', delta: 0.125, perturb: 'biases', gap: 0 });
      expect(lower).toBeGreaterThan(0.01);
      return verifyEpsilon(model, { ...options, delta: 0.125, perturb: 'biases', epsilon: lower, certificate: shop.path });
    });
    expect(certificate.certified).toBe(true);
    expect(certificate.solved).toBeGreaterThan(0);
    expect(certificate.leaves).toBeGreaterThan(certificate.solved);
    expect(report).toMatchObject({ verdict: 'accepted', solved: certificate.solved, leaves: certificate.leaves, trusted: 0 });
  });

  it('closes labels at a tie, of one output and of two', async () => {
    // |f| <= 1 exactly, and the last bias moves by 1: label 0 of the level 2 is just not left.
    const one = await made(file('one.json', 1, [[[[1], [-1]], [0, 0], 'relu'], [[[1, 1]], [0], 'linear']]), (model) => verifyLabel(model, { ...options, delta: 1, perturb: '1', level: 4, certificate: shop.path }));
    expect(one.report.verdict).toBe('accepted');
    const twice: Layer[] = [[[[0.7, -0.3], [0.7, -0.3]], [0.1, 0.1], 'relu'], [[[0.9, 0], [0, 0.9]], [0.2, 0.2], 'linear']], turned = structuredClone(twice);
    turned[1][0] = [[0, 0.9], [0.9, 0]];
    const two = await made(file('two.json', 2, twice), async (model) => verifyLabel(model, { ...options, against: await loadModel(file('turned.json', 2, turned)), certificate: shop.path }));
    expect(two.certificate).toMatchObject({ certified: true, solved: 2 });
    expect(two.report).toMatchObject({ verdict: 'accepted', solved: 2 });
  });

  it('makes it known of sigma that nothing flips', async () => {
    const path = plain(), { certificate, report } = await made(path, async (model) => estimateSigma(model, { ...options, gap: 0, against: await loadModel(other()), certificate: shop.path }));
    expect(certificate).toMatchObject({ certified: true, upper: 0 });
    expect(report.bounds).toEqual([{ lower: 0, upper: 0, nothingFlips: true }, { lower: 0, upper: 0, nothingFlips: true }]);
    expect(report.solved).toBe(certificate.solved);
  });

  it('is left out with --smt off', async () => {
    const { certificate } = await made(plain(), async (model) => verifyEpsilon(model, { ...options, smt: 'off', against: await loadModel(other()), epsilon: 1e-9, certificate: shop.path }));
    expect(certificate.solved).toBe(0);
  });

  it.each<[string, (json: Unpacked) => void]>([
    ['the copy has one more ulp', (json) => { json.box.center![0] = nextUp(json.box.center![0]); }],
    ['the last bias of the copy has one more ulp', (json) => { const { center } = json.box; center![center!.length - 1] = nextUp(0.05); }],
    ['parameters move', (json) => { json.box.radius = 1e-300; Object.assign(json.parts[0], { lower: 0, witness: null }); }],
    ['rows of the copy are exchanged', (json) => { const { center } = json.box; [center![0], center![2]] = [center![2], center![0]]; }],
    ['labels are asked at two levels', (json) => { json.box.center![8] = nextDown(json.box.center![8]); }],
  ])('is never accepted where %s, whatever is trusted', async (_, change) => {
    expect(await doctored(same, change)).toMatchObject({ verdict: 'rejected', bound: null, reason: expect.stringMatching(/^a leaf \(path \) was left to a solver, and is not proved again: its formula has a solution/) as string });
  });

  it('is never accepted for a leaf that the rule is right to refuse: random networks and bounds a little too low', async () => {
    const draw = random(5);
    for (let round = 0; round < 3; round++) {
      const weights = Array.from({ length: 2 }, () => [draw.normal(), draw.normal()]), path = file(`r${round}.json`, 2, [[weights, [draw.normal(), draw.normal()], 'relu'], [[[draw.normal(), 1 + draw.uniform()]], [0], 'linear']]);
      const whole = await made(path, (model) => verifyEpsilon(model, { ...options, delta: 0.1, epsilon: 100, certificate: shop.path }));
      const { lower } = (await made(path, (model) => estimateEpsilon(model, { ...options, delta: 0.1, certificate: shop.path }))).json.parts[0];
      const claim = (upper: number) => doctored(whole, (json) => { json.trees = [['smt']]; Object.assign(json.parts[0], { upper, leaves: 1, lower: 0, witness: null }); json.threshold = upper; });
      expect(await claim(lower * (1 - 1e-9))).toMatchObject({ verdict: 'rejected', reason: expect.stringMatching(/its formula has a solution$/) as string });
      expect(await claim(lower * (1 + 1e-4))).toMatchObject({ verdict: 'accepted', solved: 1, trusted: 0 });
    }
  });

  it('is not trusted where the check was interrupted while Z3 was asked', async () => {
    const copy = structuredClone(same.json), abort = new AbortController();
    copy.box = { kind: 'radius', center: null, radius: 0.1 }; // false: something moves
    copy.parts[0].witness = null;
    const checking = check(await shop.packed(copy), same.model, { trust: true, signal: abort.signal });
    abort.abort(); // the question has been put by now, and nobody answers
    expect(await checking).toMatchObject({ verdict: 'rejected', bound: null, reason: 'interrupted: it was not checked' });
  });
  it('is rejected without an answer, and counted where it is trusted', async () => {
    const draw = random(9), matrix = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => Array.from({ length: columns }, () => draw.normal()));
    const path = file('wide.json', 3, [[matrix(16, 3), matrix(1, 16)[0], 'relu'], [matrix(16, 16), matrix(1, 16)[0], 'relu'], [matrix(1, 16), [0], 'linear']]);
    const whole = await made(path, (model) => verifyEpsilon(model, { ...options, delta: 0.01, epsilon: 1e6, certificate: shop.path }));
    const left = structuredClone(whole.json);
    left.trees = [['smt']];
    Object.assign(left.parts[0], { upper: 40, lower: 0, witness: null, leaves: 1 });
    const bytes = await shop.packed(left);
    expect(await check(bytes, whole.model, { smtTimeout: 0.001 })).toMatchObject({ verdict: 'rejected', solved: 0, trusted: 1, reason: expect.stringMatching(/is not proved again: no answer in time$/) as string });
    expect(await check(bytes, whole.model, { smtTimeout: 0.001, trust: true })).toMatchObject({ verdict: 'accepted', solved: 0, trusted: 1 });
  });
});

describe('a leaf of what no formula is written of', () => {
  it('is rejected, and counted where it is trusted', async () => {
    const cats = new URL('../../../examples/cats.json', import.meta.url).pathname, whole = await made(cats, (model) => verifyEpsilon(model, { ...options, delta: 0.01, epsilon: 0.06, certificate: shop.path }));
    const left = (json: Unpacked): void => { json.trees = [['smt']]; json.parts[0].leaves = 1; };
    expect(await doctored(whole, left, false)).toMatchObject({ verdict: 'rejected', trusted: 1, reason: expect.stringMatching(/there is no formula of confidences of sigmoid$/) as string });
    expect(await doctored(whole, left)).toMatchObject({ verdict: 'accepted', solved: 0, trusted: 1 });
  });
});
