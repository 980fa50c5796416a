import { createHash } from 'node:crypto';
import type { Model } from '../network/model.js';
import { checkModel } from '../query/settings.js';
import { collect } from './collect.js';
import type { Section } from './content.js';
import { planOf, type Plan, type ReportOptions } from './options.js';
import { pageHtml } from './page.js';
import type { ReportResults } from './results.js';
import { epsilonSection, labelSection, sigmaSection } from './sections/answers.js';
import { assumptionsSection } from './sections/assumptions.js';
import { checkSection } from './sections/check.js';
import { questionSection } from './sections/question.js';
import { readingSection } from './sections/reading.js';
import { regionSection } from './sections/region.js';
import { schemesSection } from './sections/schemes.js';
import { sensitivitySection } from './sections/sensitivity.js';
import { verdictSection } from './sections/verdict.js';

export interface Report {
  /** One self-contained page. */
  html: string;
  /** What the page is made from, and holds as JSON. */
  results: ReportResults;
  /** SHA-256 of the results as JSON text, which the page states. */
  hash: string;
}

/**
 * Asks how far outputs move, which margins are safe and whether labels stay, and makes a page of the answers for somebody who was not there.
 * `timeout` (default 60 s) is for everything together. An abort resolves with a page of what was proved by then.
 *
 * @throws ParaboundError as the queries do, before anything is searched
 */
export async function report(model: Model, options: ReportOptions): Promise<Report> {
  checkModel(model, 'model');
  const plan = planOf(options);
  const results = await collect(model, plan);
  const json = JSON.stringify(results); // Infinity becomes null
  const hash = createHash('sha256').update(json).digest('hex');
  return { html: pageHtml(results, await sectionsOf(results, plan, hash), json), results, hash };
}

async function sectionsOf(results: ReportResults, plan: Plan, hash: string): Promise<Section[]> {
  return [
    verdictSection(results),
    questionSection(results),
    readingSection(),
    labelSection(results),
    epsilonSection(results),
    sigmaSection(results),
    await regionSection(results),
    await sensitivitySection(results),
    await schemesSection(results),
    assumptionsSection(results),
    checkSection(results, plan, hash),
  ].filter((section) => section !== null);
}
