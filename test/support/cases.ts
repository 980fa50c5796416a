/** Random search requests, each made from one seed, so that a violation is reported by its number. */
import { RELU, SOFTMAX } from '../../src/exact/activations.js';
import type { BoxSpec, Objective } from '../../src/search/native.js';
import { randomBox, boxKinds, type BoxKind } from './boxes.js';
import { type ActivationName, type FlatNetwork, heNetwork, random, type Random, randomDomain, randomInput, type Spoiler, spoilers } from './random.js';

export interface Case {
  readonly name: string;
  readonly seed: number;
  readonly network: FlatNetwork;
  readonly box: BoxSpec;
  readonly domain: Float64Array;
  readonly objective: Objective;
}

export interface CaseOptions {
  readonly hiddenLayers?: readonly number[];
  readonly hidden?: readonly ActivationName[];
  readonly heads?: readonly (readonly [ActivationName, number])[];
  readonly boxes?: readonly BoxKind[];
  readonly deltas?: readonly number[];
  readonly spoilers?: readonly Spoiler[];
  readonly queries?: readonly Objective['query'][];
  readonly local?: boolean;
  readonly inputs?: readonly number[];
  /** The largest width of a hidden layer. */
  readonly width?: number;
  /** The widths of hidden layers to choose from, instead. */
  readonly widths?: readonly number[];
}

const HEADS = [['sigmoid', 1], ['sigmoid', 1], ['linear', 1], ['linear', 3], ['softmax', 2], ['softmax', 3], ['sigmoid', 2], ['tanh', 1], ['relu', 1], ['linear', 2], ['relu', 2], ['relu', 3], ['tanh', 3], ['sigmoid', 3]] as const;

export function randomCase(seed: number, options: CaseOptions = {}): Case {
  const r = random(seed);
  const depth = r.pick(options.hiddenLayers ?? [0, 1, 1, 1, 2, 3]);
  const hidden = r.pick<ActivationName>(options.hidden ?? ['relu', 'relu', 'tanh', 'sigmoid', 'linear']);
  const [head, k] = r.pick<readonly [ActivationName, number]>(options.heads ?? HEADS);
  const inputs = r.pick(options.inputs ?? [1, 2, 2, 3]);
  const sizes = [inputs, ...Array.from({ length: depth }, () => (options.widths === undefined ? 1 + r.below(options.width ?? 4) : r.pick(options.widths))), k];
  const network = heNetwork(r, sizes, hidden, head);
  const spoiler = r.pick<Spoiler>(options.spoilers ?? ['none', 'none', 'none', 'none', ...(Object.keys(spoilers) as Spoiler[])]);
  spoilers[spoiler](network, r);
  const kind = r.pick<BoxKind>(options.boxes ?? ['delta', 'delta', ...boxKinds]);
  const delta = r.pick(options.deltas ?? [0.01, 0.01, 0.05, 0.3, 1e-6, 2]);
  const box: BoxSpec = randomBox(r, network, kind, delta);
  const whole = randomDomain(r, inputs);
  const local = options.local ?? r.uniform() < 0.3;
  const domain = local ? Float64Array.from([...randomInput(r, whole)].flatMap((v) => [v, v])) : whole;
  const objective = randomObjective(r, r.pick(options.queries ?? ['epsilon', 'epsilon', 'sigma', 'sigma', 'reach']), head, k);
  const name = `#${String(seed)} ${sizes.join('-')} ${hidden}/${head} ${spoiler} ${kind} ${String(delta)} ${local ? 'local' : 'global'} ${JSON.stringify(objective)}`;
  return { name, seed, network, box, domain, objective };
}

function randomObjective(r: Random, query: Objective['query'], head: ActivationName, k: number): Objective {
  const measure = r.pick(['confidence', 'confidence', 'logit'] as const);
  if (query === 'epsilon') {
    const some = Array.from({ length: k }, (_, o) => o).filter(() => r.uniform() < 0.7);
    return { query, measure, outputs: some.length === 0 ? [k - 1] : some };
  }
  const level = r.pick(head === 'sigmoid' ? [0.5, 0.5, 0.5, 0.25, 0.9] : [0, 0, 0.25, -0.5]);
  const rule = { label: r.below(Math.max(2, k)), level, decision: r.pick(['max', 'max', 'min'] as const) };
  // Several relu outputs name their label by relu(z): the query layer refuses margins of their z.
  const onLogits = measure === 'logit' && !(head === 'relu' && k > 1);
  return query === 'reach' ? { query, ...rule } : { query, measure: onLogits ? 'logit' : 'confidence', ...rule };
}

/** Is the local answer known in closed form (test/oracle/local.ts)? */
export function hasOracle({ network, objective }: Case): boolean {
  const last = network.layers[network.layers.length - 1];
  if (network.layers.length > 2) return false;
  if (objective.query === 'epsilon') return objective.measure === 'logit' || last.activation !== SOFTMAX || last.outputs === 2;
  return last.activation !== RELU || last.outputs === 1;
}
