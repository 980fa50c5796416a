/**
 * Networks whose large weights cancel and leave a small remainder, which single precision loses, and double precision to
 * nearest too: hidden units a, c, b with a = b, then 2^24 a + s c - 2^24 b = s c, then 2^24 times that. With s = 2^-30 the sum
 * 2^24 a + s c rounds to 2^24 a, and a difference of 2^-6 c becomes 0.
 */
import type { BoxSpec } from '../../src/search/native.js';
import type { Case } from './cases.js';
import { type ActivationName, activationCodes, type FlatNetwork, layout, random } from './random.js';

const LARGE = 2 ** 24;
const SMALL = 2 ** -30;

export const remainders = ['small weight', 'small bias', 'box of the small weight', 'ulp of a large weight'] as const;
export type Remainder = (typeof remainders)[number];

/** Two inputs in [1/2, 1]; `deeper` layers of one unit with weight 1 before the last. `local`: one point of the domain. */
export function cancellingCase(seed: number, remainder: Remainder, hidden: ActivationName, deeper: number, local: boolean): Case {
  const r = random(seed);
  const sizes = [2, 3, 1, ...Array<number>(deeper).fill(1), 1];
  const layers = sizes.slice(1).map((outputs, l) => ({ inputs: sizes[l], outputs, activation: activationCodes[l === sizes.length - 2 ? 'linear' : hidden] }));
  const row = (): number[] => [r.between(0.5, 1), r.between(0.5, 1)];
  const [same, other] = [row(), row()];
  const bias = r.between(0, 0.5);
  const parameters = Float64Array.from([...same, ...other, ...same, bias, r.uniform(), bias, LARGE, 0, -LARGE, 0, ...sizes.slice(3).flatMap(() => [1, 0])]);
  parameters[parameters.length - 2] = LARGE;
  const network: FlatNetwork = { inputs: 2, layers, parameters };
  const point = [r.between(0.5, 1), r.between(0.5, 1)];
  return {
    name: `#${String(seed)} ${remainder} ${hidden} ${String(deeper)} deeper ${local ? 'local' : 'global'}`, seed, network,
    box: changed(network, remainder, r.between(0.5, 1) * SMALL),
    domain: Float64Array.from(local ? point.flatMap((v) => [v, v]) : [0.5, 1, 0.5, 1]),
    objective: { query: 'epsilon', measure: 'confidence', outputs: [0] },
  };
}

function changed(network: FlatNetwork, remainder: Remainder, small: number): BoxSpec {
  const { weights, biases } = layout(network)[1];
  const center = network.parameters.slice();
  const radius = new Float64Array(center.length);
  switch (remainder) {
    case 'small weight':
      center[weights + 1] = small;
      break;
    case 'small bias':
      center[biases] = small;
      break;
    case 'box of the small weight':
      radius[weights + 1] = small;
      break;
    case 'ulp of a large weight':
      center[weights] = LARGE + 2 ** -28;
      break;
  }
  return { kind: 'radius', center, radius };
}
