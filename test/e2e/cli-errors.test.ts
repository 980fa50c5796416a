import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/errors.js';
import { cats, numbered } from '../support/models.js';
import { parabound } from '../support/command.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parabound-cli-'));
  const text = JSON.stringify(cats());
  const file = (name: string, content: string) => { writeFileSync(join(folder, name), content); };
  file('cats.json', text);
  file('numbered.json', JSON.stringify(numbered()));
  file('bare.json', JSON.stringify({ ...cats(), inputs: [{}, {}] }));
  file('prose.txt', 'weights: 1 2 3');
  file('cut.json', text.slice(0, 90));
  file('nan.json', text.replace('0.07577862', 'NaN'));
  file('inf.json', text.replace('0.07577862', '1e999'));
  file('null.json', text.replace('0.07577862', 'null'));
  file('ragged.json', text.replace('"weights":[[', '"weights":[[1],['));
  file('gelu.json', text.replace('sigmoid', 'gelu'));
  file('schema.json', text.replace('parabound-model@1', 'parabound-model@9'));
  file('other.json', '{"weights":[1,2]}');
  file('inverted.json', text.replace('"lower":6.3', '"lower":63'));
  file('empty.json', text.replace(/"layers":.*\}\],/, '"layers":[],'));
  file('domain.json', '[[6.3,20.5],[2,3.9]]');
  file('box-inverted.json', '{"lower":[0,0,0],"upper":[1,-1,1]}');
  file('box-short.json', '{"lower":[0,0],"upper":[1,1]}');
  file('box-null.json', '{"lower":[0,0,null],"upper":[1,1,1]}');
  file('net.nnet', '// a header');
  file('net.onnx', '');
  file('net.keras', '');
  file('unflipped.json', '{"schema":"parabound/result@1","witness":null}');
  file('copy.json', '{"schema":"parabound/result@1","witness":{"input":[7,3],"parameters":null}}');
  mkdirSync(join(folder, 'folder'));
  const huge = openSync(join(folder, 'huge.json'), 'w');
  ftruncateSync(huge, 200e6);
  closeSync(huge);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const E = 'estimate epsilon cats.json';
const D = '--delta 0.01';

