import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { queryWords, reportCommand, shellWord } from '../../../src/report/command.js';
import { planOf } from '../../../src/report/options.js';
import { loadModel } from '../../../src/index.js';
import { cats } from '../../support/models.js';

const split = (line: string): string[] => execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0').slice(0, -1);

describe('the commands of a report', () => {
  it('are words as a shell reads them back', () => {
    for (const word of ['cats.json', 'a b', 'it\'s', '$(touch x)', '`x`', '"', '\\', '[[0,1]]', '*', '', '\u{1f431}']) expect(split(shellWord(word))).toEqual([word]);
  });

  it('ask the same query again', async () => {
    const against = await loadModel(cats());
    expect(queryWords({ delta: 0.01, domain: [[0, 1], [2, 3]], outputs: [0, 2], gap: 1e-9, output: 'logit', against }, {}).join(' '))
      .toBe('--delta 0.01 --against \'model object\' --domain \'[[0,1],[2,3]]\' --outputs 0,2 --output logit --gap 1e-9');
    expect(queryWords({ at: new Float64Array([1, 2]) }, {})).toEqual(['--at', '\'[1,2]\'']);
  });

  it('name the files that structures came from, and stand-ins for long ones', () => {
    const at = Array.from({ length: 784 }, (_, i) => i);
    expect(queryWords({ at }, { at: 'image 7.json' })).toEqual(['--at', '\'image 7.json\'']);
    expect(queryWords({ at }, {})).toEqual(['--at', 'AT.json']);
  });

  it('make the report again', () => {
    const plan = planOf({ delta: 0.01, epsilon: 0.06, timeout: 5, certificates: 'the proofs' });
    expect(reportCommand('my cats.json', plan)).toBe('parabound report \'my cats.json\' --delta 0.01 --epsilon 0.06 --timeout 5 --certificates \'the proofs\' --out report.html');
    const command = ['parabound', 'report', 'my cats.json', '--delta', '1e-2', '--at', '[10, 3]', '--out', 'for whom it\'s meant.html'];
    expect(split(reportCommand('my cats.json', { ...plan, sources: { command } }))).toEqual(command); // as typed
    expect(reportCommand('m.json', planOf({ delta: 1 }))).toContain('--timeout 60');
  });
});
