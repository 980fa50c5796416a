/**
 * What a witness (x, p) attains. Values are ranges of exact dyadic numbers: points where the hidden layers are relu or linear, and wider
 * only by what sigmoid and tanh are enclosed by. Membership in the boxes is always exact.
 */
import { preimage, type Claim } from './claims.js';
import { compare, enclosure, exact, minus, ONE, plus, times, ZERO, type Dyadic } from './dyadic.js';
import { expDown, expUp, SMOOTH, type Activation } from './functions.js';
import type { CheckedModel } from './model.js';
import { place, type Box } from './network.js';
import { down, up } from './rounding.js';
import type { Witness } from './statement.js';

type Range = readonly [Dyadic, Dyadic];

/** Throws a RangeError that says what is wrong where the witness lies outside a box. Domain: lo_0, hi_0, lo_1, ... */
export function requireInside({ input, parameters: given }: Witness, model: CheckedModel, box: Box, domain: ArrayLike<number>): Float64Array {
  if (input.length * 2 !== domain.length) throw new RangeError(`the witness has ${input.length} inputs`);
  const outside = input.findIndex((x, j) => !(x >= domain[2 * j] && x <= domain[2 * j + 1]));
  if (outside >= 0) throw new RangeError(`input ${outside} of the witness is outside the domain`);
  const parameters = given === null ? box.point : Float64Array.from(given);
  if (parameters?.length !== model.parameters.length) throw new RangeError(`the witness has ${parameters?.length ?? 'no'} parameters`);
  parameters.forEach((p, i) => {
    const [lower, upper] = box.ends(i);
    if (!Number.isFinite(p) || compare(exact(p), lower) < 0 || compare(exact(p), upper) > 0) throw new RangeError(`parameter ${i} of the witness is outside its box`);
  });
  return parameters;
}

/** A number that the claim's quantity attains at the witness, rounded down; for a label 1. Null: it does not flip there. */
export function attained(claim: Claim, { layers, parameters: nominal, normalisation: n, level, smallest }: CheckedModel, input: readonly number[], parameters: Float64Array): number | null {
  // All values are taken times a positive factor, for normalised inputs are fractions.
  const last = layers[layers.length - 1].activation, ranges = [...new Set(n?.range)];
  const product = (but?: number): Dyadic => ranges.filter((r) => r !== but).reduce((all, r) => times(all, exact(r)), ONE);
  const factor = product(), scaled = (value: number): Dyadic => times(exact(value), factor);
  const fed = input.map((x, j): Range => {
    const value = n === null ? exact(x) : times(minus(exact(Math.min(Math.max(x, n.lower[j]), n.upper[j])), exact(n.mean[j])), product(n.range[j]));
    return [value, value];
  });
  /** At most a - b. */
  const least = ([lo]: Range, [, hi]: Range): number => enclosure(minus(lo, hi), factor)[0];

  const activated = (activation: Activation, z: readonly Range[]): readonly Range[] => {
    if (activation === 'linear') return z;
    if (activation === 'relu') return z.map((range) => (range[0].m >= 0n ? range : [ZERO, range[1].m >= 0n ? range[1] : ZERO]));
    const f = SMOOTH[activation], outward = z.map(([lo, hi]): [number, number] => [enclosure(lo, factor)[0], enclosure(hi, factor)[1]]);
    return outward.map(([lo, hi], o) => (f === undefined ? softmax(outward, o) : [f.down(lo), f.up(hi)])).map(([lo, hi]): Range => [scaled(lo), scaled(hi)]);
  };

  /** Pre-activations of the last layer. */
  const logits = (of: Float64Array): readonly Range[] => {
    let h: readonly Range[] = fed, z = h, first = 0;
    for (const [l, shape] of layers.entries()) {
      if (l > 0) h = activated(layers[l - 1].activation, z);
      z = Array.from({ length: shape.outputs }, (_, i): Range => {
        const weight = (j: number): Dyadic => exact(of[first + place(shape, i, j)]), bias = times(weight(shape.inputs), factor);
        const end = (low: boolean): Dyadic => h.reduce((sum, range, j) => plus(sum, times(weight(j), range[weight(j).m > 0n === low ? 0 : 1])), bias), lo = end(true);
        return [lo, h.every(([a, b]) => a === b) ? lo : end(false)];
      });
      first += shape.outputs * (shape.inputs + 1);
    }
    return z;
  };

  const [z0, z] = [nominal, parameters].map(logits), inLogits = claim.property !== 'label' && claim.measure === 'logit';
  const measured = (of: readonly Range[]): readonly Range[] => (inLogits ? of : activated(last, of));
  if (claim.property === 'epsilon') {
    const [f0, f] = [measured(z0), measured(z)];
    return Math.max(0, ...claim.outputs.flatMap((o) => [least(f[o], f0[o]), least(f0[o], f[o])]));
  }
  const { label } = claim, single = z0.length === 1, edge = preimage(last, level);
  if (single && !edge.every(Number.isFinite)) return null; // for all that is known one side of the level is empty
  /** One for each class, the label's the largest: of one output what it is compared with goes first. */
  const values = (of: readonly Range[], [lo, hi]: readonly [number, number]): readonly Range[] =>
    (single ? [[scaled(lo), scaled(hi)], ...of] : smallest ? of.map(([a, b]): Range => [minus(ZERO, b), minus(ZERO, a)]) : of);
  /** Whether class a is certainly before b: the lower index wins ties. */
  const before = (of: readonly Range[], a: number, b: number): boolean => compare(of[a][0], of[b][1]) > (a < b ? -1 : 0);
  const [v0, v] = [z0, z].map((of) => values(last === 'relu' ? activated(last, of) : of, edge)), rivals = v0.map((_, b) => b).filter((b) => b !== label); // relu outputs tie at zero
  if (!rivals.every((b) => before(v0, label, b)) || !rivals.some((b) => before(v, b, label))) return null;
  if (claim.property === 'label') return 1;
  const f0 = values(measured(z0), inLogits ? edge : [level, level]);
  return Math.max(0, Math.min(...rivals.map((b) => least(f0[label], f0[b]))));
}

/** 1 / (1 + sum over the others of exp(z_j - z_o)) */
function softmax(z: readonly [number, number][], o: number): [number, number] {
  const others = z.filter((_, j) => j !== o), [lowest, highest] = z[o];
  const least = others.reduce((sum, [lo]) => down(sum + expDown(down(lo - highest))), 1), most = others.reduce((sum, [, hi]) => up(sum + expUp(up(hi - lowest))), 1);
  return [Math.max(0, down(1 / most)), Math.min(1, up(1 / least))];
}
