/** SMT solvers that are at hand: on PATH, or as an npm package. Tests that want them are skipped where they are not. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ROOT } from './command.js';

export const SOLVERS = ['z3', 'cvc5', 'z3-solver'] as const;
export type SolverName = (typeof SOLVERS)[number];

export function hasSolver(name: SolverName): boolean {
  if (name !== 'z3-solver') return spawnSync(name, ['--version']).status === 0;
  try {
    return readFileSync(createRequire(import.meta.url).resolve('z3-solver/package.json')).length > 0;
  } catch {
    return false;
  }
}

/** What z3-solver makes of standard input. In a process of its own: its threads do not end by themselves. */
const NPM = `
  import { readFileSync } from 'node:fs';
  import { init } from 'z3-solver';
  const { Z3 } = await init();
  process.stdout.write(await Z3.eval_smtlib2_string(Z3.mk_context(Z3.mk_config()), readFileSync(0, 'utf8').replace('(exit)', '')), () => process.exit());`;

const COMMANDS: Record<SolverName, (seconds: number) => [string, ...string[]]> = {
  z3: (seconds) => ['z3', '-in', `-T:${seconds}`],
  cvc5: (seconds) => ['cvc5', '--lang', 'smt2', `--tlimit=${1000 * seconds}`, '-'],
  'z3-solver': () => [process.execPath, '--input-type=module', '-e', NPM],
};

/** The first word it prints: sat, unsat, or whatever else. */
export function answerOf(name: SolverName, text: string, seconds = 20): string {
  const [command, ...args] = COMMANDS[name](seconds);
  const { stdout, stderr } = spawnSync(command, args, { cwd: ROOT, input: text, encoding: 'utf8', timeout: 2000 * seconds });
  return (stdout + stderr).trim().split('\n')[0];
}
