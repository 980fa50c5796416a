/** Files spoilt on purpose, and what must come of them. */
import fc from 'fast-check';
import { ParaboundError } from '../../src/errors.js';
import { loadModel } from '../../src/network/load.js';

const JUNK: readonly unknown[] = [undefined, null, true, 0, -1, 0.5, 1e300, 2 ** 53, 4096, '', 'd', 'in', 'relu', '__proto__', [], [null], [[]], [1, 2], {}, { class_name: 'Dense' }];

type Path = (string | number)[];

function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => paths(each, [...at, Array.isArray(value) ? Number(key) : key]))];
}

/** The object with one to three of its parts, at any depth, left out, doubled or put otherwise. */
export function changed(json: object): fc.Arbitrary<unknown> {
  const all = paths(json).slice(1);
  const change = fc.record({ path: fc.constantFrom(...all), value: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...JUNK) }, fc.jsonValue({ maxDepth: 2 })), twice: fc.boolean() });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy: unknown = structuredClone(json);
    for (const { path, value, twice } of changes) {
      let parent = copy as Record<string | number, unknown>;
      for (const key of path.slice(0, -1)) if (typeof parent === 'object' && parent !== null) parent = parent[key] as typeof parent;
      if (typeof parent !== 'object' || parent === null) continue;
      const last = path.at(-1)!;
      if (twice && Array.isArray(parent)) parent.push(structuredClone(parent[last as number]));
      else parent[last] = structuredClone(value); // a later change may go into it: never into what other runs are given, or into itself
    }
    return copy;
  });
}

/** A model whose every number is finite, or an error with a code and the status of a bad file: nothing else. */
export async function readsOrRefuses(path: string): Promise<boolean> {
  try {
    const model = await loadModel(path);
    if (!model.parameters.every(Number.isFinite) || model.layers.some(({ inputs, outputs }) => !(inputs > 0 && outputs > 0))) throw new Error('a network that is none');
    return true;
  } catch (error) {
    if (!(error instanceof ParaboundError) || error.exitStatus !== 3) throw error;
    return false;
  }
}
