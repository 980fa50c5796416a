import { expect, it } from 'vitest';
import { sliced } from '../../../src/cli/commands/region.js';
import { loadModel } from '../../../src/network/load.js';

const named = (...names: string[]) => loadModel({
  format: 'parabound-model@1', inputs: names.map((name) => ({ name, lower: 0, upper: 1 })), layers: [{ weights: [names.map(() => 1)], bias: [0], activation: 'linear' }],
});

it('a slice goes by name before it goes by number', async () => {
  expect(sliced(await named('x1', 'x0'), 'x0=0.5', undefined, undefined)).toEqual([[0, 1], [0.5, 0.5]]);
  expect(sliced(await named('x1', 'x2'), 'x2=0.5', undefined, undefined)).toEqual([[0, 1], [0.5, 0.5]]);
  expect(sliced(await named('a', 'x0'), 'x0=0.5,x1=0.25', undefined, undefined)).toEqual([[0, 1], [0.25, 0.25]]);
  expect(sliced(await named('a=b', 'c'), 'a=b=1, x1=0', undefined, undefined)).toEqual([[1, 1], [0, 0]]);
});
