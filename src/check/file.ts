/** The certificate's file: docs/certificate-format.md. Sizes are checked before memory is taken; what is damaged is told from what is false. */
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { demand } from './model.js';

export const MAGIC = 'parabound-certificate@1\n';
/** After the compressed part: lengths of header and trees, and the SHA-256 of each. */
export const TRAILER = 80;
/** Bytes of header and trees, uncompressed. */
const MOST = 2 ** 30;
/** Splits above a leaf: the side of a box of doubles can hardly be halved as often. */
const DEEPEST = 20_000;

/** Throws a RangeError where the bytes are no certificate, or one that was damaged. */
export function readCertificate(bytes: Uint8Array) {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), end = file.length - TRAILER;
  demand(end > MAGIC.length && file.toString('latin1', 0, MAGIC.length) === MAGIC, 'this is no parabound certificate, or not a whole one');
  const length = Number(file.readBigUInt64LE(end)), all = length + Number(file.readBigUInt64LE(end + 8));
  demand(all <= MOST, `damaged or too large: ${all} bytes`);
  let body: Buffer;
  try {
    body = inflateSync(file.subarray(MAGIC.length, end), { maxOutputLength: Math.max(all, 1) });
  } catch {
    throw new RangeError('damaged: it cannot be decompressed');
  }
  demand(body.length === all, 'damaged: it is not as long as it says');
  const header = body.subarray(0, length), trees = body.subarray(length), sha = (part: Buffer): Buffer => createHash('sha256').update(part).digest();
  demand(sha(header).equals(file.subarray(end + 16, end + 48)), 'damaged: the hash of its query is another');
  demand(sha(trees).equals(file.subarray(end + 48)), 'damaged: the hash of its trees is another');
  return { header: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)) as unknown, trees };
}

/** A node of a tree, by its first byte: leaves, for the rule or for a solver; splits with a dimension (u32) and perhaps a cut (f64); from 4 on the dimension itself. */
export const LEAF = 0, SMT = 1, SPLIT = 2, SPLIT_AT = 3, SPLIT_SHORT = 4;

/** Where a side is cut that says nothing else: at zero, where |x| has its kink, or in the middle. */
export function cutOf(lower: number, upper: number): number {
  return lower < 0 && upper > 0 ? 0 : lower + (upper - lower) / 2;
}

/**
 * The leaves of the tree at `at`, in preorder: number, where the hint starts, where the leaf ends, its box, and the cuts above it (`above` is 1
 * above a cut). Box and cuts are those of a leaf only until the next. The boxes cover the root's: both halves of every box that is cut are gone through.
 * A tree of more than `most` leaves is left after one more.
 */
export function* leavesOf(trees: Uint8Array, at: number, root: { readonly lower: Float64Array; readonly upper: Float64Array }, hintSize: number, most: number) {
  const view = new DataView(trees.buffer, trees.byteOffset, trees.byteLength), lower = root.lower.slice(), upper = root.upper.slice();
  const path: { dim: number; lo: number; hi: number; cut: number; above: number }[] = [];
  for (let index = 0; index <= most; index++) {
    let kind = trees[at++];
    for (; kind >= SPLIT; kind = trees[at++]) {
      const dim = kind >= SPLIT_SHORT ? kind - SPLIT_SHORT : view.getUint32(at, true), lo = lower[dim], hi = upper[dim];
      const cut = kind === SPLIT_AT ? view.getFloat64(at + 4, true) : cutOf(lo, hi);
      at += kind >= SPLIT_SHORT ? 0 : kind === SPLIT_AT ? 12 : 4;
      if (!(cut > lo && cut < hi) || path.length === DEEPEST) throw new RangeError(`a split of input ${dim} at ${cut}, which is not inside [${lo}, ${hi}]`);
      path.push({ dim, lo, hi, cut, above: 0 });
      upper[dim] = cut;
    }
    const hint = at;
    if (kind === LEAF) at += hintSize;
    if (kind === undefined || at > trees.length) throw new RangeError(`a leaf is missing: the trees end after ${index} leaves of this one`);
    yield { index, hint, end: at, smt: kind === SMT, lower, upper, path };
    while (path.at(-1)?.above === 1) {
      const { dim, lo } = path.pop()!;
      lower[dim] = lo;
    }
    const last = path.at(-1);
    if (last === undefined) return;
    last.above = 1;
    lower[last.dim] = last.cut;
    upper[last.dim] = last.hi;
  }
}
