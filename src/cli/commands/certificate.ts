import { dirname } from 'node:path';
import { CERTIFICATE_LIMIT } from '../../certificate/check-file.js';
import { pack, unpack } from '../../certificate/json.js';
import { parseJson, readBytes, readText } from '../../network/files.js';
import { makeFolders } from '../../output.js';
import { voiceOf } from '../query.js';
import { say } from '../terminal.js';

/** parabound certificate unpack FILE */
export async function unpackCommand(path: string): Promise<void> {
  for (const piece of unpack(await readBytes(path, 'certificate', CERTIFICATE_LIMIT), `certificate ${path}`)) {
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

/** parabound certificate pack JSONFILE CERTIFICATE */
export async function packCommand(json: string, path: string, flags: object): Promise<void> {
  const source = `certificate ${json}`;
  const object = parseJson(await readText(json, 'certificate', CERTIFICATE_LIMIT), source);
  await makeFolders(dirname(path));
  const bytes = await pack(object, path, source);
  say(voiceOf(flags), { schema: 'parabound/pack@1', file: path, bytes }, () => `${path}: ${bytes.toLocaleString('en-US')} bytes`);
}
