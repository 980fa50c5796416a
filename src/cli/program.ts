import { Argument, Command, Option as Flag } from 'commander';
import { defaultOf, OPTIONS, parseOption, usage, type Option } from '../options.js';
import { NO_BITS, NO_CERTIFICATE, NO_DELTA } from '../decide/options.js';
import { version } from '../version.js';
import { HELP } from './help.js';
import { WRAPPING } from './wrap.js';

const GROUPS: Record<Option['group'], string> = {
  property: 'Property:',
  query: 'Query:',
  quantize: 'Quantising and pruning:',
  device: 'Device:',
  search: 'Search:',
  output: 'Output:',
  decide: 'Decision:',
  export: 'Export:',
  report: 'Report:',
  verdict: 'Verdicts and regions:',
};

/** The option of the table as commander takes it: parsed and checked by the table, described by the table. */
function flag(option: Option): Flag {
  const made = new Flag(usage(option), describe(option)).helpGroup(GROUPS[option.group]);
  return option.value === undefined ? made : made.argParser((text: string) => parseOption(option, text));
}

/** A word of more choices fits into no column. */
const MOST_IN_A_WORD = 4;

function describe(option: Option): string {
  const parts = [option.choices?.join(option.choices.length > MOST_IN_A_WORD ? ', ' : '|'), defaultOf(option) === undefined ? undefined : `default: ${defaultOf(option)}`];
  const detail = parts.filter((part) => part !== undefined).join('; ');
  return detail === '' ? option.help : `${option.help} (${detail})`;
}

const named = (...names: string[]): Option[] => OPTIONS.filter((option) => names.includes(option.name));
const VOICE = named('json', 'quiet', 'debug');
const SEARCH = OPTIONS.filter((option) => !['property', 'decide', 'export', 'report', 'verdict'].includes(option.group));

function command(parent: Command, name: keyof typeof HELP, options: readonly Option[]): Command {
  const { about, summary, examples } = HELP[name];
  // Commander breaks lines where the terminal ends; ours between would make every other one short. Tables keep theirs, see wrap.ts.
  const flowing = about.split('\n\n').map((part) => (part.includes('  ') ? part : part.replaceAll('\n', ' '))).join('\n\n');
  const made = parent.command(name.split(' ').at(-1)!).description(flowing).summary(summary).addHelpText('after', examples);
  for (const option of options) made.addOption(flag(option));
  return made;
}

const without = (names: readonly string[], name: string): boolean => names.includes(name);

/** Of a search that asks about many candidates. */
const CANDIDATES: Partial<Record<string, string>> = { timeout: 'wall time for all candidates together', maxBoxes: 'boxes to examine for each candidate' };

/** Options of what Minibex has no say in. */
const SMT2_ALONE = ['target', 'conclusive', 'relu'];

const MODEL = (): Argument => new Argument('<model>', 'a model: .json (parabound-model@1, TensorFlow.js), .onnx, .nnet, .safetensors');

