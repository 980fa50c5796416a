/**
 * What an outcome of the search claims, checked without trusting it: `lower` is attained by its witness in exact
 * arithmetic, nothing that is found by climbing, or by the local oracle, exceeds `upper`. Each fault is one line.
 */
import { exactLocalEpsilon, exactLocalFlip } from '../oracle/local.js';
import { sampledEpsilon } from '../oracle/sampled.js';
import { nextDown, nextUp } from '../../src/exact/bounds.js';
import { toDoubles } from '../../src/exact/real.js';
import { type DifferenceQuery, differenceAtLeast, flips, isInsideBox, isInsideDomain, label, margin } from '../../src/exact/witness.js';
import type { Objective } from '../../src/search/native.js';
import type { SearchOutcome } from '../../src/search/request.js';
import { climb, evaluateDoubles, innerEnds, randomParameters, type Score } from './attack.js';
import { type Case, hasOracle } from './cases.js';
import { random, type Random, randomInput } from './random.js';

type Sigma = Extract<Objective, { query: 'sigma' }>;
type Epsilon = Extract<Objective, { query: 'epsilon' }>;
type Reach = Extract<Objective, { query: 'reach' }>;

/** Every claim of `outcome` that is false; `effort` is the number of climbs against its upper bound. */
export function faults(given: Case, outcome: SearchOutcome, gaps: { gap: number; relativeGap: number }, effort = 4): string[] {
  const found = [...boundFaults(outcome, gaps), ...witnessFaults(given, outcome)];
  const r = random(given.seed + 1_000_003);
  const { objective } = given;
  switch (objective.query) {
    case 'epsilon':
      found.push(...epsilonUpperFaults(given, objective, outcome, r, effort));
      break;
    case 'sigma':
      found.push(...sigmaUpperFaults(given, objective, outcome, r, effort));
      break;
    case 'reach':
      found.push(...reachUpperFaults(given, objective, outcome, r, effort));
      break;
  }
  return found.map((fault) => `${given.name}: ${fault} [${String(outcome.lower)}, ${String(outcome.upper)}] ${outcome.status}`);
}

function boundFaults({ lower, upper, status }: SearchOutcome, { gap, relativeGap }: { gap: number; relativeGap: number }): string[] {
  const found: string[] = [];
  if (Number.isNaN(lower) || Number.isNaN(upper) || !(lower <= upper) || lower < 0) found.push('bounds are not 0 <= lower <= upper');
  // upper - lower is rounded to nearest here: one neighbour of grace.
  if (status === 'complete' && upper - lower > nextUp(Math.max(gap, relativeGap * upper))) found.push('complete, but wider than the gap');
  return found;
}

function witnessFaults(given: Case, outcome: SearchOutcome): string[] {
  const { network, box, domain, objective } = given;
  const { witness, lower } = outcome;
  if (witness === null) return lower > 0 ? ['a positive lower bound without a witness'] : [];
  const { input: x, parameters: p, value } = witness;
  const found: string[] = [];
  const expectTrue = (holds: boolean | undefined, what: string): void => {
    if (holds !== true) found.push(`witness: ${what} is ${holds === undefined ? 'undecided' : 'false'} (x=${[...x].join(',')} p=${[...p].join(',')} value=${String(value)})`);
  };
  expectTrue(isInsideDomain(x, domain), 'x in the domain');
  if (objective.query === 'reach') {
    expectTrue(label(network, network.parameters, x, objective) === objective.label, 'nominal label');
    return found;
  }
  expectTrue(isInsideBox(p, box), 'p in the box');
  expectTrue(lower <= value, 'lower <= value');
  if (objective.query === 'epsilon') {
    const { measure } = objective;
    const query = { shape: network, nominal: network.parameters, parameters: p, x, measure };
    expectTrue(objective.outputs.includes(witness.output), 'output among those asked for');
    expectTrue(value === 0 || attains({ ...query, outputs: [witness.output] }, value), 'value attained by its output');
  } else {
    expectTrue(flips(network, network.parameters, p, x, objective), 'the label flips');
    expectTrue(label(network, network.parameters, x, objective) === objective.label, 'nominal label');
    expectTrue(margin(network, network.parameters, x, objective, objective.measure).lower >= value, 'margin attained');
    for (const [claimed, parameters] of [[witness.nominalLabel, network.parameters], [witness.label, p]] as const) {
      if (Number.isInteger(claimed) && claimed >= 0) expectTrue(label(network, parameters, x, objective) === claimed, 'the label named');
    }
  }
  return found;
}

