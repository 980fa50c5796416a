/**
 * Files that dReal took say the same of points as our exports of the same questions. The files are not part of the project; where
 * they are absent this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportSmt2, type ExportQuery } from '../../../src/export/export.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { verifyEpsilon } from '../../../src/query/epsilon.js';
import { parameterBox } from '../../../src/query/box.js';
import { seededRandom } from '../../../src/random.js';
import { holdsAt, objectiveAt, type At } from '../../support/exported.js';
import { script, type SExpression } from '../../support/smt2.js';

const folder = new URL('../../../../shared/data/', import.meta.url);
const there = existsSync(new URL('dreal/results.json', folder)) && existsSync(new URL('lirpa/ath_relu.json', folder));
const read = (name: string): string => readFileSync(new URL(`dreal/${name}.smt2`, folder), 'utf8');

async function lirpa(name: string): Promise<Model> {
  const { layers, act, out_act } = JSON.parse(readFileSync(new URL(`lirpa/${name}.json`, folder), 'utf8')) as { layers: { W: number[][]; b: number[] }[]; act: 'relu'; out_act: 'sigmoid' };
  return loadModel({
    format: 'parabound-model@1',
    inputs: [{ lower: 1.21, upper: 2.18 }, { lower: 31, upper: 170 }],
    layers: layers.map(({ W, b }, l) => ({ weights: W, bias: b, activation: l === layers.length - 1 ? out_act : act })),
  });
}

/** The network in the middle of a recorded box of parameters; decimals of four places. */
async function middle(name: string): Promise<Model> {
  const ends = new Map<string, number[]>();
  for (const assertion of script(read(name)).assertions as string[][]) {
    if (assertion[0] !== '<=') continue;
    const at = /^[wb]/.test(assertion[1]) ? 1 : 2;
    const [variable, end] = [assertion[at], Number(assertion[3 - at])];
    if (/^[wb]/.test(variable)) ends.set(variable, [...(ends.get(variable) ?? []), end]);
  }
  const layers: { weights: number[][]; bias: number[]; activation: 'relu' | 'sigmoid' }[] = [];
  for (const [variable, [lo, hi]] of ends) {
    const [l, row, column] = variable.slice(1).split('_').map(Number);
    const layer = (layers[l] ??= { weights: [], bias: [], activation: 'relu' });
    const value = Number(((lo + hi) / 2).toFixed(6));
    if (variable.startsWith('b')) layer.bias[row] = value;
    else (layer.weights[row] ??= [])[column] = value;
  }
  layers[layers.length - 1].activation = 'sigmoid';
  return loadModel({ format: 'parabound-model@1', inputs: [{ lower: -1, upper: 1 }, { lower: -1, upper: 1 }], layers });
}

/** The number that differences are compared with, in the form that ends with it. */
function threshold(name: string): number {
  return Number(/(0\.\d+)\)\)\)\n\(check-sat\)/.exec(read(name))![1]);
}

/** Inside the box and the domain, so that decimals of the ends do not matter; the first points are round a given one. */
function points(model: Model, query: ExportQuery, count: number, near: { input: number[]; parameters: number[] } | null): At[] {
  const random = seededRandom(7);
  const { spec: box } = parameterBox(model, query);
  const inward = 1 - 1e-6;
  return Array.from({ length: count }, (_, n) => {
    const share = (): number => (2 * random() - 1) * inward;
    const close = near !== null && n < count / 2;
    const x = query.at !== undefined ? Array.from(query.at) : Array.from({ length: model.inputCount }, (_each, j) => {
      const [lo, hi] = [model.domain![2 * j], model.domain![2 * j + 1]];
      const there = close ? near.input[j] : (lo + hi) / 2;
      const reach = close ? 0.01 * n : 1;
      return Math.min(Math.max(there + reach * share() * (hi - lo) / 2, lo + 1e-6 * (hi - lo)), hi - 1e-6 * (hi - lo));
    });
    const p = model.parameters.map((value, i) => {
      const wanted = close ? near.parameters[i] + 0.01 * n * share() * query.delta! : value + query.delta! * share();
      return value + Math.min(Math.max(wanted - value, -inward * query.delta!), inward * query.delta!);
    });
    return { model, of: model, box, x, p, changes: query.form === 'deviation' || query.form === 'hyperbolic' };
  });
}

const FORMS: Record<string, Partial<ExportQuery>> = {
  sig: { form: 'absolute' }, sigor: { form: 'plain' }, mul: { form: 'product' }, sigor_ite: { form: 'plain', relu: 'ite' },
  logitU: { form: 'logit', direction: 'up' }, logitL: { form: 'logit', direction: 'down' },
  dsig: { form: 'deviation' }, dhyp: { form: 'hyperbolic' },
};

