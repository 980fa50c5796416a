/**
 * Two networks that differ in the widths of hidden layers, in one shape. Each hidden layer gets the larger of its two widths,
 * and the narrower network units beside its own, such that it is the same function of its inputs as before, over the reals:
 *
 *   spare units, whose outgoing weights are zero: whatever finite value they have, they add zero times that;
 *   twins of a unit (twins.ts), where the other network has it twice.
 *
 * What comes into a spare unit is free, therefore. It is what comes into the other network's unit, and not zeros: the engine
 * bounds the change between the two, and then there is none at the unit itself, only in the weights that go out of it.
 */
import { layerRanges, parameterCount, type LayerRange } from './layout.js';
import { ACTIVATIONS, sharedDoubles, type LayerShape, type Model, type NetworkSpec } from './model.js';
import { pairInOrder } from './pairing.js';
import { joined, shareOut, twinOf, type Twin } from './twins.js';

export interface Padding {
  /** The nominal network, padded. */
  readonly network: NetworkSpec;
  /** The copy's parameters, padded: flat, in the order of `network`. */
  readonly copy: Float64Array;
  /** Where each of the copy's own parameters is among them; the rest is fixed. Null: all are fixed, at `own`. */
  readonly places: Uint32Array | null;
  /** The copy's parameters as they are. */
  readonly own: Float64Array;
}

interface Paddings {
  fixed?: Padding;
  moving?: Padding;
}

const known = new WeakMap<Model, WeakMap<Model, Paddings>>();

/**
 * Both networks have the same inputs, outputs, number of layers and activations. `fixed`: the copy's parameters do not move;
 * its units may have twins then, which in a box of parameters would have to move as one. The same object every time.
 */
export function paddingOf(nominal: Model, copy: Model, fixed: boolean): Padding {
  const of = known.get(nominal) ?? new WeakMap<Model, Paddings>();
  known.set(nominal, of);
  const paddings = of.get(copy) ?? {};
  of.set(copy, paddings);
  return (paddings[fixed ? 'fixed' : 'moving'] ??= pad(nominal, copy, fixed));
}

/** The copy's own parameters among padded ones. */
export function withoutPadding({ places, own }: Padding, padded: Float64Array): Float64Array {
  return places === null ? own : Float64Array.from(places, (at) => padded[at]);
}

/** Values of the copy's own parameters among those of all: what is not its own is as in `rest`. */
export function amongPadding<T extends Float64Array | Uint8Array>({ places }: Padding, values: T, rest: T): T {
  const all = rest.slice() as T;
  places?.forEach((at, i) => { all[at] = values[i]; });
  return all;
}

function pad(nominal: Model, copy: Model, fixed: boolean): Padding {
  const both = [nominal, copy] as const;
  const shapes = shapesOf(nominal, copy);
  const ranges = layerRanges(shapes);
  const [parameters, copied] = both.map(() => sharedDoubles(parameterCount(shapes)));
  const places = new Uint32Array(copy.parameters.length);
  const ownRanges = layerRanges(copy.layers);
  // Of the layer before: where the units of each network stand, and which of the narrower one have twins.
  let columns = both.map(() => upTo(nominal.inputCount));
  let before: { twins: Twin[]; narrow: number } = { twins: [], narrow: 0 };
  for (const [l, shape] of shapes.entries()) {
    const rows = both.map((model, i) => rowsOf(model, l, columns[i], shape.inputs));
    const narrow = rows[0].length < rows[1].length ? 0 : 1;
    const wide = 1 - narrow;
    const [few, many] = [narrow, wide].map((i) => (i === before.narrow ? rows[i] : rows[i].map((row) => joined(row, before.twins))));
    const slots: number[][] = [];
    slots[narrow] = pairInOrder(few, many);
    slots[wide] = upTo(shape.outputs);
    const placed = rows.map((each, i) => {
      const all: Float64Array[] = [];
      each.forEach((row, unit) => { all[slots[i][unit]] = row; });
      return all;
    });
    for (const slot of slots[narrow]) for (const twin of before.twins) shareOut(placed[before.narrow][slot], twin, placed[1 - before.narrow][slot]);

    const twins: Twin[] = [];
    for (let slot = 0; slot < shape.outputs; slot++) {
      if (placed[narrow][slot] !== undefined) continue;
      const twin = narrow === 0 || fixed ? twinOf(slot, slots[narrow], placed[wide]) : undefined;
      if (twin !== undefined) twins.push(twin);
      placed[narrow][slot] = twin === undefined ? placed[wide][slot] : placed[narrow][twin.of];
    }
    write(parameters, ranges[l], placed[0]);
    write(copied, ranges[l], placed[1]);
    slots[1].forEach((slot, unit) => {
      columns[1].forEach((column, j) => { places[ownRanges[l].weights + unit * columns[1].length + j] = ranges[l].weights + slot * shape.inputs + column; });
      places[ownRanges[l].biases + unit] = ranges[l].biases + slot;
    });
    columns = slots;
    before = { twins, narrow };
  }
  const layers = shapes.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation: ACTIVATIONS.indexOf(activation) }));
  return { network: { ...nominal.spec, layers, parameters }, copy: copied, places: fixed ? null : places, own: copy.parameters };
}

function shapesOf(nominal: Model, copy: Model): LayerShape[] {
  const widths = nominal.layers.map(({ outputs }, l) => Math.max(outputs, copy.layers[l].outputs));
  return nominal.layers.map(({ activation }, l) => ({ inputs: l === 0 ? nominal.inputCount : widths[l - 1], outputs: widths[l], activation }));
}

/** A layer's rows, weights and then the bias, with a zero for each unit of the layer before that the network lacks. */
function rowsOf({ layers, parameters }: Model, l: number, columns: readonly number[], inputs: number): Float64Array[] {
  const { weights, biases } = layerRanges(layers)[l];
  return Array.from({ length: layers[l].outputs }, (_, unit) => {
    const row = new Float64Array(inputs + 1);
    columns.forEach((column, j) => { row[column] = parameters[weights + unit * columns.length + j]; });
    row[inputs] = parameters[biases + unit];
    return row;
  });
}

function write(parameters: Float64Array, { weights, biases }: LayerRange, rows: readonly Float64Array[]): void {
  rows.forEach((row, slot) => {
    const inputs = row.length - 1;
    parameters.set(row.subarray(0, inputs), weights + slot * inputs);
    parameters[biases + slot] = row[inputs];
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
