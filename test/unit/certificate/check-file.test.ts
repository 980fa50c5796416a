/** checkCertificate, and what is told of a certificate while it is made. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCertificate, estimateEpsilon, estimateSigma, loadModel, type Model, type Progress } from '../../../src/index.js';
import { unpacked, Workshop, type JsonNode } from '../../support/certificates.js';

const path = (name: string): string => new URL(`../../../examples/${name}`, import.meta.url).pathname;
const CATS = path('cats.json'), shop = new Workshop();
let cats: Model;
beforeAll(async () => {
  cats = await loadModel(CATS);
  await estimateEpsilon(cats, { delta: 0.01, certificate: shop.path });
});
afterAll(() => { shop.close(); });

describe('checkCertificate', () => {
  it('has the fields of check --json, of paths and of URLs', async () => {
    const report = await checkCertificate(shop.path, CATS);
    expect(report).toMatchObject({ schema: 'parabound/check@1', verdict: 'accepted', claim: { query: 'epsilon', model: cats.hash }, bound: { lower: expect.closeTo(0.0575258, 6) as number }, solved: 0, trusted: 0, reason: null });
    expect(await checkCertificate(new URL(`file://${shop.path}`), new URL(`file://${CATS}`), { threads: 2 })).toEqual(report);
  });
  it('rejects, and throws only where there is nothing to check', async () => {
    expect(await checkCertificate(shop.path, path('athletes-relu.json'))).toMatchObject({ verdict: 'rejected', bound: null, reason: expect.stringMatching(/^it is about another network/) as string });
    const wider = `${shop.folder}/wider.json`; // whose inputs the certificate's domain does not fit
    writeFileSync(wider, '{"format":"parabound-model@1","inputs":[{},{},{}],"layers":[{"weights":[[1,2,3]],"bias":[0],"activation":"sigmoid"}]}');
    expect(await checkCertificate(shop.path, wider)).toMatchObject({ verdict: 'rejected', reason: expect.stringMatching(/^it is about another network/) as string });
    expect(await checkCertificate(CATS, CATS)).toMatchObject({ verdict: 'rejected', claim: null, reason: expect.stringMatching(/^this is no parabound certificate/) as string });
    await expect(checkCertificate('no.proof', CATS)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    writeFileSync(`${shop.folder}/empty.json`, '{}');
    await expect(checkCertificate(shop.path, `${shop.folder}/empty.json`)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
  it.each([[{ threads: 0 }, 'OPTION_INVALID'], [{ threads: 1.5 }, 'OPTION_INVALID'], [{ smtTimeout: NaN }, 'OPTION_INVALID'], [{ smtTimeout: -1 }, 'OPTION_INVALID'], [{ trustSolver: 1 }, 'OPTION_INVALID'], [{ signal: 'now' }, 'OPTION_INVALID'], [{ trust: true }, 'OPTION_UNKNOWN']])('refuses %j', async (options, code) => {
    await expect(checkCertificate(shop.path, CATS, options as object)).rejects.toMatchObject({ code });
  });
  it('ends when it is told to, without having accepted anything', async () => {
    const json = unpacked(shop.bytes()), halved = (depth: number): JsonNode[] => (depth === 0 ? ['leaf'] : [depth % 2, ...halved(depth - 1), ...halved(depth - 1)]);
    json.trees[0] = json.trees[0].flatMap((node) => (node === 'leaf' ? halved(12) : [node]));
    json.parts[0].leaves *= 2 ** 12;
    const big = `${shop.folder}/packed.proof`;
    await shop.packed(json);
    const startedAt = performance.now(), report = await checkCertificate(big, CATS, { signal: AbortSignal.timeout(20) });
    expect(report).toMatchObject({ verdict: 'rejected', bound: null, reason: 'interrupted: it was not checked' });
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(await checkCertificate(shop.path, CATS, { signal: AbortSignal.abort() })).toMatchObject({ verdict: 'rejected', reason: 'interrupted: it was not checked' });
  });
});

describe('while a certificate is made', () => {
  it('it is told what it proves by now', async () => {
    const heard: (Progress & { label?: number })[] = [], model = await loadModel(path('athletes-relu.json'));
    const { certificate } = await estimateEpsilon(model, { delta: 0.01, gap: 1e-12, timeout: 0.5, threads: 1, certificate: shop.path, certificateTimeout: 1, onProgress: (each) => heard.push(each) });
    const made = heard.filter(({ phase }) => phase === 'certificate');
    expect(made.length).toBeGreaterThan(3);
    expect(made.every(({ lower, upper, boxes, open, seconds }, i) => lower > 0 && upper >= certificate!.upper && boxes > 0 && open > 0 && seconds > 0 && upper <= (made[i - 1]?.upper ?? Infinity))).toBe(true);
    expect(heard.findIndex(({ phase }) => phase === 'certificate')).toBe(heard.length - made.length);
  });
  it('of every class, and an abort ends it with what is proved', async () => {
    const abort = new AbortController(), labels = new Set<number | undefined>(), model = await loadModel(path('athletes-relu.json'));
    const { certificate } = await estimateSigma(model, { delta: 0.01, gap: 1e-12, timeout: 0.3, threads: 1, certificate: shop.path, signal: abort.signal, onProgress: ({ phase, label }) => {
      if (phase !== 'certificate') return;
      labels.add(label);
      if (labels.size === 2) abort.abort();
    } });
    expect([...labels]).toEqual([0, 1]);
    expect(certificate!.upper).toBeGreaterThan(0);
    expect(await checkCertificate(shop.path, path('athletes-relu.json'))).toMatchObject(certificate!.upper < Infinity ? { verdict: 'accepted' } : { reason: expect.stringMatching(/^not certified/) as string });
  });
});
