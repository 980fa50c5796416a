/** Queries about what a device computes: docs/quantize.md says of which devices, and why the box that is searched has all their runs in it. */
import { ParaboundError } from '../errors.js';
import { boxEnds } from '../exact/membership.js';
import { toDouble } from '../exact/rounding.js';
import type { Model } from '../network/model.js';
import { optionNamed } from '../options.js';
import { mayFlush, type Device, type Grids } from '../quantize/device.js';
import { FLOAT_FORMATS } from '../quantize/float.js';
import { noiseOf, type Bounds } from '../quantize/noise.js';
import { parsePoints, pointName } from '../quantize/points.js';
import type { BoxSpec } from '../search/native.js';
import type { ParameterBox } from './box.js';
import type { QueryOptions } from './settings.js';

const SUMS = 'any order, with or without fused multiply-add, accumulated in the format or in one of two more bits at least';

/** What a result covers, where it is not real arithmetic alone. */
export interface DeviceSemantics {
  /** The format of products and sums: `real`, `fp32`, `bf16` or `fp16`. */
  arithmetic: string;
  sums: typeof SUMS | 'exact';
  rounding: 'to nearest, any ties';
  subnormals: 'kept' | 'kept or flushed to zero';
  /** What is rounded between layers, and the range that was proved of it there. */
  activations: { at: 'input' | number; format: string; scale?: number; zeroPoint?: number; range: [number, number] }[];
  /** How far a sigmoid or tanh between layers is off, in units in the last place; absent where there is none. */
  activationUlps?: number;
  output: 'the exact activation of the device\'s last sums';
}

/** A device, and the runs of it that stand behind a box of parameters. */
export interface DeviceRuns {
  readonly device: Device;
  readonly grids: Grids;
  readonly semantics: DeviceSemantics;
  /** Its parameters, before it converts them: the box of the query. */
  readonly parameters: BoxSpec;
}

export function namesDevice({ arithmetic, activations }: Pick<QueryOptions, 'arithmetic' | 'activations'>): boolean {
  return (arithmetic !== undefined && arithmetic !== 'real') || activations !== undefined;
}

/** The box of all that stands for a run of the device with parameters of the box given; null where the options name no device. */
export function deviceRuns(model: Model, { of, spec }: ParameterBox, domain: Float64Array, options: QueryOptions): { runs: DeviceRuns; box: BoxSpec } | null {
  if (!namesDevice(options)) {
    if (options.activationUlps !== undefined) throw new ParaboundError('OPTION_REQUIRED', '--activation-ulps without --arithmetic', 'the device', '--arithmetic, the format that it is about');
    return null;
  }
  if (model.normalisation !== null) {
    throw new ParaboundError('OPTION_CONFLICT', 'a device behind a normalisation of inputs', model.source, '--units normalised: what the layers are fed, for how a device normalises is not known');
  }
  if (options.certificate !== undefined) throw new ParaboundError('OPTION_CONFLICT', '--certificate and a device exclude each other', 'the query', 'one of them: certificates are about real arithmetic');
  const arithmetic = FLOAT_FORMATS.find(({ name }) => name === options.arithmetic) ?? null;
  const ulps = options.activationUlps ?? (optionNamed('activationUlps').default as number);
  const points = options.activations === undefined ? of.layers.map(() => null) : parsePoints(options.activations, of.layers.length);
  const device: Device = { arithmetic, points, ulps };
  const noise = noiseOf(of, boundsOf(spec), domain, device);
  const smooth = arithmetic !== null && of.layers.slice(0, -1).some(({ activation }) => activation === 'sigmoid' || activation === 'tanh');
  const semantics: DeviceSemantics = {
    arithmetic: arithmetic?.name ?? 'real',
    sums: arithmetic === null ? 'exact' : SUMS,
    rounding: 'to nearest, any ties',
    subnormals: [arithmetic, ...points.map((point) => (point?.format.kind === 'float' ? point.format.float : null))].some((format) => format !== null && mayFlush(format)) ? 'kept or flushed to zero' : 'kept',
    activations: points.flatMap((point, at) => {
      if (point === null) return [];
      const { grid, range } = noise.conversions[at];
      return [{ at: at === 0 ? 'input' as const : at - 1, format: pointName(point), ...(grid === null ? {} : { scale: grid.scale!, zeroPoint: grid.zeroPoint ?? 0 }), range: [...range] as [number, number] }];
    }),
    ...(smooth ? { activationUlps: ulps } : {}),
    output: 'the exact activation of the device\'s last sums',
  };
  return { runs: { device, grids: noise.conversions.map(({ grid }) => grid), semantics, parameters: spec }, box: noise.box };
}

/** One word for results: `real`, or what the device computes in and rounds to. */
export function semanticsName(runs: DeviceRuns | null): string {
  if (runs === null) return 'real';
  const { arithmetic, activations } = runs.semantics;
  const formats = [...new Set(activations.map(({ format }) => format))];
  return `device:${arithmetic}${formats.length === 0 ? '' : `,activations:${formats.join('+')}`}`;
}

/** The ends of each parameter, rounded outward. */
function boundsOf(box: BoxSpec): Bounds {
  if (box.kind === 'bounds') return box;
  const ends = (direction: 'down' | 'up'): Float64Array => box.center.map((center, i) => {
    if (box.kind === 'radius' ? box.radius[i] === 0 : box.mask[i] === 0 || box.ratio === 0) return center;
    const { lo, hi } = boxEnds(box, i);
    return toDouble(direction === 'down' ? lo : hi, direction);
  });
  return { lower: ends('down'), upper: ends('up') };
}
