import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const json = <T>(path: string) => JSON.parse(readFileSync(at(path), 'utf8')) as T;

const under = (folder: string, pattern: RegExp) =>
  readdirSync(at(folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`).filter((name) => pattern.test(name));

describe('native/sources.gypi', () => {
  const { variables } = json<{ variables: Record<string, string[]> }>('native/sources.gypi');
  const listed = (...lists: string[]) => lists.flatMap((list) => variables[list]).sort();

  it('lists every C++ source there is, once', () => {
    expect(listed('native_sources', 'native_napi')).toEqual(under('native', /\.cpp$/).sort());
    expect(variables.native_napi.every((file) => file.startsWith('native/napi/'))).toBe(true);
    expect(variables.native_sources.some((file) => file.startsWith('native/napi/'))).toBe(false);
  });

  it('lists every C++ test there is, once', () => {
    expect(listed('native_tests', 'native_tests_mpfr')).toEqual(under('test/native', /\.cpp$/).sort());
  });

  it('keeps Node out of all but native/napi', () => {
    const knowing = under('native', /\.(cpp|hpp)$/).filter((file) => /#include\s*[<"](napi|node_api|node|uv|v8)\.h/.test(readFileSync(at(file), 'utf8')));
    expect(knowing.filter((file) => !file.startsWith('native/napi/'))).toEqual([]);
  });

  it('has the flags without which no enclosure is sound', () => {
    expect(variables.native_flags).toEqual(expect.arrayContaining(['-frounding-math', '-ffp-contract=off', '-fno-fast-math', '-fno-unsafe-math-optimizations']));
    expect(variables.native_flags.filter((flag) => /^-(march|mtune|mcpu|m(avx|fma|sse))/.test(flag))).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = json<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>('package.json');

  it('pins every version', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('is locked, and the lock names no registry', () => {
    const lock = readFileSync(at('package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/"resolved"|\.tgz/);
  });
});
