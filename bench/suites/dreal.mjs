import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFile, lackingData } from '../lib/data.mjs';
import { growthPlot } from '../lib/growth-plot.mjs';
import { temporaryFolder, writeModel } from '../lib/model-files.mjs';
import { example, fromLirpa, randomNetwork } from '../lib/networks.mjs';
import { measuredProcess } from '../lib/process.mjs';
import { RECORDED_EQUATION, RECORDED_GLOBAL, RECORDED_ON } from '../lib/recorded-solvers.mjs';
import { dRealEquation, solversHere, z3Optimum } from '../lib/solvers.mjs';

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** What the others are asked: is the quantity above 1.01 of it, is it above 0.99? */
const ABOVE = 1.01;
const BELOW = 0.99;
/** CPU seconds for each question. */
const SECONDS = { full: 10, quick: 1 };
/** A solver that ran out of time on so many networks of the growing family is asked no more. */
const STRIKES = 3;
const FAMILY = [[2, 3, 1], [2, 4, 1], [2, 8, 1], [2, 16, 1], [2, 3, 3, 1], [2, 8, 8, 1], [2, 16, 16, 1]];
const SEED = 1;
const LIRPA = ['ath_relu', 'ath_linear'];

const tools = solversHere();
const named = (name) => tools.solvers.find((each) => each.name === name);

export default {
  name: 'dreal',
  get title() {
    const here = [...tools.solvers, ...(tools.ibexopt === null ? [] : [tools.ibexopt])].map(({ name, version }) => `${name} ${version}`).join(', ');
    const missing = tools.missing.map(({ name, variable }) => `${name} (or ${variable})`).join(', ');
    return 'the paper\'s queries and growing networks beside other solvers, each a process: CPU time. parabound encloses the quantity to 1e-9; the others are asked whether it exceeds 1.01 times the upper end, '
      + `which is the row's time, and 0.99 times the lower one, ${SECONDS.full} CPU s each, in the faster of their encodings. Here: ${here === '' ? 'none' : here}${missing === '' ? '' : `; missing: ${missing}`}`;
  },
  cases({ quick }) {
    const seconds = quick ? SECONDS.quick : SECONDS.full;
    const folder = temporaryFolder();
    return [...paper(folder, seconds, quick), ...growth(folder, seconds, quick)];
  },
  /** Beside the results. */
  async figures(rows, folder) {
    writeFileSync(new URL('dreal-growth.svg', folder), await growthPlot(rows, SECONDS.full));
    return ['bench/results/dreal-growth.svg'];
  },
};

function paper(folder, seconds, quick) {
  const networks = [
    { name: 'cats', load: () => example('cats') },
    { name: 'athletes-relu', load: () => example('athletes-relu') },
    { name: 'athletes-linear', load: () => example('athletes-linear') },
    ...(lackingData(LIRPA.map((name) => `lirpa/${name}.json`)) === undefined ? LIRPA.map((name) => ({ name, load: () => lirpa(name) })) : []),
  ];
  const cases = [];
  for (const { name, load } of networks) {
    for (const delta of quick ? [0.01] : [0.005, 0.01]) {
      const recorded = RECORDED_GLOBAL.find((each) => each.network === name && each.delta === delta);
      const queries = [
        { what: 'epsilon, local', query: { property: 'epsilon', delta }, local: true },
        { what: 'epsilon', query: { property: 'epsilon', delta } },
        { what: 'epsilon on logits', query: { property: 'epsilon', delta, output: 'logit' } },
        { what: 'sigma, class 1', query: { property: 'sigma', delta, class: 1 } },
        { what: 'sigma, class 0', query: { property: 'sigma', delta, class: 0 } },
      ];
      for (const { what, query, local } of queries) {
        const title = `${name}, delta ${delta}, ${what}`;
        cases.push(...side({ title, load, query, local, folder, seconds }));
        const dReal = named('dReal');
        if (name === 'cats' && local && dReal !== undefined) cases.push(optimum(`${title}: dReal, minimize -eps`, dRealEquation(dReal), reference(load, query, local, folder, seconds), folder, seconds));
        if (name === 'cats' && local && dReal === undefined) {
          const { returned, true: truth } = RECORDED_EQUATION.find((each) => each.delta === delta);
          cases.push(recordedRow(`${title}: dReal, minimize -eps (recorded)`, load, query, local, folder, seconds, ({ lower }) =>
            `returned ${returned}${returned < lower ? `: CONTRADICTED by the witness, which attains ${lower.toPrecision(6)}` : ''} (true ${truth}); time not recorded`));
        }
        if (what === 'epsilon' && recorded !== undefined) {
          for (const tool of ['dReal', 'ibexopt']) {
            if (tools.missing.some((each) => each.name === tool)) {
              cases.push(recordedRow(`${title}: ${tool} (recorded)`, load, query, local, folder, seconds, () => (tool === 'dReal' ? 'proves 1% above it, best form' : 'certifies it to 0.1%'), recorded[tool]));
            }
          }
        }
      }
    }
  }
  return cases;
}

