/**
 * The one error table. Every failure that parabound reports on purpose has a stable code here, the status that the command
 * leaves with, and the form of its one line. docs/errors.md is tested against this table, row by row.
 *
 * Exit status 1: an internal failure. 2: the command line (or the library call) is wrong in itself. 3: a model, box, domain or
 * input, inline or in a file, that is missing, malformed, inverted or of the wrong dimension.
 */
export const ERRORS = {
  INTERNAL: { exitStatus: 1, meaning: 'A fault in parabound itself. Run again with --debug for the stack and report it.' },
  ADDON_UNAVAILABLE: { exitStatus: 1, meaning: 'The C++ addon is not built, or does not load on this machine; the message says how to mend it.' },
  OUTPUT_FAILED: { exitStatus: 1, meaning: 'A result could not be written where it was asked for.' },

  COMMAND_MISSING: { exitStatus: 2, meaning: 'No command was given, or a command without its subject.' },
  COMMAND_UNKNOWN: { exitStatus: 2, meaning: 'There is no such command.' },
  ARGUMENT_MISSING: { exitStatus: 2, meaning: 'The command needs one more argument, such as the model.' },
  ARGUMENT_UNEXPECTED: { exitStatus: 2, meaning: 'There is one argument too many.' },
  OPTION_UNKNOWN: { exitStatus: 2, meaning: 'There is no such option, or not on this command (in the library: no such field).' },
  OPTION_VALUE_MISSING: { exitStatus: 2, meaning: 'The option stands there without its value.' },
  OPTION_REQUIRED: { exitStatus: 2, meaning: 'The query cannot be asked without this option.' },
  OPTION_INVALID: { exitStatus: 2, meaning: 'The value is not of the kind or in the range that the option takes.' },
  OPTION_CONFLICT: { exitStatus: 2, meaning: 'Two options were given that exclude each other.' },
  BOX_REQUIRED: { exitStatus: 2, meaning: 'No parameter box: none of --delta, --delta-relative, --parameters, --against, --quantize, --prune, --prune-box, --activations, --arithmetic was given.' },

  FILE_NOT_FOUND: { exitStatus: 3, meaning: 'There is no such file.' },
  FILE_UNREADABLE: { exitStatus: 3, meaning: 'The file is there and cannot be read: a directory, no permission, a failing disk.' },
  FILE_TOO_LARGE: { exitStatus: 3, meaning: 'The file is over the stated limit; it was not read.' },
  JSON_INVALID: { exitStatus: 3, meaning: 'The text is not JSON: cut off, not UTF-8, or with values JSON does not have, such as NaN.' },
  MODEL_FORMAT_UNSUPPORTED: { exitStatus: 3, meaning: 'The extension or the format field names a format that this version does not read.' },
  MODEL_INVALID: { exitStatus: 3, meaning: 'The model file can be read but holds no network: the message names the field or the line, and what was expected there.' },
  MODEL_UNSUPPORTED: { exitStatus: 3, meaning: 'The model is in a format that this version reads, and holds something that it does not: the message names the node or layer, its operator, and why.' },
  DOMAIN_MISSING: { exitStatus: 3, meaning: 'The model file has no input bounds and neither --domain nor --at was given.' },
  DOMAIN_INVALID: { exitStatus: 3, meaning: 'The domain is empty, inverted, not finite or of the wrong dimension.' },
  INPUT_INVALID: { exitStatus: 3, meaning: 'The input is not a list of finite numbers, one for each of the network\'s inputs.' },
  BOX_INVALID: { exitStatus: 3, meaning: 'The parameter box is inverted, not finite or of the wrong dimension.' },
  QUANTIZATION_INVALID: { exitStatus: 3, meaning: 'A parameter or a value that the number format cannot hold, or nothing to quantise.' },
  PARAMETERS_INVALID: { exitStatus: 3, meaning: 'The parameters to replay are not there, not finite, or not as many as the network has.' },
  CERTIFICATE_INVALID: { exitStatus: 3, meaning: 'The file, or its JSON form, is no certificate, or one that is damaged; the message says where.' },
  CERTIFICATE_REJECTED: { exitStatus: 3, meaning: 'The checker does not accept the certificate: it is damaged, about another network, or states what it does not prove. The message says which.' },
  CONVERSION_REFUSED: { exitStatus: 3, meaning: 'The format to write cannot hold this model exactly; the message says what of it.' },
  AGAINST_MISMATCH: { exitStatus: 3, meaning: 'The two models differ in their layers in more than the widths of hidden ones, or in what they do to their inputs.' },
} as const satisfies Record<string, { exitStatus: 1 | 2 | 3; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * A failure with a stable `code`. The message has one form, `what, where, what was expected`; each part may be left out from
 * the right. It is kept on one line, so that a log or a script can rely on one line per failure.
 */
export class ParaboundError extends Error {
  readonly code: ErrorCode;
  readonly exitStatus: 1 | 2 | 3;

  constructor(code: ErrorCode, what: string, where?: string, expected?: string, options?: ErrorOptions) {
    const parts = [what, where, expected === undefined ? undefined : `expected ${expected}`];
    super(oneLine(parts.filter((part) => part !== undefined && part !== '').join(', ')), options);
    this.name = 'ParaboundError';
    this.code = code;
    this.exitStatus = ERRORS[code].exitStatus;
  }

  /** The line that the command prints. */
  get line(): string {
    return `${this.code}: ${this.message}`;
  }
}

function oneLine(text: string): string {
  // Control characters from a quoted file must neither break the line nor drive the terminal.
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Whatever was thrown, as an error with a code. */
export function asParaboundError(thrown: unknown): ParaboundError {
  if (thrown instanceof ParaboundError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const error = new ParaboundError('INTERNAL', message || 'unknown failure', undefined, undefined, { cause: thrown });
  if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}

/** Shows a value in a message: short, quoted where it is text. */
export function show(value: unknown): string {
  let text: string | undefined;
  try {
    text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  } catch {
    text = undefined; // circular
  }
  text ??= typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