/**
 * Where units saturate, a difference may be a double but for a term like exp(-10^6), whose sign 4096 bits do not tell: the double
 * below has to do.
 */
function attains(query: DifferenceQuery, value: number): boolean | undefined {
  return differenceAtLeast(query, value) ?? differenceAtLeast(query, nextDown(value));
}

const isLocal = (domain: Float64Array): boolean => domain.every((v, i) => i % 2 === 0 || v === domain[i - 1]);

function epsilonUpperFaults(given: Case, objective: Epsilon, { lower, upper }: SearchOutcome, r: Random, effort: number): string[] {
  const { network, box, domain } = given;
  const { outputs, measure } = objective;
  const found: string[] = [];
  const check = (value: number, x: ArrayLike<number>, how: string): void => {
    if (value > upper) found.push(`upper is below ${String(value)}, ${how} at x=${Array.from(x).join(',')}`);
  };
  const oracle = (x: Float64Array): void => {
    const { lower: least, upper: most } = toDoubles(exactLocalEpsilon(network, box, x, outputs, measure));
    check(least, x, 'by the oracle');
    if (isLocal(domain) && lower > most) found.push(`lower is above the oracle's ${String(most)}`);
  };
  for (let i = 0; i < effort; i++) {
    const { value, x, p } = sampledEpsilon(r, network, box, domain, outputs, measure, 1);
    check(value, x, `attained with p=${p.join(',')}`);
    if (hasOracle(given)) {
      oracle(x);
      oracle(randomInput(r, domain));
    }
  }
  return found;
}

function sigmaUpperFaults(given: Case, objective: Sigma, { upper }: SearchOutcome, r: Random, effort: number): string[] {
  const { network, box, domain } = given;
  const found: string[] = [];
  const ends = innerEnds(box);
  const check = (x: Float64Array, p: Float64Array | undefined): void => {
    if (label(network, network.parameters, x, objective) !== objective.label) return;
    const flipped = p !== undefined && isInsideBox(p, box) && flips(network, network.parameters, p, x, objective) === true;
    if (!flipped && !(hasOracle(given) && exactLocalFlip(network, box, x, objective) === true)) return;
    const { lower } = margin(network, network.parameters, x, objective, objective.measure);
    if (lower > upper) found.push(`upper is below the margin ${String(lower)} of a flip at x=${[...x].join(',')} ${flipped ? 'attained' : 'by the oracle'}`);
  };
  // In doubles: the margin where the label flips; else minus what is missing to a flip.
  const score = sigmaScore(given, objective);
  for (let i = 0; i < 2 * effort; i++) {
    const { x, p } = climb(r, box, domain, score);
    check(x, p);
    check(randomInput(r, domain), randomParameters(r, ends));
  }
  return found;
}

function sigmaScore({ network }: Case, objective: Sigma): Score {
  const lead = (values: readonly number[], c: number): number => {
    if (values.length === 1) return (values[0] - objective.level) * (c === 1 ? 1 : -1);
    const sign = objective.decision === 'max' ? 1 : -1;
    return sign * values[c] - Math.max(...values.filter((_, j) => j !== c).map((v) => sign * v));
  };
  const key = objective.measure === 'logit' ? 'z' : 'f';
  return (x, p) => {
    const nominal = lead(evaluateDoubles(network, network.parameters, x).f, objective.label);
    const after = lead(evaluateDoubles(network, p, x).f, objective.label);
    if (nominal < 0) return -1e9 + nominal;
    if (after > 0) return -after;
    const { [key]: values } = evaluateDoubles(network, network.parameters, x);
    return values.length === 1 ? Math.abs(nominal) : lead(values, objective.label);
  };
}

function reachUpperFaults(given: Case, objective: Reach, outcome: SearchOutcome, r: Random, effort: number): string[] {
  const { network, domain } = given;
  if (outcome.upper > 0) return [];
  for (let i = 0; i < 25 * effort; i++) {
    const x = randomInput(r, domain);
    if (label(network, network.parameters, x, objective) === objective.label) return [`said to be unreachable, but reached at x=${[...x].join(',')}`];
  }
  return [];
}
