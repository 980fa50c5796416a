/** A thread of the checker: proves leaves, or asks the solver. */
import { parentPort } from 'node:worker_threads';
import { proveLeaves } from './check.js';
import { answer } from './solver.js';

parentPort!.on('message', (task: Parameters<typeof proveLeaves> | Parameters<typeof answer>) => {
  void (async () => parentPort!.postMessage(task.length === 2 ? await answer(...task) : proveLeaves(...task)))();
});
