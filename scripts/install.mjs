// Runs when the package is installed: the addon that came with it is taken where it loads, else one is built from the sources.
// In a checkout it does nothing: there `npm run build` does it, which `npm start` and `npm test` begin with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addonFile, buildAddon, prebuiltFile } from './lib/addon.mjs';
import { root, say } from './lib/root.mjs';
import { top } from './lib/run.mjs';

await top(() => {
  if (existsSync(join(root, 'tsconfig.build.json'))) return;
  if (!process.argv.includes('--force') && [addonFile, prebuiltFile].some(loads)) return;
  say(`there is no ready addon for ${process.platform}-${process.arch} that loads here`);
  buildAddon();
});

// In a process of its own, for what does not load may also crash.
function loads(file) {
  const code = `require(${JSON.stringify(join(root, file))}).version()`;
  return existsSync(join(root, file)) && spawnSync(process.execPath, ['-e', code], { stdio: 'ignore' }).status === 0;
}
