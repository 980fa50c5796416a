/** The layers of the graph so far, and what waits for the next: a layer without its bias, steps of single values. */
import type { Activation, ModelFields } from '../../network/model.js';
import { Chain, ChainError } from '../chain.js';
import { Elementwise, type Step } from './affine.js';

/** Values that single steps may treat in all: each takes exact arithmetic, a microsecond or so. */
const MOST_STEPS = 1 << 22;

interface Dense {
  readonly weights: Float64Array;
  readonly outputs: number;
  bias: Float64Array | null;
}

export class Network {
  readonly #chain: Chain;
  readonly #steps = new Elementwise();
  #open: Dense | null = null;
  #stepped = 0;

  constructor(inputs: number) {
    this.#chain = new Chain(inputs);
  }

  /** h' = W h + b, weights row-major. Null: a bias may follow as a sum of its own; if none does, it is zero and fixed. */
  dense(weights: Float64Array, outputs: number, bias: Float64Array | null): void {
    this.#flush();
    this.#open = { weights, outputs, bias };
  }

  /** The same constant, or one each, for single values. False where that has no form in doubles. */
  step(step: Step): boolean {
    this.#stepped += step.by.length;
    if (this.#stepped > MOST_STEPS) throw new ChainError(`single steps over more than ${MOST_STEPS} values`);
    if (step.kind === 'add' && this.#open?.bias === null) {
      this.#open.bias = step.by;
      return true;
    }
    const first = this.#open === null && this.#chain.depth === 0;
    if (this.#steps.idle) this.#close();
    return this.#steps.push(step, this.#chain, first);
  }

  activate(activation: Activation): void {
    this.#flush();
    this.#chain.activate(activation);
  }

  /** Null: there is no layer. */
  fields(): Pick<ModelFields, 'layers' | 'parameters' | 'normalisation'> | null {
    this.#flush();
    return this.#chain.depth === 0 ? null : this.#chain.fields();
  }

  #flush(): void {
    this.#close();
    this.#steps.flush(this.#chain);
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) this.#chain.affine(open.weights, open.bias ?? new Float64Array(open.outputs), open.bias === null ? 'bias' : undefined);
  }
}