/** The whole command line. Actions load what they need when they run: `--help` and a mistyped option stay fast. */
export function buildProgram(): Command {
  const program = new Command('parabound')
    .description(HELP.parabound.about)
    .addHelpText('after', HELP.parabound.examples)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp(WRAPPING)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined });

  const estimate = command(program, 'estimate', []);
  const rows: Option = { ...named('inputs')[0], group: 'query', help: 'a table instead: epsilon at the input in each row; - is standard input' };
  for (const quantity of ['epsilon', 'sigma'] as const) {
    command(estimate, `estimate ${quantity}`, quantity === 'epsilon' ? [...SEARCH.filter(({ group }) => group === 'query'), rows, ...SEARCH.filter(({ group }) => group !== 'query')] : SEARCH).addArgument(MODEL())
      .action(async (model: string, options: object) => (await import('./commands/estimate.js')).estimate(quantity, model, options));
  }
  const verify = command(program, 'verify', []);
  for (const property of ['epsilon', 'label', 'sigma'] as const) {
    command(verify, `verify ${property}`, [...(property === 'label' ? [] : named(property)), ...SEARCH]).addArgument(MODEL())
      .action(async (model: string, options: object) => (await import('./commands/verify.js')).verify(property, model, options));
  }
  const decide = command(program, 'search', []);
  const candidates = SEARCH.filter(({ name }) => !without(NO_DELTA, name)).map((option) => ({ ...option, help: CANDIDATES[option.name] ?? option.help }));
  command(decide, 'search delta', [...named('epsilon', 'sigma', 'label', 'relative', 'deltaGap'), ...candidates]).addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/search.js')).searchDeltaCommand(model, options));
  const copies = candidates.filter(({ name }) => !without(NO_BITS, name));
  command(decide, 'search bits', [...named('epsilon', 'sigma', 'label', 'format', 'minBits', 'maxBits', 'formats'), ...copies]).addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/search.js')).searchBitsCommand(model, options));
  command(program, 'sensitivity', SEARCH.filter(({ name }) => !without(NO_CERTIFICATE, name))).addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/sensitivity.js')).sensitivityCommand(model, options));
  const replay: Option = { ...named('parameters')[0], help: 'a flat list, {"parameters":[...]}, a model, or a result whose witness is replayed' };
  const at: Option = { ...named('at')[0], defaultText: 'the replayed witness\'s', help: 'the input: \'[x1,...]\' or a file of that' };
  const beside: Option = { ...named('against')[0], help: 'a model to set beside it: its own parameters, or --parameters in its shape' };
  command(program, 'eval', [at, replay, beside, ...named('quantize', 'granularity', 'scheme', 'quantizeBiases', 'prune', 'perturb', 'level', 'decision', 'output', 'units'), ...VOICE]).addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/eval.js')).evaluateCommand(model, options));
  const labels = OPTIONS.filter(({ group, name }) => (group === 'query' || group === 'quantize') && !['at', 'outputs', 'output'].includes(name));
  const z3: Option = { ...named('smt')[0], default: 'off', help: 'inputs that are left open go to Z3: never, or if they may' };
  const lines: Option = { ...named('json')[0], help: 'an object for each input, then the summary, a line each' };
  command(program, 'verdicts', [...named('inputs'), ...labels.filter(({ name }) => name !== 'domain'), ...named('timeout', 'threads'), z3, ...named('smtTimeout', 'witness'), lines, ...named('quiet', 'debug')])
    .addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/verdicts.js')).verdictsCommand(model, options));
  const whole: Option = { ...named('maxBoxes')[0], defaultText: '1000000' };
  command(program, 'region', [...labels, ...named('slice', 'resolution', 'boxes', 'timeout'), whole, ...named('threads', 'witness'), ...VOICE]).addArgument(MODEL())
    .option('--out <FILE.svg>', 'where a picture goes, if two inputs vary')
    .action(async (model: string, options: object) => (await import('./commands/region.js')).regionCommand(model, options));
  const exports = command(program, 'export', []);
  for (const format of ['smt2', 'minibex'] as const) {
    const own = OPTIONS.filter((option) => option.group === 'export' && (format === 'smt2' || !SMT2_ALONE.includes(option.name)));
    command(exports, `export ${format}`, [...own, ...(format === 'smt2' ? named('epsilon', 'sigma') : []), ...OPTIONS.filter((option) => option.group === 'query' || option.group === 'quantize'), ...VOICE]).addArgument(MODEL())
      .option('--out <FILE>', 'where it goes (default: stdout)')
      .action(async (model: string, options: object) => (await import('./commands/export.js')).exportCommand(format, model, options));
  }
  const allowance: Option = { ...named('timeout')[0], help: 'wall time for everything together', defaultText: '60' };
  const asked = SEARCH.filter(({ name }) => name !== 'certificate').map((option) => (option.name === 'timeout' ? allowance : option));
  command(program, 'report', [...named('epsilon', 'sigma'), ...asked, ...OPTIONS.filter((option) => option.group === 'report')]).addArgument(MODEL())
    .option('--out <FILE>', 'where the page goes (default: report.html)')
    .action(async (model: string, options: object) => (await import('./commands/report.js')).reportCommand(model, options));
  const trust = { flag: '--trust-solver', help: 'accept leaves that Z3 closed where it cannot be asked again; they are counted' };
  const again: Option = { ...named('smtTimeout')[0], help: 'Z3\'s time for each leaf that is left to it' };
  command(program, 'check', [{ ...named('threads')[0], help: 'threads to check large trees with' }, again, ...VOICE]).argument('<certificate>', 'a file that --certificate wrote').addArgument(MODEL())
    .option(trust.flag, trust.help)
    .action(async (certificate: string, model: string, options: object) => (await import('./commands/check.js')).checkCommand(certificate, model, options));
  const certificate = command(program, 'certificate', []);
  command(certificate, 'certificate unpack', VOICE).argument('<certificate>', 'a certificate')
    .action(async (path: string) => (await import('./commands/certificate.js')).unpackCommand(path));
  command(certificate, 'certificate pack', VOICE).argument('<json>', 'what unpack printed').argument('<certificate>', 'the file to write')
    .action(async (json: string, path: string, options: object) => (await import('./commands/certificate.js')).packCommand(json, path, options));
  command(program, 'quantize', [...named('quantize', 'granularity', 'scheme', 'quantizeBiases', 'prune', 'perturb', 'units'), ...VOICE]).addArgument(MODEL())
    .option('--out <FILE>', 'where the copy goes (default: stdout)')
    .action(async (model: string, options: object) => (await import('./commands/quantize.js')).quantizeCommand(model, options));
  command(program, 'convert', VOICE).addArgument(MODEL()).requiredOption('--out <FILE>', 'the file to write: .json, .nnet or .safetensors')
    .action(async (model: string, options: object) => (await import('./commands/convert.js')).convertCommand(model, options));
  command(program, 'info', VOICE).addArgument(MODEL())
    .action(async (model: string, options: object) => (await import('./commands/info.js')).info(model, options));
  command(program, 'reproduce', [...named('threads'), ...VOICE]).option('--out <DIR>', 'where the figures and the page go (default: parabound-reproduction)')
    .action(async (options: object) => (await import('./commands/reproduce.js')).reproduceCommand(options));
  return program;
}
