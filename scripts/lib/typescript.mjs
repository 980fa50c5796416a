// Compiles src/ to dist/, and writes the entry for CommonJS.
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, say } from './root.mjs';
import { run } from './run.mjs';
import { filesUnder, fingerprint, isCurrent, stamped, versionOf } from './stamp.mjs';

const stamp = 'build/typescript.stamp';

function sourcesFingerprint() {
  return fingerprint([...filesUnder('src', /\.ts$/), 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/typescript.mjs'], [versionOf('typescript')]);
}

export function typescriptCurrent() {
  return existsSync(join(root, 'dist')) && isCurrent(stamp, sourcesFingerprint());
}

export async function compileTypescript() {
  say('compiling TypeScript');
  const value = sourcesFingerprint();
  rmSync(join(root, stamp), { force: true });
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  removeOrphans();
  if (existsSync(join(root, 'dist/index.js'))) await writeCommonJsEntry();
  if (existsSync(join(root, 'dist/cli/main.js'))) chmodSync(join(root, 'dist/cli/main.js'), 0o755);
  stamped(stamp, value, () => {});
}

// What was compiled from a source that is gone.
function removeOrphans() {
  for (const file of filesUnder('dist', /\.(js|d\.ts)$/)) {
    const source = file.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, file));
  }
}

/**
 * `require('parabound')` gives the same modules as `import` does, by Node's own require(esm) (20.19 and later), so that there is
 * one pool and one ParaboundError in a process. The types say it name by name, because a declaration file for CommonJS cannot
 * re-export the values of an ES module before TypeScript 5.8.
 */
async function writeCommonJsEntry() {
  const entry = await import(pathToFileURL(join(root, 'dist/index.js')).href);
  const module = `import('./index.js', { with: { 'resolution-mode': 'import' } })`;
  const declarations = Object.keys(entry).sort().flatMap((name) => [
    `export declare const ${name}: typeof ${module}.${name};`,
    ...(isClass(entry[name]) ? [`export type ${name} = ${module}.${name};`] : []),
  ]);
  const types = `export type * from './index.js' with { 'resolution-mode': 'import' };`;
  writeFileSync(join(root, 'dist/index.d.cts'), [types, ...declarations, ''].join('\n'));
  writeFileSync(join(root, 'dist/index.cjs'), `'use strict';\nmodule.exports = require('./index.js');\n`);
}

function isClass(value) {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}
