// Builds the C++ addon: with cmake-js from CMakeLists.txt, or with node-gyp from binding.gyp where there is no CMake.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { root, say } from './root.mjs';
import { run, StepFailed } from './run.mjs';
import { filesUnder, fingerprint, isCurrent, stamped, versionOf } from './stamp.mjs';
import { cmakeJs, compiler, hasCMake, lackingForNodeGyp, nodeGyp, nodeHeaders } from './toolchain.mjs';

export const addonFile = 'build/Release/parabound.node';
export const gypAddonFile = 'build/gyp/build/Release/parabound.node';
export const prebuiltFile = `prebuilds/${process.platform}-${process.arch}/parabound.node`;
const stamp = 'build/addon.stamp';
const gypStamp = 'build/gyp.stamp';

/** All that decides what the addon is. Node's own version does not: Node-API is the same in each. */
function addonFingerprint() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = filesUnder('native', /\.(cpp|hpp|gypi)$/);
  return fingerprint([...files, 'CMakeLists.txt', 'binding.gyp'], [
    version, process.platform, process.arch, process.env.CXX ?? '', process.env.CXXFLAGS ?? '',
    versionOf('node-addon-api'), versionOf('node-api-headers'),
  ]);
}

export function addonCurrent() {
  return existsSync(join(root, addonFile)) && isCurrent(stamp, addonFingerprint());
}

/** Builds with whatever is there, into build/Release. */
export function buildAddon() {
  const value = addonFingerprint();
  needCompiler();
  const withCMake = hasCMake() && cmakeJs() !== undefined;
  say(`building the C++ addon with ${withCMake ? 'cmake-js' : 'node-gyp (there is no CMake 3.19 or newer here)'}; half a minute on two cores`);
  stamped(stamp, value, () => put(withCMake ? withCMakeJs() : withNodeGyp(), addonFile));
}

/** Builds with node-gyp whatever is there, into build/gyp, for the test that compares the two builds. */
export function buildGypAddon() {
  if (existsSync(join(root, gypAddonFile)) && isCurrent(gypStamp, addonFingerprint())) return say('the node-gyp build is up to date');
  needCompiler();
  say('building the C++ addon with node-gyp');
  stamped(gypStamp, addonFingerprint(), withNodeGyp);
}

/** Builds with cmake-js, under AddressSanitizer and UndefinedBehaviorSanitizer if asked; returns where the addon is. */
export function withCMakeJs({ sanitize = false } = {}) {
  const out = sanitize ? 'build/cmake-sanitize' : 'build/cmake';
  forgetOtherCache(out);
  run(process.execPath, [cmakeJs(), 'build', '--directory', root, '--out', join(root, out), '--log-level', 'warn', '--parallel', jobs(),
    ...(sanitize ? ['--CDPARABOUND_SANITIZE=ON'] : [])], { quiet: true });
  return `${out}/Release/parabound.node`;
}

// node-gyp always builds into ./build, which is not its own here; so it is given a copy of the sources.
function withNodeGyp() {
  const lacking = lackingForNodeGyp();
  if (lacking.length > 0) throw new StepFailed(`to build without CMake, node-gyp needs what is not here: ${lacking.join('; ')}. Installing CMake 3.19 or newer is enough instead.`);
  const folder = join(root, 'build', 'gyp');
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'native'), { recursive: true, force: true });
  for (const name of ['native', 'binding.gyp', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  run(process.execPath, [nodeGyp(), 'configure', 'build', `--nodedir=${nodeHeaders()}`, '--directory', folder, '--jobs', jobs(), '--loglevel', 'warn'], { quiet: true, cwd: folder });
  return gypAddonFile;
}

function jobs() {
  return String(availableParallelism());
}

function needCompiler() {
  if (compiler() === undefined) {
    throw new StepFailed('there is no C++ compiler here. Install one with C++17 (Debian, Ubuntu: apt-get install g++ cmake; macOS: xcode-select --install) and run this again.');
  }
}

// CMake keeps the compiler it first found, and refuses a folder that was moved: it starts anew when either has changed.
export function forgetOtherCache(out) {
  const made = JSON.stringify([root, process.env.CXX, process.env.CXXFLAGS, process.env.LDFLAGS]);
  if (!isCurrent(`${out}.made`, made)) rmSync(join(root, out), { recursive: true, force: true });
  stamped(`${out}.made`, made, () => {});
}

// By renaming, so that a process which has the old addon open keeps it whole.
function put(from, to) {
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(root, from), `${target}.new`);
  renameSync(`${target}.new`, target);
}
