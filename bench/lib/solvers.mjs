// Other solvers: where they are, what each is best given of a query, and how its answer is read. A variable of the environment names
// the program where it is not on PATH.
import { spawnSync } from 'node:child_process';
import { exportMinibex, exportSmt2 } from '../../dist/index.js';

const smt2 = (model, query) => ({ suffix: 'smt2', text: exportSmt2(model, query).text });

/** sat, unsat, delta-sat, unknown; null where it did not answer. */
const answer = ({ stdout }) => /^(delta-sat|sat|unsat|unknown)\b/m.exec(stdout)?.[1] ?? null;

/**
 * `attempts(model, query)`: the encodings that are tried, the fastest of which counts; none where the question cannot be put. `proves`:
 * which of its answers hold of the question itself.
 */
const SOLVERS = [
  {
    name: 'dReal', program: 'dreal', variable: 'PARABOUND_DREAL', version: ['--version'], proves: ['unsat'],
    // What was best of all forms and options on the recorded files; polytopes help from four neurons on, and cost before.
    attempts: (model, query) => [[], ['--polytope']].map((options) => ({
      ...smt2(model, { ...query, target: 'dreal' }), label: ['plain', ...options].join(' '), args: (file) => ['--precision', '0.001', ...options, file],
    })),
    read: answer,
  },
  {
    name: 'z3', program: 'z3', variable: 'PARABOUND_Z3', version: ['--version'], proves: ['sat', 'unsat'],
    attempts: (model, query) => (needsExp(model, query) ? [] : ['neurons', 'parameters'].map((encoding) => ({
      ...smt2(model, { ...query, target: 'rational', encoding }), label: encoding, args: (file) => [file],
    }))),
    read: answer,
  },
  {
    name: 'cvc5', program: 'cvc5', variable: 'PARABOUND_CVC5', version: ['--version'], proves: ['sat', 'unsat'],
    attempts: (model, query) => [{
      ...smt2(model, { ...query, target: needsExp(model, query) ? 'cvc5' : 'rational', encoding: 'neurons' }), label: needsExp(model, query) ? 'neurons, exp' : 'neurons', args: (file) => [file],
    }],
    read: answer,
  },
];

/** ibexopt optimises: it has no thresholds, and gives an enclosure. */
export const IBEXOPT = {
  name: 'ibexopt', program: 'ibexopt', variable: 'PARABOUND_IBEXOPT', version: ['--version'],
  attempts: (model, query) => ['parameters', 'neurons'].map((encoding) => ({ suffix: 'bch', text: exportMinibex(model, { ...query, encoding }).text, label: encoding, args: (file) => ['--rel-eps-f=0.001', file] })),
  read({ stdout }) {
    const [, lo, hi] = /f\*\s+in\s+\[\s*([^,\s]+)\s*,\s*([^\]\s]+)\s*\]/.exec(stdout) ?? [];
    return lo === undefined ? null : { lower: -Number(hi), upper: -Number(lo) };
  },
};

/** Z3 optimises linear problems, exactly. */
export function z3Optimum(z3) {
  return {
    ...z3,
    attempts: (model, query) => [{ ...smt2(model, { ...query, target: 'rational' }), label: 'neurons', args: (file) => ['pp.decimal=true', `pp.decimal_precision=${DIGITS}`, file] }],
    read({ stdout }) {
      const value = /\(optimum (-?[\d.]+)\??\)/.exec(stdout)?.[1];
      return value === undefined ? null : { lower: Number(value), upper: Number(value) + 10 ** -DIGITS }; // cut, not rounded
    },
  };
}

const DIGITS = 12;

/** The form in which the paper asks for epsilon: what dReal gives for the variable. */
export function dRealEquation(dReal) {
  return {
    ...dReal,
    attempts: (model, query) => [{ ...smt2(model, { ...query, target: 'dreal', form: 'equation' }), label: 'equation', args: (file) => ['--precision', '0.001', file] }],
    read({ stdout }) {
      const [, lower, upper] = /^eps\s*:\s*\[\s*([^,\s]+)\s*,\s*([^\]\s]+)\s*\]/m.exec(stdout) ?? [];
      return lower === undefined ? null : { lower: Number(lower), upper: Number(upper) };
    },
  };
}

/** Global confidences of a sigmoid: exp cannot be taken back to a threshold of the logit. */
function needsExp(model, { property, at, output = 'confidence' }) {
  return property === 'epsilon' && at === undefined && output === 'confidence' && model.outputActivation === 'sigmoid';
}

/** With the version that it names, or null where there is none. */
export function found(solver) {
  const program = process.env[solver.variable] ?? solver.program;
  const { status, stdout, stderr } = spawnSync(program, solver.version, { encoding: 'utf8' });
  if (status === null || (status !== 0 && stdout === '')) return null;
  const version = /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? 'unknown version';
  return { ...solver, program, version };
}

export function solversHere() {
  const here = SOLVERS.map(found).filter((each) => each !== null);
  const ibexopt = found(IBEXOPT);
  const missing = [...SOLVERS, IBEXOPT].filter(({ name }) => ![...here, ibexopt].some((each) => each?.name === name));
  return { solvers: here, ibexopt, missing };
}
