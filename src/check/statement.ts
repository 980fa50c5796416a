/** What a certificate states, read off its header: docs/certificate-format.md. Whatever is not exactly as it has to be throws. */
import type { Claim, Decision, Measure } from './claims.js';
import { compare, enclosure, exact, minus, plus, size, times, ZERO, type Dyadic } from './dyadic.js';
import { demand, fields, finite, list } from './model.js';
import { boxedLayers, type Box } from './network.js';
import type { CheckedModel, Witness } from './witness.js';

export type Statement = ReturnType<typeof readStatement>;
export type Part = ReturnType<typeof readPart>;
export type Problem = ReturnType<typeof problemOf>;
export type Query = (typeof QUERIES)[number];

const QUERIES = ['epsilon', 'sigma', 'verify-epsilon', 'verify-sigma', 'verify-label'] as const;
const HEADER = ['format', 'version', 'query', 'model', 'units', 'level', 'decision', 'output', 'box', 'domain', 'threshold', 'verdict', 'uncovered', 'parts'] as const;

function oneOf<T>(value: unknown, of: readonly T[], what: string): T {
  demand(of.includes(value as T), `${what} is none of ${of.join(', ')}`);
  return value as T;
}

function integers(value: unknown, below: number, what: string): number[] {
  return list(value, what).map((each) => {
    demand(Number.isInteger(each) && (each as number) >= 0 && (each as number) < below, `${what} has ${JSON.stringify(each)}`);
    return each as number;
  });
}

const doubles = (value: unknown, length: number, what: string): Float64Array => Float64Array.from(list(value, what, length), (each) => finite(each, what));

/** Of a certificate about the network of this hash: about another, nothing in it need fit, so that is said first. */
export function readStatement(header: unknown, given: CheckedModel, hash: string) {
  const h = fields(header, HEADER, 'the header'), { outputs } = given.layers[given.layers.length - 1];
  demand(h.format === 'parabound-certificate@1' && typeof h.version === 'string' && typeof h.model === 'string', 'the header has no format, version or model');
  demand(h.model === hash, `it is about another network: ${h.model.slice(0, 64)}, not ${hash}`);
  const query = oneOf(h.query, QUERIES, 'query'), measure = oneOf(h.output, ['confidence', 'logit'] as const, 'output');
  const decision: Decision = { level: finite(h.level, 'level'), smallest: oneOf(h.decision, ['max', 'min'], 'decision') === 'min' };
  // Without its normalisation where inputs are given behind it.
  const units = oneOf(h.units, given.normalisation === null ? [undefined] : ['physical', 'normalised'], 'units'), model: CheckedModel = { ...given, ...decision, normalisation: units === 'normalised' ? null : given.normalisation };
  const domain = Float64Array.from(list(h.domain, 'domain', model.layers[0].inputs).flatMap((side) => [...doubles(side, 2, 'domain')]));
  domain.forEach((value, i) => { demand(i % 2 === 0 || domain[i - 1] <= value, `the domain of input ${i >> 1} is empty`); });
  const parts = list(h.parts, 'parts').map((value, i) => readPart(value, query, measure, outputs, i));
  demand(parts.length === (query.endsWith('epsilon') ? 1 : Math.max(2, outputs)), `${parts.length} parts`);
  const threshold = query === 'verify-epsilon' || query === 'verify-sigma' ? finite(h.threshold, 'threshold') : null;
  demand(threshold !== null || h.threshold === undefined, 'a threshold that nothing is compared with');
  return { query, model, decision, box: readBox(h.box, model.parameters), domain, threshold, verdict: h.verdict, parts };
}

/** A bound: `lower` by a witness, `upper` by a tree of so many leaves, with hints of so many bytes; null where there is none. */
function readPart(value: unknown, query: Query, measure: Measure, outputs: number, i: number) {
  const what = `part ${i}`, p = fields(value, ['property', 'label', 'outputs', 'lower', 'upper', 'witness', 'leaves', 'hint'], what);
  const property = oneOf(p.property, query.endsWith('epsilon') ? ['epsilon'] as const : query === 'verify-label' ? ['label'] as const : ['sigma', 'label'] as const, what);
  const lower = finite(p.lower, what), upper = p.upper === null ? null : finite(p.upper, what), [leaves, hint] = integers([p.leaves, p.hint], 2 ** 53, what), witness = readWitness(p.witness, what);
  demand(lower >= 0 && (upper === null || lower <= upper), `${what} claims at least ${lower} and at most ${upper}`);
  demand(witness !== null || lower === 0, `${what} claims at least ${lower} without a witness`);
  demand(property === 'epsilon' || (p.label === i && p.outputs === undefined), `${what} is about another label`);
  demand(property !== 'label' || (lower === 0 && (upper === null || (upper === 0 && witness === null))), `${what} claims that nothing flips, and has a witness or a bound`);
  const about = property === 'label' ? { property, label: i } : { measure, upper: upper ?? Infinity, ...(property === 'sigma' ? { property, label: i } : { property, outputs: integers(p.outputs, outputs, what) }) };
  return { claim: about as Claim, lower, upper, witness, leaves, hint };
}

function readWitness(value: unknown, what: string): Witness | null {
  if (value === null) return null;
  const w = fields(value, ['input', 'parameters'], what), numbers = (each: unknown): number[] => list(each, what).map((x) => finite(x, what));
  return { input: numbers(w.input), parameters: w.parameters === null ? null : numbers(w.parameters) };
}

/** Null arrays stand for the model's own parameters, and for all of them; one number for an array of it. */
export function readBox(value: unknown, nominal: Float64Array): Box {
  const b = fields(value, ['kind', 'center', 'radius', 'ratio', 'mask', 'lower', 'upper'], 'box'), count = nominal.length;
  const all = (each: unknown): Float64Array => doubles(each, count, 'box'), center = b.center === null || b.center === undefined ? nominal : all(b.center);
  const kind = oneOf(b.kind, ['radius', 'relative', 'bounds'] as const, 'box'), about = (reach: (i: number) => Dyadic): Box['ends'] => (i) => [minus(exact(center[i]), reach(i)), plus(exact(center[i]), reach(i))];
  let ends: Box['ends'], point: Float64Array | null = null;
  if (kind === 'bounds') {
    const lower = all(b.lower), upper = all(b.upper);
    ends = (i) => [exact(lower[i]), exact(upper[i])];
  } else if (kind === 'relative') {
    const ratio = exact(finite(b.ratio, 'box')), mask = b.mask === null ? null : integers(list(b.mask, 'box', count), 2, 'box');
    ends = about((i) => (mask?.[i] === 0 ? ZERO : times(ratio, size(exact(center[i])))));
  } else {
    const radius = Array.isArray(b.radius) ? all(b.radius) : new Float64Array(count).fill(finite(b.radius, 'box'));
    ends = about((i) => exact(radius[i]));
    if (radius.every((r) => r === 0)) point = center;
  }
  demand(nominal.every((_, i) => compare(...ends(i)) <= 0), 'the box has no values');
  return { ends, point };
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
