// A case is { name, unit, most | least, run() }; run gives { samples, note, detail }, and `most` where the target depends on what came
// out. A row is a case with what it gave.
import { median } from './measure.mjs';

/** `met` is null where there is no target, or where `counts` is false: the measurement does not bear on it. */
export function settle({ name, unit, least, ...given }, { samples, note = '', detail = {}, counts = true, most = given.most }) {
  const value = median(samples);
  const met = !counts || (most === undefined && least === undefined) ? null : most !== undefined ? value <= most : value >= least;
  return {
    name, unit,
    median: value, min: Math.min(...samples), max: Math.max(...samples), samples: samples.length,
    ...(most === undefined ? {} : { most }), ...(least === undefined ? {} : { least }), met, note, detail,
  };
}

export function heading({ name, title }) {
  return `\n${name}: ${title}`;
}

export function line({ name, unit, median: value, min, max, most, least, met, note }) {
  const verdict = met === null ? '' : met ? 'ok' : 'MISS';
  const target = most !== undefined ? `under ${Number(most.toPrecision(5))} ${unit}` : least !== undefined ? `at least ${least} ${unit}` : '';
  const range = `[${digits(min)} .. ${digits(max)}]`;
  return `  ${verdict.padEnd(5)} ${name.padEnd(44)} ${`${digits(value)} ${unit}`.padStart(18)}  ${range.padEnd(20)} ${target.padEnd(18)} ${note}`.trimEnd();
}

/** A time that never ended and a ratio to zero are infinite; JSON has null for that. */
export function digits(value) {
  if (value === null || value === Infinity) return 'infinite';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
