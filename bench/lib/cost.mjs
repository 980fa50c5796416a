// What a query costs: wall time, CPU time of all threads, and the most memory that the process held during it.
import { readFileSync, writeFileSync } from 'node:fs';
import { timed } from './measure.mjs';

export async function costOf(work) {
  const peak = peakMemory();
  const before = process.cpuUsage();
  const { ms, value } = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: ms / 1000, cpuSeconds: (user + system) / 1e6, peakMiB: peak() };
}

/** Linux forgets its high-water mark on demand; elsewhere it is that of the process since its start, and says more than the query. */
function peakMemory() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return () => Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return () => process.resourceUsage().maxRSS / 1024;
  }
}

/** The bounds of an answer and what they cost, for a row's detail. */
export function detailOf({ lower, upper, status, stats }, { seconds, cpuSeconds, peakMiB }) {
  return { lower, upper, status, boxes: stats.boxes, seconds, cpuSeconds, peakMiB };
}

/** How far the upper end may be from the truth, as a factor: 1 where both ends are 0. */
export function ratioOf({ lower, upper }) {
  return upper === lower ? 1 : upper / lower;
}

/** Rows that read different things off one search share it: it runs when the first of them does. */
export function once(work) {
  let running;
  return () => (running ??= work());
}
