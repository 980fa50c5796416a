import { count, seconds } from '../../cli/text/numbers.js';
import type { CertificateInfo } from '../../certificate/certify.js';
import type { Stats, Status } from '../../query/result.js';
import { queryWords, reportCommand, shellWord } from '../command.js';
import { code, name, paragraph, rich, type Block, type Rich, type Section } from '../content.js';
import type { Plan } from '../options.js';
import type { BoxSummary, ReportResults } from '../results.js';
import { CERTIFICATES } from '../tasks.js';
import { STATUS } from '../words.js';

interface Asked {
  title: string;
  /** The command that asks it again, without the query. */
  words: string;
  file: string;
  result: { stats: Stats; status: Status; certificate?: CertificateInfo } | null;
}

function asked({ label, epsilon, sigma, claims, question }: ReportResults): Asked[] {
  return [
    { title: 'labels stay', words: 'verify label', file: CERTIFICATES.label, result: label },
    { title: '\u03b5', words: 'estimate epsilon', file: CERTIFICATES.epsilon, result: epsilon },
    { title: '\u03c3', words: 'estimate sigma', file: CERTIFICATES.sigma, result: sigma },
    { title: `\u03b5 \u2264 ${question.epsilon}`, words: 'verify epsilon', file: CERTIFICATES.claimEpsilon, result: claims.epsilon },
    { title: `\u03c3 \u2264 ${question.sigma}`, words: 'verify sigma', file: CERTIFICATES.claimSigma, result: claims.sigma },
  ].filter(({ result }) => result !== null);
}

/** How to make the page again, how to check it without believing it, and what it was made by. @param hash of the embedded JSON */
export function checkSection(results: ReportResults, plan: Plan, hash: string): Section {
  const { subject: { source }, question: { box } } = results;
  const questions = asked(results);
  const blocks: Block[] = [
    paragraph(['To make this report again, with the same network and the same program:']),
    { kind: 'commands', lines: [reportCommand(source, plan)] },
    ...proofs(results, plan, questions),
    statsTable(questions),
    { kind: 'facts', rows: [
      [['Program'], [`parabound ${results.version}`]],
      [['Made'], [`${results.created.slice(0, 16).replace('T', ' ')} UTC, in ${seconds(results.seconds)} of ${results.timeout} s allowed`]],
      [['Network, SHA-256'], [code(results.model)]],
      ...(box.against === undefined ? [] : [[['Second network, SHA-256'], [code(box.against.model)]] as [Rich, Rich]]),
      ...(box.hash === undefined ? [] : [[['Parameter box, SHA-256'], [code(box.hash)]] as [Rich, Rich]]),
      [['These results, SHA-256'], [code(hash)]],
    ] },
    paragraph(['The first hash is of what the network computes and how it decides, not of the bytes of its file; the last is of the JSON in this page, written without spaces.']),
  ];
  return { id: 'check', title: 'How to check this report', blocks };
}

/** How to check answers without believing the search: certificates, and witnesses. */
function proofs(results: ReportResults, plan: Plan, questions: Asked[]): Block[] {
  const { subject: { source }, question: { box, epsilon, sigma }, device } = results;
  if (device !== undefined) return [paragraph(['There are no certificates about what devices compute: these numbers rest on the search.'])];
  const model = shellWord(source);
  const witnesses = paragraph(rich`A witness is replayed by exact arithmetic alone with ${code('parabound eval')}: save the object of its answer from this page's JSON (the element ${code('report-json')}) as a file, and give that to ${code('--parameters')}.${secondNetwork(box)}`);
  if (plan.certificates !== undefined) {
    const written = questions.flatMap(({ result }) => (result?.certificate === undefined || result.certificate.error !== undefined ? [] : [result.certificate.file]));
    return [
      certificateTable(questions),
      paragraph(['The checker shares no code with the search. It reads the network and the certificate itself, and proves every part again:']),
      { kind: 'commands', lines: written.map((file) => `parabound check ${shellWord(file)} ${model}`) },
      witnesses,
    ];
  }
  if (questions.length === 0) return [];
  const [{ words, file }] = questions;
  const threshold = words === 'verify epsilon' ? ['--epsilon', String(epsilon)] : words === 'verify sigma' ? ['--sigma', String(sigma)] : [];
  return [
    paragraph(['To check an answer without trusting the search that found it, let it write a certificate, and give that to the independent checker. So for the first of them:']),
    { kind: 'commands', lines: [['parabound', words, model, ...threshold, ...queryWords(plan.query, plan.sources), '--certificate', file].join(' '), `parabound check ${file} ${model}`] },
    witnesses,
  ];
}

/** What a replay needs where witnesses have the second network's parameters, or its shape. */
function secondNetwork({ against, made, kind }: BoxSummary): Rich {
  if (against !== undefined) return rich` The second network goes to ${code('--against')}.`;
  return made !== undefined && kind === 'copy' ? rich` The copy, which ${code('parabound quantize')} writes, goes to ${code('--against')}.` : [];
}

function certificateTable(questions: Asked[]): Block {
  const row = ({ title, result }: Asked): Rich[] => {
    const { certificate } = result!;
    if (certificate === undefined) return [[title], ['none'], ['']];
    if (certificate.error !== undefined) return [[title], ['not written'], [name(certificate.error.message)]];
    return [[title], [code(certificate.file)], [certificate.certified ? 'proves this answer' : `does not prove this answer: ${certificate.reason ?? 'it is looser'}`]];
  };
  return { kind: 'table', caption: ['Certificates, written beside this page.'], head: [['Answer'], ['File'], ['What it proves']], rows: questions.map(row) };
}

function statsTable(questions: Asked[]): Block {
  return {
    kind: 'table', caption: ['What the searches took, and how they ended. A box is a part of the inputs that is settled at once.'],
    head: [['Search'], ['Boxes'], ['Time'], ['Threads'], ['How it ended']],
    rows: questions.map(({ title, result }) => [[title], [result!.stats.boxes.toLocaleString('en-US')], [seconds(result!.stats.seconds)], [String(result!.stats.threads)], [ending(result!)]]),
    numeric: [1, 2, 3],
  };
}

function ending(result: NonNullable<Asked['result']>): string {
  const { status, stats: { smt } } = result;
  const solver = smt === undefined ? '' : `; Z3 closed ${smt.closed} of ${count(smt.asked, 'box', 'boxes')}`;
  if ('verdict' in result && result.verdict !== 'unknown') return `decided${solver}`;
  return `${STATUS[status]}${solver}`;
}
