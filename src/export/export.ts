/** `parabound export`: a query as a problem for another solver. */
import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { checkMargin, prepare, type Query } from '../query/query.js';
import { version } from '../version.js';
import { askEpsilon } from './epsilon.js';
import { headOf } from './head.js';
import { askMargin } from './margin.js';
import { minibex } from './minibex.js';
import { splitQuery, type ExportQuery, type Own } from './options.js';
import { degreeOf, type Problem } from './problem.js';
import { questionOf } from './question.js';
import { logicOf, smtlib } from './smtlib.js';
import type { Form, Target } from './words.js';

export type { ExportQuery } from './options.js';

export interface Export {
  schema: 'parabound/export@1';
  /** The file. */
  text: string;
  format: 'smt2' | 'minibex';
  target: Target;
  property: Own['property'];
  /** `decide`: sat or unsat. `optimise`: an optimum. */
  task: 'decide' | 'optimise';
  form: Form;
  /** Of SMT-LIB. */
  logic: string;
  variables: number;
  /** The formula says what is asked, no more and no less; else thresholds that are no rationals were moved. */
  exact: boolean;
  /** The answers that hold of the question. A delta-sat never does by itself. */
  conclusive: ('sat' | 'unsat' | 'bound')[];
  notes: string[];
  version: string;
  /** SHA-256 of the exact network. */
  model: string;
}

/**
 * The query as SMT-LIB 2: a violation is asked for where `epsilon` or `sigma` is given and for labels, the optimum otherwise. The text says what
 * is asked and what each answer means. Numbers are exact; docs/export.md has the forms.
 *
 * @throws ParaboundError OPTION_INVALID, OPTION_CONFLICT or OPTION_REQUIRED where the target or the form cannot express the question
 */
export function exportSmt2(model: Model, query: ExportQuery): Export {
  return write(model, query, query.target ?? 'dreal', 'smt2');
}

/** The optimum of the query for ibexopt: `epsilon`, or `sigma` of one class. */
export function exportMinibex(model: Model, query: ExportQuery): Export {
  if (query.target !== undefined) throw new ParaboundError('OPTION_INVALID', `--target ${query.target}`, 'export minibex', 'no target: Minibex is for ibexopt');
  return write(model, query, 'ibex', 'minibex');
}

function write(model: Model, given: ExportQuery, target: Target, format: 'smt2' | 'minibex'): Export {
  const { own, options } = splitQuery(given);
  const query = prepare(model, options, []);
  if (own.property === 'sigma') checkMargin(query);
  const form = own.form ?? defaultForm(query, own, target);
  const question = questionOf(query, own, target, form);
  const asked = own.property === 'epsilon' ? askEpsilon(question) : askMargin(question);
  if (target === 'ibex' && asked.objective === null) {
    throw new ParaboundError('OPTION_INVALID', own.property === 'label' ? '--property label' : `a threshold`, 'export minibex', '--property epsilon or sigma without a threshold: ibexopt optimises');
  }
  const problem: Problem = { variables: question.variables, definitions: question.definitions, assertions: [...question.assertions, ...asked.assertions], objective: asked.objective };
  const logic = logicOf(degreeOf(used(problem)), target, asked.objective !== null);
  const body = target === 'ibex' ? minibex(problem) : smtlib(used(problem), { target, logic, relu: own.relu ?? (target === 'dreal' ? 'max' : 'ite') });
  const { relaxed, conclusive } = question.exactness;
  return {
    schema: 'parabound/export@1',
    text: [...headOf(question, asked, format === 'smt2' ? ';' : '//'), ...body, ''].join('\n'),
    format, target, property: own.property, task: asked.objective === null ? 'decide' : 'optimise', form, logic,
    variables: problem.variables.length,
    exact: !relaxed && target !== 'ibex',
    conclusive: asked.objective !== null ? (target === 'ibex' ? ['bound'] : []) : target === 'dreal' ? ['unsat'] : relaxed ? [conclusive] : ['sat', 'unsat'],
    notes: query.notes, version, model: model.hash,
  };
}

/** What each target is best given, for all we have measured (docs/export.md). */
function defaultForm(query: Query, own: Own, target: Target): Form {
  if (own.property !== 'epsilon') return query.model.outputCount === 1 ? 'logit' : 'plain';
  const quotient = query.measure === 'confidence' && query.model.outputActivation === 'sigmoid';
  return quotient && target === 'rational' && query.region.local ? 'logit' : 'plain';
}

/** Definitions that nothing leads to would only be read: outputs that do not count, and exp where labels are told by logits. */
function used(problem: Problem): Problem {
  const { definitions, assertions, objective } = problem;
  const wanted = new Set<string>();
  const visit = (node: { op: string }): void => {
    if ('name' in node) wanted.add((node as { name: string }).name);
    if ('of' in node) for (const each of (node as { of: { op: string }[] }).of) visit(each);
  };
  assertions.forEach(visit);
  if (objective !== null) visit(objective.term);
  const kept = definitions.toReversed().filter(({ name, term }) => {
    if (!wanted.has(name)) return false;
    visit(term);
    return true;
  });
  return { ...problem, definitions: kept.reverse() };
}

