// Data that is not part of the project: ../shared/data beside it, or the folder that PARABOUND_DATA names.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const given = process.env.PARABOUND_DATA;
const base = given === undefined ? new URL('../../../shared/data/', import.meta.url) : new URL(`${pathToFileURL(given).href.replace(/\/$/, '')}/`);

export function dataFile(name) {
  return new URL(name, base);
}

/** What to say where one of the files is absent; undefined where all are there. */
export function lackingData(names) {
  const absent = names.filter((name) => !existsSync(dataFile(name)));
  if (absent.length === 0) return undefined;
  return `${absent.join(', ')} absent from ${given === undefined ? '../shared/data' : fileURLToPath(base)} (PARABOUND_DATA names another data folder): left out`;
}
