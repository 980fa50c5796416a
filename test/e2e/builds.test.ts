import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { NativeAddon } from '../../src/native.js';

const require = createRequire(import.meta.url);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const cmakeBuild = at('build/cmake/Release/parabound.node');
const gypBuild = at('build/gyp/build/Release/parabound.node');
const makefile = at('build/gyp/build/parabound.target.mk');

// The stamps are of the sources that each was built from.
const bothBuilt = existsSync(cmakeBuild) && existsSync(gypBuild)
  && readIfThere(at('build/addon.stamp')) === readIfThere(at('build/gyp.stamp'));
if (!bothBuilt) console.warn('SKIPPED: the two builds are not compared, for one is missing or older; npm run build:gyp makes it (and npm run build, with CMake, the other)');

describe.skipIf(!bothBuilt)('the cmake-js and the node-gyp build', () => {
  const load = (file: string) => require(file) as NativeAddon;

  it('export the same functions', () => {
    const [one, other] = [load(cmakeBuild), load(gypBuild)];
    const signature = (addon: NativeAddon) => Object.entries(addon).map(([name, value]) => `${name}: ${typeof value}`).sort();
    expect(signature(other)).toEqual(signature(one));
    expect(signature(one).length).toBeGreaterThan(0);
    expect(other.version()).toBe(one.version());
  });

  it.skipIf(!existsSync(makefile))('give the compiler every flag of the list, last, and with none beside it that unsettles rounding', () => {
    const { native_flags: wanted } = (JSON.parse(readFileSync(at('native/sources.gypi'), 'utf8')) as { variables: { native_flags: string[] } }).variables;
    const gyp = /CFLAGS_CC_Release := \\\n((?:\t.*\n)*)/.exec(readFileSync(makefile, 'utf8'))?.[1]?.split(/[\s\\]+/).filter(Boolean) ?? [];
    expect(gyp.slice(-wanted.length)).toEqual(wanted);
    const all = readFileSync(makefile, 'utf8') + readIfThere(at('build/cmake/build.ninja'));
    expect(all).not.toMatch(/-ffast-math|-Ofast|-funsafe-math|-march=|-ffp-contract=(fast|on)/);
  });
});

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
