// Runs a command in the package's folder and shows what it prints; throws where it fails.
import { spawnSync } from 'node:child_process';
import { root, say } from './root.mjs';

export class StepFailed extends Error {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean, cwd?: string }} [options] quiet: what is printed is shown only if it fails or warns
 */
export function run(command, args, { env = {}, quiet = false, cwd = root } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    // What a step prints is no answer of the program's: it goes to stderr, and stdout stays clean for `npm start -- --json`.
    stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const printed = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status !== 0 || /\bwarning:/.test(printed)) process.stderr.write(printed);
  if (result.status === 0) return;
  throw new StepFailed(`${command} ${args.join(' ')}: ${result.error?.message ?? `left with status ${result.status ?? result.signal}`}`);
}

/** Runs `main`; a step that failed leaves with status 1 and one line, anything else is a fault of the scripts. */
export async function top(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
