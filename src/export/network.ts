/** A network's pre-activations and outputs as definitions, a name a neuron, from what its first layer reads. */
import type { Activation, LayerShape } from '../network/model.js';
import type { Definition } from './problem.js';
import { apply, minus, name, number, sum, times, type Term } from './term.js';
import type { Signal, Unknowns } from './unknowns.js';

/** Of one of the two networks. */
export interface Traced {
  /** Pre-activations of the last layer. */
  readonly logits: readonly Term[];
  /** Of every layer: what the change of the deviation form is taken from. */
  readonly before: readonly (readonly Term[])[];
  readonly after: readonly (readonly Signal[])[];
}

/** `letter` tells the names of the nominal network (n) from those of the perturbed one (p): nz0_1 is summed, nh0_1 activated. */
export function traceLayers(layers: readonly LayerShape[], unknowns: Unknowns, inputs: readonly Signal[], letter: 'n' | 'p', definitions: Definition[]): Traced {
  let h = inputs;
  const before: Term[][] = [];
  const after: (readonly Signal[])[] = [];
  layers.forEach(({ outputs, activation }, l) => {
    const z = Array.from({ length: outputs }, (_, row) => define(definitions, `${letter}z${l}_${row}`, unknowns.affine(l, row, h)));
    before.push(z);
    if (l === layers.length - 1) return;
    h = z.map((each, row) => signal(activation, define(definitions, `${letter}h${l}_${row}`, activated(activation, each))));
    after.push(h);
  });
  return { logits: before[before.length - 1], before, after };
}

/**
 * The perturbed network as the nominal one and its change: dz = W0 dh + E h + e, z = z0 + dz, dh = act(z) - act(z0). `changes`
 * are E and e, and the network's inputs do not change.
 */
export function traceChange(layers: readonly LayerShape[], nominal: Unknowns, changes: Unknowns, inputs: readonly Signal[], at: Traced, definitions: Definition[]): { logits: Term[]; changes: Term[] } {
  let h = inputs;
  let dh: Term[] | null = null;
  let z: Term[] = [];
  let dz: Term[] = [];
  layers.forEach(({ outputs, activation }, l) => {
    const before = dh;
    dz = Array.from({ length: outputs }, (_, row) => {
      const own = changes.affine(l, row, h);
      const through = before === null ? [] : [withoutBias(nominal.affine(l, row, before.map((term) => ({ term, sign: 'unknown' }))))];
      return define(definitions, `dz${l}_${row}`, sum([...through, own]));
    });
    z = dz.map((change, row) => define(definitions, `pz${l}_${row}`, sum([at.before[l][row], change])));
    if (l === layers.length - 1) return;
    h = z.map((each, row) => signal(activation, define(definitions, `ph${l}_${row}`, activated(activation, each))));
    dh = h.map(({ term }, row) => define(definitions, `dh${l}_${row}`, minus(term, at.after[l][row].term)));
  });
  return { logits: z, changes: dz };
}

/** The activation of one number; softmax takes them all (outputTerm). */
export function activated(activation: Activation, z: Term): Term {
  switch (activation) {
    case 'relu': return apply('relu', z);
    case 'sigmoid': return sigmoid(z);
    case 'tanh': return apply('tanh', z);
    case 'linear':
    case 'softmax': return z;
  }
}

export function sigmoid(z: Term): Term {
  return apply('/', number(1), sum([number(1), apply('exp', apply('negate', z))]));
}

/** Output i as the model gives it. Of a softmax: 1 / (1 + the others' exp(z_j - z_i)). */
export function outputTerm(activation: Activation, logits: readonly Term[], i: number): Term {
  if (activation !== 'softmax') return activated(activation, logits[i]);
  const others = logits.filter((_, j) => j !== i).map((z) => apply('exp', minus(z, logits[i])));
  return apply('/', number(1), sum([number(1), ...others]));
}

export function define(definitions: Definition[], as: string, term: Term): Term {
  definitions.push({ name: as, term });
  return name(as);
}

function signal(activation: Activation, term: Term): Signal {
  return { term, sign: activation === 'relu' || activation === 'sigmoid' ? 'nonnegative' : 'unknown' };
}

/** `affine` ends with the bias, which does not act on a change. */
function withoutBias(term: Term): Term {
  return term.op === '+' ? sum(term.of.slice(0, -1)) : times(number(0), term);
}
