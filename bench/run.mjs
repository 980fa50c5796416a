// npm run bench [-- [--quick] [--full] [--list] FILTER...]: measures, prints, and keeps what whole suites gave in bench/results/.
// A target that is missed is a measurement, not a failure: the exit status is 0 unless something broke or the arguments are wrong.
import { parseArgs } from 'node:util';
import { describe, machine, surroundings } from './lib/machine.mjs';
import { heading, line, settle } from './lib/rows.mjs';
import { folder, keep, summarise } from './lib/results.mjs';
import certificates from './suites/certificates.mjs';
import cold from './suites/cold.mjs';
import deepAnytime from './suites/deep-anytime.mjs';
import deepCopies from './suites/deep-copies.mjs';
import { domain as deepDomain, domainLong as deepDomainLong } from './suites/deep-domain.mjs';
import deepImages from './suites/deep-images.mjs';
import deepRoots from './suites/deep-roots.mjs';
import deepSearch from './suites/deep-search.mjs';
import deepThroughput from './suites/deep-throughput.mjs';
import dreal from './suites/dreal.mjs';
import kernels from './suites/kernels.mjs';
import local from './suites/local.mjs';
import networks from './suites/networks.mjs';
import paper from './suites/paper.mjs';
import peers from './suites/peers.mjs';
import smt from './suites/smt.mjs';
import threads from './suites/threads.mjs';
import verdicts from './suites/verdicts.mjs';

const SUITES = [kernels, paper, networks, threads, cold, local, verdicts, peers, smt, dreal, certificates, deepRoots, deepSearch, deepAnytime, deepCopies, deepImages, deepDomain, deepDomainLong, deepThroughput];

/** Runs the cases of a suite that are asked for; returns the rows, and whether that was all of them without a fault. */
async function measure(suite, cases, wanted) {
  const rows = [];
  const lacking = suite.lacking?.();
  let whole = lacking === undefined;
  console.log(heading(suite));
  if (lacking !== undefined) console.log(`        ${lacking}`);
  for (const each of cases) {
    if (!wanted(suite, each)) {
      whole = false;
      continue;
    }
    try {
      const row = settle(each, await each.run());
      rows.push(row);
      console.log(line(row));
    } catch (error) {
      whole = false;
      process.exitCode = 1;
      console.log(`  FAILED  ${each.name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return { rows, whole };
}

function question() {
  try {
    return parseArgs({ options: { quick: { type: 'boolean', default: false }, full: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } }, allowPositionals: true });
  } catch (error) {
    console.error(`${error.message}\nnpm run bench [-- [--quick] [--full] [--list] FILTER...]`);
    process.exit(2);
  }
}

const { values: { quick, full, list }, positionals } = question();
const filters = positionals.map((text) => text.toLowerCase());
const wanted = (suite, { name }) => filters.length === 0 || filters.some((text) => `${suite.name} ${name}`.toLowerCase().includes(text));
const all = [];
for (const suite of SUITES) all.push({ suite, cases: await suite.cases({ quick, full }) });
const chosen = all.filter(({ suite, cases }) => cases.some((each) => wanted(suite, each)));
if (chosen.length === 0) {
  console.error(`nothing is called ${positionals.join(' or ')}; npm run bench -- --list shows the names`);
  process.exit(2);
}
if (list) {
  for (const { suite, cases } of chosen) for (const each of cases.filter((one) => wanted(suite, one))) console.log(`${suite.name} ${each.name}`);
  process.exit(0);
}

console.log(describe(machine()));
if (quick) console.log('quick: few repetitions; nothing is kept');
const tally = { met: 0, missed: 0, kept: [] };
for (const { suite, cases } of chosen) {
  const before = await surroundings();
  const { rows, whole } = await measure(suite, cases, wanted);
  const after = await surroundings();
  console.log(`        two threads got ${before.twoThreads} times the work of one before this, ${after.twoThreads} after; load ${before.load}, ${after.load}`);
  tally.met += rows.filter((row) => row.met === true).length;
  tally.missed += rows.filter((row) => row.met === false).length;
  if (whole && !quick) tally.kept.push(keep(suite, rows, before, after), ...(await suite.figures?.(rows, folder) ?? []));
}
if (tally.kept.length > 0) summarise(SUITES);
console.log(`\n${tally.met} targets reached, ${tally.missed} missed; ${tally.kept.length === 0 ? 'nothing kept (only whole suites are, without --quick)' : `kept: ${tally.kept.join(', ')}`}`);
