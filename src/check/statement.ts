/** What a certificate states, read off its header: docs/certificate-format.md. Whatever is not exactly as it has to be throws. */
import type { Claim, Measure } from './claims.js';
import { compare, enclosure, exact, minus, plus, size, times, ZERO, type Dyadic } from './dyadic.js';
import { demand, doubles, fields, finite, list, oneOf, type CheckedModel } from './model.js';
import { boxedLayers } from './network.js';

export type Statement = ReturnType<typeof readStatement>;
export type Witness = ReturnType<typeof readWitness>;
export type Problem = ReturnType<typeof problemOf>;
export type Query = (typeof QUERIES)[number];

const QUERIES = ['epsilon', 'sigma', 'verify-epsilon', 'verify-sigma', 'verify-label'] as const;
const HEADER = ['format', 'version', 'query', 'model', 'units', 'level', 'decision', 'output', 'box', 'domain', 'threshold', 'verdict', 'uncovered', 'parts'] as const;

const integer = (below: number) => (value: unknown, what: string): number => {
  demand(Number.isInteger(value) && (value as number) >= 0 && (value as number) < below, `${what} has ${JSON.stringify(value)}`);
  return value as number;
};
const count = integer(2 ** 53);
const orNull = <T>(value: unknown, what: string, of: (value: unknown, what: string) => T): T | null => (value === null ? null : of(value, what));

/** Of a certificate about the network of this hash: about another, nothing in it need fit, so that is said first. */
export function readStatement(header: unknown, given: CheckedModel, hash: string) {
  const h = fields(header, HEADER, 'the header'), { inputs } = given.layers[0], { outputs } = given.layers[given.layers.length - 1];
  demand(h.format === 'parabound-certificate@1' && typeof h.version === 'string' && typeof h.model === 'string', 'the header has no format, version or model');
  demand(h.model === hash, `it is about another network: ${h.model.slice(0, 64)}, not ${hash}`);
  const query = oneOf(h.query, QUERIES, 'query'), measure = oneOf(h.output, ['confidence', 'logit'] as const, 'output');
  const decision = { level: finite(h.level, 'level'), smallest: oneOf(h.decision, ['max', 'min'], 'decision') === 'min' };
  // Without its normalisation where inputs are given behind it.
  const units = oneOf(h.units, given.normalisation === null ? [undefined] : ['physical', 'normalised'], 'units');
  const model: CheckedModel = { ...given, ...decision, normalisation: units === 'normalised' ? null : given.normalisation };
  const domain = Float64Array.from(list(h.domain, 'domain', (side, what) => list(side, what, finite, 2), inputs).flat());
  domain.forEach((value, i) => { demand(i % 2 === 0 || domain[i - 1] <= value, `the domain of input ${i >> 1} is empty`); });
  const parts = list(h.parts, 'parts', (value, _, i) => readPart(value, query, measure, outputs, i));
  demand(parts.length === (query.endsWith('epsilon') ? 1 : Math.max(2, outputs)), `${parts.length} parts`);
  const threshold = query === 'verify-epsilon' || query === 'verify-sigma' ? finite(h.threshold, 'threshold') : null;
  demand(threshold !== null || h.threshold === undefined, 'a threshold that nothing is compared with');
  return { query, model, decision, box: readBox(h.box, model.parameters), domain, threshold, verdict: h.verdict, parts };
}

