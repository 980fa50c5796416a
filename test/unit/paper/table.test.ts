import { describe, expect, it } from 'vitest';
import { prose } from '../../../src/paper/prose.js';
import { closingText, tableRows, tableText } from '../../../src/paper/table.js';
import { sampleReproduction } from './samples.js';

describe('Table 1', () => {
  it('has epsilon, sigma male, sigma female for each delta, rounded outward', () => {
    const rows = tableRows(sampleReproduction());
    expect(rows.map(({ delta, name, printed }) => [delta, name, printed])).toEqual([
      [0.005, 'epsilon', '0.00691'],
      [0.005, 'sigma male', '0.024'],
      [0.005, 'sigma female', '0.021'],
      [0.01, 'epsilon', '0.05054'],
      [0.01, 'sigma male', '0.052'],
      [0.01, 'sigma female', '0.04'],
    ]);
    for (const { lower, upper, bound } of rows) {
      expect(lower).toMatch(/^0\.\d{9}$/);
      expect(Number(lower)).toBeLessThanOrEqual(bound.lower);
      expect(Number(upper)).toBeGreaterThanOrEqual(bound.upper);
    }
  });

  it('says of each number how it stands to the paper\'s', () => {
    const remarks = tableRows(sampleReproduction()).map(({ remark }) => remark);
    expect(remarks[0]).toBe('too low: more is attained; less than its own sigma');
    expect(remarks.filter((remark) => remark === 'agrees to every printed digit')).toHaveLength(4);
  });

  it('shows an enclosure that is not closed for what it is', () => {
    const reproduction = sampleReproduction();
    Object.assign(reproduction.networks[0].deltas[0].epsilon, { lower: 0, upper: Infinity, status: 'interrupted' });
    const [row] = tableRows(reproduction);
    expect([row.lower, row.upper, row.comparison]).toEqual(['0.000000000', 'inf', 'open']);
    expect(row.remark).toContain('interrupted');
    expect(row.remark).not.toContain('agrees');
  });

  it('fits a terminal, in 7-bit characters', () => {
    const text = `${tableText(sampleReproduction())}\n${closingText([{ claim: 'claim', facts: [['x', '1, 2']] }])}`;
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    for (const { heading } of prose()) expect(text).toContain(heading);
  });
});
