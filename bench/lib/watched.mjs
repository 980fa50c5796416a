import { estimateEpsilon, verifyEpsilon } from '../../dist/index.js';
import { addon } from '../../dist/native.js';
import { timed } from './measure.mjs';

/**
 * Epsilon, or whether `epsilon` holds, with when the first slice came back (before that one thread bounds the root, however many there are), the boxes a second from
 * then on, and the multiply-adds of all its matrix products: of other searches too, if they run at the same time.
 */
export async function watched(model, options) {
  const counted = () => addon().interval().multiplyAdds();
  const before = counted();
  const startedAt = performance.now();
  let first;
  const onProgress = ({ boxes }) => void (first ??= { ms: performance.now() - startedAt, boxes });
  const { ms, value } = await timed(() => (options.epsilon === undefined ? estimateEpsilon : verifyEpsilon)(model, { ...options, onProgress }));
  return { ...value, multiplyAdds: counted() - before, startMs: first.ms, farmedMs: ms - first.ms, farmed: (1000 * (value.stats.boxes - first.boxes)) / (ms - first.ms) };
}
