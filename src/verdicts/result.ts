import type { Provenance, Status } from '../query/result.js';

export const VERDICTS_SCHEMA = 'parabound/verdicts@1';

export type InputVerdictName = 'safe' | 'flips' | 'undecided';

/** The verdict on one input. */
export interface InputVerdict {
  /** From 1. */
  row: number;
  verdict: InputVerdictName;
  /** Of f_p0; null only where 4096 bits do not tell. */
  nominalLabel: number | null;
  /** Flips: that of f_p at the witness's parameters. Else null. */
  label: number | null;
  /** Flips: parameters under which the label is another, proved; null for a plain `against`: they are that model's. Absent with `witness: 'none'`. */
  witness?: { input: number[]; parameters: number[] | null } | null;
}

export interface Counts {
  safe: number;
  flips: number;
  undecided: number;
}

/** What a stream of verdicts ends with. */
export interface VerdictsSummary extends Provenance, Counts {
  schema: typeof VERDICTS_SCHEMA;
  /** `complete`: every input was looked at. `timeout`, `interrupted`: those counted were. `error`, which the command says: those before a row that is no input were. */
  status: Extract<Status, 'complete' | 'timeout' | 'interrupted'> | 'error';
  inputs: number;
  /** Of `inputs`, those outside the model's own domain. */
  outside: number;
  /** By nominal label. */
  labels: ({ label: number } & Counts)[];
}
