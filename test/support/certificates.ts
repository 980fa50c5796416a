/** Certificates made, taken apart, doctored and checked, in memory but for the one file that each takes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, unpack } from '../../src/certificate/json.js';
import { check, type CheckReport } from '../../src/check/check.js';
import { modelHash, readModel, type CheckedModel } from '../../src/check/model.js';
import type { CertificateInfo } from '../../src/certificate/certify.js';

export type JsonNode = number | [number, number] | 'leaf' | 'smt' | { leaf: number[] };

export interface JsonPart {
  property: string; label?: number; outputs?: number[]; lower: number; upper: number | null;
  witness: { input: number[]; parameters: number[] | null } | null; leaves: number; hint: number;
}

/** What unpack prints. */
export interface Unpacked {
  query: string; model: string; level: number; output: string; decision: string; units?: string; threshold?: number; verdict?: string; uncovered?: string;
  box: { kind: string; center?: number[] | null; radius?: number | number[]; ratio?: number; mask?: number[] | null; lower?: number[]; upper?: number[] };
  domain: [number, number][]; parts: JsonPart[]; trees: JsonNode[][];
}

/** A folder of its own for each test file. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'parabound-certificate-'));
  readonly path = join(this.folder, 'made.proof');

  bytes(): Buffer {
    return readFileSync(this.path);
  }

  async packed(json: unknown): Promise<Buffer> {
    const path = join(this.folder, 'packed.proof');
    await pack(json, path, 'a test');
    return readFileSync(path);
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export function unpacked(bytes: Uint8Array): Unpacked {
  return JSON.parse([...unpack(bytes, 'a test')].join('')) as Unpacked;
}

export function modelOf(file: string): CheckedModel {
  return readModel(readFileSync(file, 'utf8'), file.endsWith('.nnet'));
}

export { check, modelHash, type CheckReport, type CertificateInfo };
