/**
 * A leaf that is left to a solver, as a formula of linear real arithmetic: see docs/certificates.md, "Leaves for a solver". f0 stands beside every f
 * of the box at once: with c and rho the exact middle and radius of each parameter's interval, row i of a layer that is fed h is
 *
 *   z_i = c_i h + r_i,   |r_i| <= rho_i |h|,
 *
 * for distinct rows have distinct parameters. What `Bounds` proves of hidden neurons is stated too: it follows, and prunes.
 */
import type { Claim, Prover } from './claims.js';
import { exact, half, minus, plus, type Dyadic } from './dyadic.js';
import { place } from './network.js';
import type { Statement } from './statement.js';

export type Formula = Exclude<ReturnType<typeof formulaOf>, string>;

function number({ m, e }: Dyadic): string {
  const size = m < 0n ? -m : m, text = e >= 0 ? `${size << BigInt(e)}.0` : `(/ ${size}.0 ${1n << BigInt(-e)}.0)`;
  return m < 0n ? `(- ${text})` : text;
}
const sum = (terms: readonly string[]): string => `(+ 0.0 0.0 ${terms.join(' ')})`;
const product = (factor: Dyadic, term: string): string[] => (factor.m === 0n ? [] : [`(* ${number(factor)} ${term})`]);

/**
 * Declarations and assertions that hold of every input of the leaf and every f, and a term that holds besides where the claim is broken. Or, in
 * words, why there is no formula.
 */
export function formulaOf({ model: { layers, parameters }, box }: Statement, { bounds, rivals, thresholds }: Prover, claim: Claim, lower: ArrayLike<number>, upper: ArrayLike<number>) {
  const lines: string[] = [], names = new Map<string, string>();
  const claimed = (...terms: string[]): unknown => lines.push(...terms.map((term) => `(assert ${term})`));
  const variable = (): string => `x${lines.push(`(declare-const x${lines.length} Real)`) - 1}`;
  /** What is the same text is the same number: rows that do not move, of what does not move. */
  const named = (text: string): string => {
    const name = names.get(text) ?? variable();
    if (!names.has(text)) claimed(`(= ${name} ${text})`);
    names.set(text, name);
    return name;
  };
  const within = (term: string, lo: number, hi: number): string => {
    for (const [order, end] of [['>=', lo], ['<=', hi]] as const) if (Number.isFinite(end)) claimed(`(${order} ${term} ${number(exact(end))})`);
    return term;
  };
  const relu = (z: string, lo = -Infinity, hi = Infinity): string => {
    if (lo >= 0 || hi <= 0) return lo >= 0 ? z : '0.0';
    const h = named(`(ite (>= ${z} 0.0) ${z} 0.0)`);
    claimed(`(>= ${h} 0.0)`, `(>= ${h} ${z})`);
    return h;
  };

  bounds.moveTo(lower, upper);
  let h0 = bounds.fed[0].slice(0, -1).map((input) => within(variable(), input.h0lo, input.h0hi)), h = h0, first = 0;
  for (const [l, shape] of layers.entries()) {
    const rows = <T>(of: (i: number) => T): T[] => Array.from({ length: shape.outputs }, (_, i) => of(i));
    const row = (i: number, fed: readonly string[], weight: (parameter: number) => Dyadic): string[] =>
      [...fed, '1.0'].flatMap((value, j) => product(weight(first + place(shape, i, j)), value));
    const sizes = h.map((value, j) => (bounds.fed[l][j].hlo >= 0 ? value : `(ite (>= ${value} 0.0) ${value} (- ${value}))`));
    const z0 = rows((i) => named(sum(row(i, h0, (p) => exact(parameters[p])))));
    const z = rows((i) => {
      const middle = row(i, h, (p) => half(plus(...box.ends(p)))), reach = row(i, sizes, (p) => half(minus(box.ends(p)[1], box.ends(p)[0])));
      if (reach.length === 0) return named(sum(middle));
      const r = variable(), most = named(sum(reach));
      claimed(`(<= ${r} ${most})`, `(>= ${r} (- ${most}))`);
      return named(sum([...middle, r]));
    });
    [h0, h] = [z0, z];
    first += shape.outputs * (shape.inputs + 1);
    if (l + 1 === layers.length || shape.activation === 'linear') continue;
    if (shape.activation !== 'relu') return `there is no formula of a hidden layer of ${shape.activation}`;
    const neurons = bounds.fed[l + 1];
    h0 = rows((i) => relu(within(z0[i], neurons[i].z0lo, neurons[i].z0hi), neurons[i].z0lo, neurons[i].z0hi));
    h = rows((i) => relu(z[i], neurons[i].zlo, neurons[i].zhi));
    rows((i) => [within(`(- ${z[i]} ${z0[i]})`, neurons[i].rlo, neurons[i].rhi), within(`(- ${h[i]} ${h0[i]})`, neurons[i].dlo, neurons[i].dhi)]);
  }

  const { activation } = layers[layers.length - 1], margin = (z: readonly string[], signs: Float64Array): string => sum(z.flatMap((each, o) => product(exact(signs[o]), each)));
  let broken = 'false';
  if (claim.property === 'epsilon') {
    const linear = activation === 'linear' || claim.measure === 'logit', most = number(exact(claim.upper));
    if (!linear && activation !== 'relu') return `there is no formula of confidences of ${activation}`;
    const [f0, f] = linear ? [h0, h] : [h0.map((z) => relu(z)), h.map((z) => relu(z))];
    broken = `(or false ${claim.outputs.map((o) => `(> (- ${f[o]} ${f0[o]}) ${most}) (> (- ${f0[o]} ${f[o]}) ${most})`).join(' ')})`;
  } else if (thresholds !== null) {
    const { zero: [lo, hi], base, more } = thresholds, [least, edge, far] = [plus(exact(base), exact(more)), exact(lo), exact(hi)].map(number);
    // The nominal label is the claim's, with a margin that matters; some rival is ahead, or level with it where that is enough.
    const ahead = rivals.map(({ margin: m, winsTies }) => `(${winsTies ? '>' : '>='} ${margin(h0, m)} ${edge}) (${claim.property === 'sigma' ? '>' : '>='} ${margin(h0, m)} ${least})`);
    const overtaken = rivals.map(({ margin: m, winsTies }) => `(${winsTies ? '<=' : '<'} ${margin(h, m)} ${far})`);
    broken = `(and ${ahead.join(' ')} (or false ${overtaken.join(' ')}))`;
  }
  return { facts: lines.join('\n'), broken };
}
