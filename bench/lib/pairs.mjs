// Two threads against one, and what two threads that share nothing get at the moment.
import { timed } from './measure.mjs';

/** A machine that has less than this for two searches at once has no two cores free: what two threads get there says nothing. */
export const LEAST_CORES = 1.7;
/** A shorter search does not count: starting and sharing out is too much of it. */
export const LEAST_MS = 2000;

/** One thread and two in either order, so that what drifts does not favour one; then two searches side by side. `more` reads further figures off an answer. */
export async function pair(search, twoFirst, more = () => ({})) {
  const times = {};
  for (const threads of twoFirst ? [2, 1] : [1, 2]) {
    const before = process.cpuUsage();
    const { ms, value } = await timed(() => search(threads));
    const { user, system } = process.cpuUsage(before);
    times[threads] = { ms, cpu: (user + system) / 1000, boxes: value.stats.boxes, more: more(value) };
  }
  const apart = await timed(() => Promise.all([search(1), search(1)]));
  return {
    one: times[1].ms, two: times[2].ms, apart: apart.ms, cpuOne: times[1].cpu, cpuTwo: times[2].cpu, boxesOne: times[1].boxes, boxesTwo: times[2].boxes,
    ...suffixed(times[1].more, 'One'), ...suffixed(times[2].more, 'Two'),
  };
}

function suffixed(figures, suffix) {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name + suffix, figure]));
}
