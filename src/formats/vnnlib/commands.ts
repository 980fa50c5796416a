import { ParaboundError, show } from '../../errors.js';

/** A word, or a list of such. */
export type Term = string | readonly Term[];

export interface Command {
  readonly term: readonly Term[];
  /** Where it begins. */
  readonly line: number;
}

/** Deeper than any property is written; nothing that recurs over a term then runs out of stack. */
const DEEPEST = 256;

/** A comment, white space, a text or a quoted name, a parenthesis, a word. */
const TOKEN = /;[^\n]*|\s+|"(?:[^"]|"")*"|\|[^|]*\||[()]|[^\s()";|]+/y;

/** The s-expressions of an SMT-LIB text one after the other (SMT-LIB 2.6, 3.2), each gathered only while it is read. */
export function* commandsOf(text: string, source: string): Generator<Command, void, undefined> {
  const open: Term[][] = [];
  let line = 1;
  let begun = 1;
  const invalid = (what: string, expected: string) => new ParaboundError('DOMAIN_INVALID', what, `line ${line} of ${source}`, expected);
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) throw invalid(show(text.slice(at, at + 20)), 'words and parentheses');
    if (token === '(') {
      if (open.length === 0) begun = line;
      if (open.length === DEEPEST) throw invalid('parentheses too deep', `at most ${DEEPEST}`);
      open.push([]);
    } else if (token === ')') {
      const done = open.pop();
      if (done === undefined) throw invalid('")"', '"(" before it');
      if (open.length === 0) yield { term: done, line: begun };
      else open.at(-1)!.push(done);
    } else if (token.startsWith(';') || /^\s/.test(token)) {
      for (let i = 0; i < token.length; i++) if (token[i] === '\n') line++;
    } else {
      const list = open.at(-1);
      if (list === undefined) throw invalid(show(token), '"(", and a command');
      list.push(token);
    }
  }
  if (open.length > 0) throw invalid('the file ends', `${open.length} times ")"`);
}
