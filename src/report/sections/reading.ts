import type { Section } from '../content.js';

/** What the words of the page mean; short, and before the numbers. */
export function readingSection(): Section {
  return {
    id: 'reading', title: 'How to read the numbers',
    blocks: [{
      kind: 'facts',
      rows: [
        [['At least'], ['Attained. A concrete input and concrete parameters, a witness, show it; anyone can evaluate the network there.']],
        [['At most'], ['Proved, for every input and every change that is allowed. Nothing was sampled: no untested case is left.']],
        [['Between the two'], ['The true value. Numbers are rounded outward, so that it is never outside of what is printed.']],
        [['Proved, Violated'], ['The property holds without exception; or it fails, and the page has a case that shows it.']],
        [['Not decided'], ['Neither a proof nor a counterexample was found in the time given. It is not a way of saying yes.']],
      ],
    }],
  };
}
