/** A whole decimal numeral as text formats write it: not '', '1e', '0x10', 'nan' or 'inf'. */
export const NUMERAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Words that stand for a number that is none: they are refused, and are no names either. */
export const NO_NUMBER = /^[+-]?(nan|inf|infinity|na|n\/a|null|none)$/i;
