/** The library's verdicts on a random case, checked in exact arithmetic: each fault is one line. */
import { exactLocalFlip } from '../oracle/local.js';
import { sampledEpsilon } from '../oracle/sampled.js';
import { nextDown, nextUp } from '../../src/exact/bounds.js';
import { difference, differenceAbove, flips, isInsideBox, isInsideDomain, label, margin } from '../../src/exact/witness.js';
import { estimateEpsilon, estimateSigma, loadModel, verifyEpsilon, verifyLabel, verifySigma, type Model, type QueryOptions } from '../../src/index.js';
import type { ModelObject } from '../../src/network/parse.js';
import { innerEnds, randomParameters } from './attack.js';
import type { BoxKind } from './boxes.js';
import { type Case, hasOracle } from './cases.js';
import { modelFile, random, type Random, randomInput } from './random.js';

/** The kinds of box that options of the library can say. */
export const sayable: readonly BoxKind[] = ['delta', 'zero', 'frozenBiases', 'relative', 'relativeWeights', 'asymmetric', 'away'];

function optionsFor({ box, domain, objective, network }: Case): QueryOptions {
  const common: QueryOptions = {
    domain: Array.from({ length: network.inputs }, (_, i) => [domain[2 * i], domain[2 * i + 1]] as const),
    timeout: 0.3, maxBoxes: 400, threads: 1, gap: 1e-6, output: 'measure' in objective ? objective.measure : 'confidence',
  };
  if (objective.query !== 'epsilon') Object.assign(common, network.layers[network.layers.length - 1].outputs === 1 ? { level: objective.level } : { decision: objective.decision });
  if (box.kind === 'bounds') return { ...common, parameters: { lower: box.lower, upper: box.upper } };
  if (box.kind === 'relative') return { ...common, deltaRelative: box.ratio, ...(box.mask.includes(0) ? { perturb: 'weights' } : {}) };
  const delta = Math.max(...box.radius);
  return { ...common, delta, ...(delta > 0 && box.radius.includes(0) ? { perturb: 'weights' } : {}) };
}

/** Estimates, then verifies at, below, above and between the ends of the estimate. */
export async function verdictFaults(given: Case, more: QueryOptions = {}): Promise<string[]> {
  const model = await loadModel(modelFile(given.network, given.domain) as ModelObject);
  const r = random(given.seed + 77);
  const options = { ...optionsFor(given), ...more };
  const found = given.objective.query === 'epsilon' ? await epsilonFaults(given, model, options, r) : await sigmaFaults(given, model, options, r);
  return found.map((fault) => `${given.name}: ${fault}`);
}

/** The values to ask about: where a verdict changes, an ulp matters. */
function thresholds(lower: number, upper: number): number[] {
  const all = [lower, nextDown(lower), upper, nextUp(upper), lower + (upper - lower) / 2, 0, 2 * upper];
  return [...new Set(all.filter((v) => v >= 0 && Number.isFinite(v)))];
}

async function epsilonFaults(given: Case, model: Model, options: QueryOptions, r: Random): Promise<string[]> {
  const { network, box, domain } = given;
  const measure = options.output ?? 'confidence';
  const outputs = Array.from({ length: model.outputCount }, (_, o) => o);
  const { lower, upper } = await estimateEpsilon(model, options);
  const attack = sampledEpsilon(r, network, box, domain, outputs, measure, 3);
  const found: string[] = [];
  if (attack.value > upper) found.push(`upper ${String(upper)} is below ${String(attack.value)}`);
  for (const epsilon of thresholds(lower, upper)) {
    const { verdict, witness } = await verifyEpsilon(model, { ...options, epsilon });
    const say = (fault: string): void => void found.push(`verify epsilon ${String(epsilon)} is ${verdict} in [${String(lower)}, ${String(upper)}]: ${fault}`);
    if (verdict === 'robust' && epsilon < Math.max(lower, attack.value)) say('but more is attained');
    if (verdict === 'violated' && epsilon >= upper) say('but upper was proved');
    if (verdict !== 'violated') continue;
    const x = Float64Array.from(witness?.input ?? []);
    const parameters = Float64Array.from(witness?.parameters ?? []);
    if (!isInsideDomain(x, domain) || !isInsideBox(parameters, box)) say('the witness lies outside');
    else if (differenceAbove({ shape: network, nominal: network.parameters, parameters, x, outputs, measure }, epsilon) !== true) {
      say(`the witness attains ${String(difference({ shape: network, nominal: network.parameters, parameters, x, outputs, measure }).upper)}`);
    }
  }
  return found;
}

async function sigmaFaults(given: Case, model: Model, options: QueryOptions, r: Random): Promise<string[]> {
  const { network, box, domain } = given;
  const measure = options.output ?? 'confidence';
  const rule = { level: options.level ?? model.level, decision: options.decision ?? model.decision };
  const { lower, upper, classes } = await estimateSigma(model, options);
  const found: string[] = [];
  for (const each of classes) {
    const { witness } = each;
    if (!witness) continue;
    const [x, parameters] = [Float64Array.from(witness.input), Float64Array.from(witness.parameters ?? [])];
    if (witness.label !== null && witness.label !== label(network, parameters, x, rule)) found.push(`sigma of ${String(each.label)}: the witness's label is not ${String(witness.label)}`);
    if (witness.nominalLabel !== label(network, network.parameters, x, rule)) found.push(`sigma of ${String(each.label)}: the witness's nominal label`);
  }
  // Flips found by sampling, and by the oracle where there is one.
  const ends = innerEnds(box);
  let deepest = -1;
  for (let i = 0; i < 40; i++) {
    const [x, p] = [randomInput(r, domain), randomParameters(r, ends)];
    const flipped = isInsideBox(p, box) && flips(network, network.parameters, p, x, rule) === true;
    if (flipped || (hasOracle(given) && exactLocalFlip(network, box, x, rule) === true)) {
      deepest = Math.max(deepest, margin(network, network.parameters, x, rule, measure).lower);
    }
  }
  if (deepest > upper) found.push(`upper ${String(upper)} is below the margin ${String(deepest)} of a flip`);
  const asked = [...thresholds(lower, upper).map((sigma) => ({ sigma, ask: () => verifySigma(model, { ...options, sigma }) })), { sigma: 0, ask: () => verifyLabel(model, options) }];
  for (const { sigma, ask } of asked) {
    const { query, verdict, witness } = await ask();
    const say = (fault: string): void => void found.push(`${query} ${String(sigma)} is ${verdict} in [${String(lower)}, ${String(upper)}]: ${fault}`);
    // `lower` is attained where there is a witness; a margin of exactly sigma violates.
    if (verdict === 'robust' && (deepest >= sigma || (lower > 0 && lower >= sigma))) say(`but a flip has the margin ${String(Math.max(deepest, lower))}`);
    if (verdict === 'violated' && sigma > upper) say('but upper was proved');
    if (verdict !== 'violated') continue;
    const [x, p] = [Float64Array.from(witness?.input ?? []), Float64Array.from(witness?.parameters ?? [])];
    if (!isInsideDomain(x, domain) || !isInsideBox(p, box)) say('the witness lies outside');
    else if (flips(network, network.parameters, p, x, rule) !== true) say('the witness does not flip');
    else if (sigma > 0 && margin(network, network.parameters, x, rule, measure).lower < sigma) say('the margin of the witness is smaller');
  }
  return found;
}
