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

export interface Certificate {
  readonly header: unknown;
  readonly trees: Uint8Array;
}

/** Throws a RangeError where the bytes are no certificate, or one that was damaged. */
export function readCertificate(bytes: Uint8Array): Certificate {
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
  return { header: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header)), trees };
}

/** A node of a tree, by its first byte: leaves, for the rule or for a solver; splits with a dimension (u32) and perhaps a cut (f64); from 4 on the dimension itself. */
export const LEAF = 0, SMT = 1, SPLIT = 2, SPLIT_AT = 3, SPLIT_SHORT = 4;

/** Where a side is cut that says nothing else: at zero, where |x| has its kink, or in the middle. */
export function cutOf(lower: number, upper: number): number {
  return lower < 0 && upper > 0 ? 0 : lower + (upper - lower) / 2;
}

/** The box of the leaf that a walk has come to, and how it came there: false below a cut, true above it. */
export interface Place {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly path: boolean[];
}

/**
 * Goes through the tree at `at`, in preorder, and calls `leaf` on every leaf with its number and where its hint stands, until it returns false.
 * The leaves' boxes cover [lower, upper]: both halves of every box that is cut are gone through. Returns where the tree ends.
 */
export function walk(trees: Uint8Array, at: number, { lower, upper, path }: Place, hintSize: number, leaf: (index: number, hint: number, smt: boolean) => boolean): number {
  const view = new DataView(trees.buffer, trees.byteOffset, trees.byteLength), splits: { dim: number; lo: number; hi: number; cut: number }[] = [];
  for (let index = 0; ;) {
    const kind = trees[at++];
    if (kind >= SPLIT) {
      const dim = kind >= SPLIT_SHORT ? kind - SPLIT_SHORT : view.getUint32(at, true), lo = lower[dim], hi = upper[dim];
      if (kind < SPLIT_SHORT) at += 4;
      const cut = kind === SPLIT_AT ? view.getFloat64(at, true) : cutOf(lo, hi);
      if (kind === SPLIT_AT) at += 8;
      if (!(cut > lo && cut < hi) || path.length === DEEPEST) throw new RangeError(`a split of input ${dim} at ${cut}, which is not inside [${lo}, ${hi}]`);
      splits.push({ dim, lo, hi, cut });
      path.push(false);
      upper[dim] = cut;
      continue;
    }
    const hint = at;
    if (kind === LEAF) at += hintSize;
    if (kind === undefined || at > trees.length) throw new RangeError(`a leaf is missing: the trees end after ${index} leaves of this one`);
    if (!leaf(index++, hint, kind === SMT)) return at;
    for (; path.length > 0 && path[path.length - 1]; path.pop()) {
      const { dim, lo } = splits.pop()!;
      lower[dim] = lo;
    }
    if (path.length === 0) return at;
    const { dim, hi, cut } = splits[splits.length - 1];
    path[path.length - 1] = true;
    lower[dim] = cut;
    upper[dim] = hi;
  }
}
