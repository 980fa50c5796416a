import { Help } from 'commander';

/** Narrower columns of text than this are left as they are, for the terminal to break. */
const LEAST = 24;

/** Where the last column of a table's row begins: behind the last two blanks in a row. Zero: no row of a table. */
function lastColumn(row: string): number {
  const gap = [...row.matchAll(/ {2,}(?=\S)/g)].at(-1);
  return gap === undefined ? 0 : gap.index + gap[0].length;
}

/** Help breaks where the terminal ends; what does not fit into the last column of a table goes on below it, not at the margin. */
export const WRAPPING: Partial<Help> = {
  minWidthToWrap: LEAST,
  boxWrap(this: Help, text, width) {
    const wrap = (line: string, to: number): string => Help.prototype.boxWrap.call(this, line, to);
    return text.split('\n').map((line) => {
      const indent = lastColumn(line);
      if (width - indent < LEAST) return wrap(line, width);
      return line.slice(0, indent) + wrap(line.slice(indent), width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
    }).join('\n');
  },
};
