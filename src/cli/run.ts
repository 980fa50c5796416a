import { CommanderError } from 'commander';
import { ParaboundError, type ErrorCode } from '../errors.js';
import { buildProgram } from './program.js';
import { signalStatus } from './signals.js';
import { sayError, Unfinished } from './terminal.js';

/** What commander finds wrong, under the project's own codes. */
const CODES: Record<string, ErrorCode> = {
  'commander.unknownCommand': 'COMMAND_UNKNOWN',
  'commander.unknownOption': 'OPTION_UNKNOWN',
  'commander.optionMissingArgument': 'OPTION_VALUE_MISSING',
  'commander.missingArgument': 'ARGUMENT_MISSING',
  'commander.excessArguments': 'ARGUMENT_UNEXPECTED',
  'commander.missingMandatoryOptionValue': 'OPTION_REQUIRED',
  'commander.help': 'COMMAND_MISSING',
};

const EXPECTED: Partial<Record<ErrorCode, string>> = {
  COMMAND_UNKNOWN: 'a command',
  OPTION_UNKNOWN: 'an option of this command',
  OPTION_VALUE_MISSING: 'a value',
  ARGUMENT_MISSING: 'a model file',
  ARGUMENT_UNEXPECTED: 'one model file',
};

/** Runs one command line and gives its exit status. Nothing is thrown. */
export async function run(args: string[]): Promise<number> {
  try {
    await buildProgram().parseAsync(args, { from: 'user' });
    return signalStatus();
  } catch (thrown) {
    // The options may be what is wrong, so these three are read off the words.
    const voice = { json: args.includes('--json'), quiet: args.includes('--quiet'), debug: args.includes('--debug') };
    if (thrown instanceof Unfinished) return sayError(voice, thrown);
    if (!(thrown instanceof CommanderError)) return signalStatus() || sayError(voice, thrown);
    if (thrown.exitCode === 0) return 0; // --help, --version
    return sayError(voice, translate(thrown, args));
  }
}

function translate(error: CommanderError, args: string[]): ParaboundError {
  const code = CODES[error.code] ?? 'OPTION_INVALID';
  const words = args.filter((word) => !word.startsWith('-'));
  const known = ['estimate', 'verify', 'export', 'search'].includes(words[0]) ? words.slice(0, code === 'COMMAND_UNKNOWN' ? 1 : 2) : words.slice(0, code === 'COMMAND_UNKNOWN' ? 0 : 1);
  const typed = ['parabound', ...known].join(' ');
  const help = `see ${typed} --help`;
  const asked = words.indexOf('help') + 1;
  if (code === 'COMMAND_MISSING' && asked > 0 && asked < words.length) { // `help` of what is not there
    const before = ['parabound', ...words.slice(0, asked - 1)].join(' ');
    return new ParaboundError('COMMAND_UNKNOWN', `unknown command '${words[asked]}'`, before, `a command, see ${before} --help`, { cause: error });
  }
  if (code === 'COMMAND_MISSING') return new ParaboundError(code, 'no command', typed, `a command, ${help}`, { cause: error });
  const what = error.message.replace(/^error: /, '').replace(/\.$/, '');
  const expected = known[0] === 'reproduce' && code === 'ARGUMENT_UNEXPECTED' ? 'options alone' : EXPECTED[code];
  return new ParaboundError(code, what, typed, expected === undefined ? undefined : `${expected}, ${help}`, { cause: error });
}
