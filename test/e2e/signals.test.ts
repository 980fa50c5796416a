import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const module = (name: string) => new URL(`../../dist/cli/${name}.js`, import.meta.url).href;

/** Starts a process whose libuv threads are busy for a minute, as with a box of a large network, and which has asked for mercy. */
function busy(): Promise<{ signal: (name: NodeJS.Signals) => Promise<void>; ended: Promise<[number | null, NodeJS.Signals | null]>; kill: () => void }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `
    import { pbkdf2 } from 'node:crypto';
    import { listen, stopGracefully } from ${JSON.stringify(module('signals'))};
    listen();
    stopGracefully().addEventListener('abort', () => console.log('stopping'));
    pbkdf2('', '', 2e8, 64, 'sha512', () => console.log('done'));
    console.log('busy');`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = () => new Promise<void>((resolve) => child.stdout.once('data', () => { resolve(); }));
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => child.once('exit', (...how) => { resolve(how); }));
  return said().then(() => ({
    signal: async (name) => {
      const heard = said();
      child.kill(name);
      await Promise.race([heard, ended]);
    },
    ended,
    kill: () => { child.kill('SIGKILL'); },
  }));
}

describe('a second signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends the process at once, whatever runs on libuv\'s threads: %s', async (name) => {
    const { signal, ended, kill } = await busy();
    const timer = setTimeout(kill, 10_000);
    await signal(name);
    await signal(name);
    expect(await ended).toEqual([null, name]); // a shell's 130 or 143
    clearTimeout(timer);
  }, 20_000);
});
