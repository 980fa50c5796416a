// Repetition and medians. What is first is not counted: code that is not compiled yet, files that are not loaded yet.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that `work` takes, and what it gives. */
export async function timed(work) {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

/** A first run that takes longer than this has warmed itself up, and counts. */
const LONG_MS = 1000;

/**
 * Times `work` up to `runs` times, at least once, and starts no further run after `seconds`.
 * `warmUp` runs before them are not counted.
 */
export async function repeat(work, { runs, seconds = Infinity, warmUp = 1 }) {
  const samples = [];
  const startedAt = performance.now();
  let value;
  for (let i = 0; i < warmUp + runs; i++) {
    const run = await timed(work);
    value = run.value;
    if (i >= warmUp || run.ms > LONG_MS) samples.push(run.ms);
    if (samples.length >= runs || (samples.length > 0 && performance.now() - startedAt > seconds * 1000)) break;
  }
  return { samples, value };
}
