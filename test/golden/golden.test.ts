/**
 * Golden triples: input, options, expected. Each file in cases/ is a list of command lines with what --json must print.
 *
 * `expected` is matched as a part of the output. Where an object has `encloses`, the `lower` and `upper` beside it must
 * enclose that number, which was worked out by other means (mpmath, 40 digits; or by hand), and lie within `width`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { json, parabound } from '../support/command.js';

interface Case {
  about: string;
  args: string;
  expected: unknown;
}

const folder = new URL('cases/', import.meta.url);

function check(actual: unknown, expected: unknown, path: string): void {
  if (Array.isArray(expected)) {
    expect(Array.isArray(actual) && actual.length, path).toBe(expected.length);
    expected.forEach((each, i) => { check((actual as unknown[])[i], each, `${path}[${i}]`); });
  } else if (typeof expected === 'object' && expected !== null) {
    const { encloses, width, ...rest } = expected as { encloses?: number; width?: number };
    if (encloses !== undefined) {
      const { lower, upper } = actual as { lower: number; upper: number };
      expect(lower, `${path}.lower`).toBeLessThanOrEqual(encloses);
      expect(upper, `${path}.upper`).toBeGreaterThanOrEqual(encloses);
      expect(upper - lower, `width of ${path}`).toBeLessThanOrEqual(width ?? 0);
    }
    for (const [key, value] of Object.entries(rest)) check((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else {
    expect(actual, path).toEqual(expected);
  }
}

for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
  describe(name, () => {
    for (const { about, args, expected } of JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Case[]) {
      it(`${about}: parabound ${args}`, () => {
        const output = json(parabound([...args.split(' '), '--json']));
        check(output, expected, 'result');
      });
    }
  });
}
