import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ends } from '../../../src/report/words.js';
import { evaluate, loadModel, report, type ReportOptions } from '../../../src/index.js';
import { cats, randomModel, threeClasses } from '../../support/models.js';

const model = await loadModel(cats());
const of = (options: ReportOptions, object = cats()) => loadModel(object).then((loaded) => report(loaded, { threads: 1, ...options }));
const ANSWERS = 'label,epsilon,sigma';
const jsonIn = (html: string): string => JSON.stringify(JSON.parse(/<script type="application\/json" id="report-json">([^]*?)<\/script>/.exec(html)![1]));
/** What a reader sees. */
const textOf = (html: string): string => html.replace(/<style>[^]*?<\/style>|<script[^]*?<\/script>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', '\'').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

describe('numbers on the page', () => {
  it('are rounded outward: less attained, more proved', () => {
    for (const [lower, upper] of [[0.123456789012, 0.123456789987], [0.057525763214278047, 0.057525763214278436], [1e-300, 2e-300], [0.1, 0.1 + 2 ** -55]]) {
      for (const digits of [4, 8]) {
        const { least, most } = ends({ lower, upper }, digits);
        expect(Number(least)).toBeLessThanOrEqual(lower);
        expect(Number(most)).toBeGreaterThanOrEqual(upper);
        expect(Number(most) - Number(least)).toBeLessThan(10 ** (2 - digits) * upper + (upper - lower) * 10);
      }
    }
    expect(ends({ lower: 0.057525763, upper: 0.057525764 }, 4)).toEqual({ least: '0.05752', most: '0.05753' });
    expect(ends({ lower: 1, upper: Infinity })).toEqual({ least: '1', most: 'nothing proved' });
  });
});

