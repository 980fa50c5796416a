// One set-up at a time in one folder, so that `npm start` and `npm test` side by side do not build into each other.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './root.mjs';

const file = join(root, 'build', 'lock');

/** @param {() => void | Promise<void>} step */
export async function locked(step) {
  mkdirSync(join(root, 'build'), { recursive: true });
  let told = false;
  while (!take()) {
    if (!told) say('waiting for another set-up in this folder to end');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await step();
  } finally {
    rmSync(file, { force: true });
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (ownerAlive()) return false;
    rmSync(file, { force: true });
    return take();
  }
}

function ownerAlive() {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    // 0: created and not yet written.
    if (owner !== 0) process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
