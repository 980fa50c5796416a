// Where the figures come from: what is needed to read them, and nothing that names the machine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { addon } from '../../dist/native.js';
import { version } from '../../dist/index.js';
import { twoThreads } from './cores.mjs';

export function machine() {
  const kernel = addon().interval();
  return {
    parabound: version,
    node: process.version,
    v8: process.versions.v8,
    benchmark: createRequire(import.meta.url)('benchmark/package.json').version,
    platform: `${platform()} ${arch()}`,
    cpu: cpuModel(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    backends: kernel.backends().map(({ name, lanes }) => `${name} (${lanes})`),
    backend: kernel.chosenBackend(),
  };
}

/** As the system names it; a virtual machine may hide the model, so family and model number are added where they are told. */
function cpuModel() {
  const name = cpus()[0]?.model.trim() ?? 'unknown';
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    const field = (key) => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(text)?.[1];
    const [family, model] = [field('cpu family'), field('model')];
    return family === undefined ? name : `${name}, family ${family} model ${model}`;
  } catch {
    return name;
  }
}

/** What else is going on: runnable tasks over the last minute, and what two threads get from the cores now. */
export async function surroundings() {
  return { date: new Date().toISOString(), load: Number(loadavg()[0].toFixed(2)), twoThreads: Number((await twoThreads()).toFixed(2)) };
}

export function describe(facts) {
  return [
    `parabound ${facts.parabound}, Node ${facts.node}, benchmark.js ${facts.benchmark}, ${facts.platform}`,
    `${facts.cpu}, ${facts.cores} cores, ${facts.memoryGiB} GiB; back ends (lanes) ${facts.backends.join(', ')}; in use: ${facts.backend}`,
  ].join('\n');
}
