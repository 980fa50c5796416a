/** A thread of the checker: proves leaves, or runs the solver. */
import { parentPort, workerData } from 'node:worker_threads';
import { proveLeaves, type Task } from './check.js';
import { serve } from './solver.js';

if (workerData === null) await serve();
else parentPort!.postMessage(proveLeaves(workerData as Task));
