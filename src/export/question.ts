/** What a question is put together from: both networks' logits and outputs, and what the reader of the export can take. */
import { ParaboundError } from '../errors.js';
import type { Query } from '../query/query.js';
import { inputSignals } from './inputs.js';
import { outputTerm, traceChange, traceLayers } from './network.js';
import type { Own } from './options.js';
import type { Definition, Variable } from './problem.js';
import { ABILITIES, type Abilities } from './target.js';
import type { Formula, Term } from './term.js';
import type { Exactness } from './threshold.js';
import type { Direction, Form, Target } from './words.js';
import { neuronUnknowns, nominalUnknowns, parameterUnknowns } from './unknowns.js';

export interface Sides {
  /** Pre-activations of the last layer of f_p0 and of f_p. */
  readonly before: readonly Term[];
  readonly after: readonly Term[];
  /** after - before, of the deviation forms alone. */
  readonly changes: readonly Term[];
  /** Output i of either, as the model gives it. */
  output(of: readonly Term[], i: number): Term;
}

export interface Question {
  readonly query: Query;
  readonly own: Own;
  readonly target: Target;
  readonly abilities: Abilities;
  readonly form: Form;
  readonly direction: Direction;
  readonly sides: Sides;
  readonly exactness: Exactness;
  readonly variables: Variable[];
  readonly definitions: Definition[];
  readonly assertions: Formula[];
}

/** What is asserted beyond the boxes, and what is optimised: `sense` and `term`, and what the optimum is of. */
export interface Asked {
  readonly assertions: readonly Formula[];
  readonly objective: { readonly sense: 'maximize' | 'minimize'; readonly term: Term; readonly about: string } | null;
  /** The question in words, for the head of the file. */
  readonly words: string;
}

export function questionOf(query: Query, own: Own, target: Target, form: Form): Question {
  const { model, box, region } = query;
  const deviates = form === 'deviation' || form === 'hyperbolic';
  const definitions: Definition[] = [];
  const inputs = inputSignals(model, region.domain, definitions);
  const nominal = nominalUnknowns(model);
  const before = traceLayers(model.layers, nominal, inputs.signals, 'n', definitions);
  const abilities = ABILITIES[target];
  if (deviates && (own.encoding === 'neurons' || box.of.parameters.length !== model.parameters.length)) {
    throw new ParaboundError('OPTION_CONFLICT', `--form ${form} with ${own.encoding === 'neurons' ? '--encoding neurons' : 'a copy of other widths'}`, 'export', 'changes of the parameters one by one');
  }
  const encoding = own.encoding ?? (target === 'rational' || target === 'cvc5' ? 'neurons' : 'parameters');
  const unknowns = deviates ? parameterUnknowns(box.of, box.spec, model.parameters)
    : encoding === 'neurons' ? neuronUnknowns(box.of, box.spec, abilities.products)
    : parameterUnknowns(box.of, box.spec);
  const traced = deviates ? traceChange(model.layers, nominal, unknowns, inputs.signals, before, definitions)
    : { ...traceLayers(box.of.layers, unknowns, inputs.signals, 'p', definitions), changes: [] };
  return {
    query, own, target, abilities, form, direction: own.direction ?? 'both',
    sides: { before: before.logits, after: traced.logits, changes: traced.changes, output: (of, i) => outputTerm(model.outputActivation, of, i) },
    exactness: { conclusive: own.conclusive ?? 'unsat', relaxed: false },
    // The inequalities of the neurons' noise come first: what is asked of the outputs is read last.
    variables: [...inputs.variables, ...unknowns.variables], definitions, assertions: unknowns.assertions,
  };
}

export function noForm(question: Pick<Question, 'form'>, where: string, expected: string): ParaboundError {
  return new ParaboundError('OPTION_INVALID', `--form ${question.form}`, where, expected);
}
