import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROW_LIMIT } from '../../../src/formats/csv.js';
import { SETTINGS } from '../../../src/formats/tfjs/layers.js';
import { PROPERTY_LIMIT } from '../../../src/formats/vnnlib/read.js';
import { FILE_LIMIT } from '../../../src/network/files.js';
import { loadModel } from '../../../src/network/load.js';
import { scratch } from '../../support/files.js';
import { f32, safetensors } from '../../support/safetensors.js';

const text = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
const { write } = scratch();

describe('docs/formats.md', () => {
  it('lists the classes of layers that are read', () => {
    const section = text.slice(text.indexOf('| class |'), text.indexOf('`BatchNormalization` and'));
    expect([...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))).toEqual(Object.keys(SETTINGS));
  });
  it('states the limits', () => {
    expect(text).toContain(`${FILE_LIMIT / 2 ** 20} MiB`);
    expect(text).toContain(`A property may have ${PROPERTY_LIMIT / 2 ** 20} MiB`);
    expect(text).toContain(`no row may be longer than ${ROW_LIMIT / 2 ** 20} MiB`);
  });
  it('has a layout that is read', async () => {
    const [, layout] = /```json\n([^`]*"parabound-layout@1"[^`]*)```/.exec(text)!;
    write('d.layout.json', layout);
    const model = await loadModel(write('d.safetensors', safetensors({ '0.weight': f32([3, 2], [1, 2, 3, 4, 5, 6]), '0.bias': f32([3], [1, 2, 3]), '2.weight': f32([1, 3], [1, 2, 3]), '2.bias': f32([1], [1]) })));
    expect([model.labels, model.layers.map(({ activation }) => activation), [...model.domain!]]).toEqual([['female', 'male'], ['relu', 'sigmoid'], [1.2, 2.2, 30, 170]]);
  });
});
