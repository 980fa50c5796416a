// Whether node_modules is what package-lock.json asks for, and npm ci where it is not. Uses nothing that npm installs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './root.mjs';
import { run } from './run.mjs';

/** npm keeps a copy of what it installed in node_modules/.package-lock.json; the two are compared entry by entry. */
export function dependenciesCurrent() {
  let wanted, installed;
  try {
    wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    // What is optional may be for another platform.
    if (there === undefined) return entry.optional === true;
    return there.version === entry.version && there.integrity === entry.integrity && existsSync(join(root, path));
  });
}

export function installDependencies() {
  say('installing dependencies: npm ci');
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm)) run(process.execPath, [npm, ...args]);
  else run('npm', args);
}