describe.skipIf(!there)('recorded files', () => {
  const networks: [string, () => Promise<Model>, string[]][] = [
    ['CAT', () => loadModel(new URL('../../../examples/cats.json', import.meta.url)), ['sig', 'sigor', 'mul', 'logitU', 'logitL', 'dsig', 'dhyp']],
    ['ATHR', () => lirpa('ath_relu'), ['sig', 'sigor', 'mul', 'logitU', 'logitL']],
    ['ATHL', () => lirpa('ath_linear'), ['sig', 'sigor', 'mul', 'logitU', 'logitL']],
  ];
  it.each(networks.flatMap(([name, load, forms]) => forms.flatMap((form) => ['0.99', '1.01'].map((part) => [name, part, form, load] as const))))('%s, epsilon, %s of the maximum, %s', async (name, part, form, load) => {
    const model = await load();
    const epsilon = threshold(`${name}_0.01_V-global_${part}_sigor`);
    const query: ExportQuery = { property: 'epsilon', delta: 0.01, epsilon, ...FORMS[form] };
    const { witness } = await verifyEpsilon(model, { delta: 0.01, epsilon });
    const [ours, theirs] = [exportSmt2(model, query).text, read(`${name}_0.01_V-global_${part}_${form}`)];
    const truths = points(model, query, 40, witness as { input: number[]; parameters: number[] } | null).map((at) => [holdsAt(ours, at), holdsAt(theirs, at)]);
    for (const [own, recorded] of truths) expect([own, typeof own]).toEqual([recorded, 'boolean']);
    if (part === '0.99' && form !== 'logitU' && form !== 'logitL') expect(truths.some(([own]) => own)).toBe(true);
  });
  it.each(['R241_0.01_V-global_1.01_sigor', 'R241_0.01_V-global_1.01_sigor_ite', 'R2331_0.01_V-global_0.99_sigor', 'H3s1_0.01_V-global_0.99_sigor', 'H5s2_0.01_V-global_0.99_sigor'])('%s', async (file) => {
    const model = await middle(file);
    const epsilon = threshold(file.replace('_ite', ''));
    const query: ExportQuery = { property: 'epsilon', delta: 0.01, epsilon, ...FORMS[file.includes('ite') ? 'sigor_ite' : 'sigor'] };
    const { witness } = await verifyEpsilon(model, { delta: 0.01, epsilon, timeout: 10 });
    const ours = exportSmt2(model, query).text;
    for (const at of points(model, query, 20, witness as { input: number[]; parameters: number[] } | null)) {
      expect(typeof holdsAt(ours, at)).toBe('boolean');
      expect(holdsAt(ours, at)).toBe(holdsAt(read(file), at));
    }
  });
  it.each(networks.flatMap(([name, load]) => (['male', 'female'] as const).flatMap((who) => (['sig', 'logit'] as const).map((form) => [name, who, form, load] as const))))('%s, sigma, %s, %s', async (name, who, form, load) => {
    const model = await load();
    const label = who === 'male' ? 1 : 0;
    const query: ExportQuery = { property: 'sigma', delta: 0.01, class: label, form: form === 'sig' ? 'plain' : 'logit' };
    const [ours, theirs] = [exportSmt2(model, query).text, read(`${name}_0.01_S-${who}_${form}`)];
    const level = numeral((script(read(`${name}_0.01_SV-${who}_0.99_sig`)).assertions.find(isThreshold) as SExpression[])[2]);
    const verify: ExportQuery = { ...query, sigma: Math.abs(level - 0.5) };
    const [verifyOurs, verifyTheirs] = [exportSmt2(model, verify).text, read(`${name}_0.01_SV-${who}_0.99_${form}`)];
    for (const at of points(model, query, 60, null)) {
      expect(holdsAt(ours, at)).toBe(holdsAt(theirs, at));
      expect(holdsAt(verifyOurs, at)).toBe(holdsAt(verifyTheirs, at));
      // Of the same objective or, for label 0 on logits, of its minus, which they minimise.
      const sign = form === 'logit' && label === 0 ? -1 : 1;
      expect(approximately(objectiveAt(ours, at)) - sign * approximately(objectiveAt(theirs, at))).toBeCloseTo(0, 12);
    }
  });
  it.each(['E-global_sig', 'E-global_eq', 'E-global_dsig', 'E-global_dhyp', 'E-local_sig', 'E-local_eq', 'E-local_dhyp', 'E-local_logitmax', 'E-local_logitmin'])('CAT, %s', async (task) => {
    const model = await networks[0][1]();
    const forms: Record<string, Partial<ExportQuery>> = { ...FORMS, eq: { form: 'equation' }, logitmax: { form: 'logit', direction: 'up' }, logitmin: { form: 'logit', direction: 'down' } };
    const [where, form] = task.slice(2).split('_');
    const query: ExportQuery = { property: 'epsilon', delta: 0.01, ...forms[form], ...(where === 'local' ? { at: [13.4, 2.95] } : {}) };
    const [ours, theirs] = [exportSmt2(model, query).text, read(`CAT_0.01_${task}`)];
    expect(script(ours).objective!.sense).toBe(script(theirs).objective!.sense);
    for (const at of points(model, query, 20, null)) {
      expect([holdsAt(ours, at), holdsAt(theirs, at)]).toEqual([true, true]);
      expect(approximately(objectiveAt(ours, at))).toBeCloseTo(approximately(objectiveAt(theirs, at)), 12);
    }
  });
});

function numeral(term: SExpression): number {
  return Array.isArray(term) ? NaN : Number(term);
}

/** Of f_p0 with a number other than the level. */
function isThreshold(assertion: SExpression): boolean {
  return Array.isArray(assertion) && Array.isArray(assertion[1]) && assertion[2] !== '0.5' && !Number.isNaN(numeral(assertion[2]));
}

function approximately({ lo }: { lo: { mantissa: bigint; exponent: number } }): number {
  const drop = Math.max(0, lo.mantissa.toString(2).length - 60);
  return Number(lo.mantissa >> BigInt(drop)) * 2 ** (lo.exponent + drop);
}
