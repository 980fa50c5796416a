/** The independent checker (src/check) on files, as users call it. */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, type CheckReport } from '../check/check.js';
import { readModel, type CheckedModel } from '../check/model.js';
import { ParaboundError, show } from '../errors.js';
import { readBytes, readText } from '../network/files.js';
import { hasOwnFormat } from '../network/load.js';
import { checkOption, optionNamed } from '../options.js';

/** Certificates may be larger than models; their JSON form has to fit into one string. */
export const CERTIFICATE_LIMIT = 256 * 1024 * 1024;

export interface CheckCertificateOptions {
  /** To check large trees with; default: all cores. */
  threads?: number;
  /** Accepts leaves that Z3 closed where it cannot be asked again; they are counted in `trusted`. */
  trustSolver?: boolean;
  /** Seconds, for each leaf that is left to Z3; default 5. */
  smtTimeout?: number;
  /** Ends the check, which then rejects the certificate, for it was not checked. */
  signal?: AbortSignal;
}

const KNOWN = ['threads', 'trustSolver', 'smtTimeout', 'signal'];

/**
 * Whether the certificate at `path` proves what it states of the model at `modelPath`: the fields of `check --json`, also where it is rejected. The model
 * is read by the checker itself. Throws a ParaboundError (FILE_NOT_FOUND, MODEL_INVALID, MODEL_FORMAT_UNSUPPORTED, OPTION_INVALID, OPTION_UNKNOWN, ...)
 * where there is nothing to check.
 */
export async function checkCertificate(path: string | URL, modelPath: string | URL, options: CheckCertificateOptions = {}): Promise<CheckReport> {
  const { threads = availableParallelism(), trustSolver = false, smtTimeout = optionNamed('smtTimeout').default as number, signal } = options;
  const invalid = (value: unknown, name: string, expected: string): ParaboundError => new ParaboundError('OPTION_INVALID', show(value), name, expected);
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(unknown)}`, 'checkCertificate', KNOWN.join(', '));
  for (const [name, value] of [['threads', threads], ['smtTimeout', smtTimeout]] as const) checkOption(optionNamed(name), value, name);
  if (typeof trustSolver !== 'boolean') throw invalid(trustSolver, 'trustSolver', 'true or false');
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid(signal, 'signal', 'an AbortSignal');
  const [file, modelFile] = [path, modelPath].map((each) => (each instanceof URL ? fileURLToPath(each) : each));
  const bytes = await readBytes(file, 'certificate', CERTIFICATE_LIMIT);
  return check(bytes, await checkedModel(modelFile), { threads, trust: trustSolver, smtTimeout, signal });
}

async function checkedModel(path: string): Promise<CheckedModel> {
  const extension = extname(path).toLowerCase();
  if (extension !== '.nnet' && hasOwnFormat(path)) {
    throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', `${extension} files are not read by the checker`, `model ${path}`, 'a .json or .nnet file; parabound convert writes one, with the same hash');
  }
  const text = await readText(path, 'model');
  try {
    return readModel(text, extension === '.nnet');
  } catch (error) {
    throw new ParaboundError('MODEL_INVALID', (error as Error).message, `model ${path}`, 'a parabound-model@1 file (.json) or a .nnet file', { cause: error });
  }
}
