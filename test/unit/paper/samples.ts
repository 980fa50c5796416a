import { NETWORKS } from '../../../src/paper/paper.js';
import { randomInputs } from '../../../src/paper/points.js';
import type { Bound, NetworkResults, Reproduction } from '../../../src/paper/reproduction.js';

/** Made-up results of the cats network, for what formats and draws. The numbers are near the true ones. */
export function sampleReproduction(): Reproduction {
  const bound = (value: number): Bound => ({
    lower: value, upper: value + 1e-9, status: 'complete',
    witness: { input: [20.5, 2], parameters: [0.08, 1.19, -3.51], value, output: 0, nominalLabel: 1, label: 1 },
  });
  const points = randomInputs([6.3, 20.5, 2, 3.9], 1000, 1);
  const local = points.map(([x]) => x / 1000);
  const flip = points.map(([x, y]) => (Math.abs(x + 8 * y - 27) < 1 ? ('flippable' as const) : ('safe' as const)));
  const cats: NetworkResults = {
    network: NETWORKS[0],
    model: { hash: 'f'.repeat(64), inputs: ['heart weight (g)', 'body <weight> (kg)'], domain: [6.3, 20.5, 2, 3.9], labels: ['female', 'male'], level: 0.5 },
    points,
    deltas: [
      { delta: 0.005, epsilon: bound(0.02852550), sigma: [bound(0.021344), bound(0.024355)], points: { epsilon: { lower: local, upper: local }, flip } },
      { delta: 0.01, epsilon: bound(0.05752576), sigma: [bound(0.040138), bound(0.052263)], points: { epsilon: { lower: local, upper: local }, flip } },
    ],
  };
  return {
    schema: 'parabound/reproduction@1', version: '0.0.0', semantics: 'real', status: 'complete', seconds: 1, gap: 1e-9, seed: 1, networks: [cats],
  };
}
