/** SMT solvers that are on PATH: tests that want them are skipped where they are not. */
import { spawnSync } from 'node:child_process';

export function hasSolver(name: 'z3' | 'cvc5'): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

/** The first word it prints: sat, unsat, or whatever else. */
export function answerOf(name: 'z3' | 'cvc5', text: string, seconds = 20): string {
  const args = name === 'z3' ? ['-in', `-T:${seconds}`] : ['--lang', 'smt2', `--tlimit=${1000 * seconds}`, '-'];
  const { stdout, stderr } = spawnSync(name, args, { input: text, encoding: 'utf8', timeout: 2000 * seconds });
  return (stdout + stderr).trim().split('\n')[0];
}
