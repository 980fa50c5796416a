/** Steps that treat each value by itself, h' = a h + b or h' = (h - m) / r, joined as far as the result's numbers are exact doubles. */
import type { Chain } from '../chain.js';
import { exactProduct, exactQuotient, exactSum } from './exact.js';

/** One constant for each value. */
export type Step = { readonly kind: 'add' | 'multiply' | 'divide'; readonly by: Float64Array };

/** `affine`: first * h + second. `quotient`: (h - second) / first, which is only exact as the normalisation of inputs. */
interface Form {
  readonly kind: 'affine' | 'quotient';
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Steps that wait for the layer or activation behind them. */
export class Elementwise {
  #form: Form | null = null;

  get idle(): boolean {
    return this.#form === null;
  }

  /** False where the step has no form in exact doubles: only a division. What cannot be joined to the step becomes a layer before it. */
  push(step: Step, chain: Chain, atInput: boolean): boolean {
    const before = this.#form ?? { kind: atInput ? 'quotient' : 'affine', first: new Float64Array(step.by.length).fill(1), second: new Float64Array(step.by.length) };
    const joined = joinAny(before, step);
    if (joined !== null) {
      this.#form = joined;
      return true;
    }
    if (this.#form === null) return false;
    this.flush(chain);
    return this.push(step, chain, false);
  }

  /** The waiting steps as the normalisation of inputs, or as a fixed layer. */
  flush(chain: Chain): void {
    const form = this.#form;
    this.#form = null;
    if (form === null) return;
    const { kind, first, second } = form;
    if (kind === 'affine') chain.diagonal(first, second);
    else if (!chain.normalise(second, first)) throw new Error('a quotient behind other steps'); // it begins at the input alone
  }
}

/** Joined in the form of what stands before; or, where that cannot be, in the other one. */
function joinAny(form: Form, step: Step): Form | null {
  const joined = join(form, step);
  if (joined !== null || form.kind === 'affine') return joined;
  const affine = asAffine(form);
  return affine === null ? null : join(affine, step);
}

function join({ kind, first, second }: Form, { kind: does, by }: Step): Form | null {
  if (kind === 'quotient') {
    switch (does) {
      // (h - m) / r + c = (h - (m - c r)) / r
      case 'add': return made(kind, first, each(by, (c, i) => after(exactProduct(-c, first[i]), (product) => exactSum(second[i], product))));
      case 'multiply': return made(kind, each(by, (c, i) => (c > 0 ? exactQuotient(first[i], c) : null)), second);
      case 'divide': return made(kind, each(by, (c, i) => (c > 0 ? exactProduct(first[i], c) : null)), second);
    }
  }
  switch (does) {
    case 'add': return made(kind, first, each(by, (c, i) => exactSum(second[i], c)));
    case 'multiply': return made(kind, each(by, (c, i) => exactProduct(first[i], c)), each(by, (c, i) => exactProduct(second[i], c)));
    case 'divide': return made(kind, each(by, (c, i) => (c === 0 ? null : exactQuotient(first[i], c))), each(by, (c, i) => (c === 0 ? null : exactQuotient(second[i], c))));
  }
}

/** (h - m) / r = (1 / r) h - m / r */
function asAffine(form: Form): Form | null {
  if (form.kind === 'affine') return form;
  const { first, second } = form;
  return made('affine', each(first, (r) => exactQuotient(1, r)), each(second, (m, i) => exactQuotient(-m, first[i])));
}

function made(kind: Form['kind'], first: Float64Array | null, second: Float64Array | null): Form | null {
  return first === null || second === null ? null : { kind, first, second };
}

function each(by: Float64Array, one: (value: number, i: number) => number | null): Float64Array | null {
  const all = new Float64Array(by.length);
  for (let i = 0; i < by.length; i++) {
    const value = one(by[i], i);
    if (value === null) return null;
    all[i] = value;
  }
  return all;
}

function after(value: number | null, then: (value: number) => number | null): number | null {
  return value === null ? null : then(value);
}
