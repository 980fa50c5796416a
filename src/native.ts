/**
 * The C++ addon: its typed interface, and its loading. Native code is reached through `addon()` alone.
 * test/unit/native.test.ts proves that the names here are the names that the addon exports.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ParaboundError } from './errors.js';
import type { IntervalKernel } from './interval/kernel.js';
import type { NativeJudging } from './search/judge.js';
import type { NativeSearch } from './search/native.js';

export interface NativeAddon extends NativeSearch, NativeJudging {
  /** The version of the package that the addon was built for. */
  version(): string;
  /** The rounding mode of the calling thread, as its additions show it; anything but 'nearest' in JavaScript is a fault. */
  roundingMode(): 'nearest' | 'upward' | 'downward' | 'zero' | 'unknown';
  /** The interval kernel, for tests and benchmarks. */
  interval(): IntervalKernel;
}

/** Every name that the addon exports. The type makes a name that is missing or spurious here an error. */
const names: Record<keyof NativeAddon, true> = {
  version: true,
  roundingMode: true,
  interval: true,
  Problem: true,
  Frontier: true,
  closingThreshold: true,
  Judge: true,
};
export const exportedNames = Object.keys(names) as (keyof NativeAddon)[];

const root = new URL('../', import.meta.url);

/** Where an addon may be, best first: one built here, then the one that came with the package. */
const places = ['build/Release/parabound.node', `prebuilds/${process.platform}-${process.arch}/parabound.node`];

let loaded: NativeAddon | undefined;

/** The addon, loaded on first use. Throws ADDON_UNAVAILABLE, with what to run, where there is none that loads. */
export function addon(): NativeAddon {
  // PARABOUND_ADDON names another build, as the one with sanitizers; it alone is tried then.
  const other = process.env.PARABOUND_ADDON;
  loaded ??= loadAddon(other ? [other] : places.map((place) => fileURLToPath(new URL(place, root))));
  return loaded;
}

/** Loads the first of `files` that exists and is whole. @internal */
export function loadAddon(files: readonly string[]): NativeAddon {
  const require = createRequire(import.meta.url);
  const faults: string[] = [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    try {
      const candidate = require(file) as Partial<NativeAddon>;
      const missing = exportedNames.filter((name) => typeof candidate[name] !== 'function');
      if (missing.length === 0) return candidate as NativeAddon;
      faults.push(`${file} is of another version: it lacks ${missing.join(', ')}`);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  const fault = faults.length === 0 ? 'it has not been built' : faults.join('; ');
  throw new ParaboundError('ADDON_UNAVAILABLE', `the C++ addon cannot be loaded: ${fault}; ${remedy()}`);
}

function remedy(): string {
  const command = existsSync(new URL('tsconfig.build.json', root))
    ? 'npm run build'
    : `node "${fileURLToPath(new URL('scripts/install.mjs', root))}"`;
  return `to mend it, run: ${command} (needs a C++17 compiler, and CMake or Python 3)`;
}
