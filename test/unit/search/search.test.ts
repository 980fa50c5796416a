/** The coordinator: nothing is lost, whatever ends a search or a worker. */
import { afterAll, describe, expect, it } from 'vitest';
import type { SearchRequest } from '../../../src/search/request.js';
import { addon } from '../../../src/native.js';
import { seededRandom } from '../../../src/random.js';
import { WorkerPool } from '../../../src/search/pool.js';
import { search } from '../../../src/search/search.js';

const GAP = 1e-9;

/** A one-hidden-layer network on [-1, 1]^n with a sigmoid output, delta 0.01. */
function request(inputs: number, hidden: number, seed: number, more: Partial<SearchRequest> = {}): SearchRequest {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const parameters = Float64Array.from([
    ...Array.from({ length: hidden * inputs }, () => normal() * Math.sqrt(2 / inputs)),
    ...Array.from({ length: hidden }, () => 0.1 * normal()),
    ...Array.from({ length: hidden }, () => normal() * Math.sqrt(2 / hidden)),
    0.1 * normal(),
  ]);
  return {
    network: { inputs, layers: [{ inputs, outputs: hidden, activation: 1 }, { inputs: hidden, outputs: 1, activation: 2 }], parameters },
    box: { kind: 'radius', center: parameters, radius: new Float64Array(parameters.length).fill(0.01) },
    objective: { query: 'epsilon', outputs: [0], measure: 'confidence' },
    domain: Float64Array.from({ length: 2 * inputs }, (_, i) => (i % 2 === 0 ? -1 : 1)),
    gap: GAP, relativeGap: 0, threads: 1, seed: 1,
    ...more,
  };
}
/** The same with a second layer of as many units behind the first: bounded as deep networks are. */
function deepRequest(inputs: number, hidden: number, seed: number, more: Partial<SearchRequest> = {}): SearchRequest {
  const { network, ...rest } = request(inputs, hidden, seed);
  const first = (inputs + 1) * hidden;
  const between = Array.from({ length: (hidden + 1) * hidden }, (_, i) => Math.sin(i) / hidden);
  const parameters = Float64Array.from([...network.parameters.slice(0, first), ...between, ...network.parameters.slice(first)]);
  const layers = [network.layers[0], { inputs: hidden, outputs: hidden, activation: 1 }, network.layers[1]] as typeof network.layers;
  return { ...rest, network: { inputs, layers, parameters }, box: { kind: 'radius', center: parameters, radius: new Float64Array(parameters.length).fill(0.01) }, ...more };
}
/** Takes about 0.3 million boxes: long enough to be disturbed. */
const LONG = [5, 16, 3] as const;

const pools: WorkerPool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));
function newPool(threads: number): WorkerPool {
  const pool = new WorkerPool({ threads });
  pools.push(pool);
  return pool;
}

function encloses(a: { lower: number; upper: number }, b: { lower: number; upper: number }): boolean {
  return a.lower <= b.upper && b.lower <= a.upper;
}

