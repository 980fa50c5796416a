import { checkCertificate, type CheckCertificateOptions } from '../../certificate/check-file.js';
import type { CheckReport } from '../../check/check.js';
import { ParaboundError } from '../../errors.js';
import { voiceOf } from '../query.js';
import { say, Unfinished } from '../terminal.js';
import { count, interval } from '../text/numbers.js';

/** parabound check CERTIFICATE MODEL */
export async function checkCommand(path: string, modelPath: string, flags: object): Promise<void> {
  const { threads, trustSolver, smtTimeout } = flags as CheckCertificateOptions;
  const report = await checkCertificate(path, modelPath, { ...(threads === undefined ? {} : { threads }), ...(trustSolver === undefined ? {} : { trustSolver }), ...(smtTimeout === undefined ? {} : { smtTimeout }) });
  if (report.verdict === 'rejected') throw new Unfinished(new ParaboundError('CERTIFICATE_REJECTED', report.reason ?? 'no reason', `certificate ${path}`), report);
  say(voiceOf(flags), report, () => checkText(report));
}

function checkText(report: CheckReport): string {
  const { claim, conditions, bound, bounds, leaves, solved, trusted } = report, query = String(claim!.query), verdict = claim!.verdict as string | undefined;
  const ends = ({ lower, upper }: { lower: number; upper: number | null }): string => interval({ lower, upper: upper ?? Infinity }, claim!.threshold as number | undefined);
  const lines = verdict === undefined ? [] : [`  ${query.replace('verify-', '')}${claim!.threshold === undefined ? '' : ` ${claim!.threshold as number}`}: ${verdict}`];
  if (query.endsWith('epsilon')) lines.push(`  epsilon in ${ends(bound!)}`);
  else if (query !== 'verify-label') lines.push(...bounds.map((each, label) => `  sigma of class ${label} in ${ends(each)}${each.nothingFlips ? ', nothing flips' : ''}`));
  lines.push(...conditions.map((each) => `  ${each}`));
  lines.push(`  over ${domainText(claim!.domain as number[][])}, ${boxText(claim!.box as Parameters<typeof boxText>[0])}`);
  lines.push(`${count(leaves, 'leaf', 'leaves')} proved${solved === 0 ? '' : `, ${solved} of them by Z3, asked again`}${trusted === 0 ? '' : `, ${trusted} of them TRUSTED to a solver`}; model ${String(claim!.model).slice(0, 12)}, real arithmetic`);
  return ['accepted', ...lines].join('\n');
}

function boxText({ kind, center, radius }: { kind: string; center?: unknown; radius?: unknown }): string {
  if (kind !== 'radius' || typeof radius !== 'number') return 'the box of parameters that the certificate has';
  if (center === null || center === undefined) return `parameters +-${radius}`;
  return `the parameters of the copy that the certificate has${radius === 0 ? '' : `, +-${radius}`}`;
}

function domainText(domain: number[][]): string {
  const sides = domain.slice(0, 6).map(([lo, hi]) => (lo === hi ? String(lo) : `[${lo}, ${hi}]`));
  return sides.join(' x ') + (domain.length > 6 ? ` x ... (${domain.length} inputs)` : '');
}
