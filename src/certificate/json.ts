/** The JSON form of a certificate: docs/certificate-format.md. Made so that anyone can read one, or write a false one and see it refused. */
import { readCertificate, SPLIT, SPLIT_AT, SPLIT_SHORT, SMT } from '../check/file.js';
import { ParaboundError, show } from '../errors.js';
import { writeCertificate, type Node } from './write.js';

/**
 * A node of a tree, in preorder: a number splits that input at the usual cut, [input, cut] at that cut; "leaf" is a leaf without a hint,
 * {"leaf":[bytes]} one with; "smt" is one that is left to a solver.
 */
type JsonNode = number | [number, number] | 'leaf' | 'smt' | { leaf: number[] };

const LINE = 1000;

/** Pieces of text that together are one JSON object. Throws CERTIFICATE_INVALID. */
export function* unpack(bytes: Uint8Array, source: string): Generator<string> {
  try {
    const { header, trees } = readCertificate(bytes), text = JSON.stringify(header), { parts } = header as { parts: { leaves: number; hint: number }[] };
    yield `${text.slice(0, -1)},\n"trees":[`;
    let at = 0, many = 0;
    for (const { leaves, hint } of parts) {
      if (leaves === 0) continue;
      yield many++ === 0 ? '[' : ',\n[';
      let line: string[] = [], open = 1, written = 0;
      const flush = (): string => `${written++ === 0 ? '' : ',\n'}${line.join(',')}`;
      while (open > 0) {
        const { node, end } = read(trees, at, hint);
        at = end;
        open += typeof node === 'number' || Array.isArray(node) ? 1 : -1;
        line.push(JSON.stringify(node));
        if (line.length < LINE) continue;
        yield flush();
        line = [];
      }
      if (line.length > 0) yield flush();
      yield ']';
    }
    if (at !== trees.length) throw new RangeError('bytes follow the last tree');
    yield ']}\n';
  } catch (error) {
    throw new ParaboundError('CERTIFICATE_INVALID', (error as Error).message, source, 'a whole certificate', { cause: error });
  }
}

function read(trees: Uint8Array, at: number, hint: number): { node: JsonNode; end: number } {
  const view = new DataView(trees.buffer, trees.byteOffset, trees.byteLength), kind = view.getUint8(at++);
  if (kind === SMT) return { node: 'smt', end: at };
  if (kind >= SPLIT_SHORT) return { node: kind - SPLIT_SHORT, end: at };
  if (kind === SPLIT) return { node: view.getUint32(at, true), end: at + 4 };
  if (kind === SPLIT_AT) return { node: [view.getUint32(at, true), view.getFloat64(at + 4, true)], end: at + 12 };
  if (hint === 0) return { node: 'leaf', end: at };
  return { node: { leaf: Array.from({ length: hint }, (_, k) => view.getUint8(at + k)) }, end: at + hint };
}

/** Writes the certificate that `json` describes, true or not; returns its size. Throws CERTIFICATE_INVALID where it describes none. */
export async function pack(json: unknown, path: string, source: string): Promise<number> {
  const invalid = (what: string, where: string): ParaboundError => new ParaboundError('CERTIFICATE_INVALID', what, `${where} in ${source}`, 'what certificate unpack prints');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(show(json), 'the root');
  const { trees, ...header } = json as { trees?: unknown };
  if (!Array.isArray(trees) || !trees.every((tree) => Array.isArray(tree))) throw invalid(show(trees), 'trees');
  return writeCertificate(path, header, trees.map((tree: unknown[], t) => tree.map((node, i) => parsed(node) ?? (() => { throw invalid(show(node), `trees[${t}][${i}]`); })())));
}

function parsed(node: unknown): Node | null {
  const whole = (value: unknown, below: number): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < below;
  if (node === 'leaf') return { leaf: new Uint8Array(0) };
  if (node === 'smt') return { leaf: 'smt' };
  if (whole(node, 2 ** 32)) return { split: node };
  if (Array.isArray(node)) return node.length === 2 && whole(node[0], 2 ** 32) && typeof node[1] === 'number' ? { split: node[0], at: node[1] } : null;
  const hint = (node as { leaf?: unknown } | null)?.leaf;
  return Array.isArray(hint) && hint.every((byte) => whole(byte, 256)) ? { leaf: Uint8Array.from(hint) } : null;
}
