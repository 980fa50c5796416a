/** A thread of the certifier: one slice of one part. */
import { Grower, type Grown } from './grow.js';
import type { GrowTask } from './threads.js';

let current: { key: number; grower: Grower } | undefined;

export default function run({ key, problem, claim, room, batch, milliseconds }: GrowTask): Grown {
  if (current?.key !== key) current = { key, grower: new Grower(problem, claim, room) };
  return current.grower.grow(batch, milliseconds);
}
