import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const minutes = 60_000;

/** `npm pack`, and its tarball installed into an empty project, as a user would. */
describe('the packed package in an empty project', () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'parabound-package-'));
    const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', project], root)) as { filename: string }[];
    writeFileSync(join(project, 'package.json'), '{"name":"empty","version":"1.0.0","private":true}\n');
    npm(['install', '--prefer-offline', '--no-audit', '--no-fund', `./${packed.filename}`], project);
    cpSync(join(root, 'examples/cats.json'), join(project, 'cats.json'));
  }, 5 * minutes);
  afterAll(() => { rmSync(project, { recursive: true, force: true }); });

  const installed = (path: string) => join(project, 'node_modules/parabound', path);

  it('carries the addon of this platform and compiles nothing', () => {
    expect(existsSync(installed(`prebuilds/${process.platform}-${process.arch}/parabound.node`))).toBe(true);
    expect(existsSync(installed('build'))).toBe(false);
  });

  it('carries no tests, and the sources that a build needs', () => {
    expect(existsSync(installed('test'))).toBe(false);
    const { variables } = JSON.parse(readFileSync(installed('native/sources.gypi'), 'utf8')) as { variables: Record<string, string[]> };
    for (const file of [...variables.native_sources, ...variables.native_napi, 'CMakeLists.txt', 'binding.gyp']) {
      expect(existsSync(installed(file)), file).toBe(true);
    }
  });

  it('has a command', () => {
    const { status, stdout, stderr } = spawnSync(join(project, 'node_modules/.bin/parabound'),
      ['estimate', 'epsilon', 'cats.json', '--delta', '0.01', '--gap', '1e-9', '--json'], { cwd: project, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expectCatsEpsilon(stdout);
  });

  const use = `
    const model = await loadModel('cats.json');
    const result = await estimateEpsilon(model, { delta: 0.01, gap: 1e-9 });
    console.log(JSON.stringify(result));`;

  it('can be imported', () => {
    expectCatsEpsilon(node('use.mjs', `import { loadModel, estimateEpsilon } from 'parabound';${use}`));
  });

  it('can be required, with no warning, and is then the same modules', () => {
    expectCatsEpsilon(node('use.cjs', `const { loadModel, estimateEpsilon } = require('parabound');(async () => {${use}})();`));
    expect(node('same.mjs', `
      import { createRequire } from 'node:module';
      import * as imported from 'parabound';
      const required = createRequire(import.meta.url)('parabound');
      console.log(Object.keys(imported).every((name) => imported[name] === required[name]));`)).toBe('true\n');
  });

  const typed = `
    async function main(): Promise<number> {
      const model = await loadModel('cats.json');
      const result = await estimateEpsilon(model, { delta: 0.01 });
      const error: ParaboundError = new ParaboundError('INTERNAL', 'none');
      // @ts-expect-error: delta is a number; if this is no error, everything is 'any'
      await estimateEpsilon(model, { delta: {} });
      return result.lower + error.message.length;
    }
    void main();`;
  const names = '{ loadModel, estimateEpsilon, ParaboundError }';

  it.each([
    { file: 'use.mts', module: 'node16' },
    { file: 'use.cts', module: 'node16' },
    { file: 'use.mts', module: 'nodenext' },
    { file: 'use.cts', module: 'nodenext' },
    { file: 'use.ts', module: 'esnext', resolution: 'bundler' },
  ])('has its types seen in $file under $module', ({ file, module, resolution }) => {
    const folder = join(project, `types-${module}-${file}`);
    mkdirSync(folder);
    writeFileSync(join(folder, file), `import ${names} from 'parabound';${typed}`);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        module, moduleResolution: resolution ?? module, target: 'es2022', strict: true, noEmit: true, skipDefaultLibCheck: true,
        types: ['node'], typeRoots: [join(root, 'node_modules/@types')],
      },
      files: [file],
    }));
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  // Takes as long as the addon takes to compile; .ci/run asks for it.
  it.skipIf(process.env.PARABOUND_ALL_TESTS === undefined)('builds its addon where none that loads came with it', () => {
    rmSync(installed('prebuilds'), { recursive: true });
    const { status, stderr } = spawnSync('npm', ['rebuild', 'parabound', '--foreground-scripts'], { cwd: project, env: withoutNpm(), encoding: 'utf8' });
    expect(stderr).toMatch(/building the C\+\+ addon/);
    expect(status).toBe(0);
    expect(existsSync(installed('build/Release/parabound.node'))).toBe(true);
  });

  /** What the script prints; it must succeed, and say nothing on stderr. */
  function node(file: string, code: string): string {
    writeFileSync(join(project, file), code);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  }
}, 5 * minutes);

function expectCatsEpsilon(json: string): void {
  const { lower, upper } = JSON.parse(json) as { lower: number; upper: number };
  expect(lower).toBeCloseTo(0.05752576, 8);
  expect(upper - lower).toBeLessThanOrEqual(1e-9);
  expect(upper).toBeGreaterThanOrEqual(lower);
}

/** As a user calls it: without what npm tells the scripts it runs, so that nothing of this project's leaks in. */
function npm(args: string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, env: withoutNpm(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}
