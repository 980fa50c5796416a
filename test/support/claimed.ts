/** Looks for a point where what a certificate claims is false: plain arithmetic, corners of the box found coordinate by coordinate. */
import type { CheckedModel } from '../../src/check/model.js';
import type { Random } from './random.js';
import type { Unpacked } from './certificates.js';

/** Roundings of plain arithmetic. */
const SLACK = 1e-9;

type Box = { lower: Float64Array; upper: Float64Array };

function boxOf({ box }: Unpacked, nominal: Float64Array): Box {
  const at = (value: number | number[] | null | undefined, i: number, otherwise: number): number => (Array.isArray(value) ? value[i] : value ?? otherwise);
  if (box.kind === 'bounds') return { lower: Float64Array.from(box.lower!), upper: Float64Array.from(box.upper!) };
  const reach = (i: number): number => (box.kind === 'radius' ? at(box.radius, i, 0) : (at(box.mask, i, 1) * box.ratio! * Math.abs(at(box.center, i, nominal[i]))));
  return { lower: nominal.map((p, i) => at(box.center, i, p) - reach(i)), upper: nominal.map((p, i) => at(box.center, i, p) + reach(i)) };
}

/** Pre-activations of the last layer. */
function logits(model: CheckedModel, parameters: Float64Array, input: number[], units: string | undefined): number[] {
  const n = units === 'normalised' ? null : model.normalisation;
  let h = n === null ? input : input.map((x, j) => (Math.min(Math.max(x, n.lower[j]), n.upper[j]) - n.mean[j]) / n.range[j]), at = 0;
  model.layers.forEach(({ inputs, outputs, activation }, l) => {
    const z = Array.from({ length: outputs }, (_, i) => h.reduce((sum, x, j) => sum + x * parameters[at + i * inputs + j], parameters[at + inputs * outputs + i]));
    at += (inputs + 1) * outputs;
    h = l + 1 < model.layers.length ? activate(activation, z) : z;
  });
  return h;
}

function activate(activation: string, z: number[]): number[] {
  switch (activation) {
    case 'relu': return z.map((t) => Math.max(t, 0));
    case 'sigmoid': return z.map((t) => 1 / (1 + Math.exp(-t)));
    case 'tanh': return z.map(Math.tanh);
    case 'softmax': {
      const top = Math.max(...z), e = z.map((t) => Math.exp(t - top)), sum = e.reduce((a, b) => a + b);
      return e.map((t) => t / sum);
    }
    default: return z;
  }
}

/** The corner of the box that a few rounds of single flips lead to. */
function climb(box: Box, random: Random, value: (p: Float64Array) => number): number {
  const p = box.lower.map((low, i) => (random.uniform() < 0.5 ? low : box.upper[i]));
  let best = value(p);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < p.length; i++) {
      const before = p[i];
      p[i] = before === box.lower[i] ? box.upper[i] : box.lower[i];
      const there = value(p);
      if (there > best) best = there;
      else p[i] = before;
    }
  }
  return best;
}

/** What breaks the claim, in words; null where nothing was found. */
export function counterexample(json: Unpacked, model: CheckedModel, random: Random, tries = 12): string | null {
  const nominal = model.parameters, box = boxOf(json, nominal), activation = json.output === 'logit' ? 'linear' : model.layers[model.layers.length - 1].activation;
  const sign = json.decision === 'min' ? -1 : 1;
  for (let k = 0; k < tries; k++) {
    const x = json.domain.map(([lo, hi]) => (random.uniform() < 0.4 ? (random.uniform() < 0.5 ? lo : hi) : Math.min(hi, Math.max(lo, lo + random.uniform() * (hi - lo)))));
    const z = (p: Float64Array): number[] => logits(model, p, x, json.units), z0 = z(nominal), f0 = activate(activation, z0);
    for (const part of json.parts) {
      if (part.upper === null) continue;
      if (part.property === 'epsilon') {
        for (const o of part.outputs!) {
          const most = climb(box, random, (p) => Math.abs(activate(activation, z(p))[o] - f0[o]));
          if (most > part.upper + SLACK) return `output ${o} moves by ${most} at ${x.join()}, more than ${part.upper}`;
        }
        continue;
      }
      const label = part.label!, last = model.layers[model.layers.length - 1].activation, s = label === 1 ? 1 : -1;
      const own = (from: number[]): number => (from.length === 1 ? s * (activate(last, from)[0] - json.level) : Math.min(...from.map((other, o) => (o === label ? Infinity : sign * (from[label] - other)))));
      if (!(own(z0) > SLACK)) continue;
      const margin = f0.length > 1 ? Math.min(...f0.map((other, o) => (o === label ? Infinity : sign * (f0[label] - other))))
        : activation === last ? own(z0) : s * (z0[0] - (last === 'sigmoid' ? Math.log(json.level / (1 - json.level)) : last === 'tanh' ? Math.atanh(json.level) : json.level));
      if (!(margin > (part.property === 'label' ? 0 : part.upper) + SLACK)) continue;
      const least = climb(box, random, (p) => -own(z(p)));
      if (least > SLACK) return `label ${label} flips at ${x.join()} with a margin of ${margin}, more than ${part.upper}`;
    }
  }
  return null;
}
