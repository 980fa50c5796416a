import Benchmark from 'benchmark';

/** Seconds that a call of `work` takes: the samples of benchmark.js, of many calls each, after its own calibration. */
export function measured(work, maxTime) {
  const bench = new Benchmark(work, { maxTime, minTime: Math.min(0.02, maxTime / 10), minSamples: 5 }).run({ async: false });
  if (bench.error) throw bench.error;
  return bench.stats.sample;
}
