// All that a fresh clone needs before it can run: dependencies, addon, dist/. What is up to date is skipped at once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildCurrent } from './build.mjs';
import { dependenciesCurrent, installDependencies } from './lib/dependencies.mjs';
import { locked } from './lib/lock.mjs';
import { root } from './lib/root.mjs';
import { StepFailed, top } from './lib/run.mjs';

export async function setup() {
  requireNode();
  if (dependenciesCurrent() && buildCurrent()) return;
  await locked(async () => {
    if (!dependenciesCurrent()) installDependencies();
    await build();
  });
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [wantedMajor, wantedMinor] = engines.node.replace('>=', '').split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new StepFailed(`Node ${engines.node} is needed, and this is ${process.version}.`);
  }
}

if (process.argv[1] === import.meta.filename) await top(setup);
