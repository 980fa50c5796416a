/** A thread of the checker. */
import { parentPort, workerData } from 'node:worker_threads';
import { proveLeaves, type Task } from './check.js';

parentPort!.postMessage(proveLeaves(workerData as Task));
