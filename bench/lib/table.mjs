import { existsSync, readFileSync } from 'node:fs';
import { digits } from './rows.mjs';

/** All kept results as one page, for whoever reads the folder. `suites` gives the order. */
export function table(folder, suites) {
  const sections = suites
    .map(({ name }) => new URL(`${name}.json`, folder))
    .filter((file) => existsSync(file))
    .map((file) => section(JSON.parse(readFileSync(file, 'utf8'))));
  return `# Results kept\n\nWritten by \`npm run bench\` from the files beside it; [docs/benchmarks.md](../../docs/benchmarks.md) says how to read it.\n\n${sections.join('\n')}`;
}

function section({ suite, title, date, machine, rows }) {
  const where = `${date.slice(0, 16)}Z; ${machine.cpu}, ${machine.cores} cores, ${machine.backend}; Node ${machine.node}; ${machine.load === undefined ? '' : `load ${machine.load.join(' before, ')} after; `}${gain(machine.twoThreads)}`;
  const lines = rows.map(({ name, unit, median, min, max, most, least, met, note }) => {
    const target = most !== undefined ? `under ${most}` : least !== undefined ? `at least ${least}` : '';
    const verdict = met === null ? '' : met ? 'ok' : 'miss';
    return `| ${name} | ${digits(median)} ${unit} | ${digits(min)} .. ${digits(max)} | ${target} | ${verdict} | ${note} |`;
  });
  return `## ${suite}\n\n${title}.\n\n${where}\n\n| | median | range | target | | |\n|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

function gain(times) {
  return times === undefined ? 'what two threads got was not recorded' : `two threads got ${times.join(' and ')} times the work of one`;
}
