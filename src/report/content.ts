/**
 * What a page is made of before it is HTML: sections of blocks, whose texts are plain strings until the one place that escapes them
 * (html.ts). What comes from a file is a `Name`: it is cut, stripped of control characters and kept from turning the text round it.
 */
export type Inline = string | Name | Code | Strong;

export interface Name {
  readonly name: string;
}

export interface Code {
  readonly code: string;
}

export interface Strong {
  readonly strong: string;
}

export type Rich = readonly Inline[];

/** How sure an answer is. Colour, sign and word say the same. */
export type State = 'proved' | 'refuted' | 'open' | 'bounded';

export interface Verdict {
  readonly state: State;
  readonly text: Rich;
  readonly detail?: Rich;
}

export interface Table {
  readonly kind: 'table';
  readonly caption: Rich;
  readonly head: readonly Rich[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Rich[])[];
  /** Columns of numbers are set to the right. */
  readonly numeric?: readonly number[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: Rich }
  | { readonly kind: 'heading'; readonly text: Rich }
  | { readonly kind: 'verdicts'; readonly items: readonly Verdict[] }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [Rich, Rich])[] }
  | { readonly kind: 'list'; readonly items: readonly Rich[] }
  | Table
  /** `svg` is trusted: it is what this program drew, with a name and a description of its own. `light`: in colours that need white behind them. */
  | { readonly kind: 'figure'; readonly svg: string; readonly caption: Rich; readonly light?: boolean }
  | { readonly kind: 'commands'; readonly lines: readonly string[] };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

type Part = Inline | Rich | number;

/** A text with parts that are more than text: rich`the model ${name(source)}`. */
export function rich(strings: TemplateStringsArray, ...parts: Part[]): Rich {
  return strings.flatMap((text, i): Inline[] => {
    const part = parts[i];
    const rest: Inline[] = part === undefined ? [] : typeof part === 'number' ? [String(part)] : Array.isArray(part) ? [...(part as Rich)] : [part as Inline];
    return [...(text === '' ? [] : [text]), ...rest];
  });
}

/** Texts one after the other, with something between them. */
export function joined(items: readonly Rich[], between = ', '): Rich {
  return items.flatMap((item, i) => (i === 0 ? [...item] : [between, ...item]));
}

export const name = (text: string): Name => ({ name: text });
export const code = (text: string): Code => ({ code: text });
export const strong = (text: string): Strong => ({ strong: text });
export const paragraph = (text: Rich): Block => ({ kind: 'text', text });
export const heading = (text: Rich): Block => ({ kind: 'heading', text });