describe('a report', () => {
  it('says each answer, and holds the results that it says it from', async () => {
    const { html, results, hash } = await of({ delta: 0.01, epsilon: 0.05, sigma: 0.053 });
    const text = textOf(html);
    expect([results.claims.epsilon?.verdict, results.claims.sigma?.verdict, results.label?.verdict, results.status]).toEqual(['violated', 'robust', 'violated', 'complete']);
    expect(text).toContain('\u2715 Violated Outputs can move by more than 0.05 .');
    expect(text).toContain('\u2713 Proved Every input with a margin of 0.053 or more keeps its label.');
    expect(text).toContain('No output moves by more than 0.05753 . A move of at least 0.05752 is attained.');
    expect(text).toContain('By class: female 0.04014, male 0.05227.');
    expect(text).toContain('parabound report \'model object\' --delta 0.01 --threads 1 --epsilon 0.05 --sigma 0.053 --timeout 60 --out report.html');
    expect(jsonIn(html)).toBe(JSON.stringify(results));
    expect(createHash('sha256').update(jsonIn(html)).digest('hex')).toBe(hash);
    expect(text).toContain(`${hash} `);
    expect(text).toContain(model.hash);
  });

  it('says nothing that reads as the contrary of a verdict', async () => {
    const text = textOf((await of({ delta: 0.01, epsilon: 0.0575258, sections: 'epsilon' })).html);
    expect(text).toContain('\u2713 Proved No output moves by more than 0.0575258 .');
    expect(text).toContain('No output moves by more than 0.05752577 . A move of at least 0.05752 is attained.');
  });

  it('evaluates its witnesses again, exactly', async () => {
    const { results: { epsilon, replays, sigma } } = await of({ delta: 0.01, sections: 'epsilon,sigma' });
    const { before, after } = replays.epsilon!;
    expect(Math.abs(after.outputs[0].lower - before.outputs[0].lower)).toBeCloseTo(epsilon!.lower, 12);
    expect(replays.sigma).toHaveLength(2);
    expect(replays.sigma.map((each) => [each!.before.label, each!.after.label])).toEqual([[0, 1], [1, 0]]);
    expect(Math.abs(replays.sigma[1]!.before.outputs[0].lower - 0.5)).toBeCloseTo(sigma!.classes[1].lower, 12);
  });

  it('of one input speaks of that input', async () => {
    const text = textOf((await of({ delta: 0.001, at: [20, 3.5], sections: ANSWERS })).html);
    expect(text).toContain('\u2713 Proved The input keeps its label.');
    expect(text).toContain('Inputs: this one alone.');
    expect(text).not.toContain('Every input keeps');
  });

  it('of one input makes of its margin no claim about others', async () => {
    const { html, results } = await of({ delta: 0.01, at: [13.1, 2], sigma: 0.03, sections: ANSWERS });
    expect(results.label?.verdict).toBe('violated');
    const { lower, upper } = evaluate(model, { at: [13.1, 2] }).nominal.margin;
    expect(results.sigma!.lower).toBeLessThanOrEqual(upper);
    expect(results.sigma!.upper).toBeGreaterThanOrEqual(lower);
    expect(textOf(html)).toContain('Sigma (\u03c3) of one input is its own margin');
    expect(textOf(html)).toMatch(/(The input has a margin of 0\.03 or more and can change its label|The input keeps its label, or its margin is below 0\.03 )/);
    expect(textOf(html)).not.toMatch(/margin above|larger margin|[Ee]very input with/);
  });

  it('bounds margins by the largest of any class', async () => {
    const { html, results } = await of({ delta: 0.01, sections: 'sigma' });
    const said = Number(/Every input with a margin above ([\d.]+) keeps its label/.exec(textOf(html))![1]);
    expect([said >= results.sigma!.upper, said < 1.001 * results.sigma!.upper]).toEqual([true, true]);
  });

  it('evaluates witnesses with the second network\'s parameters, given or made', async () => {
    const copy = cats();
    copy.layers[0].bias = [-3];
    for (const options of [{ against: await loadModel(copy) }, { quantize: 'int4' }]) {
      const { html, results: { epsilon, replays } } = await of({ ...options, sections: 'epsilon' });
      expect(textOf(html)).toContain(`those of the ${'quantize' in options ? 'copy' : 'second network'}`);
      expect(epsilon!.witness!.parameters).toBeNull();
      expect(Math.abs(replays.epsilon!.after.outputs[0].lower - replays.epsilon!.before.outputs[0].lower)).toBeCloseTo(epsilon!.lower, 12);
    }
  });

  it('says not decided where the time was too short, and never proved', async () => {
    const { html, results } = await of({ delta: 0.05, timeout: 0, epsilon: 0.75, smt: 'off', sections: ANSWERS }, randomModel({ sizes: [3, 8, 8, 1], seed: 3, last: 'sigmoid' }));
    expect(results.status).toBe('timeout');
    expect(results.claims.epsilon?.verdict).toBe('unknown');
    const text = textOf(html);
    expect(text).toContain('? Not decided Whether outputs can move by more than 0.75 is not decided.');
    expect(text).toContain('the time allowed ran out');
    expect(text).not.toContain('\u2713 Proved');
  });

  it('of three classes names them, and the output that moves most', async () => {
    const { html, results } = await of({ delta: 0.05, sections: ANSWERS }, { ...threeClasses(), output: { labels: ['left', 'right', 'straight on'] } });
    expect(results.subject.decision).toBe('max');
    expect(textOf(html)).toContain('the largest output minus the second');
    expect(html).toContain('<th scope="row"><bdi>straight on</bdi></th>');
  });

  it('leaves out what was not asked for', async () => {
    const { html, results } = await of({ delta: 0.01, sections: 'epsilon' });
    expect([results.label, results.sigma, results.epsilon === null]).toEqual([null, null, false]);
    expect(html).not.toMatch(/id="(sigma|label)"/);
    await expect(of({ delta: 0.01, sections: 'epsilon,all' })).rejects.toMatchObject({ code: 'OPTION_INVALID', message: '"all", --sections, expected some of label, epsilon, sigma, region, sensitivity, schemes, with commas between them' });
  });

  it('refuses a query that is wrong before it searches', async () => {
    await expect(of({})).rejects.toMatchObject({ code: 'BOX_REQUIRED' });
    await expect(of({ delta: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(of({ delta: 1, epsilon: NaN })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(of({ delta: 1, timeout: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(of({ delta: 1, target: 'dreal' } as ReportOptions)).rejects.toMatchObject({ code: 'OPTION_UNKNOWN' });
    await expect(report({} as never, { delta: 1 })).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('after an abort is a page of what was proved by then', async () => {
    const { html, results } = await of({ delta: 0.01, signal: AbortSignal.abort() });
    expect(results.status).toBe('interrupted');
    expect(textOf(html)).toContain('it was stopped from outside');
  });

  it('tells how it gets on', async () => {
    const stages: string[] = [];
    await of({ delta: 0.01, sigma: 0.1, onProgress: ({ stage, done, total }) => { if (stages.at(-1) !== `${done}/${total} ${stage}`) stages.push(`${done}/${total} ${stage}`); } });
    expect(stages).toEqual(['0/7 labels', '1/7 sigma <= 0.1', '2/7 epsilon', '3/7 sigma', '4/7 region', '5/7 sensitivity', '6/7 schemes']);
  });
});

describe('hostile names', () => {
  const hostile = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '\u202e\u2066evil', 'x'.repeat(10_000), '</script><!--', '\'; DROP TABLE'];
  it('are text everywhere, short, and whole in the JSON', async () => {
    const object = { ...threeClasses(), inputs: [{ name: hostile.join(''), lower: -2, upper: 2 }], output: { labels: hostile.slice(0, 3) } };
    const loaded = await loadModel(object);
    const { html, results } = await report(Object.assign(loaded, { source: `/tmp/${hostile[1]}.json` }), { delta: 0.05, threads: 1 });
    const outside = html.replace(/<script type="application\/json"[^]*$/, '');
    const found = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? []; // the page itself is no message to read
    expect(found(outside, /<script|<img|onerror=alert\(1\)>|<!--|x{100}/g)).toEqual([]);
    expect(found(html, /<\/?script/g)).toEqual(['<script', '</script']);
    expect(found(html, /\p{Cf}/gu)).toEqual([]);
    expect(results.subject.inputs[0].name).toBe(hostile.join(''));
    expect(JSON.parse(jsonIn(html))).toEqual(JSON.parse(JSON.stringify(results)));
  });
});