/* The words after `parabound`, the code, and what the line has to name. Words are split at spaces. */
const BAD: [string, ErrorCode, RegExp][] = [
  ['', 'COMMAND_MISSING', /parabound --help/],
  ['estimate', 'COMMAND_MISSING', /parabound estimate --help/],
  ['verify', 'COMMAND_MISSING', /parabound verify --help/],
  ['esimate epsilon cats.json', 'COMMAND_UNKNOWN', /esimate/],
  ['estimate delta cats.json', 'COMMAND_UNKNOWN', /delta/],
  ['help nonsense', 'COMMAND_UNKNOWN', /nonsense.*parabound --help/],
  ['estimate help delta', 'COMMAND_UNKNOWN', /delta.*parabound estimate --help/],
  ['estimate epsilon', 'ARGUMENT_MISSING', /model/],
  ['reproduce cats.json', 'ARGUMENT_UNEXPECTED', /expected options alone/],
  [`${E} other.json ${D}`, 'ARGUMENT_UNEXPECTED', /epsilon/],
  [`${E} --dleta 0.01`, 'OPTION_UNKNOWN', /--dleta.*--delta/],
  [`${E} ${D} --epsilon 1`, 'OPTION_UNKNOWN', /--epsilon/],
  [`${E} --delta`, 'OPTION_VALUE_MISSING', /--delta/],
  [E, 'BOX_REQUIRED', /--delta.*--parameters.*--against/],
  ['verify label cats.json', 'BOX_REQUIRED', /--delta/],
  [`verify epsilon cats.json ${D}`, 'OPTION_REQUIRED', /--epsilon/],
  [`verify sigma cats.json ${D}`, 'OPTION_REQUIRED', /--sigma/],
  [`verify epsilon cats.json --epsilon -1 ${D}`, 'OPTION_INVALID', /"-1", --epsilon/],
  [`verify sigma cats.json --sigma NaN ${D}`, 'OPTION_INVALID', /"NaN", --sigma/],
  [`${E} --delta -0.01`, 'OPTION_INVALID', /"-0\.01", --delta, expected a finite number >= 0/],
  [`${E} --delta NaN`, 'OPTION_INVALID', /"NaN", --delta/],
  [`${E} --delta Infinity`, 'OPTION_INVALID', /"Infinity", --delta/],
  [`${E} --delta 1e999`, 'OPTION_INVALID', /"1e999", --delta/],
  [`${E} --delta 1e`, 'OPTION_INVALID', /"1e", --delta/],
  [`${E} --delta=`, 'OPTION_INVALID', /"", --delta/],
  [`${E} --delta-relative -1`, 'OPTION_INVALID', /--delta-relative/],
  [`${E} ${D} --gap -1`, 'OPTION_INVALID', /"-1", --gap/],
  [`${E} ${D} --gap NaN`, 'OPTION_INVALID', /"NaN", --gap/],
  [`${E} ${D} --relative-gap x`, 'OPTION_INVALID', /"x", --relative-gap/],
  [`${E} ${D} --threads 0`, 'OPTION_INVALID', /"0", --threads, expected a whole number from 1/],
  [`${E} ${D} --threads 1.5`, 'OPTION_INVALID', /--threads/],
  [`${E} ${D} --max-boxes 0`, 'OPTION_INVALID', /--max-boxes/],
  [`${E} ${D} --timeout -1`, 'OPTION_INVALID', /--timeout/],
  [`${E} ${D} --timeout soon`, 'OPTION_INVALID', /"soon", --timeout/],
  [`${E} ${D} --seed -1`, 'OPTION_INVALID', /--seed/],
  [`${E} ${D} --output odds`, 'OPTION_INVALID', /"odds", --output, expected confidence or logit/],
  [`${E} ${D} --outputs 1`, 'OPTION_INVALID', /1, --outputs.*0 to 0/],
  [`${E} ${D} --outputs a`, 'OPTION_INVALID', /"a", --outputs/],
  [`${E} ${D} --decision most`, 'OPTION_INVALID', /"most", --decision/],
  [`${E} ${D} --level high`, 'OPTION_INVALID', /"high", --level/],
  [`${E} ${D} --witness some`, 'OPTION_INVALID', /"some", --witness/],
  [`${E} ${D} --perturb 1`, 'OPTION_INVALID', /"1", --perturb.*layers from 0 to 0/],
  [`${E} ${D} --perturb wieghts`, 'OPTION_INVALID', /"wieghts", --perturb/],
  [`estimate sigma cats.json ${D} --output logit --level 1`, 'OPTION_INVALID', /level 1.*strictly between 0 and 1/],
  [`${E} ${D} --delta-relative 0.1`, 'OPTION_CONFLICT', /--delta and --delta-relative/],
  [`${E} ${D} --parameters box-short.json`, 'OPTION_CONFLICT', /--parameters and --delta/],
  [`${E} ${D} --at [7,3] --domain domain.json`, 'OPTION_CONFLICT', /--at and --domain/],
  ['eval cats.json', 'OPTION_REQUIRED', /--at/],

  [`estimate epsilon nope.json ${D}`, 'FILE_NOT_FOUND', /model nope\.json/],
  [`estimate epsilon folder ${D}`, 'FILE_UNREADABLE', /a directory, model folder/],
  [`estimate epsilon huge.json ${D}`, 'FILE_TOO_LARGE', /200000000 bytes, model huge\.json, expected at most 67108864 bytes/],
  [`estimate epsilon prose.txt ${D}`, 'JSON_INVALID', /model prose\.txt/],
  [`estimate epsilon cut.json ${D}`, 'JSON_INVALID', /model cut\.json/],
  [`estimate epsilon nan.json ${D}`, 'JSON_INVALID', /model nan\.json/],
  [`estimate epsilon inf.json ${D}`, 'MODEL_INVALID', /Infinity, layers\[0\]\.weights\[0\]\[0\] in inf\.json/],
  [`estimate epsilon null.json ${D}`, 'MODEL_INVALID', /null, layers\[0\]\.weights\[0\]\[0\]/],
  [`estimate epsilon ragged.json ${D}`, 'MODEL_INVALID', /layers\[0\]\.weights/],
  [`estimate epsilon gelu.json ${D}`, 'MODEL_INVALID', /"gelu", layers\[0\]\.activation/],
  [`estimate epsilon schema.json ${D}`, 'MODEL_FORMAT_UNSUPPORTED', /"parabound-model@9"/],
  [`estimate epsilon other.json ${D}`, 'MODEL_INVALID', /weights/],
  [`estimate epsilon inverted.json ${D}`, 'MODEL_INVALID', /inverted bounds \[63, 20\.5\], inputs\[0\]/],
  [`estimate epsilon empty.json ${D}`, 'MODEL_INVALID', /layers in empty\.json/],
  [`estimate epsilon net.nnet ${D}`, 'MODEL_INVALID', /the file ends, line 1 of net\.nnet, expected layers, inputs/],
  [`estimate epsilon net.keras ${D}`, 'MODEL_FORMAT_UNSUPPORTED', /\.keras files are not supported, model net\.keras, expected .*\.onnx/],
  [`estimate epsilon net.onnx ${D}`, 'MODEL_INVALID', /empty, net\.onnx, expected an ONNX file/],
  [`estimate epsilon bare.json ${D}`, 'DOMAIN_MISSING', /--domain or --at/],
  [`${E} ${D} --domain []`, 'DOMAIN_INVALID', /0 intervals, --domain, expected 2/],
  [`${E} ${D} --domain [[0,1]]`, 'DOMAIN_INVALID', /1 intervals/],
  [`${E} ${D} --domain [[1,0],[0,1]]`, 'DOMAIN_INVALID', /inverted \[1, 0\], --domain\[0\]/],
  [`${E} ${D} --domain [[0,1e999],[0,1]]`, 'DOMAIN_INVALID', /Infinity, --domain\[0\]/],
  [`${E} ${D} --domain [[0,1],[0,NaN]]`, 'JSON_INVALID', /--domain/],
  [`${E} ${D} --domain [[0,1],[0`, 'JSON_INVALID', /--domain/],
  [`${E} ${D} --domain nowhere.json`, 'FILE_NOT_FOUND', /--domain nowhere\.json, expected '\[\[lo,hi\]/],
  [`${E} ${D} --domain cut.json`, 'JSON_INVALID', /--domain cut\.json/],
  [`${E} ${D} --at [7]`, 'INPUT_INVALID', /1 numbers, --at, expected 2/],
  [`${E} ${D} --at [7,null]`, 'INPUT_INVALID', /null, --at\[1\]/],
  [`${E} ${D} --at 7,3`, 'FILE_NOT_FOUND', /--at 7,3, expected '\[x1/],
  [`${E} --parameters nope.json`, 'FILE_NOT_FOUND', /--parameters nope\.json/],
  [`${E} --parameters cut.json`, 'JSON_INVALID', /--parameters cut\.json/],
  [`${E} --parameters domain.json`, 'BOX_INVALID', /parameters, expected \{"lower"/],
  [`${E} --parameters box-inverted.json`, 'BOX_INVALID', /inverted \[0, -1\], parameters\[1\]/],
  [`${E} --parameters box-short.json`, 'BOX_INVALID', /2 numbers, parameters\.lower, expected 3/],
  [`${E} --parameters box-null.json`, 'BOX_INVALID', /null, parameters\.lower\[2\]/],
  [`${E} --against nope.json`, 'FILE_NOT_FOUND', /nope\.json/],
  [`${E} --against numbered.json`, 'AGAINST_MISMATCH', /2-3-1.*2-1/],
  ['eval cats.json --at [1,2,3]', 'INPUT_INVALID', /3 numbers, --at/],
  ['eval cats.json --at [7,3] --parameters [1,2]', 'PARAMETERS_INVALID', /2 numbers, parameters, expected 3/],
  ['eval cats.json --at [7,3] --parameters [1,2,null]', 'PARAMETERS_INVALID', /null, parameters\[2\]/],
  ['eval cats.json --at [7,3] --parameters unflipped.json', 'PARAMETERS_INVALID', /no witness/],
  ['eval cats.json --parameters copy.json', 'PARAMETERS_INVALID', /no parameters of its own/],
  ['eval cats.json --parameters [1,2,3]', 'OPTION_REQUIRED', /--at/],
  ['info nope.json', 'FILE_NOT_FOUND', /nope\.json/],
];

describe('bad input: the documented exit status and one clear line', () => {
  it.each(BAD)('parabound %s', (words, code, names) => {
    const { status, stdout, stderr } = parabound(words === '' ? [] : words.split(' '), folder);
    expect(stderr).toMatch(/^[A-Z_]+: [^\n]+\n$/);
    expect(stderr.split(':')[0]).toBe(code);
    expect(stderr).toMatch(names);
    expect(stderr).not.toMatch(/undefined|\[object|at .*\.js:\d/);
    expect(status).toBe(ERRORS[code].exitStatus);
    expect(stdout).toBe('');
  });

  it('with --json the same is an object on stdout', () => {
    const { status, stdout, stderr } = parabound(['info', 'nope.json', '--json'], folder);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(status).toBe(3);
    expect(stderr).toBe(`${error.code}: ${error.message}\n`);
    expect(error.code).toBe('FILE_NOT_FOUND');
  });
  it('with --json too where the command line cannot be read', () => {
    const { status, stdout } = parabound(['estimate', 'epsilon', 'cats.json', '--json', '--dleta', '1'], folder);
    expect([status, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([2, 'OPTION_UNKNOWN']);
  });
  it('a stack comes with --debug alone', () => {
    const { stderr } = parabound(['info', 'nope.json', '--debug'], folder);
    expect(stderr).toMatch(/^FILE_NOT_FOUND: .*\n[^]*\n {4}at /);
  });
});
