import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAthletes } from './athletes.js';
import { formatModel, modelFile } from './model-file.js';
import type { HiddenActivation } from './perceptron.js';
import { athletesShape, trainRestarts } from './select.js';

/** The paper's training accuracies (section 5). */
const PAPER: Record<HiddenActivation, string> = { relu: '77.19', linear: '77.36' };

/**
 * Trains ATH-ReLU and ATH-Linear: `npm run train -- athletes.csv [directory for the two model files [all]]`. With `all` the networks
 * of the other seeds are written too, to see how much hangs on the choice.
 */
async function main([csv, out, all]: string[]): Promise<void> {
  if (csv === undefined || (all !== undefined && all !== 'all')) throw new Error('usage: train ATHLETES.CSV [OUT_DIRECTORY [all]]');
  const rows = await readAthletes(csv);
  console.log(`${String(rows.length)} athletes with height and weight`);
  for (const activation of ['relu', 'linear'] as const) {
    const restarts = trainRestarts(activation, rows);
    for (const { seed, accuracy, active } of restarts) {
      const units = active.map((fraction) => `${(100 * fraction).toFixed(1)}%`).join(', ');
      console.log(`${activation} seed ${String(seed)}: accuracy ${(100 * accuracy).toFixed(2)}%; hidden units positive on ${units} of the rows`);
    }
    const [best] = restarts;
    console.log(`${activation}: kept seed ${String(best.seed)} (paper's accuracy ${PAPER[activation]}%)`);
    if (out === undefined) continue;
    for (const one of all === undefined ? [best] : restarts) {
      const path = join(out, `athletes-${activation}${one === best ? '' : `-seed-${one.seed}`}.json`);
      await writeFile(path, formatModel(modelFile(athletesShape(activation), one, rows.length)));
      console.log(`wrote ${path}`);
    }
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
