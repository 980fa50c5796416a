// Builds and runs the C++ tests. --sanitize: under AddressSanitizer and UndefinedBehaviorSanitizer. --if-possible: where there is
// no CMake or compiler they are skipped, visibly, and that is no failure. --all: those that need MPFR may not be left out.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { forgetOtherCache } from './lib/addon.mjs';
import { locked } from './lib/lock.mjs';
import { root, say } from './lib/root.mjs';
import { run, StepFailed, top } from './lib/run.mjs';
import { compiler, hasCMake } from './lib/toolchain.mjs';

const asked = new Set(process.argv.slice(2));
const sanitize = asked.has('--sanitize');
const out = sanitize ? 'build/test-sanitize' : 'build/test';
const jobs = String(availableParallelism());

await top(async () => {
  const lacking = [...(hasCMake() ? [] : ['CMake 3.19 or newer']), ...(compiler() ? [] : ['a C++17 compiler'])];
  if (lacking.length > 0) {
    const reason = `the C++ tests need ${lacking.join(' and ')} (Debian: apt-get install cmake g++)`;
    if (!asked.has('--if-possible')) throw new StepFailed(reason);
    return say(`SKIPPED: ${reason}`);
  }
  await locked(() => {
    say(`building the C++ tests${sanitize ? ' with AddressSanitizer and UndefinedBehaviorSanitizer' : ''}`);
    forgetOtherCache(out);
    run('cmake', ['-S', root, '-B', out, '-DCMAKE_BUILD_TYPE=Release', '-DPARABOUND_TESTS=ON', `-DPARABOUND_SANITIZE=${sanitize ? 'ON' : 'OFF'}`], { quiet: true });
    run('cmake', ['--build', out, '--parallel', jobs], { quiet: true });
  });
  tellOfMpfr();
  run('ctest', ['--test-dir', out, '--output-on-failure', '--no-tests=error', '--parallel', jobs], {
    env: { UBSAN_OPTIONS: 'print_stacktrace=1', ASAN_OPTIONS: 'strict_string_checks=1:detect_stack_use_after_return=1' },
  });
});

function tellOfMpfr() {
  const cache = readFileSync(join(root, out, 'CMakeCache.txt'), 'utf8');
  const { native_tests_mpfr: tests } = JSON.parse(readFileSync(join(root, 'native/sources.gypi'), 'utf8')).variables;
  if (tests.length === 0 || !/^(MPFR_|GMP_)\w+:\w+=.*-NOTFOUND$/m.test(cache)) return;
  const reason = `MPFR is not installed (Debian: apt-get install libmpfr-dev), so these were left out: ${tests.join(', ')}`;
  if (asked.has('--all')) throw new StepFailed(reason);
  say(`SKIPPED: ${reason}`);
}
