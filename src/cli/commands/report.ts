import { ParaboundError } from '../../errors.js';
import type { ReportOptions, Sources } from '../../report/options.js';
import { readQuery } from '../query.js';
import { say, sayNotes, Unfinished } from '../terminal.js';
import { interval } from '../text/numbers.js';

const DEFAULT_OUT = 'report.html';

/** parabound report MODEL [--out FILE] */
export async function reportCommand(path: string, flags: object): Promise<void> {
  const { out = DEFAULT_OUT, ...rest } = flags as { out?: string };
  const { model, options, voice, progress } = await readQuery(path, rest);
  const { onProgress: _, ...query } = options;
  const { report } = await import('../../report/report.js');
  const { writeOutput } = await import('../../output.js');
  const { html, results, hash } = await report(model, {
    ...(query as ReportOptions),
    sources: sourcesOf(rest),
    onProgress: ({ stage, done, total, search }) => progress.draw(`[${done + 1}/${total}] ${stage}${search === undefined ? '' : ` in ${interval(search)}`}`),
  }).finally(() => progress.clear());
  sayNotes(voice, results.notes);
  try {
    await writeOutput(out, html);
  } catch (error) {
    throw error instanceof ParaboundError ? new Unfinished(error, results) : error;
  }
  say(voice, results, () => [...summary(results), `report: ${out}`, `results: SHA-256 ${hash}`].join('\n'));
}

/** Structures that came from files are named by them in the report's commands; the one that makes the report again is as it was typed. */
function sourcesOf(flags: object): Sources {
  const words = flags as Record<string, string | undefined>;
  const files = ['parameters', 'domain', 'at'].flatMap((name) => (words[name] === undefined || /^\s*[[{]/.test(words[name]) ? [] : [[name, words[name]]]));
  return { ...Object.fromEntries(files) as Sources, command: ['parabound', ...process.argv.slice(2)] };
}

function summary({ label, epsilon, sigma, claims, question }: Awaited<ReturnType<typeof import('../../report/report.js').report>>['results']): string[] {
  return [
    ...(claims.epsilon === null ? [] : [`epsilon property: ${claims.epsilon.verdict}`]),
    ...(claims.sigma === null ? [] : [`sigma property: ${claims.sigma.verdict}`]),
    ...(label === null ? [] : [`labels: ${label.verdict}`]),
    ...(epsilon === null ? [] : [`epsilon in ${interval(epsilon, question.epsilon)}`]),
    ...(sigma === null ? [] : [`sigma in ${interval(sigma, question.sigma)}`]),
  ];
}
