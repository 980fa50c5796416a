// Multiply-adds a second: what the machine can do at most, and how to time what is held to it.
import { addon } from '../../dist/native.js';
import { measured } from './benchmark.mjs';
import { median } from './measure.mjs';

/** So many rounds that a call takes about a millisecond; the call itself is then nothing. */
export function oneMillisecond(work) {
  let rounds = 1;
  while (work(rounds).seconds < 1e-3) rounds *= 2;
  return () => work(rounds);
}

/** 10^9 multiply-adds a second: of the median call. */
export function rate(call, quick) {
  return call().multiplyAdds / median(measured(call, quick ? 0.05 : 0.3)) / 1e9;
}

/** Independent multiply-adds in registers, on one thread; by the back end in use unless one is named. */
export function peak(backend = addon().interval().chosenBackend()) {
  return oneMillisecond((rounds) => addon().interval().fmaPeak(backend, rounds));
}
