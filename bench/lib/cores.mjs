// How many cores this process really has at the moment: on a shared machine fewer than it counts, and nothing else tells.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { addon } from '../../dist/native.js';
import { median, timed } from './measure.mjs';

/** About 10 ms of arithmetic in registers. */
const ROUNDS = 1e7;

if (!isMainThread) parentPort.on('message', () => parentPort.postMessage(addon().interval().fmaPeak('scalar', ROUNDS).seconds));

/** What two threads that share nothing get done in the time of one: 2 where two cores are free. */
export async function twoThreads(repetitions = 15) {
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  const work = (worker) => {
    worker.postMessage(null);
    return once(worker, 'message'); // rejects on 'error'
  };
  await Promise.all(workers.map(work));
  const gains = [];
  for (let i = 0; i < repetitions; i++) {
    const one = await timed(() => work(workers[i % 2]));
    const two = await timed(() => Promise.all(workers.map(work)));
    gains.push((2 * one.ms) / two.ms);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return median(gains);
}