function growth(folder, seconds, quick) {
  const strikes = new Map();
  return FAMILY.slice(0, quick ? 2 : undefined).flatMap((sizes) => ['confidence', 'logit'].flatMap((output) => side({
    title: `growth ${sizes.join('-')}, ${output === 'logit' ? 'epsilon on logits' : 'epsilon'}`,
    load: () => randomNetwork({ sizes, activation: 'relu', seed: SEED }),
    query: { property: 'epsilon', delta: 0.01, output }, folder, seconds, strikes, family: { sizes, output },
  })));
}

/** A row of parabound, and one of each solver that the question can be put to. */
function side({ title, load, query, local = false, folder, seconds, strikes = new Map(), family }) {
  const known = reference(load, query, local, folder, seconds);
  const rows = [{
    name: `${title}: parabound`, unit: 'CPU s',
    async run() {
      const { lower, upper, status, cpuSeconds, peakMiB, searchSeconds, parameters } = await known();
      return {
        samples: [cpuSeconds],
        note: `[${lower}, ${upper}], ${status}; of it ${searchSeconds.toPrecision(3)} s of search; ${memory(peakMiB)}`,
        detail: { tool: 'parabound', lower, upper, status, cpuSeconds, searchSeconds, peakMiB, parameters },
      };
    },
  }];
  // The precision that the others are asked for: what the plot compares.
  if (family !== undefined) {
    const roughly = reference(load, query, local, folder, seconds, ABOVE - 1);
    rows.push({
      name: `${title}: parabound, to 1%`, unit: 'CPU s',
      async run() {
        const { lower, upper, cpuSeconds, peakMiB, searchSeconds, parameters } = await roughly();
        const done = upper <= ABOVE * lower;
        return {
          samples: [done ? cpuSeconds : Infinity],
          note: `[${lower}, ${upper}]; of it ${searchSeconds.toPrecision(3)} s of search; ${memory(peakMiB)}`,
          detail: { tool: 'parabound', lower, upper, cpuSeconds, searchSeconds, peakMiB, parameters, family },
        };
      },
    });
  }
  for (const solver of tools.solvers) {
    const key = `${solver.name} ${query.output ?? 'confidence'}`;
    rows.push({
      name: `${title}: ${solver.name}`, unit: 'CPU s',
      async run() {
        const { model, asked, lower, upper, parameters } = await known();
        const detail = { tool: solver.name, version: solver.version, parameters, family };
        if ((strikes.get(key) ?? 0) >= STRIKES) return { samples: [Infinity], note: `not asked: out of time on ${STRIKES} smaller ones`, detail: { ...detail, asked: false } };
        const threshold = (value) => ({ ...asked, [query.property]: value });
        if (solver.attempts(model, threshold(upper)).length === 0) return { samples: [Infinity], note: 'cannot be asked: no exp', detail: { ...detail, asked: false } };
        const above = await fastest(solver, model, threshold(ABOVE * upper), folder, seconds);
        const below = lower > 0 ? await fastest(solver, model, threshold(BELOW * lower), folder, seconds) : null;
        if (above.answer === null && below?.answer === null) strikes.set(key, (strikes.get(key) ?? 0) + 1);
        const proved = verdicts(solver, above, below);
        return {
          samples: [proved.provesAbove ? above.cpuSeconds : Infinity],
          note: [`above 1.01: ${said(above, 'unsat')}`, ...(below === null ? [] : [`above 0.99: ${said(below, 'sat')}`]), proved.text, memory(Math.max(above.peakMiB ?? 0, below?.peakMiB ?? 0))].join('; '),
          detail: { ...detail, above, below, thresholds: [ABOVE * upper, BELOW * lower], ...proved },
        };
      },
    });
  }
  const z3 = named('z3');
  if (z3 !== undefined && query.output === 'logit') rows.push(optimum(`${title}: z3, optimum`, z3Optimum(z3), known, folder, seconds, strikes));
  if (tools.ibexopt !== null) rows.push(optimum(`${title}: ibexopt`, tools.ibexopt, known, folder, seconds, strikes, family));
  return rows;
}

/** Runs parabound once, for all rows of a query that need what it proves; to 1e-9 unless told. */
function reference(load, query, local, folder, seconds, relativeGap = 0) {
  let running;
  return () => (running ??= (async () => {
    const model = await load();
    const file = join(folder, 'model.json');
    writeModel(model, file);
    const at = local ? Array.from({ length: model.inputCount }, (_, j) => (model.domain[2 * j] + model.domain[2 * j + 1]) / 2) : undefined;
    const { property, class: label, delta, output } = query;
    const words = ['estimate', property, file, '--delta', String(delta), '--gap', relativeGap > 0 ? '0' : '1e-9', '--relative-gap', String(relativeGap), '--threads', '1', '--timeout', String(seconds), '--json', '--quiet',
      ...(output === undefined ? [] : ['--output', output]), ...(at === undefined ? [] : ['--at', JSON.stringify(at)])];
    const run = await measuredProcess(process.execPath, [COMMAND, ...words], { seconds: seconds + 5 });
    if (run.status !== 0) throw new Error(run.stderr);
    const result = JSON.parse(run.stdout);
    const { lower, upper, status } = label === undefined ? result : result.classes[label];
    return { model, asked: { ...query, ...(at === undefined ? {} : { at }) }, lower, upper, status, cpuSeconds: run.cpuSeconds, peakMiB: run.peakMiB, searchSeconds: result.stats.seconds, parameters: model.parameters.length };
  })());
}

