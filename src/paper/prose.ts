import { contradictions, type Contradiction } from './findings.js';

/** What the reproduction has to say beside its numbers, in paragraphs; the terminal and the page print the same. */
export interface Paragraph {
  heading: string;
  text: string;
}

export function prose(): Paragraph[] {
  const found = contradictions();
  const of = (kind: Contradiction['kind']): Contradiction[] => found.filter((each) => each.kind === kind);
  const falls = of('falls').map(({ network, epsilon, other }) => `${network.title} from ${other} to ${epsilon}`);
  const below = of('below sigma').map(({ network, delta, epsilon, other }) => `${network.title} at ${delta}: ${epsilon} < ${other}`);
  return [
    {
      heading: 'Why the printed epsilon cannot be maxima',
      text:
        'An attained value is a lower bound of a maximum, whatever method found it; a printed value below it is refuted by evaluating the network at one ' +
        `point. Two more faults show without any network. As delta doubles, the printed epsilon falls (${falls.join('; ')}), but every parameter vector ` +
        'within 0.005 is also within 0.01, so a maximum over the larger box cannot be smaller. And an input that flips has f_p0 and f_p on different sides of ' +
        `l, so it moves by at least its margin: epsilon >= sigma always. The printed columns break that (${below.join('; ')}). The likely cause, which is not ` +
        'proved here, is the solver: it minimises -epsilon under an equality, and reports a local optimum of a relaxed problem.',
    },
    {
      heading: 'The slip in Eq. 13',
      text:
        'Eq. 13 as printed asks for the largest |f_p0(x) - l| over inputs whose label stays the same. That is the margin of the most confident input of the ' +
        'domain, whatever delta is. Table 1 is only reproduced, and Definition 5 only served, where the label changes: sigma is the largest margin of an ' +
        'input that some p of the box flips. That is what is computed here, for the inputs of each nominal class apart.',
    },
    {
      heading: 'The athletes networks',
      text:
        'The paper gives their weights in a picture only. Both were trained afresh on the same data with the procedure that the paper describes (2-3-1, 200 epochs), so for ' +
        'these two columns only shapes and orders of magnitude can be compared, not digits.',
    },
  ];
}
