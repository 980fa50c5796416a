import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** One athlete: x = [height in m, weight in kg], y = 1 for male. */
export interface Athlete {
  x: [number, number];
  y: 0 | 1;
}

/** Reads the athletes of Rio 2016 (github flother/rio2016); rows without a height or a weight are dropped, as there is nothing to train on. */
export async function readAthletes(path: string): Promise<Athlete[]> {
  const rows = parse<Record<string, string>>(await readFile(path), { columns: true, bom: true, skip_empty_lines: true });
  const athletes: Athlete[] = [];
  for (const [index, row] of rows.entries()) {
    if (!row['height'] || !row['weight'] || !row['sex']) continue;
    const x: [number, number] = [Number(row['height']), Number(row['weight'])];
    const sex = row['sex'];
    if (!x.every(Number.isFinite) || (sex !== 'male' && sex !== 'female')) {
      throw new Error(`${path}: row ${String(index + 1)}: expected numbers for height and weight, and male or female for sex`);
    }
    athletes.push({ x, y: sex === 'male' ? 1 : 0 });
  }
  if (athletes.length === 0) throw new Error(`${path}: no row has columns height, weight and sex filled in`);
  return athletes;
}
