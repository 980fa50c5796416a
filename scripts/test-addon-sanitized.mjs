// Runs the tests that search through the addon, with an addon built under AddressSanitizer and UndefinedBehaviorSanitizer: what the
// C++ tests do for the kernel, this does for the search and its border with JavaScript. Needs GCC on Linux, whose run-time
// libraries can be loaded before Node.
import { execFileSync } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { withCMakeJs } from './lib/addon.mjs';
import { locked } from './lib/lock.mjs';
import { root, say } from './lib/root.mjs';
import { run, StepFailed, top } from './lib/run.mjs';
import { compiler, hasCMake } from './lib/toolchain.mjs';
import { setup } from './setup.mjs';

await top(async () => {
  await setup();
  if (!hasCMake()) throw new StepFailed('this needs CMake 3.19 or newer');
  const runtimes = ['libasan.so', 'libubsan.so'].map(runtime);
  let addon;
  await locked(() => {
    say('building the C++ addon with AddressSanitizer and UndefinedBehaviorSanitizer');
    addon = withCMakeJs({ sanitize: true });
  });
  const tests = process.argv.slice(2);
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=600000', ...(tests.length > 0 ? tests : ['test/oracle', 'test/property'])], {
    env: {
      PARABOUND_ADDON: join(root, addon),
      LD_PRELOAD: runtimes.join(' '),
      ASAN_OPTIONS: 'detect_leaks=0', // Node's own memory at exit is not ours to judge
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  });
});

function runtime(name) {
  const file = process.platform === 'linux' ? execFileSync(compiler() ?? 'c++', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim() : name;
  if (!isAbsolute(file)) throw new StepFailed(`this needs GCC's ${name}, on Linux`);
  return file;
}
