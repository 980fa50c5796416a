import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../src/paper/findings.js';
import { prose } from '../../../src/paper/prose.js';

describe('the paragraphs', () => {
  const [why, slip, athletes] = prose();

  it('name every contradiction that was found, with its numbers', () => {
    for (const { network, epsilon, other } of contradictions()) {
      expect(why.text).toContain(network.title);
      expect(why.text).toContain(epsilon);
      expect(why.text).toContain(other);
    }
  });

  it('tell a guess from what is proved, and say what cannot be compared', () => {
    expect(why.text).toContain('which is not proved here');
    expect(slip.heading).toContain('Eq. 13');
    expect(athletes.text).toContain('not digits');
  });
});
