// npm run build: the addon and dist/, each only if its sources have changed. --gyp: the node-gyp build beside it, for comparison.
import { addonCurrent, buildAddon, buildGypAddon } from './lib/addon.mjs';
import { locked } from './lib/lock.mjs';
import { say } from './lib/root.mjs';
import { top } from './lib/run.mjs';
import { compileTypescript, typescriptCurrent } from './lib/typescript.mjs';

export function buildCurrent() {
  return addonCurrent() && typescriptCurrent();
}

export async function build() {
  if (!addonCurrent()) buildAddon();
  if (!typescriptCurrent()) await compileTypescript();
}

if (process.argv[1] === import.meta.filename) {
  await top(() => locked(async () => {
    if (process.argv.includes('--gyp')) return buildGypAddon();
    if (buildCurrent()) return say('the build is up to date');
    await build();
  }));
}