describe('search', () => {
  it('gives the same answer on one thread and on two, to the gap', async () => {
    const one = await search(request(...LONG));
    const two = await search(request(...LONG, { threads: 2, pool: newPool(2) }));
    expect(one.status).toBe('complete');
    expect(two.status).toBe('complete');
    expect(two.threads).toBe(2);
    expect(encloses(one, two)).toBe(true);
    for (const outcome of [one, two]) expect(outcome.upper - outcome.lower).toBeLessThanOrEqual(GAP);
  });

  it('counts what matrix products take, whichever thread they run on', async () => {
    const counted = async (query: SearchRequest): Promise<{ boxes: number; multiplyAdds: number }> => {
      const before = addon().interval().multiplyAdds();
      const { boxes } = await search(query);
      return { boxes, multiplyAdds: addon().interval().multiplyAdds() - before };
    };
    expect((await counted(request(3, 8, 1))).multiplyAdds).toBe(0); // no products in one hidden layer
    const pool = newPool(2);
    const [one, two] = [await counted(deepRequest(3, 8, 1, { maxBoxes: 200 })), await counted(deepRequest(3, 8, 1, { maxBoxes: 2000, threads: 2, pool }))];
    // At least the centre's forms through all layers, twice.
    for (const { boxes, multiplyAdds } of [one, two]) expect(multiplyAdds).toBeGreaterThan(2 * boxes * (3 * 8 + 8 * 8 + 8));
    expect(two.multiplyAdds).toBeGreaterThan(3 * one.multiplyAdds);
  });

  it('searches the boxes of a killed worker again', async () => {
    const reference = await search(request(...LONG));
    const pool = newPool(2);
    let kills = 0;
    const timer = setInterval(() => {
      if (kills++ < 4) void pool.workers().then((workers) => workers.forEach((worker) => void worker.terminate()));
    }, 150);
    const outcome = await search(request(...LONG, { threads: 2, pool }));
    clearInterval(timer);
    expect(kills).toBeGreaterThan(0);
    expect(outcome.status).toBe('complete');
    expect(encloses(outcome, reference)).toBe(true);
    expect(outcome.upper - outcome.lower).toBeLessThanOrEqual(GAP);
  });

  it('goes on without a pool that is closed under it', async () => {
    const pool = newPool(2);
    setTimeout(() => void pool.close(), 200);
    const outcome = await search(request(...LONG, { threads: 2, pool }));
    expect(outcome.status).toBe('complete');
    expect(outcome.upper - outcome.lower).toBeLessThanOrEqual(GAP);
  });

  it('keeps every box when the frontier may not grow', async () => {
    const free = await search(request(5, 8, 1));
    for (const mostOpen of [0, 1, 50]) {
      const bounded = await search(request(5, 8, 1, { mostOpen, threads: 2, pool: newPool(2) }));
      expect(bounded.status).toBe('complete');
      expect(encloses(bounded, free)).toBe(true);
      expect(bounded.upper - bounded.lower).toBeLessThanOrEqual(GAP);
    }
  });

  it('returns what was proved on abort, on a time limit and on a box limit', async () => {
    const reference = await search(request(...LONG));
    const ends: [string, Partial<SearchRequest>][] = [
      ['interrupted', { signal: AbortSignal.timeout(100) }],
      ['interrupted', { signal: AbortSignal.timeout(200), threads: 2, pool: newPool(2) }],
      ['interrupted', { signal: AbortSignal.abort() }],
      ['timeout', { timeoutMs: 100 }],
      ['timeout', { timeoutMs: 0 }],
      ['limit', { maxBoxes: 1000 }],
      ['limit', { maxBoxes: 20_000, threads: 2, pool: newPool(2) }],
    ];
    for (const [status, more] of ends) {
      const outcome = await search(request(...LONG, more));
      expect(outcome.status).toBe(status);
      expect(encloses(outcome, reference)).toBe(true);
      expect(outcome.upper).toBeGreaterThan(outcome.lower + GAP);
      expect(outcome.remaining.boxes).toBeGreaterThan(0);
      expect(outcome.remaining.volumeFraction).toBeGreaterThan(0);
      expect(outcome.remaining.volumeFraction).toBeLessThanOrEqual(1);
      if (more.maxBoxes !== undefined) expect(outcome.boxes).toBeLessThan(1.2 * more.maxBoxes + 100);
    }
  });

  it('hears an abort inside a box of a large network, and still has a bound', async () => {
    const sizes = [200, 400, 400, 3];
    const random = seededRandom(1);
    const layers = sizes.slice(1).map((outputs, l) => ({ inputs: sizes[l], outputs, activation: l === 2 ? 4 : 1 }));
    const parameters = Float64Array.from({ length: layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0) }, () => 0.1 * (random() - 0.5));
    const outcome = await search({
      network: { inputs: 200, layers, parameters },
      box: { kind: 'radius', center: parameters, radius: new Float64Array(parameters.length).fill(0.01) },
      objective: { query: 'epsilon', outputs: [0, 1, 2], measure: 'confidence' },
      domain: Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? -1 : 1)),
      gap: 0, relativeGap: 0, threads: 1, seed: 1, signal: AbortSignal.timeout(200),
    });
    expect(outcome.status).toBe('interrupted');
    expect(outcome.upper).toBeLessThanOrEqual(1);
  });

  it('reports progress whose enclosures shrink', async () => {
    const seen: { lower: number; upper: number }[] = [];
    const outcome = await search(request(...LONG, { onProgress: (progress) => void seen.push(progress) }));
    expect(seen.length).toBeGreaterThan(0);
    for (const each of seen) expect(encloses(each, outcome)).toBe(true);
    for (let i = 1; i < seen.length; i++) {
      expect(seen[i].lower).toBeGreaterThanOrEqual(seen[i - 1].lower);
      expect(seen[i].upper).toBeLessThanOrEqual(seen[i - 1].upper);
    }
  });

  it('leaves the event loop free', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const outcome = await search(request(...LONG, { timeoutMs: 500 }));
    clearInterval(timer);
    expect(outcome.seconds).toBeGreaterThan(0.3);
    expect(turns).toBeGreaterThan(20);
  });

  it('stalls at gap zero, and says where', async () => {
    const outcome = await search(request(2, 3, 1, { gap: 0 }));
    expect(['stalled', 'complete']).toContain(outcome.status);
    expect(outcome.upper - outcome.lower).toBeLessThan(1e-13);
    if (outcome.status === 'stalled') expect(outcome.undecided.length).toBeGreaterThan(0);
  });

  it('ends at a target: a witness above it, or every box at most at it', async () => {
    const { lower, upper } = await search(request(3, 8, 2));
    const above = await search(request(3, 8, 2, { target: upper * 1.000001 }));
    expect(above.upper).toBeLessThanOrEqual(upper * 1.000001);
    const below = await search(request(3, 8, 2, { target: lower * 0.999999 }));
    expect(below.witness?.value).toBeGreaterThan(lower * 0.999999);
  });
});

