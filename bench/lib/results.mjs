import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { machine } from './machine.mjs';
import { table } from './table.mjs';

export const folder = new URL('../results/', import.meta.url);

/** Keeps what a suite gave; returns the file's name. */
export function keep(suite, rows, before, after) {
  const name = `${suite.name}.json`;
  const result = {
    schema: 'parabound/bench@1',
    suite: suite.name,
    title: suite.title,
    date: before.date,
    machine: { ...machine(), load: [before.load, after.load], twoThreads: [before.twoThreads, after.twoThreads] },
    rows,
  };
  write(name, `${JSON.stringify(rounded(result), undefined, 1)}\n`);
  return `bench/results/${name}`;
}

/** Everything kept so far, as a page. */
export function summarise(suites) {
  write('README.md', table(folder, suites));
}

/** Whole or not at all: under another name first, then renamed. */
function write(name, text) {
  mkdirSync(folder, { recursive: true });
  const unfinished = new URL(`${name}.${process.pid}.new`, folder);
  writeFileSync(unfinished, text);
  renameSync(unfinished, new URL(name, folder));
}

/** What is a result and not a time. */
const EXACT = ['lower', 'upper', 'true', 'bound', 'refutation'];

/** Times keep four digits: the rest is noise in a diff. Bounds and points keep all. */
function rounded(value, key) {
  if (EXACT.includes(key)) return value;
  if (Array.isArray(value)) return value.map((each) => rounded(each));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rounded(each, name)]));
  return typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
