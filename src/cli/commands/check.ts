import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { check, type CheckReport } from '../../check/check.js';
import { readModel } from '../../check/model.js';
import type { CheckedModel } from '../../check/witness.js';
import { ParaboundError } from '../../errors.js';
import { readBytes, readText } from '../../network/files.js';
import { hasOwnFormat } from '../../network/load.js';
import { voiceOf } from '../query.js';
import { say, Unfinished } from '../terminal.js';
import { count, interval } from '../text/numbers.js';
import { CERTIFICATE_LIMIT } from './certificate.js';

/** parabound check CERTIFICATE MODEL */
export async function checkCommand(path: string, modelPath: string, flags: object): Promise<void> {
  const { threads = availableParallelism(), trustSolver = false, smtTimeout } = flags as { threads?: number; trustSolver?: boolean; smtTimeout?: number };
  const extension = extname(modelPath).toLowerCase();
  if (extension !== '.nnet' && hasOwnFormat(modelPath)) {
    throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', `${extension} files are not read by the checker`, `model ${modelPath}`, 'a .json or .nnet file; parabound convert writes one, with the same hash');
  }
  const bytes = await readBytes(path, 'certificate', CERTIFICATE_LIMIT), text = await readText(modelPath, 'model');
  let model: CheckedModel;
  try {
    model = readModel(text, extension === '.nnet');
  } catch (error) {
    throw new ParaboundError('MODEL_INVALID', (error as Error).message, `model ${modelPath}`, 'a parabound-model@1 file (.json) or a .nnet file', { cause: error });
  }
  const report = await check(bytes, model, { threads, trust: trustSolver, ...(smtTimeout === undefined ? {} : { smtTimeout }) });
  if (report.verdict === 'rejected') throw new Unfinished(new ParaboundError('CERTIFICATE_REJECTED', report.reason ?? 'no reason', `certificate ${path}`), report);
  say(voiceOf(flags), report, () => checkText(report));
}

function checkText(report: CheckReport): string {
  const { claim, bound, bounds, leaves, solved, trusted } = report, query = String(claim!.query), verdict = claim!.verdict as string | undefined;
  const ends = ({ lower, upper }: { lower: number; upper: number | null }): string => interval({ lower, upper: upper ?? Infinity });
  const lines = verdict === undefined ? [] : [`  ${query.replace('verify-', '')}${claim!.threshold === undefined ? '' : ` ${claim!.threshold as number}`}: ${verdict}`];
  if (query.endsWith('epsilon')) lines.push(`  epsilon in ${ends(bound!)}`);
  else if (query !== 'verify-label') lines.push(...bounds.map((each, label) => `  sigma of class ${label} in ${ends(each)}${each.nothingFlips ? ', nothing flips' : ''}`));
  const box = claim!.box as { kind: string; radius?: number | number[] };
  lines.push(`  over ${domainText(claim!.domain as number[][])}, ${box.kind === 'radius' && typeof box.radius === 'number' ? `parameters +-${box.radius}` : 'the box of parameters that the certificate has'}`);
  lines.push(`${count(leaves, 'leaf', 'leaves')} proved${solved === 0 ? '' : `, ${solved} of them by Z3, asked again`}${trusted === 0 ? '' : `, ${trusted} of them TRUSTED to a solver`}; model ${String(claim!.model).slice(0, 12)}, real arithmetic`);
  return ['accepted', ...lines].join('\n');
}

function domainText(domain: number[][]): string {
  const sides = domain.slice(0, 6).map(([lo, hi]) => (lo === hi ? String(lo) : `[${lo}, ${hi}]`));
  return sides.join(' x ') + (domain.length > 6 ? ` x ... (${domain.length} inputs)` : '');
}
