// The package's own folder, and how a step tells what it does.
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** @param {string} message */
export function say(message) {
  process.stderr.write(`parabound: ${message}\n`);
}
