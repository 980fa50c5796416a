/** A point (x, p) as values of an export's unknowns, and what the export says of it. */
import { activate } from '../../src/exact/activations.js';
import { Dyadic } from '../../src/exact/dyadic.js';
import { normalise } from '../../src/exact/normalise.js';
import { boxEnds, type ExactBox } from '../../src/exact/membership.js';
import { abs, add, type Enclosure, point, scale, ZERO } from '../../src/exact/real.js';
import { divideToward } from '../../src/exact/rounding.js';
import { layerRanges } from '../../src/network/layout.js';
import { ACTIVATIONS, type Model } from '../../src/network/model.js';
import { script, truthOf, valueOf, withDefinitions, type Script, type SExpression, type Values } from './smt2.js';

export interface At {
  /** What the first layer is fed comes from x by this model's header. */
  model: Model;
  /** Whose parameters p are: the model, or the copy. */
  of: Model;
  box: ExactBox;
  x: ArrayLike<number>;
  p: ArrayLike<number>;
  /** The unknowns w and b are changes of the parameters. */
  changes?: boolean;
}

export function valuesAt({ variables, assertions }: Script, { model, of, box, x, p, changes = false }: At, bits: number): Values {
  const values = new Map<string, Enclosure>();
  for (let j = 0; j < x.length; j++) values.set(`x${j + 1}`, point(Dyadic.fromDouble(x[j])));
  const ranges = layerRanges(of.layers);
  let h = Array.from(x, (value, j) => (model.normalisation === null ? point(Dyadic.fromDouble(value)) : normalise(model.normalisation, j, value, bits)));
  of.layers.forEach(({ inputs, outputs, activation }, l) => {
    const z = Array.from({ length: outputs }, (_, row) => {
      const indices = [...h.map((_each, j) => ranges[l].weights + row * inputs + j), ranges[l].biases + row];
      const read = [...h, point(Dyadic.ONE)];
      let [sum, noise, reach] = [ZERO, ZERO, ZERO];
      indices.forEach((index, j) => {
        const value = Dyadic.fromDouble(p[index]);
        const { lo, hi } = boxEnds(box, index);
        const own = changes ? value.minus(Dyadic.fromDouble(model.parameters[index])) : value;
        values.set(j < inputs ? `w${l}_${row}_${j}` : `b${l}_${row}`, point(own));
        sum = add(sum, scale(read[j], value));
        noise = add(noise, scale(read[j], value.minus(lo.plus(hi).scaled(-1))));
        reach = add(reach, scale(abs(read[j]), hi.minus(lo).scaled(-1)));
      });
      values.set(`r${l}_${row}`, noise);
      if (reach.lo.sign > 0) values.set(`t${l}_${row}`, { lo: ratio(noise.lo, reach, bits, 'down'), hi: ratio(noise.hi, reach, bits, 'up') });
      return sum;
    });
    h = activate(ACTIVATIONS.indexOf(activation), z, bits);
  });
  const known = new Map([...values].filter(([name]) => variables.includes(name)));
  const equation = assertions.find((each) => Array.isArray(each) && each[0] === '=') as SExpression[] | undefined;
  if (equation !== undefined) known.set(equation[1] as string, valueOf(equation[2], known, bits));
  for (const name of variables) if (!known.has(name)) throw new Error(`no value for ${name}`);
  return known;
}

/** noise / reach from outside, reach > 0. */
function ratio(noise: Dyadic, reach: Enclosure, bits: number, direction: 'down' | 'up'): Dyadic {
  const towardZero = (noise.sign > 0) === (direction === 'down');
  return divideToward(noise, towardZero ? reach.hi : reach.lo, bits, direction);
}

/** Do all assertions hold there? Undefined where `bits` do not tell, as on the edge of the box. */
export function holdsAt(text: string, at: At, bits = 400): boolean | undefined {
  const read = script(text);
  const values = withDefinitions(read, valuesAt(read, at, bits), bits);
  let open = false;
  // In their order: a logarithm may only be defined where an assertion before it holds.
  for (const assertion of read.assertions) {
    const truth = isEquation(assertion) || truthOf(assertion, values, bits);
    if (truth === false) return false;
    open ||= truth === undefined;
  }
  return open ? undefined : true;
}

export function objectiveAt(text: string, at: At, bits = 400): Enclosure {
  const read = script(text);
  return valueOf(read.objective!.term, withDefinitions(read, valuesAt(read, at, bits), bits), bits);
}

function isEquation(assertion: SExpression): boolean {
  return Array.isArray(assertion) && assertion[0] === '=';
}