async function fastest(solver, model, query, folder, seconds) {
  let best = null;
  for (const { label, suffix, text, args } of solver.attempts(model, query)) {
    const file = join(folder, `query.${suffix}`);
    writeFileSync(file, text);
    // No longer than the best so far took.
    const limit = best?.answer == null ? seconds : Math.min(seconds, Math.max(1, best.cpuSeconds));
    const run = await measuredProcess(solver.program, args(file), { seconds: limit });
    const answer = solver.read(run);
    const spoke = /^(delta-sat|sat|unsat|unknown)\b/m.test(run.stdout); // but gave no optimum
    if (answer === null && !run.timedOut && !spoke) throw new Error(`${solver.name}: ${(run.stdout + run.stderr).slice(0, 500)}`);
    const attempt = { answer: answer === 'unknown' ? null : answer, gaveUp: answer === 'unknown' || (answer === null && spoke), cpuSeconds: run.cpuSeconds, peakMiB: run.peakMiB, encoding: label };
    if (best === null || (attempt.answer !== null && (best.answer === null || attempt.cpuSeconds < best.cpuSeconds))) best = attempt;
  }
  return best;
}

/** What follows from both answers, and whether one is against what parabound proved and a witness shows. */
function verdicts({ proves }, above, below) {
  const upper = above.answer === 'unsat' && proves.includes('unsat');
  const lower = below?.answer === 'sat' && proves.includes('sat');
  const contradictions = [
    ...(above.answer === 'sat' ? ['CONTRADICTS the proved bound'] : []),
    ...(below?.answer === 'unsat' ? ['CONTRADICTS a witness that was checked exactly'] : []),
    ...(above.answer === 'delta-sat' ? ['delta-sat 1% above a proved bound: no proof, but no help'] : []),
  ];
  const text = contradictions.length > 0 ? contradictions.join('; ') : upper && lower ? 'proves it to 1%' : upper ? 'proves 1% above' : lower ? 'proves 1% below' : 'proves nothing';
  return { provesAbove: upper, provesBelow: lower, contradicts: contradictions.some((each) => each.startsWith('CONTRADICTS')), text };
}

/** Of a tool that gives the quantity itself, enclosed. */
function optimum(name, tool, known, folder, seconds, strikes = new Map(), family = undefined) {
  const key = name.split(': ').at(-1);
  return {
    name, unit: 'CPU s',
    async run() {
      const { model, asked, lower, upper, parameters } = await known();
      const detail = { tool: tool.name, version: tool.version, parameters, ...(family === undefined ? {} : { family }) };
      if ((strikes.get(key) ?? 0) >= STRIKES) return { samples: [Infinity], note: `not asked: out of time on ${STRIKES} smaller ones`, detail: { ...detail, asked: false } };
      const best = await fastest(tool, model, asked, folder, seconds);
      if (best.answer === null) strikes.set(key, (strikes.get(key) ?? 0) + 1);
      // Of sigma it is one of the logit.
      const comparable = asked.property === 'epsilon' && best.answer !== null;
      const contradiction = !comparable ? '' : best.answer.upper < lower ? '; CONTRADICTED by a witness that attains more' : best.answer.lower > upper ? '; CONTRADICTS the proved bound' : '';
      return {
        samples: [best.answer === null ? Infinity : best.cpuSeconds],
        note: `${best.answer === null ? (best.gaveUp ? 'no optimum' : 'out of time') : `[${best.answer.lower}, ${best.answer.upper}]`}${contradiction}; ${best.encoding}; ${memory(best.peakMiB)}`,
        detail: { ...detail, optimum: best, contradicts: contradiction !== '' },
      };
    },
  };
}

function recordedRow(name, load, query, local, folder, seconds, about, cpuSeconds = Infinity) {
  const known = reference(load, query, local, folder, seconds);
  return { name, unit: 'CPU s', run: async () => ({ samples: [cpuSeconds], note: `${about(await known())}; recorded: ${RECORDED_ON}`, detail: { recorded: true } }) };
}

function said({ answer, gaveUp, cpuSeconds, encoding }, right) {
  if (answer === null) return gaveUp ? `unknown after ${cpuSeconds.toPrecision(2)} s` : 'out of time';
  return `${answer}${answer === right ? '' : ' (!)'} in ${cpuSeconds.toPrecision(2)} s, ${encoding}`;
}

function memory(peakMiB) {
  return peakMiB === null || peakMiB === 0 ? 'memory not seen' : `${Math.round(peakMiB)} MiB`;
}

function lirpa(name) {
  return fromLirpa(JSON.parse(readFileSync(dataFile(`lirpa/${name}.json`), 'utf8')), [[1.21, 2.18], [31, 170]]);
}
