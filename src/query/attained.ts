/**
 * What a device attains. A search over the box of all its runs (device.ts) ends with a point that stands for roundings which no device
 * need ever make; so the lower end of a result is what one run of the device, in software, is off at an input.
 */
import { differencesOfTraces } from '../exact/difference.js';
import { trace, type Trace } from '../exact/evaluate.js';
import { label as labelAt, labelOf } from '../exact/label.js';
import { margin } from '../exact/margin.js';
import { isInsideBox } from '../exact/membership.js';
import { Dyadic } from '../exact/dyadic.js';
import { maximum, point, toDoubles, ZERO } from '../exact/real.js';
import { plainly, provably, runInDoubles, runInReals } from '../quantize/simulate.js';
import { seededRandom } from '../random.js';
import type { NativeWitness, Objective } from '../search/native.js';
import type { SearchOutcome } from '../search/request.js';
import type { DeviceRuns } from './device.js';
import type { Query } from './query.js';

/** Multiplications for looking round the input that the search found: tenths of a second. */
const MOST_PRODUCTS = 3e6;
const MOST_INPUTS = 256;
/** Beyond this many parameters exact arithmetic would hold up the event loop. */
const MOST_PARAMETERS = 200_000;
/** Of the inputs looked at, how many are evaluated exactly. */
const MOST_PROVED = 3;
const BITS = 192;

export function attainedOnDevice(query: Query, runs: DeviceRuns, objective: Exclude<Objective, { query: 'reach' }>, found: SearchOutcome, target: number | undefined): SearchOutcome {
  const witness = found.nothing ? null : bestRun(query, runs, objective, found.witness);
  const lower = witness === null ? 0 : witness.value;
  const { upper, status } = found;
  const { gap, relativeGap } = query.limits;
  const decided = target === undefined ? upper - lower <= Math.max(gap, relativeGap * upper)
    : objective.query === 'epsilon' ? upper <= target || lower > target : upper < target || (witness !== null && lower >= target);
  if (decided || found.nothing || status !== 'complete') return { ...found, lower, witness };
  if (!query.notes.includes(OPEN)) query.notes.push(OPEN);
  // With a target the search ended at a point that no device was shown to attain: what it had not looked at is open.
  return { ...found, lower, witness, status: 'stalled', ...(target === undefined ? {} : { remaining: { boxes: 1, volumeFraction: 1 } }) };
}

const OPEN = 'between the ends lies what roundings in another order might do: the lower end is one run of the device, the upper end holds for all';

function bestRun(query: Query, runs: DeviceRuns, objective: Exclude<Objective, { query: 'reach' }>, from: NativeWitness | null): NativeWitness | null {
  const { box: { of }, model } = query;
  if (of.parameters.length > MOST_PARAMETERS) {
    const note = `no run of the device is shown: more than ${MOST_PARAMETERS} parameters`;
    if (!query.notes.includes(note)) query.notes.push(note);
    return null;
  }
  const parameters = parametersIn(runs, from?.parameters ?? null);
  const plain = { arithmetic: null, points: model.layers.map(() => null), ulps: 0 };
  const none = plain.points;
  const nominal = (input: Float64Array): Float64Array => runInDoubles(model.layers, model.parameters, input, plain, none, plainly);
  const near = inputsNear(query, from?.input ?? null);
  const label = (input: Float64Array): number => labelOfSums(query, nominal(input));
  const tried = (objective.query === 'epsilon' ? near : atBoundaries(near, label)).map((input) => {
    const before = nominal(input);
    const after = runInDoubles(of.layers, parameters, input, runs.device, runs.grids, plainly);
    return { input, guess: guess(query, objective, before, after) };
  });
  const proved = tried.filter(({ guess: value }) => value > 0).sort((a, b) => b.guess - a.guess).slice(0, MOST_PROVED).map(({ input }) => prove(query, runs, objective, parameters, input));
  return proved.reduce<NativeWitness | null>((best, each) => (each !== null && (best === null || each.value > best.value) ? each : best), null);
}

/** The parameters that the device has: those of the search's point where the box of the query has them, else as near as is simple. */
function parametersIn({ parameters: box }: DeviceRuns, found: Float64Array | null): Float64Array {
  if (box.kind === 'bounds') return found === null ? box.lower : found.map((p, i) => Math.min(Math.max(p, box.lower[i]), box.upper[i]));
  if (found === null) return box.center;
  const near = found.map((p, i) => {
    const radius = box.kind === 'radius' ? box.radius[i] : box.mask[i] * box.ratio * Math.abs(box.center[i]);
    return Math.min(Math.max(p, box.center[i] - radius), box.center[i] + radius);
  });
  if (isInsideBox(near, box)) return near;
  // The ends are rounded: a little less far from the centre is inside.
  const nearer = near.map((p, i) => box.center[i] + (p - box.center[i]) * (1 - 2 ** -40));
  return isInsideBox(nearer, box) ? nearer : box.center;
}

