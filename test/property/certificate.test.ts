/** Certificates of every kind of query: made, taken apart and put together, checked, and then spoilt at random. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, estimateSigma, loadModel, verifyEpsilon, verifyLabel, verifySigma, type Model, type QueryOptions } from '../../src/index.js';
import type { CheckedModel } from '../../src/check/model.js';
import { check, modelHash, modelOf, unpacked, Workshop, type CertificateInfo, type JsonNode, type Unpacked } from '../support/certificates.js';
import { counterexample } from '../support/claimed.js';
import { random, type Random } from '../support/random.js';

const shop = new Workshop();
afterAll(() => { shop.close(); });

const example = (name: string): string => new URL(`../../examples/${name}`, import.meta.url).pathname;
const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;

function network(name: string, sizes: number[], hidden: string, last: string, output?: object): string {
  const draw = random(name.length * 100 + sizes.length), number = (): number => 2.4 * draw.uniform() - 1.2, path = join(shop.folder, name);
  writeFileSync(path, JSON.stringify({
    format: 'parabound-model@1', inputs: Array.from({ length: sizes[0] }, () => ({ lower: -1, upper: 1 })),
    layers: sizes.slice(1).map((size, l) => ({
      weights: Array.from({ length: size }, () => Array.from({ length: sizes[l] }, number)), bias: Array.from({ length: size }, number), activation: l + 2 === sizes.length ? last : hidden,
    })), ...(output === undefined ? {} : { output }),
  }));
  return path;
}

type Ask = (model: Model, options: QueryOptions) => Promise<{ certificate?: CertificateInfo }>;
type Case = [name: string, file: string, ask: Ask, options: QueryOptions, certified?: boolean];
const epsilon: Ask = estimateEpsilon, sigma: Ask = estimateSigma;
const atMost = (limit: number): Ask => (model, options) => verifyEpsilon(model, { ...options, epsilon: limit });
const margin = (limit: number): Ask => (model, options) => verifySigma(model, { ...options, sigma: limit });

const CASES: Case[] = [
  ['cats, epsilon', example('cats.json'), epsilon, {}],
  ['cats, epsilon of logits', example('cats.json'), epsilon, { output: 'logit' }],
  ['cats, epsilon, gap 0', example('cats.json'), epsilon, { gap: 0 }],
  ['cats, epsilon, relative gap', example('cats.json'), epsilon, { gap: 0, relativeGap: 0.1 }],
  ['cats, one input, part of the parameters', example('cats.json'), epsilon, { at: [7, 3], perturb: 'weights' }],
  ['cats, a relative box', example('cats.json'), epsilon, { delta: undefined, deltaRelative: 0.01, perturb: 'biases' }],
  ['cats, bounds', example('cats.json'), epsilon, { delta: undefined, parameters: { lower: [0.07, 1.18, -3.52], upper: [0.08, 1.2, -3.5] } }],
  ['cats, sigma', example('cats.json'), sigma, {}],
  ['cats, sigma of logits, another level', example('cats.json'), sigma, { output: 'logit', level: 0.3 }],
  ['cats, epsilon holds', example('cats.json'), atMost(0.06), {}],
  ['cats, epsilon does not hold', example('cats.json'), atMost(0.05), {}],
  ['cats, sigma holds', example('cats.json'), margin(0.053), {}],
  ['cats, sigma does not hold', example('cats.json'), margin(0.05), {}],
  ['cats, a label holds', example('cats.json'), verifyLabel, { at: [10, 3] }],
  ['cats, labels do not hold', example('cats.json'), verifyLabel, {}],
  ['athletes, linear, sigma', example('athletes-linear.json'), sigma, { gap: 1e-4 }],
  ['athletes, relu, epsilon', example('athletes-relu.json'), epsilon, { gap: 1e-3 }],
  ['two outputs, softmax', network('soft2.json', [2, 3, 2], 'tanh', 'softmax'), epsilon, { gap: 1e-3 }],
  ['three outputs, softmax', network('soft3.json', [2, 4, 3], 'relu', 'softmax'), epsilon, { gap: 1e-3 }],
  ['three outputs, softmax, sigma, for which there is but a weak rule', fixture('three-classes.json'), sigma, { gap: 1e-3 }, false],
  ['three outputs, softmax, logits', network('soft3.json', [2, 4, 3], 'relu', 'softmax'), sigma, { gap: 1e-3, output: 'logit' }],
  ['three outputs, some of them', network('lin3.json', [2, 4, 3], 'relu', 'linear'), epsilon, { gap: 1e-3, outputs: [0, 2] }],
  ['three outputs, the smallest', network('lin3.json', [2, 4, 3], 'relu', 'linear'), sigma, { gap: 1e-3, decision: 'min' }],
  ['three sigmoids', network('sig3.json', [2, 3, 3], 'sigmoid', 'sigmoid'), epsilon, { gap: 1e-2 }],
  ['a relu output', network('relu1.json', [2, 3, 1], 'relu', 'relu', { level: 0.1 }), sigma, { gap: 1e-3 }],
  ['labels of relu outputs', network('relu3.json', [2, 3, 3], 'relu', 'relu'), sigma, { gap: 1e-3, timeout: 0.1 }, false],
  ['two hidden layers', network('deep.json', [2, 5, 4, 1], 'relu', 'sigmoid'), epsilon, { delta: 1e-3, gap: 1e-2 }],
  ['two smooth hidden layers', network('deept.json', [2, 3, 3, 1], 'tanh', 'tanh'), epsilon, { delta: 1e-3, gap: 1e-2 }],
  ['a header', fixture('scaled.nnet'), epsilon, { gap: 1e-3 }],
  ['a header, behind it', fixture('scaled.nnet'), epsilon, { gap: 1e-3, units: 'normalised' }],
  ['a tie', fixture('tie.json'), sigma, { delta: 0.5 }],
];

const loaded = async (options: QueryOptions): Promise<QueryOptions> => Promise.resolve({ delta: 0.01, threads: 1, certificate: shop.path, certificateTimeout: 20, timeout: 10, ...options });

describe('a certificate', () => {
  it.each(CASES)('of %s is made, accepted, and put together again', async (_, file, ask, options, certified = true) => {
    const model = await loadModel(file), checked = modelOf(file);
    expect(modelHash(checked)).toBe(model.hash);
    const { certificate } = await ask(model, await loaded(options));
    expect(certificate).toMatchObject({ certified });
    expect(certificate!.error).toBeUndefined();
    const bytes = shop.bytes(), json = unpacked(bytes), report = await check(bytes, checked);
    expect((await shop.packed(json)).equals(bytes)).toBe(true);
    expect(certificate!.bytes).toBe(bytes.length);
    if (json.uncovered !== undefined) {
      expect(report).toMatchObject({ verdict: 'rejected', reason: expect.stringMatching(/^not certified/) as string });
      return;
    }
    expect(report.reason).toBeNull();
    expect(report).toMatchObject({ verdict: 'accepted', leaves: certificate!.leaves });
    expect(report.bound!.lower).toBe(certificate!.lower);
    expect(report.bound!.upper ?? Infinity).toBe(certificate!.upper);
    expect(counterexample(json, checked, random(5), 40)).toBeNull();
  });

  it('of a copy is about the copy\'s parameters', async () => {
    const [cats, copy] = [await loadModel(example('cats.json')), await loadModel(fixture('cats-copy.json'))];
    await estimateEpsilon(cats, { against: copy, certificate: shop.path });
    const json = unpacked(shop.bytes());
    expect(json.box).toMatchObject({ kind: 'radius', center: Array.from(copy.parameters), radius: 0 });
    expect(json.parts[0].witness!.parameters).toBeNull();
    expect(await check(shop.bytes(), modelOf(example('cats.json')))).toMatchObject({ verdict: 'accepted' });
  });
});

/** One change that may make it false, or nothing at all. */
function spoil(json: Unpacked, draw: Random): void {
  const pick = <T>(of: readonly T[]): T => draw.pick(of);
  const part = pick(json.parts), tree = json.trees.length === 0 ? undefined : pick(json.trees), nudge = (x: number): number => pick([x * (1 + (draw.uniform() - 0.5) * 10 ** (-8 * draw.uniform())), x + draw.uniform() - 0.5, -x, 0, x / 2, 2 * x]);
  pick<() => void>([
    () => { if (part.upper !== null) part.upper = Math.abs(nudge(part.upper)); },
    () => { part.lower = Math.abs(nudge(part.lower)); },
    () => { const side = pick(json.domain); side[draw.uniform() < 0.5 ? 0 : 1] = nudge(pick(side)); },
    () => { if (typeof json.box.radius === 'number') json.box.radius = Math.abs(nudge(json.box.radius)); },
    () => { if (Array.isArray(json.box.center)) json.box.center[0] = nudge(json.box.center[0]); },
    () => { json.level = nudge(json.level); },
    () => { json.output = json.output === 'logit' ? 'confidence' : 'logit'; },
    () => { json.decision = json.decision === 'min' ? 'max' : 'min'; },
    () => { if (json.threshold !== undefined) json.threshold = Math.abs(nudge(json.threshold)); },
    () => { json.verdict = pick(['robust', 'violated', 'unknown']); },
    () => { json.query = pick(['epsilon', 'sigma', 'verify-epsilon', 'verify-sigma', 'verify-label']); },
    () => { json.parts.reverse(); },
    () => { if (part.witness !== null) part.witness.input[0] = nudge(part.witness.input[0]); },
    () => { if (part.outputs !== undefined) part.outputs = [pick([0, 1, 2])]; },
    () => { if (part.label !== undefined) part.property = part.property === 'label' ? 'sigma' : 'label'; },
    () => { if (part.label !== undefined) part.label = pick([0, 1, 2]); },
    () => { if (tree !== undefined) collapse(tree, Math.floor(draw.uniform() * tree.length), json, part); },
    () => { if (tree !== undefined) tree[Math.floor(draw.uniform() * tree.length)] = pick<JsonNode>([0, 1, 'leaf', 'smt', [0, nudge(pick(json.domain)[0])], { leaf: [Math.floor(draw.uniform() * 256)] }]); },
    () => { if (tree !== undefined) tree.splice(Math.floor(draw.uniform() * tree.length), 1); },
    () => { json.trees.reverse(); },
  ])();
}

