/**
 * What a witness (x, p) has to prove before it is called one, decided without the native engine and without
 * rounding: p lies in the exact box, x in the domain, the value is attained, the labels differ. Each answer is true,
 * false, or undefined where the stated limit of bits does not decide.
 */
export { isInsideBox, isInsideDomain } from './membership.js';
export { flips, label } from './label.js';
export { compareDifference, difference, differenceAbove, differenceAtLeast } from './difference.js';
export { margin } from './margin.js';
export type { DifferenceQuery } from './difference.js';
export type { Decision } from './label.js';
export type { DoubleBounds } from './bounds.js';
export type { ExactBox } from './membership.js';
export type { ExactShape } from './evaluate.js';
export type { Measure } from './margin.js';
export type { Decided } from './precision.js';
