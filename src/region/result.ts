import type { Provenance, Status } from '../query/result.js';

export const REGION_SCHEMA = 'parabound/region@1';

/** What a region takes where the model has no bounds: one input is no region. */
export const NO_BOUNDS = 'bounds in the model file, or --domain \'[[lo,hi],...]\', of which --slice may hold some still';

export type AreaName = 'safe' | 'flippable' | 'undecided';

/** A part of the domain's volume: of those inputs that vary. */
export interface Part {
  lower: number;
  upper: number;
}

export interface RegionBox {
  verdict: AreaName;
  lower: number[];
  upper: number[];
  /** Of every input of the box, where it was seen to be one. */
  nominalLabel: number | null;
  /** Flippable: for each nominal label that the box may hold, the number in `copies` of parameters that give another label all over it. */
  by?: { nominalLabel: number; copy: number }[];
}

/** Corners in order, the last joined to the first; a loop that runs the other way round is a hole. */
export type Loop = [number, number][];

/** Of two inputs that vary: the proved areas, and where f_p0 changes its label (in plain arithmetic: drawn, not proved). */
export interface Picture {
  /** The two inputs, the first along x. */
  inputs: [number, number];
  names: [string, string];
  /** Others are held still. */
  held: { name: string; value: number }[];
  domain: [[number, number], [number, number]];
  safe: Loop[];
  flippable: Loop[];
  boundary: [number, number][][];
}

export interface RegionResult extends Provenance {
  schema: typeof REGION_SCHEMA;
  query: 'region';
  /** Inputs whose label no parameters of the box change. */
  safe: Part;
  /** Inputs whose label some do. Every input is one or the other: the two sum to 1. */
  flippable: Part;
  /** What is proved neither. */
  undecided: Part;
  /** `complete`: at most the resolution is undecided. `stalled`: no box that is left can be split. */
  status: Status;
  domain: [number, number][];
  counts: Record<AreaName, number>;
  /** The largest, as many as were asked for. */
  boxes: RegionBox[];
  /** Parameters that `boxes` refer to; null for a plain `against`: that model's. Absent with `witness: 'none'`. */
  copies?: (number[] | null)[];
  /** Null unless just two inputs vary. */
  picture: Picture | null;
}
