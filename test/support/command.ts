/** Runs the built command as a user does: `node dist/cli/main.js ...`. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export function parabound(args: readonly string[], cwd = ROOT): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [COMMAND, ...args], { cwd, encoding: 'utf8', timeout: 60_000 });
}

/** The object that --json printed. */
export function json(run: SpawnSyncReturns<string>): unknown {
  if (run.status !== 0) throw new Error(`exit ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
