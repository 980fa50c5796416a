import type { Exactness } from '../network/exactness.js';
import type { Activation, Decision } from '../network/model.js';
import type { Bounds } from '../query/evaluate.js';
import type { Quantization } from '../quantize/quantize.js';
import type { DeviceSemantics } from '../query/device.js';
import type { EpsilonResult, SigmaResult, Status, VerifyResult } from '../query/result.js';
import type { Part } from './options.js';
import type { SensitivityResult } from '../decide/sensitivity.js';
import type { SchemeResult } from './schemes.js';
import type { RegionResult } from '../region/result.js';
import type { Measure } from '../search/native.js';
import type { Units } from '../query/units.js';

/** The network that the report is about. */
export interface Subject {
  /** As it was given: a path, or a word. */
  source: string;
  /** Inputs, then the width of each layer. */
  shape: number[];
  activations: Activation[];
  parameters: number;
  inputs: { name: string; lower?: number; upper?: number }[];
  labels: readonly string[] | null;
  level?: number;
  decision?: Decision;
  normalised: boolean;
  exactness: Exactness;
}

/** The parameter box, as far as words can hold it. */
export interface BoxSummary {
  kind: 'nominal' | 'absolute' | 'relative' | 'bounds' | 'copy';
  /** delta, or the ratio of a relative box. */
  size?: number;
  /** Which parameters move, as it was asked for; absent: all. */
  perturb?: string;
  /** How many parameters the box has, and how many of them it lets differ from the nominal ones. */
  parameters: number;
  moving: number;
  /** The largest distance of a parameter of the box from the nominal one, rounded up; absent where the two networks differ in shape. */
  furthest?: number;
  /** The second model, where there is one. */
  against?: { source: string; model: string; shape: number[] };
  /** The format or pruning that makes the box, and what it does to each tensor. */
  made?: { quantize?: string; granularity?: string; scheme?: string; quantizeBiases?: boolean; prune?: string; pruneBox?: string } & Quantization;
  /** SHA-256 of a box given by its bounds: every lower end, then every upper end, as little-endian doubles. */
  hash?: string;
}

export interface Question {
  box: BoxSummary;
  /** One input, or a [lower, upper] for each. */
  at?: number[];
  domain?: [number, number][];
  measure: Measure;
  /** The outputs that count for epsilon. */
  outputs: number[];
  units?: Units;
  epsilon?: number;
  sigma?: number;
}

/** A witness of an answer, evaluated again in exact arithmetic without the engine that found it. */
export interface Replay {
  before: { outputs: Bounds[]; label: number | null };
  after: { outputs: Bounds[]; label: number | null };
}

export interface Skipped {
  part: Part;
  reason: string;
}

/** What a report holds: the object that is in the page, that --json prints, and that the page is made from. */
export interface ReportResults {
  schema: 'parabound/report@1';
  /** ISO 8601, in UTC. */
  created: string;
  status: Status;
  seconds: number;
  /** The allowance, in seconds. */
  timeout: number;
  subject: Subject;
  question: Question;
  /** The answers; null where the part was left out. */
  label: VerifyResult | null;
  epsilon: EpsilonResult | null;
  sigma: SigmaResult | null;
  /** The properties that were asked for by a threshold. */
  claims: { epsilon: VerifyResult | null; sigma: VerifyResult | null };
  replays: { label: Replay | null; epsilon: Replay | null; sigma: (Replay | null)[] };
  /** Which inputs can flip; null for one input. */
  region: RegionResult | null;
  /** Each tensor's part in epsilon. */
  sensitivity: SensitivityResult | null;
  /** Copies of the network in common formats, and the bytes of its parameters in the precision, single or double, that holds them. */
  schemes: { bytes: number; copies: SchemeResult[] } | null;
  /** Parts that were asked for and could not be made. */
  skipped: Skipped[];
  notes: string[];
  version: string;
  /** SHA-256 of the exact network. */
  model: string;
  /** `real`, or a device's: `device:fp16`. */
  semantics: string;
  /** What a device's semantics cover; absent for `real`. */
  device?: DeviceSemantics;
}
