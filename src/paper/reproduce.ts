import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asParaboundError, type ParaboundError } from '../errors.js';
import { loadModel } from '../network/load.js';
import type { Model } from '../network/model.js';
import { evaluate } from '../query/evaluate.js';
import { version } from '../version.js';
import { globalResults, pointResults, type Run } from './analysis.js';
import { refutations } from './findings.js';
import { DELTAS, NETWORKS } from './paper.js';
import { randomInputs } from './points.js';
import { refutationText, type RefutationText } from './refutation-text.js';
import type { NetworkResults, Reproduction } from './reproduction.js';
import { closingText, tableText } from './table.js';
import { writeFiles } from '../output.js';

export interface ReproduceOptions {
  /** Where the figures, the page and results.json go. Default: ./parabound-reproduction. */
  out?: string;
  threads?: number;
  /** An abort resolves with what was proved by then; nothing is written. */
  signal?: AbortSignal;
  onProgress?: (progress: ReproduceProgress) => void;
  /** Receives the report piece by piece, as soon as it is proved: the table comes before anything is drawn or written. */
  print?: (text: string) => void;
}

export interface ReproduceProgress {
  /** What is being done, for people. */
  stage: string;
  done: number;
  total: number;
}

export interface ReproduceResult {
  reproduction: Reproduction;
  /** The directory and the files in it; null where nothing could be written or the run was cut short. */
  written: { directory: string; files: string[] } | null;
  /** Why nothing, or not everything, was written. What was proved is in `reproduction` all the same. */
  outputError: ParaboundError | null;
}

export const DEFAULT_OUT = 'parabound-reproduction';

/** Narrow enough for nine decimals. */
const GAP = 1e-9;
const POINTS = 1000;
const SEED = 2019;

/**
 * The paper's Table 1 and Figs. 6, 7 and 8, from the networks in examples/.
 */
export async function reproduce(options: ReproduceOptions = {}): Promise<ReproduceResult> {
  const { signal, onProgress = () => undefined, print = () => undefined } = options;
  const startedAt = performance.now();
  const run: Run = { gap: GAP, ...(options.threads === undefined ? {} : { threads: options.threads }), ...(signal === undefined ? {} : { signal }) };
  const aborted = (): boolean => signal?.aborted === true;

  const models: Model[] = [];
  const networks: NetworkResults[] = [];
  const reproduction: Reproduction = {
    schema: 'parabound/reproduction@1', version, semantics: 'real', status: 'complete', seconds: 0, gap: GAP, seed: SEED, networks,
  };
  for (const network of NETWORKS) {
    const model = await loadModel(exampleFile(network.model));
    const domain = Array.from(model.domain!);
    const inputs = [0, 1].map((i) => model.inputName(i));
    const labels = [0, 1].map((label) => model.className(label));
    const results: NetworkResults = {
      network, model: { hash: model.hash, inputs, domain, labels, level: model.level }, points: randomInputs(domain, POINTS, SEED), deltas: [],
    };
    models.push(model);
    networks.push(results);
    for (const delta of DELTAS) {
      onProgress({ stage: `Table 1: ${network.title}, delta ${delta}`, done: networks.length * 2 - 2 + results.deltas.length, total: NETWORKS.length * 2 });
      results.deltas.push(await globalResults(model, delta, run));
    }
  }
  print(tableText(reproduction));
  const refuted = refutations(reproduction).map((each) => {
    const index = NETWORKS.indexOf(each.network);
    const point = evaluate(models[index], { at: each.bound.witness!.input, parameters: each.bound.witness!.parameters! });
    return refutationText(each, point, networks[index].model.inputs, witnessFile(each));
  });
  print(closingText(refuted));

  await figureData(reproduction, models, run, onProgress);
  reproduction.seconds = (performance.now() - startedAt) / 1000;
  if (aborted()) {
    reproduction.status = 'interrupted';
    print('Interrupted: no figures were drawn and nothing was written.');
    return { reproduction, written: null, outputError: null };
  }
  return write(reproduction, models, refuted, resolve(options.out ?? DEFAULT_OUT), onProgress, print);
}

/** Local epsilon and flips at the random inputs of each figure. */
async function figureData({ networks }: Reproduction, models: Model[], run: Run, onProgress: (progress: ReproduceProgress) => void): Promise<void> {
  const total = networks.length * DELTAS.length * POINTS;
  let done = 0;
  for (const [i, { network, points, deltas }] of networks.entries()) {
    for (const results of deltas) {
      const stage = `Fig. ${network.figure}: ${points.length} inputs, delta ${results.delta}`;
      results.points = await pointResults(models[i], points, results.delta, run, () => {
        if (done++ % 100 === 0) onProgress({ stage, done, total });
      });
    }
  }
}

async function write(
  reproduction: Reproduction, models: Model[], refuted: RefutationText[], directory: string,
  onProgress: (progress: ReproduceProgress) => void, print: (text: string) => void,
): Promise<ReproduceResult> {
  try {
    const files = await outputFiles(reproduction, models, refuted, onProgress);
    await writeFiles(directory, files);
    print(`Figures, page and results: ${directory} (open index.html)`);
    return { reproduction, written: { directory, files: [...files.keys()] }, outputError: null };
  } catch (error) {
    return { reproduction, written: null, outputError: asParaboundError(error) };
  }
}

/** Everything that is written, by name. The drawing code is loaded here, when it is needed. */
async function outputFiles(
  reproduction: Reproduction, models: Model[], refuted: RefutationText[], onProgress: (progress: ReproduceProgress) => void,
): Promise<Map<string, string>> {
  const { renderFigure } = await import('./figure.js');
  const { pageHtml } = await import('./page.js');
  const files = new Map<string, string>();
  const figures: string[] = [];
  for (const [i, results] of reproduction.networks.entries()) {
    onProgress({ stage: `drawing Fig. ${results.network.figure}`, done: i, total: models.length });
    figures.push(await renderFigure(results, models[i]));
    files.set(`figure-${results.network.figure}.svg`, figures[i]);
    files.set(results.network.model, await readFile(exampleFile(results.network.model), 'utf8'));
  }
  for (const refutation of refutations(reproduction)) {
    files.set(witnessFile(refutation), `${JSON.stringify(refutation.bound.witness)}\n`);
  }
  files.set('results.json', `${JSON.stringify(reproduction)}\n`); // Infinity becomes null
  files.set('index.html', pageHtml(reproduction, figures, refuted));
  return files;
}

/** The examples lie beside src and beside dist. */
function exampleFile(name: string): URL {
  return new URL(`../../examples/${name}`, import.meta.url);
}

function witnessFile({ network, quantity, delta }: { network: { id: string }; quantity: string; delta: number }): string {
  return `witness-${network.id}-${quantity}-${delta}.json`;
}
