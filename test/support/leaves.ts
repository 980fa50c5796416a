/** Questions about one leaf, asked outside of any search. */
import { afterAll } from 'vitest';
import type { Dyadic } from '../../src/exact/dyadic.js';
import { ask, type Outcome } from '../../src/smt/ask.js';
import { Encoding } from '../../src/smt/encode.js';
import type { Threshold } from '../../src/smt/question.js';
import { Solver } from '../../src/smt/solver.js';
import { witnessNear } from '../../src/smt/witness.js';
import type { NativeWitness } from '../../src/search/native.js';
import type { SearchRequest } from '../../src/search/request.js';
import type { Case } from './cases.js';

export type Asked = Pick<Case, 'network' | 'box' | 'domain' | 'objective'>;

/** The leaf is the whole domain, or `ends`. */
export interface LeafQuestion {
  readonly ends?: Float64Array;
  readonly slack?: Dyadic;
  readonly milliseconds?: number;
}

export function requestOf({ network, box, domain, objective }: Asked): SearchRequest {
  return { network: network, box, domain, objective, gap: 0, relativeGap: 0, threads: 1, seed: 0 };
}

/** A solver for a test file, and what it says of a leaf: with the witness, where it is `refuted`. */
export function leafAsker(): { solver: Solver; askLeaf: (asked: Asked, threshold: Threshold | null, how?: LeafQuestion) => Promise<Outcome & { witness: NativeWitness | null }> } {
  const solver = new Solver();
  afterAll(() => solver.close());
  return {
    solver,
    askLeaf: async (asked, threshold, { ends = asked.domain, slack, milliseconds = 10_000 } = {}) => {
      const encoding = new Encoding({ network: asked.network, box: asked.box, ends });
      const end = performance.now() + milliseconds;
      let witness: NativeWitness | null = null;
      const outcome = await ask(encoding, asked.objective, threshold, slack, { solver, left: () => end - performance.now() }, (values) => {
        witness = witnessNear(requestOf(asked), encoding, values, { value: threshold?.value ?? null, strict: threshold?.strict ?? false });
        return witness !== null;
      });
      return { ...outcome, witness };
    },
  };
}
