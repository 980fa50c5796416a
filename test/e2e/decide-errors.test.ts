import { describe, expect, it } from 'vitest';
import { parabound } from '../support/command.js';

const CATS = 'examples/cats.json';

describe('what is wrong is said before a model is read', () => {
  it.each([
    [['search'], 'COMMAND_MISSING'], [['search', 'width', CATS], 'COMMAND_UNKNOWN'], [['search', 'delta', 'nowhere.json'], 'OPTION_REQUIRED'],
    [['search', 'delta', 'nowhere.json', '--epsilon', '1', '--label'], 'OPTION_CONFLICT'], [['search', 'delta', CATS, '--epsilon', '1', '--delta', '1'], 'OPTION_UNKNOWN'],
    [['search', 'delta', CATS, '--epsilon', 'NaN'], 'OPTION_INVALID'], [['search', 'bits', CATS, '--label', '--min-bits', '1'], 'OPTION_INVALID'], [['search', 'bits', 'nowhere.json'], 'OPTION_REQUIRED'], [['search', 'bits', CATS, '--label', '--formats', 'fp8'], 'OPTION_INVALID'], [['search', 'bits', CATS, '--label', '--formats', 'fp16', '--format', 'int'], 'OPTION_CONFLICT'],
    [['search', 'bits', CATS, '--label', '--quantize', 'int8'], 'OPTION_UNKNOWN'], [['search', 'bits', CATS, '--label', '--min-bits', '9', '--max-bits', '8'], 'OPTION_INVALID'],
    [['sensitivity', 'nowhere.json'], 'BOX_REQUIRED'], [['sensitivity', CATS, '--delta', '1', '--certificate', 'x'], 'OPTION_UNKNOWN'], [['verify', 'label', CATS, '--delta', '1', '--label'], 'OPTION_UNKNOWN'],
  ])('%j: %s', (words, code) => {
    const { status, stdout, stderr } = parabound(words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${code}: .*\n$`));
  });
});

describe('help', () => {
  it.each([[['search', 'delta'], /--epsilon <E>[^]*--label[^]*--delta-gap <R>[^]*all candidates together[^]*Examples:/], [['search', 'bits'], /--min-bits <N>[^]*--granularity[^]*Examples:/], [['sensitivity'], /--delta <D>[^]*Examples:/]])('%j', (command, text) => {
    const { stdout, stderr } = parabound([...command, '--help']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(text);
    for (const line of stdout.split('\n').filter((each) => each.startsWith('  parabound '))) {
      const words = line.trim().replace(/'([^']*)'/g, (_, quoted: string) => quoted.replaceAll(' ', '')).split(/\s+/).slice(1).map((word) => (word.endsWith('.json') ? 'nowhere.json' : word));
      expect([line, parabound(words).stderr.split(':')[0]]).toEqual([line, 'FILE_NOT_FOUND']);
    }
  });
});