/** The input itself, others round it at all distances, and some anywhere. */
function inputsNear({ region: { domain }, model, limits }: Query, from: Float64Array | null): Float64Array[] {
  const random = seededRandom(limits.seed);
  const width = domain.length / 2;
  const count = Math.max(1, Math.min(MOST_INPUTS, Math.floor(MOST_PRODUCTS / model.parameters.length)));
  const free = domain.some((end, i) => i % 2 === 0 && end !== domain[i + 1]);
  const inputs = from === null ? [] : [from];
  while (inputs.length < (free ? count : 1)) {
    const reach = from === null || inputs.length % 4 === 0 ? 1 : 2 ** (-24 * random());
    inputs.push(Float64Array.from({ length: width }, (_, j) => {
      const [lo, hi] = [domain[2 * j], domain[2 * j + 1]];
      const centre = from === null || reach === 1 ? lo + random() * (hi - lo) : from[j] + (2 * random() - 1) * reach * (hi - lo);
      return Math.min(Math.max(centre, lo), hi);
    }));
  }
  return inputs;
}

/** Flips are near where nominal labels change: points on both sides of a boundary, at all distances, between inputs of two labels. */
function atBoundaries(inputs: Float64Array[], label: (input: Float64Array) => number): Float64Array[] {
  const labels = inputs.map(label);
  const found = [...inputs];
  inputs.forEach((a, i) => {
    const other = labels.findIndex((each, j) => j > i && each !== labels[i]);
    if (other < 0 || found.length > 4 * inputs.length) return;
    const between = (t: number): Float64Array => a.map((value, k) => {
      const end = inputs[other][k];
      return Math.min(Math.max(value + t * (end - value), Math.min(value, end)), Math.max(value, end)); // rounding must not leave the domain
    });
    let [from, to] = [0, 1];
    for (let step = 0; step < 50; step++) {
      const middle = (from + to) / 2;
      if (label(between(middle)) === labels[i]) from = middle;
      else to = middle;
    }
    for (let k = 4; k < 50; k += 3) found.push(between(Math.max(from - 2 ** -k, 0)), between(Math.min(to + 2 ** -k, 1)));
  });
  return found;
}

/** The objective in plain doubles: which input is worth proving. */
function guess(query: Query, objective: Exclude<Objective, { query: 'reach' }>, before: Float64Array, after: Float64Array): number {
  const [f0, f] = objective.measure === 'logit' ? [before, after] : [before, after].map((z) => outputsOfSums(query, z));
  if (objective.query === 'epsilon') return Math.max(...objective.outputs.map((o) => Math.abs(f[o] - f0[o])));
  if (labelOfSums(query, before) !== objective.label || labelOfSums(query, after) === objective.label) return 0;
  const values = f0.length === 1 ? [outputsOfSums(query, before)[0], query.rule.level] : f0.toSorted((a, b) => (query.rule.decision === 'max' ? b - a : a - b));
  return Math.abs(values[0] - values[1]) + Number.MIN_VALUE;
}

function outputsOfSums({ model: { outputActivation } }: Query, z: Float64Array): Float64Array {
  if (outputActivation === 'linear') return z;
  if (outputActivation === 'relu') return z.map((value) => Math.max(value, 0));
  if (outputActivation !== 'softmax') return z.map((value) => plainly(outputActivation, value));
  const most = Math.max(...z);
  const parts = z.map((value) => Math.exp(value - most));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((value) => value / sum);
}

function labelOfSums(query: Query, z: Float64Array): number {
  const { rule, model: { outputActivation } } = query;
  if (z.length === 1) return outputsOfSums(query, z)[0] > rule.level ? 1 : 0;
  const values = outputActivation === 'relu' ? outputsOfSums(query, z) : z;
  return values.reduce((top, value, i) => ((rule.decision === 'max' ? value > values[top] : value < values[top]) ? i : top), 0);
}

/** A run of the device at the input, and what it attains, in exact arithmetic; null where it attains nothing. */
function prove(query: Query, { device, grids }: DeviceRuns, objective: Exclude<Objective, { query: 'reach' }>, parameters: Float64Array, input: Float64Array): NativeWitness | null {
  const { model, box: { of }, rule } = query;
  const logits = device.arithmetic === null ? runInReals(of.layers, parameters, input, device, grids)
    : Array.from(runInDoubles(of.layers, parameters, input, device, grids, provably), (value) => point(Dyadic.fromDouble(value)));
  if (logits === null) return null;
  const after: Trace = { hidden: [], logits, bits: Infinity };
  const flipped = labelOf(model.spec, of.parameters, after, rule, BITS) ?? -1;
  const sums = logits.map(({ lo }) => toDoubles({ lo, hi: lo }).lower);
  if (objective.query === 'epsilon') {
    const each = differencesOfTraces(model.spec, trace(model.spec, model.parameters, input, BITS), after, objective, BITS);
    const { lower: value } = toDoubles(each.reduce(maximum, ZERO));
    const output = objective.outputs[each.reduce((best, d, i) => (d.lo.compare(each[best].lo) > 0 ? i : best), 0)];
    return value > 0 ? { input, parameters, value, output, nominalLabel: -1, label: flipped, sums } : null;
  }
  if (flipped < 0 || flipped === objective.label || labelAt(model.spec, model.parameters, input, rule) !== objective.label) return null;
  const { lower: value } = margin(model.spec, model.parameters, input, rule, objective.measure);
  return { input, parameters, value: Math.max(value, 0), output: 0, nominalLabel: objective.label, label: flipped, sums };
}