describe('the sigma of an exact tie', () => {
  // z0 = x - 1, the bias moves by 0.5 (problem: class 0 cannot flip on [0, 0.5], and does on any longer domain).
  const tie = (end: number, more: Partial<SearchRequest> = {}): SearchRequest => {
    const parameters = Float64Array.of(1, -1);
    return {
      network: { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 2 }], parameters },
      box: { kind: 'radius', center: parameters, radius: Float64Array.of(0, 0.5) },
      objective: { query: 'sigma', label: 0, measure: 'confidence', level: 0.5, decision: 'max' },
      domain: Float64Array.of(0, end), gap: 1e-9, relativeGap: 0, threads: 1, seed: 1, ...more,
    };
  };
  it('is zero where the flip is only touched', async () => {
    const outcome = await search(tie(0.5));
    expect(outcome.witness).toBeNull();
    expect(outcome.lower).toBe(0);
    expect(outcome.status === 'stalled' || outcome.upper === 0).toBe(true);
  });
  it('has a witness where the flip is only at the boundary, with margin zero', async () => {
    const at = await search({ ...tie(1), domain: Float64Array.of(1, 1) });
    expect(at).toMatchObject({ lower: 0, nothing: false, witness: { value: 0, label: 1 } });
  });
  it('says that nothing flips only where that is proved', async () => {
    expect((await search(tie(0.4))).nothing).toBe(true);
    expect((await search(tie(0.501))).nothing).toBe(false);
  });
  it('jumps on a longer domain', async () => {
    const outcome = await search(tie(0.501));
    expect(outcome.lower).toBeGreaterThan(0.12);
    expect(outcome.upper - outcome.lower).toBeLessThanOrEqual(1e-9);
  });
});
