import { expect, it } from 'vitest';
import { sliced } from '../../../src/cli/commands/region.js';
import { loadModel } from '../../../src/network/load.js';

const named = (...names: string[]) => loadModel({
  format: 'parabound-model@1', inputs: names.map((name) => ({ name, lower: 0, upper: 1 })), layers: [{ weights: [names.map(() => 1)], bias: [0], activation: 'linear' }],
});

const domainOf = (...[model, text, options = {}]: [Parameters<typeof sliced>[0], string, Parameters<typeof sliced>[2]?]) => sliced(model, text, options).domain;

it('a slice goes by name before it goes by number', async () => {
  expect(domainOf(await named('x1', 'x0'), 'x0=0.5')).toEqual([[0, 1], [0.5, 0.5]]);
  expect(domainOf(await named('x1', 'x2'), 'x2=0.5')).toEqual([[0, 1], [0.5, 0.5]]);
  expect(domainOf(await named('a', 'x0'), 'x0=0.5,x1=0.25')).toEqual([[0, 1], [0.25, 0.25]]);
  expect(domainOf(await named('a=b', 'c'), 'a=b=1, x1=0')).toEqual([[1, 1], [0, 0]]);
});

it('a slice outside the domain is said, as an input outside is', async () => {
  const model = await named('a', 'b', 'c');
  expect(sliced(model, 'a=1,b=0', {}).notes).toEqual([]);
  expect(sliced(model, 'a=2,c=-1', { notes: ['of the domain'] })).toEqual({ domain: [[2, 2], [0, 1], [-1, -1]], notes: ['of the domain', 'the slice is outside the model\'s domain: a = 2 is not in [0, 1]; c = -1 is not in [0, 1]'] });
  const domain: [number, number][] = [[0, 3], [0, 3], [0, 3]];
  expect(sliced(model, 'a=2', { domain }).notes).toEqual([]); // a --domain beyond the model's is said nowhere
  expect(sliced(model, 'a=4', { domain }).notes).toEqual(['the slice is outside the domain: a = 4 is not in [0, 3]']);
});
