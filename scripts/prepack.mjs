// Before npm pack: everything built, and the addon laid where the package looks for one that came with it.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonFile, prebuiltFile } from './lib/addon.mjs';
import { root, say } from './lib/root.mjs';
import { top } from './lib/run.mjs';
import { setup } from './setup.mjs';

await top(async () => {
  await setup();
  rmSync(join(root, 'prebuilds'), { recursive: true, force: true });
  mkdirSync(dirname(join(root, prebuiltFile)), { recursive: true });
  copyFileSync(join(root, addonFile), join(root, prebuiltFile));
  say(`packing the addon for ${process.platform}-${process.arch}; elsewhere the package builds it when it is installed`);
});
