import { OPTIONS } from '../options.js';
import type { QueryOptions } from '../query/settings.js';
import type { Plan, Sources } from './options.js';

/** Structures longer than this are named by the file they came from, or by a stand-in for one. */
const LONGEST_INLINE = 200;

/** The flags that ask the same query again, in a shell's words. Structures are the files that they came from, or JSON. */
export function queryWords(query: QueryOptions, sources: Sources): string[] {
  return OPTIONS.flatMap(({ name, flag, kind, group }) => {
    const value = (query as Record<string, unknown>)[name];
    if (value === undefined || group === 'export') return [];
    if (kind === 'switch') return value === true ? [flag] : [];
    return [flag, shellWord(kind === 'structure' ? structure(name, value, sources) : (value as string | number | number[]).toString())]; // a list with commas
  });
}

function structure(name: string, value: unknown, sources: Sources): string {
  if (name === 'against') return (value as { source: string }).source;
  const source = (sources as Record<string, unknown>)[name];
  if (typeof source === 'string') return source;
  const text = JSON.stringify(value, (_, each: unknown) => (ArrayBuffer.isView(each) ? Array.from(each as Float64Array) : each)) ?? '';
  return text.length > LONGEST_INLINE ? `${name.toUpperCase()}.json` : text;
}

/** The command that makes this report again: as it was typed, where it was. */
export function reportCommand(model: string, plan: Plan): string {
  const { query, epsilon, sigma, sections, sources, timeout, certificates } = plan;
  if (sources.command !== undefined) return sources.command.map(shellWord).join(' ');
  const own = [
    ...(epsilon === undefined ? [] : ['--epsilon', String(epsilon)]), ...(sigma === undefined ? [] : ['--sigma', String(sigma)]),
    ...(sections === undefined ? [] : ['--sections', shellWord(sections)]), '--timeout', String(timeout), ...(certificates === undefined ? [] : ['--certificates', shellWord(certificates)]),
  ];
  return ['parabound', 'report', shellWord(model), ...queryWords(query, sources), ...own, '--out', 'report.html'].join(' ');
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll('\'', '\'\\\'\'')}'`;
}
