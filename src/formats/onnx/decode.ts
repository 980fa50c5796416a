import protobuf from 'protobufjs/light.js';
import { ParaboundError } from '../../errors.js';
import { schema, type Int64, type ModelProto } from './schema.js';

/** Fields and listed numbers of a file, and bytes of its names: a few hundred layers have some thousands. Numbers of tensors are not counted. */
const MOST_FIELDS = 1 << 20;

/** The message that the bytes hold. Throws MODEL_INVALID where they hold none, or one that would take far more memory than the file. */
export function decodeModel(bytes: Uint8Array, source: string): ModelProto {
  if (bytes.length === 0) throw new ParaboundError('MODEL_INVALID', 'empty', source, 'an ONNX file');
  const type = schema.lookupType('ModelProto');
  try {
    const budget = { fields: MOST_FIELDS };
    survey(protobuf.Reader.create(bytes), type, bytes.length, budget);
    if (budget.fields >= 0) return type.decode(bytes) as unknown as ModelProto;
  } catch (error) {
    throw new ParaboundError('MODEL_INVALID', `no protobuf message of a model (${(error as Error).message})`, source, 'an ONNX file, whole', { cause: error });
  }
  throw new ParaboundError('MODEL_INVALID', `more than ${MOST_FIELDS} fields`, source, 'a model of layers');
}

/**
 * Walks through the fields before any object is made of them: a message of two bytes becomes an object of a hundred. Stops when
 * the budget is below zero. The schema is not recursive, so its depth bounds that of the walk.
 */
function survey(reader: protobuf.Reader, type: protobuf.Type, end: number, budget: { fields: number }): void {
  while (reader.pos < end && budget.fields >= 0) {
    const tag = reader.tag();
    const wire = tag & 7;
    const field = type.fieldsById[tag >>> 3] as protobuf.Field | undefined;
    budget.fields--;
    if (field === undefined || wire !== 2) {
      reader.skipType(wire, 0, tag >>> 3);
      continue;
    }
    const length = reader.size();
    const inner = reader.pos + length;
    if (inner > end) throw new RangeError(`a field of ${length} bytes where ${end - reader.pos} are left`);
    const { resolvedType } = field.resolve();
    if (resolvedType instanceof protobuf.Type) {
      survey(reader, resolvedType, inner, budget);
    } else {
      if (field.type !== 'bytes') budget.fields -= length; // a packed list of numbers, or text
      reader.pos = inner;
    }
  }
  if (budget.fields >= 0 && reader.pos !== end) throw new RangeError(`a field that goes on for ${reader.pos - end} bytes behind its message`);
}

/** A whole number, or NaN for one that is no exact double. */
export function toInteger(value: Int64): number {
  const number = typeof value === 'number' ? value : value.toNumber();
  return Number.isSafeInteger(number) ? number : NaN;
}
