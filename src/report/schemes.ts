/** What the formats that people deploy in would make of the network: its concrete copy in each, set beside the network as it is. */
import { asParaboundError } from '../errors.js';
import { layerRanges } from '../network/layout.js';
import type { Model } from '../network/model.js';
import { parseFormat } from '../quantize/format.js';
import { quantizedCopy, type QuantizeSettings } from '../quantize/quantize.js';
import { estimateEpsilon } from '../query/epsilon.js';
import type { Status, Verdict } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { verifyLabel } from '../query/sigma.js';
import { Clock } from './clock.js';
import { picked } from './picked.js';

interface Scheme {
  readonly name: string;
  readonly settings: QuantizeSettings & { quantize: string };
}

/** The copies that are compared. Float formats hold biases too, as frameworks cast them; integers are for weights alone. */
export const SCHEMES: readonly Scheme[] = [
  { name: 'fp16', settings: { quantize: 'fp16', quantizeBiases: true } },
  { name: 'bf16', settings: { quantize: 'bf16', quantizeBiases: true } },
  { name: 'int8, per channel', settings: { quantize: 'int8', granularity: 'channel' } },
  { name: 'int8, per tensor', settings: { quantize: 'int8', granularity: 'tensor' } },
  { name: 'int4, per channel', settings: { quantize: 'int4', granularity: 'channel' } },
  { name: 'int4, per tensor', settings: { quantize: 'int4', granularity: 'tensor' } },
];

/** Only where it changes anything: most files hold single precision anyway. */
const SINGLE: Scheme = { name: 'fp32', settings: { quantize: 'fp32', quantizeBiases: true } };

const BITS = { fp16: 16, bf16: 16, fp32: 32 } as const;

/** What of a query is also about a copy; its box of parameters is not. */
const SHARED = ['domain', 'at', 'level', 'outputs', 'output', 'decision', 'units', 'gap', 'maxBoxes', 'threads', 'seed', 'smt', 'smtTimeout', 'signal', 'pool', 'arithmetic', 'activations', 'activationUlps'] as const;

export interface SchemeResult {
  name: string;
  settings: QuantizeSettings;
  /** Of the parameters in that format, scales included; see `storedBytes`. */
  bytes: number;
  /** Eq. 11 or 12 of the concrete copy; null where the format cannot hold the parameters. */
  epsilon: { lower: number; upper: number; status: Status } | null;
  label: { verdict: Verdict; status: Status } | null;
  /** Why there is no copy. */
  reason?: string;
}

/** A hundredth is as much as a choice between formats needs. */
const RELATIVE_GAP = 0.01;

/** Compares the schemes one after the other, in equal shares of the time. */
export async function compareSchemes(model: Model, query: QueryOptions, seconds: number): Promise<SchemeResult[]> {
  const shared: QueryOptions = picked(query, SHARED);
  const schemes = isSingle(model.parameters) ? SCHEMES : [SINGLE, ...SCHEMES];
  const clock = new Clock(seconds, schemes.flatMap(() => [1, 1]));
  const results: SchemeResult[] = [];
  for (const { name, settings } of schemes) {
    const scheme = { name, settings, bytes: storedBytes(model, settings) };
    let against: Model;
    try {
      against = quantizedCopy(model, settings);
    } catch (error) {
      clock.next();
      clock.next();
      results.push({ ...scheme, epsilon: null, label: null, reason: asParaboundError(error).message });
      continue;
    }
    const asked: QueryOptions = { ...shared, against, witness: 'none' };
    const label = await verifyLabel(model, { ...asked, timeout: clock.next() });
    const { lower, upper, status } = await estimateEpsilon(model, { ...asked, gap: query.gap ?? 0, relativeGap: Math.max(query.relativeGap ?? 0, RELATIVE_GAP), timeout: clock.next() });
    results.push({ ...scheme, epsilon: { lower, upper, status }, label: { verdict: label.verdict, status: label.status } });
  }
  return results;
}

/**
 * Bytes of the parameters: weights packed at the format's bits, a scale of four bytes for each group, and whatever the format leaves alone (biases of
 * integers, fixed layers) as it is stored. @param settings none: nothing is rounded
 */
export function storedBytes({ layers, parameters }: Model, settings?: QuantizeSettings & { quantize: string }): number {
  const format = settings === undefined ? { kind: 'none' as const } : parseFormat(settings.quantize);
  let total = 0;
  layerRanges(layers).forEach(({ weights, biases, end }, layer) => {
    const { fixed, outputs } = layers[layer];
    const kept = (from: number, to: number): number => plainBytes(parameters.subarray(from, to));
    if (format.kind === 'none' || fixed === true) {
      total += kept(weights, end);
      return;
    }
    const bits = format.kind === 'float' ? BITS[format.float.name] : format.kind === 'integer' ? format.bits : 1 + format.integer + format.fraction;
    const scales = format.kind !== 'integer' ? 0 : settings?.granularity === 'channel' ? outputs : 1;
    total += Math.ceil((biases - weights) * bits / 8) + 4 * scales;
    total += settings?.quantizeBiases === true && fixed === undefined ? Math.ceil((end - biases) * bits / 8) : kept(biases, end);
  });
  return total;
}

/** Four bytes each where single precision holds them all, else eight. */
function plainBytes(values: Float64Array): number {
  return values.length * (isSingle(values) ? 4 : 8);
}

function isSingle(values: Float64Array): boolean {
  return values.every((value) => Math.fround(value) === value);
}
