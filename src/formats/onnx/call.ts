/** One node of the graph with what it reads, as the operators see it. */
import { ParaboundError, show } from '../../errors.js';
import { toInteger } from './decode.js';
import type { AttributeProto, NodeProto, TensorProto } from './schema.js';
import { MOST_AXES, type Budget, type Tensor } from './tensor.js';

/** What comes from the graph's input: its shape, for a batch of one. The order of its numbers never changes. */
export interface Live {
  readonly live: true;
  readonly dims: readonly number[];
}

export type Value = Tensor | Live;

export function isLive(value: Value | null | undefined): value is Live {
  return value !== null && value !== undefined && 'live' in value;
}

/** AttributeProto.type */
const TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

export class Call {
  readonly op: string;
  readonly where: string;
  readonly #attributes = new Map<string, AttributeProto>();

  /** `inputs`: null where an optional one is left out. */
  constructor(readonly node: NodeProto, index: number, readonly opset: number, readonly inputs: readonly (Value | null)[], readonly budget: Budget, source: string) {
    this.op = node.opType;
    this.where = placeOf(node, index, source);
    for (const attribute of node.attribute) {
      if (this.#attributes.has(attribute.name)) throw this.invalid(`two attributes ${show(attribute.name)}`, 'names that differ');
      this.#attributes.set(attribute.name, attribute);
    }
  }

  /** The model is legal, and more than is read. */
  unsupported(what: string, expected?: string): ParaboundError {
    return new ParaboundError('MODEL_UNSUPPORTED', what, this.where, expected);
  }

  invalid(what: string, expected: string): ParaboundError {
    return new ParaboundError('MODEL_INVALID', what, this.where, expected);
  }

  /** Refuses attributes other than these: one that is passed over might change what the node computes. */
  allow(names: readonly string[]): void {
    for (const { name, refAttrName } of this.#attributes.values()) {
      if (!names.includes(name) || refAttrName !== '') throw this.unsupported(`attribute ${show(name)}`, names.length === 0 ? 'none' : `only ${names.join(', ')}`);
    }
  }

  int(name: string, other: number): number {
    const attribute = this.#attribute(name, 'int');
    return attribute === undefined ? other : this.#whole(toInteger(attribute.i), name);
  }

  ints(name: string): number[] | null {
    const attribute = this.#attribute(name, 'ints');
    if (attribute !== undefined && attribute.ints.length > MOST_AXES) throw this.unsupported(`${attribute.ints.length} numbers as ${name}`, `at most ${MOST_AXES}`);
    return attribute === undefined ? null : attribute.ints.map((value) => this.#whole(toInteger(value), name));
  }

  float(name: string, other: number): number {
    const value = this.#attribute(name, 'float')?.f ?? other;
    if (!Number.isFinite(value)) throw this.invalid(`${name} ${value}`, 'a finite number');
    return value;
  }

  floats(name: string): number[] | null {
    return this.#attribute(name, 'floats')?.floats ?? null;
  }

  tensor(name: string): TensorProto | null {
    return this.#attribute(name, 'tensor')?.t ?? null;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  count(least: number, most: number): void {
    const { length } = this.inputs;
    const missing = this.inputs.slice(0, least).includes(null);
    if (length < least || length > most || missing) throw this.invalid(`${missing ? 'an empty input' : `${length} inputs`}`, least === most ? `${least}` : `${least} to ${most}`);
  }

  /** An input that has to be a constant; null where it is left out. */
  constant(index: number, role: string): Tensor | null {
    const value = this.inputs[index] ?? null;
    if (isLive(value)) throw this.unsupported(`${role} that is computed from the input`, `${role} that is a constant`);
    return value;
  }

  /** The whole numbers of a constant input, such as a shape. */
  list(index: number, role: string): number[] | null {
    const tensor = this.constant(index, role);
    if (tensor === null) return null;
    if (tensor.dims.length !== 1 || tensor.type.name !== 'int64') throw this.invalid(`${role} of ${tensor.type.name} in shape [${tensor.dims.join(', ')}]`, 'a list of int64');
    if (tensor.values.length > MOST_AXES) throw this.unsupported(`${tensor.values.length} numbers as ${role}`, `at most ${MOST_AXES}`);
    return [...tensor.values];
  }

  #attribute(name: string, type: keyof typeof TYPES): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute !== undefined && attribute.type !== 0 && attribute.type !== TYPES[type]) throw this.invalid(`attribute ${name} of type ${attribute.type}`, `${TYPES[type]}, ${type}`);
    return attribute;
  }

  #whole(value: number, name: string): number {
    if (Number.isNaN(value)) throw this.invalid(`attribute ${name}`, 'a whole number below 2^53');
    return value;
  }
}

export function placeOf({ name, opType }: NodeProto, index: number, source: string): string {
  return `${show(opType).slice(1, -1)} node ${name === '' ? index : show(name)} of ${source}`;
}
