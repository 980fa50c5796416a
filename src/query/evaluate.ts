import { nextUp } from '../exact/bounds.js';
import { evaluate as enclose, type Numbers } from '../exact/evaluate.js';
import { withGrowingPrecision } from '../exact/precision.js';
import { toDoubles } from '../exact/real.js';
import { difference, label as labelAt, margin } from '../exact/witness.js';
import { ParaboundError, show } from '../errors.js';
import { sameShape } from '../network/layout.js';
import type { Model, NetworkSpec } from '../network/model.js';
import { version } from '../version.js';
import { checkHeaders, copyOf, copyNotes } from './against.js';
import { checkInput, outsideNotes, pointDomain } from './domain.js';
import { checkMargin, ruleOf, unitsOf, UNITS_WITHOUT_EFFECT } from './query.js';
import type { Measure } from '../search/native.js';
import { checkModel, checkOptions } from './settings.js';
import { inUnits, type Units } from './units.js';

export interface EvaluateOptions {
  at: ArrayLike<number>;
  /** Flat parameters to set beside the model's own, such as a witness's. With `against`, in the shape of that model. */
  parameters?: ArrayLike<number>;
  /** The model to set beside this one; it may differ in the widths of hidden layers. */
  against?: Model;
  level?: number;
  decision?: 'max' | 'min';
  output?: Measure;
  units?: Units;
}

export interface Bounds {
  lower: number;
  upper: number;
}

export interface Evaluation {
  outputs: Bounds[];
  /** Null where 4096 bits do not tell the output from the level. */
  label: number | null;
  /** |f - level|, or top minus second. */
  margin: Bounds;
}

export interface EvaluationResult {
  schema: 'parabound/evaluation@1';
  query: 'eval';
  input: number[];
  nominal: Evaluation;
  /** With the parameters given, or those of `against`; null without. */
  perturbed: Evaluation | null;
  /** The largest |f_p0 - f_p| over the outputs, and the output that has it; null without parameters. */
  difference: (Bounds & { output: number }) | null;
  notes: string[];
  version: string;
  model: string;
  semantics: 'real';
  units?: Units;
}

/**
 * The network at one input, with its own parameters and with others, without the C++ engine: exact dyadic arithmetic, and
 * enclosures of growing precision where there are exponentials. Every pair is the two doubles round the exact value.
 */
export function evaluate(of: Model, options: EvaluateOptions): EvaluationResult {
  checkModel(of, 'model');
  const { at, parameters, ...rest } = options;
  checkOptions(rest);
  const model = inUnits(of, rest.units);
  const units = unitsOf(of, rest);
  const input = checkInput(model, at, '--at');
  const other = rest.against === undefined ? model : copyOf(model, rest.against, rest.units);
  checkHeaders(model, other, pointDomain(input));
  const rule = ruleOf(model, rest);
  const measure = rest.output ?? 'confidence';
  checkMargin({ model, measure, rule });
  const given = parameters !== undefined ? checkParameters(other, parameters) : rest.against === undefined ? null : other.parameters;
  const evaluation = ({ spec }: Model, p: Numbers): Evaluation => ({
    outputs: outputsAt(spec, p, input),
    label: labelAt(spec, p, input, rule) ?? null,
    margin: margin(spec, p, input, rule, measure),
  });
  const outputs = Array.from({ length: model.outputCount }, (_, i) => i);
  return {
    schema: 'parabound/evaluation@1',
    query: 'eval',
    input: Array.from(input),
    nominal: evaluation(model, model.parameters),
    perturbed: given === null ? null : evaluation(other, given),
    difference: given === null ? null : isNominal(model, other, given) ? { lower: 0, upper: 0, output: 0 }
      : difference({ shape: model.spec, perturbed: other.spec, nominal: model.parameters, parameters: given, x: input, outputs, measure }),
    notes: [...outsideNotes(model, input), ...copyNotes(model, other), ...(units === null && rest.units === 'normalised' ? [UNITS_WITHOUT_EFFECT] : [])],
    version, model: of.hash, semantics: 'real', ...(units === null ? {} : { units }),
  };
}

/** Enclosures of two equal exponentials never tell that they are equal. */
function isNominal(model: Model, other: Model, parameters: Float64Array): boolean {
  return sameShape(model.layers, other.layers) && parameters.every((value, i) => value === model.parameters[i]);
}

/** Each output between two neighbouring doubles, or as near as 4096 bits bring it. */
function outputsAt(spec: NetworkSpec, parameters: Numbers, x: Numbers): Bounds[] {
  let bounds: Bounds[] = [];
  withGrowingPrecision((bits) => {
    bounds = enclose(spec, parameters, x, bits).map(toDoubles);
    return bounds.every(({ lower, upper }) => upper <= nextUp(lower)) ? true : undefined;
  });
  return bounds;
}

function checkParameters(model: Model, parameters: ArrayLike<number>): Float64Array {
  if (parameters.length !== model.parameters.length) {
    throw new ParaboundError('PARAMETERS_INVALID', `${parameters.length} numbers`, 'parameters', `${model.parameters.length}, the parameters of ${model.source}`);
  }
  return Float64Array.from(parameters, (value: unknown, i) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new ParaboundError('PARAMETERS_INVALID', show(value), `parameters[${i}]`, 'a finite number');
    return value;
  });
}