/** A bound: `lower` by a witness, `upper` by a tree of so many leaves, with hints of so many bytes; null where there is none. */
function readPart(value: unknown, query: Query, measure: Measure, outputs: number, i: number) {
  const what = `part ${i}`, p = fields(value, ['property', 'label', 'outputs', 'lower', 'upper', 'witness', 'leaves', 'hint'], what);
  const about = query.endsWith('epsilon') ? ['epsilon'] as const : query === 'verify-label' ? ['label'] as const : ['sigma', 'label'] as const;
  const property = oneOf(p.property, about, what);
  const lower = finite(p.lower, what), upper = orNull(p.upper, what, finite), witness = orNull(p.witness, what, readWitness);
  demand(lower >= 0 && (upper === null || lower <= upper), `${what} claims at least ${lower} and at most ${upper}`);
  demand(witness !== null || lower === 0, `${what} claims at least ${lower} without a witness`);
  demand(property === 'epsilon' || (p.label === i && p.outputs === undefined), `${what} is about another label`);
  const empty = lower === 0 && (upper === null || (upper === 0 && witness === null));
  demand(property !== 'label' || empty, `${what} claims that nothing flips, and has a witness or a bound`);
  const measured = { measure, upper: upper ?? Infinity }, outputsNamed = (): number[] => list(p.outputs, what, integer(outputs));
  const claim: Claim = property === 'label' ? { property, label: i } : property === 'sigma' ? { property, ...measured, label: i } : { property, ...measured, outputs: outputsNamed() };
  return { claim, lower, upper, witness, leaves: count(p.leaves, what), hint: count(p.hint, what) };
}

/** Parameters of null are the box's only point. */
function readWitness(value: unknown, what: string) {
  const w = fields(value, ['input', 'parameters'], what), numbers = (each: unknown): readonly number[] => list(each, what, finite);
  return { input: numbers(w.input), parameters: orNull(w.parameters, what, numbers) };
}

/**
 * The exact ends of every parameter's interval, and the only point of a box of radius 0. Null arrays stand for the model's own parameters, and
 * for all of them; one number for an array of it.
 */
export function readBox(value: unknown, nominal: Float64Array) {
  const what = 'box', b = fields(value, ['kind', 'center', 'radius', 'ratio', 'mask', 'lower', 'upper'], what), { length } = nominal;
  const all = (each: unknown): Float64Array => doubles(each, what, length), center = orNull(b.center ?? null, what, all) ?? nominal;
  const kind = oneOf(b.kind, ['radius', 'relative', 'bounds'] as const, what);
  let lower = center, upper = center, reach = (_: number): Dyadic => ZERO;
  if (kind === 'bounds') {
    [lower, upper] = [all(b.lower), all(b.upper)];
  } else if (kind === 'relative') {
    const ratio = exact(finite(b.ratio, what)), mask = orNull(b.mask, what, (each) => list(each, what, integer(2), length));
    reach = (i) => (mask?.[i] === 0 ? ZERO : times(ratio, size(exact(center[i]))));
  } else {
    const radius = Array.isArray(b.radius) ? all(b.radius) : new Float64Array(length).fill(finite(b.radius, what));
    reach = (i) => exact(radius[i]);
  }
  const ends = (i: number) => [minus(exact(lower[i]), reach(i)), plus(exact(upper[i]), reach(i))] as const;
  demand(nominal.every((_, i) => compare(...ends(i)) <= 0), 'the box has no values');
  return { ends, point: kind === 'radius' && nominal.every((_, i) => reach(i).m === 0n) ? center : null };
}

/** The networks, and the box of what the first layer is fed. */
export function problemOf({ model, box, decision, domain }: Statement) {
  const n = model.normalisation;
  const fed = (side: 0 | 1): Float64Array => Float64Array.from({ length: domain.length / 2 }, (_, j) => {
    if (n === null) return domain[2 * j + side];
    const x = Math.min(Math.max(domain[2 * j + side], n.lower[j]), n.upper[j]);
    return enclosure(minus(exact(x), exact(n.mean[j])), exact(n.range[j]))[side];
  });
  return { layers: boxedLayers(model.layers, model.parameters, box), decision, lower: fed(0), upper: fed(1) };
}

/** What follows from the parts: robust where they prove the property, violated where a witness breaks it. Null: no verdict was asked for. */
export function verdictOf({ query, threshold, parts }: Pick<Statement, 'query' | 'threshold' | 'parts'>): 'robust' | 'violated' | 'unknown' | null {
  if (query === 'epsilon' || query === 'sigma') return null;
  const t = threshold ?? 0, epsilon = query === 'verify-epsilon';
  if (parts.some(({ lower, witness }) => witness !== null && (epsilon ? lower > t : lower >= t))) return 'violated';
  return parts.every(({ claim, upper }) => upper !== null && (claim.property === 'label' || (epsilon ? upper <= t : upper < t))) ? 'robust' : 'unknown';
}
