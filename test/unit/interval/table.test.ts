import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';

it('native/interval/exp_table.hpp is what its generator writes, in exact arithmetic', () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../../native/interval/exp_table.gen.mjs', import.meta.url)), '--check'], { stdio: 'pipe' });
});
