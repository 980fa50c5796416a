import type { CertificateInfo } from '../certificate/certify.js';
import { asParaboundError, ParaboundError } from '../errors.js';

/** How the user wants to be told. */
export interface Voice {
  json: boolean;
  quiet: boolean;
  debug: boolean;
}

/** A result on stdout: one JSON object, or text for people. Infinity is written as null, which JSON has. */
export function say(voice: Voice, result: object, text: () => string): void {
  process.stdout.write(`${voice.json ? JSON.stringify(result) : text()}\n`);
}

/** A result whose certificate may have failed to be written: it is said all the same, and then what failed. */
export function sayResult(voice: Voice, result: { certificate?: CertificateInfo }, text: () => string): void {
  const error = result.certificate?.error;
  if (error === undefined) return say(voice, result, text);
  if (!voice.json) process.stdout.write(`${text()}\n`);
  throw new Unfinished(new ParaboundError(error.code, error.message), result);
}

export function sayNotes(voice: Voice, notes: readonly string[]): void {
  if (!voice.quiet) for (const note of notes) process.stderr.write(`note: ${note}\n`);
}

/** A failure after something was proved. With --json both are in the one object. */
export class Unfinished extends Error {
  readonly error: ParaboundError;
  readonly result: object;

  constructor(error: ParaboundError, result: object) {
    super(error.message, { cause: error });
    this.error = error;
    this.result = result;
  }
}

/** One line on stderr, and with --json the same as an object on stdout. Gives the exit status. */
export function sayError(voice: Voice, thrown: unknown): number {
  const error = asParaboundError(thrown instanceof Unfinished ? thrown.error : thrown);
  const proved = thrown instanceof Unfinished ? thrown.result : {};
  process.stderr.write(`${error.line}\n`);
  if (voice.debug && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
  if (voice.json) process.stdout.write(`${JSON.stringify({ ...proved, error: { code: error.code, message: error.message } })}\n`);
  return error.exitStatus;
}

/**
 * A reader that has seen enough closes the pipe; that is not a failure of the query. Anything else that keeps the result from
 * being written is.
 */
function failed(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`OUTPUT_FAILED: ${error.message}, stdout\n`);
  process.exit(1);
}

export function guardStreams(): void {
  process.stdout.on('error', failed);
  process.stderr.on('error', () => process.exit());
}

/** Leaves once everything written is out, and without waiting for idle workers. */
export function leave(status: number): void {
  process.exitCode = status;
  process.stdout.write('', () => {
    if (process.stdout.errored !== null) failed(process.stdout.errored); // this call may come before the event
    process.stderr.write('', () => process.exit());
  });
}
