import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CONSTANTS } from '../../../src/formats/onnx/constants.js';
import { LAYERS } from '../../../src/formats/onnx/layers.js';

it('docs/onnx.md lists the operators that are read, and where', () => {
  const text = readFileSync(new URL('../../../docs/onnx.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, 4).map((cell) => cell.trim()));
  const listed = (column: 1 | 2): string[] => rows.filter((row) => row[column] !== '' && row[column] !== 'refused').flatMap((row) => [...row[0].matchAll(/`(\w+)`/g)].map((match) => match[1])).sort();
  expect(listed(1)).toEqual(Object.keys(LAYERS).sort());
  expect(listed(2)).toEqual(Object.keys(CONSTANTS).sort());
});
