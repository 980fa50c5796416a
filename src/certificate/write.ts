/** Writes certificates, piece by piece: docs/certificate-format.md. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { LEAF, MAGIC, SPLIT, SPLIT_AT, SPLIT_SHORT, SMT } from '../check/file.js';
import { ParaboundError } from '../errors.js';
import type { Tree } from './tree.js';

/** A node as it is written and as `unpack` prints it. */
export type Node =
  | { readonly leaf: Uint8Array | 'smt' }
  /** Without a cut, at the usual one. */
  | { readonly split: number; readonly at?: number };

const PIECE = 1 << 16;
/** Split dimensions that fit into the node's own byte. */
const SHORT = 256 - SPLIT_SHORT;

/** The nodes of a grown tree, in preorder. */
export function* nodesOf(tree: Tree, hintSize: number): Generator<Node> {
  for (const stack = [0]; stack.length > 0; ) {
    const node = stack.pop()!, half = tree.child[node];
    if (tree.solved.has(node)) {
      yield { leaf: 'smt' };
      continue;
    }
    if (half === 0) {
      yield { leaf: tree.hint(node).subarray(0, hintSize) };
      continue;
    }
    yield { split: tree.dimension[node] };
    stack.push(half + 1, half);
  }
}

function* encoded(nodes: Iterable<Node>): Generator<Buffer> {
  let piece = Buffer.allocUnsafe(PIECE), at = 0;
  for (const node of nodes) {
    const needed = 'leaf' in node ? 1 + node.leaf.length : 16;
    if (at + needed > piece.length) {
      yield piece.subarray(0, at);
      piece = Buffer.allocUnsafe(Math.max(PIECE, needed));
      at = 0;
    }
    if ('leaf' in node) {
      piece[at++] = node.leaf === 'smt' ? SMT : LEAF;
      if (node.leaf === 'smt') continue;
      piece.set(node.leaf, at);
      at += node.leaf.length;
    } else if (node.at === undefined && node.split < SHORT) {
      piece[at++] = SPLIT_SHORT + node.split;
    } else {
      piece[at++] = node.at === undefined ? SPLIT : SPLIT_AT;
      at = piece.writeUInt32LE(node.split, at);
      if (node.at !== undefined) at = piece.writeDoubleLE(node.at, at);
    }
  }
  yield piece.subarray(0, at);
}

/** Resolves to the size of the file. Rejects with OUTPUT_FAILED where it cannot be written. */
export async function writeCertificate(path: string, header: object, trees: Iterable<Iterable<Node>>): Promise<number> {
  const text = Buffer.from(JSON.stringify(header)), hashes = [createHash('sha256').update(text), createHash('sha256')];
  let length = 0, size = MAGIC.length;
  function* body(): Generator<Buffer> {
    yield text;
    for (const tree of trees) {
      for (const piece of encoded(tree)) {
        hashes[1].update(piece);
        length += piece.length;
        yield piece;
      }
    }
  }
  try {
    const file = createWriteStream(path);
    await new Promise<void>((resolve, reject) => file.once('error', reject).write(MAGIC, (error) => (error ? reject(error) : resolve())));
    await pipeline(Readable.from(body()), createDeflate({ level: 9 }), async function* (compressed: AsyncIterable<Buffer>) {
      for await (const piece of compressed) {
        size += piece.length;
        yield piece;
      }
      const trailer = Buffer.alloc(16);
      trailer.writeBigUInt64LE(BigInt(text.length), 0);
      trailer.writeBigUInt64LE(BigInt(length), 8);
      const end = Buffer.concat([trailer, ...hashes.map((hash) => hash.digest())]);
      size += end.length;
      yield end;
    }, file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ParaboundError('OUTPUT_FAILED', `${code ?? message}: the certificate could not be written`, path, 'a file that can be written', { cause: error });
  }
  return size;
}
