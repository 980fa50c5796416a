// Tells by content, not by date, whether a step's inputs are what they were when it last succeeded.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';
import { StepFailed } from './run.mjs';

/** The files under `folder` (relative to the package's), sorted. @param {string} folder @param {RegExp} pattern */
export function filesUnder(folder, pattern) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .sort();
}

/** @param {string[]} files @param {string[]} settings whatever else decides the outcome, as text */
export function fingerprint(files, settings) {
  const hash = createHash('sha256');
  for (const setting of settings) hash.update(`${setting}\0`);
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} name @param {string} value */
export function isCurrent(name, value) {
  try {
    return readFileSync(join(root, name), 'utf8') === value;
  } catch {
    return false;
  }
}

/** Does `step` and then stamps it: a step that is broken off leaves no stamp. @param {string} name @param {string} value @param {() => void} step */
export function stamped(name, value, step) {
  rmSync(join(root, name), { force: true });
  step();
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), value);
}

const require = createRequire(import.meta.url);

/** The exact version of an installed package, wherever npm has put it. @param {string} name */
export function versionOf(name) {
  try {
    return require(`${name}/package.json`).version;
  } catch {
    throw new StepFailed(`${name} is not installed; run: npm ci`);
  }
}
