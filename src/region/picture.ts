import type { Query } from '../query/query.js';
import { boundaryOf } from './nominal.js';
import { outlineOf } from './outline.js';
import type { AreaName, Loop, Picture } from './result.js';

/** What of a region over two inputs is drawn. */
export function pictureOf({ model, rule, region: { domain } }: Query, [i, j]: [number, number], boxes: readonly { ends: Float64Array; verdict: AreaName }[]): Picture {
  const frame = [domain[2 * i], domain[2 * i + 1], domain[2 * j], domain[2 * j + 1]] as const;
  const area = (name: AreaName): Loop[] => outlineOf(boxes.filter(({ verdict }) => verdict === name)
    .map(({ ends }) => [ends[2 * i], ends[2 * i + 1], ends[2 * j], ends[2 * j + 1]] as const));
  const at = (x: number, y: number): number[] => Array.from({ length: model.inputCount }, (_, k) => (k === i ? x : k === j ? y : domain[2 * k]));
  return {
    inputs: [i, j],
    names: [model.inputName(i), model.inputName(j)],
    held: Array.from({ length: model.inputCount }, (_, k) => ({ name: model.inputName(k), value: domain[2 * k] })).filter((_, k) => k !== i && k !== j),
    domain: [[frame[0], frame[1]], [frame[2], frame[3]]],
    safe: area('safe'),
    flippable: area('flippable'),
    boundary: boundaryOf(model, rule, at, frame),
  };
}