/** Makes one leaf of a whole subtree, and counts the leaves right. */
function collapse(tree: JsonNode[], at: number, json: Unpacked, { hint }: { hint: number }): void {
  let open = 1, end = at;
  for (; open > 0 && end < tree.length; end++) open += typeof tree[end] === 'number' || Array.isArray(tree[end]) ? 1 : -1;
  tree.splice(at, end - at, hint === 0 ? 'leaf' : { leaf: Array.from({ length: hint }, () => 128) });
  json.trees.forEach((each, i) => {
    const parts = json.parts.filter(({ leaves }) => leaves > 0);
    if (parts[i] !== undefined) parts[i].leaves = each.filter((node) => !(typeof node === 'number' || Array.isArray(node))).length;
  });
}

/** However often it is run elsewhere: PARABOUND_FUZZ times as many. */
const ROUNDS = 60 * Number(process.env.PARABOUND_FUZZ ?? 1);

describe('spoilt at random, with every hash made right again', () => {
  it.each(CASES.filter(([name, , , { gap = 1e-6 }]) => gap > 0 && name !== 'labels of relu outputs'))('%s: what is accepted is true', async (name, file, ask, options) => {
    const model = await loadModel(file), checked: CheckedModel = modelOf(file), draw = random(name.length);
    await ask(model, await loaded(options));
    const whole = unpacked(shop.bytes());
    let accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const json = structuredClone(whole);
      for (let k = 0; k <= 2 * draw.uniform(); k++) spoil(json, draw);
      const report = await check(await shop.packed(json), checked);
      if (report.verdict === 'rejected') {
        expect(report.reason).not.toBe('');
        continue;
      }
      accepted++;
      expect(counterexample(json, checked, draw), JSON.stringify(json)).toBeNull();
    }
    expect(accepted).toBeLessThan(ROUNDS);
  });

  it('bytes of the uncompressed parts, in the JSON text itself', async () => {
    const cats = await loadModel(example('cats.json')), checked = modelOf(example('cats.json')), draw = random(77);
    await estimateSigma(cats, { delta: 0.01, certificate: shop.path });
    const text = JSON.stringify(unpacked(shop.bytes()));
    let whole = 0;
    for (let round = 0; round < 20 * ROUNDS; round++) {
      const at = Math.floor(draw.uniform() * text.length), changed = text.slice(0, at) + String.fromCharCode(32 + Math.floor(draw.uniform() * 95)) + text.slice(at + 1);
      let json: Unpacked;
      try {
        json = JSON.parse(changed) as Unpacked;
        if ((await check(await shop.packed(json), checked)).verdict === 'rejected') continue;
      } catch {
        continue; // no JSON, or none that packs
      }
      whole++;
      expect(counterexample(json, checked, draw, 4), changed).toBeNull();
    }
    expect(whole).toBeGreaterThan(0); // versions and the like say nothing about the proof
  });
});
