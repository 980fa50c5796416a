import type { CertificateInfo } from '../certificate/certify.js';
import type { Model } from '../network/model.js';
import { version } from '../version.js';
import type { SearchOutcome, SmtStats } from '../search/request.js';
import type { Quantization } from '../quantize/quantize.js';
import type { ParameterBox } from './box.js';
import { semanticsName, type DeviceRuns, type DeviceSemantics } from './device.js';
import type { Units } from './units.js';

export const RESULT_SCHEMA = 'parabound/result@1';

export type Status = SearchOutcome['status'];
export type Verdict = 'robust' | 'violated' | 'unknown';

/** A point that attains `value`, proved: `value` is a lower bound rounded down. */
export interface Witness {
  input: number[];
  /** Flat: layer by layer, weights row-major, then biases; with `against`, in the shape of that model. Null for a plain `against`: they are that model's. */
  parameters: number[] | null;
  value: number;
  /** The output that attains the value. */
  output: number;
  nominalLabel: number | null;
  label: number | null;
  /** With a device: its last layer's sums, in the run that attains the value. */
  sums?: number[];
}

export interface Stats {
  boxes: number;
  /** Boxes that Z3 closed. */
  leavesBySmt: number;
  /** Of the boxes that went to Z3; absent where none did. */
  smt?: SmtStats;
  seconds: number;
  threads: number;
}

/** Which program said it, of which network, in which arithmetic. Every result ends with these. */
export interface Provenance {
  /** Of the certificate that was asked for. */
  certificate?: CertificateInfo;
  stats: Stats;
  notes: string[];
  version: string;
  /** SHA-256 of the exact network. */
  model: string;
  /** `real`, or a device's: `device:fp16`. */
  semantics: string;
  /** What a device's semantics cover; absent for `real`. */
  device?: DeviceSemantics;
  /** Of every input in the result; absent where the model does not normalise its inputs. */
  units?: Units;
  /** What became of the parameters, where a quantiser or a pruner made the box. */
  quantization?: Quantization;
}

/** A box of inputs. */
export interface InputBox {
  lower: number[];
  upper: number[];
}

export interface EpsilonResult extends Provenance {
  schema: typeof RESULT_SCHEMA;
  query: 'epsilon';
  lower: number;
  /** Infinity where nothing is proved; null in JSON. */
  upper: number;
  status: Status;
  /** Some of the boxes that no split could decide: where a search that `stalled` did. */
  undecided: InputBox[];
  /** Absent with `witness: 'none'`. */
  witness?: Witness | null;
}

export interface ClassResult {
  label: number;
  /** False: no input of the domain has this nominal label, proved. Null: the search was stopped before it was known. */
  reachable: boolean | null;
  /** False: no input of this nominal label flips, proved. Null: none was found, and none is ruled out. */
  flips: boolean | null;
  lower: number;
  upper: number;
  status: Status;
  /** Some of the boxes that no split could decide: where a search that `stalled` did. */
  undecided: InputBox[];
  /** Null: nothing was found to flip. Absent with `witness: 'none'`. */
  witness?: Witness | null;
}

export interface SigmaResult extends Provenance {
  schema: typeof RESULT_SCHEMA;
  query: 'sigma';
  /** Over all classes. */
  lower: number;
  upper: number;
  status: Status;
  classes: ClassResult[];
}

export interface VerifyResult extends Provenance {
  schema: typeof RESULT_SCHEMA;
  query: 'verify-epsilon' | 'verify-label' | 'verify-sigma';
  verdict: Verdict;
  witness?: Witness | null;
  /** Of the quantity that was compared; null for label. */
  bound: { lower: number; upper: number } | null;
  status: Status;
  /** Some of the boxes that no split could decide: where a search that `stalled` did. */
  undecided: InputBox[];
  /** What is left where the verdict is unknown: boxes, and the share of the domain that they cover. */
  remaining: { boxes: number; volumeFraction: number };
}

const SEVERITY: readonly Status[] = ['complete', 'stalled', 'limit', 'timeout', 'interrupted'];

export function worstStatus(statuses: readonly Status[]): Status {
  return SEVERITY[Math.max(0, ...statuses.map((status) => SEVERITY.indexOf(status)))];
}

/** Counts of several searches that made up one query; the seconds are the wall's. */
export function statsOf(outcomes: readonly Pick<SearchOutcome, 'boxes' | 'threads' | 'smt'>[], startedAt: number, threads: number): Stats {
  const smt = outcomes.flatMap((outcome) => outcome.smt ?? []).reduce<SmtStats | undefined>(smtSum, undefined);
  return {
    boxes: outcomes.reduce((sum, outcome) => sum + outcome.boxes, 0),
    leavesBySmt: smt?.closed ?? 0,
    ...(smt === undefined ? {} : { smt }),
    seconds: (performance.now() - startedAt) / 1000,
    threads: outcomes.reduce((most, outcome) => Math.max(most, outcome.threads), outcomes.length === 0 ? threads : 1),
  };
}

function smtSum(a: SmtStats | undefined, b: SmtStats): SmtStats {
  if (a === undefined) return b;
  return { asked: a.asked + b.asked, closed: a.closed + b.closed, refuted: a.refuted + b.refuted, gaveUp: a.gaveUp + b.gaveUp, seconds: a.seconds + b.seconds };
}

export function provenance(model: Model, stats: Stats, { notes, units, box, runs = null }: { notes: string[]; units: Units | null; box?: Pick<ParameterBox, 'quantization'>; runs?: DeviceRuns | null }): Provenance {
  const quantization = box?.quantization;
  return { stats, notes, version, model: model.hash, semantics: semanticsName(runs), ...(runs === null ? {} : { device: runs.semantics }), ...(units === null ? {} : { units }), ...(quantization === undefined ? {} : { quantization }) };
}
