#!/usr/bin/env node
import { listen } from './signals.js';
import { guardStreams, leave } from './terminal.js';

listen();
guardStreams();
const { run } = await import('./run.js');
leave(await run(process.argv.slice(2)));
