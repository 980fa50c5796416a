// What this machine can build C++ with.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const prefix = dirname(dirname(realpathSync(process.execPath)));

/** The first line of `command --version`, or undefined where it cannot be run. @param {string} command */
export function versionLine(command) {
  const result = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.split('\n')[0] : undefined;
}

/** The C++ compiler that the builds will find, or undefined. */
export function compiler() {
  const named = process.env.CXX?.split(' ')[0];
  return [...(named ? [named] : []), 'c++', 'g++', 'clang++'].find((command) => versionLine(command) !== undefined);
}

/** Whether there is a CMake, and one that knows string(JSON): 3.19. */
export function hasCMake() {
  const version = /(\d+)\.(\d+)/.exec(versionLine('cmake') ?? '');
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > 3 || (major === 3 && minor >= 19);
}

/** The folder whose include/node holds the headers of the Node that runs this, or undefined. */
export function nodeHeaders() {
  return [prefix, process.env.npm_config_nodedir].find(
    (folder) => folder && existsSync(join(folder, 'include', 'node', 'node_api.h')) && existsSync(join(folder, 'include', 'node', 'common.gypi')),
  );
}

/** The script of cmake-js, or undefined where it is not installed. */
export function cmakeJs() {
  return resolved('cmake-js/bin/cmake-js');
}

/** The script of node-gyp: the project's own, else the one that npm brings along; or undefined. */
export function nodeGyp() {
  const besideNode = join(prefix, 'lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js');
  return resolved('node-gyp/bin/node-gyp.js') ?? [process.env.npm_config_node_gyp, besideNode].find((file) => file && existsSync(file));
}

/** What node-gyp needs and is not here, in words. */
export function lackingForNodeGyp() {
  return [
    ...(nodeGyp() === undefined ? ['node-gyp (npm install node-gyp)'] : []),
    ...(['python3', 'python'].some(versionLine) ? [] : ['Python 3']),
    ...(versionLine('make') === undefined ? ['make'] : []),
    ...(nodeHeaders() === undefined
      ? [`the headers of Node ${process.version}, which are not installed beside ${process.execPath} (the archive from nodejs.org has them; so has Debian's libnode-dev; npm_config_nodedir can name another place)`]
      : []),
  ];
}

/** @param {string} request */
function resolved(request) {
  try {
    return require.resolve(request);
  } catch {
    return undefined;
  }
}
