import { dirname, join } from 'node:path';
import { show, type ParaboundError } from '../errors.js';

/**
 * The path of a file that a model file names. A model may come from anywhere: what it names is looked for in its own folder, and in
 * folders there, and nowhere else.
 */
export function pathBeside(model: string, name: unknown, invalid: (what: string, expected: string) => ParaboundError): string {
  const inside = typeof name === 'string' && name !== '' && !/^[/\\]|^[a-z][a-z0-9+.-]*:|\0/i.test(name) && !name.split(/[/\\]/).includes('..');
  if (!inside) throw invalid(show(name), 'the name of a file beside the model, or in a folder there');
  return join(dirname(model), name);
}
