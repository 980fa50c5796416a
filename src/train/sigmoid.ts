const LN2_HIGH = 0.6931471803691238; // ln 2 to 33 bits, so that k * LN2_HIGH is exact for |k| < 2^20
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 14;

/**
 * exp by argument reduction and a Taylor sum, accurate to a few ulp.
 *
 * ECMAScript leaves the last bits of `Math.exp` to the implementation, and 68,000 training steps would amplify a difference in one bit.
 * Here only + - * / are used, which the language fixes, so that training gives the same numbers everywhere.
 */
function reproducibleExp(x: number): number {
  if (x < -700) return 0;
  if (x > 700) return Infinity;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let term = TERMS; term >= 1; term--) sum = 1 + (sum * r) / term;
  return sum * powerOfTwo(k);
}

function powerOfTwo(exponent: number): number {
  const factor = exponent < 0 ? 0.5 : 2;
  let result = 1;
  for (let i = Math.abs(exponent); i > 0; i--) result *= factor;
  return result;
}

/** The logistic function, in the form that does not overflow for either sign. */
export function reproducibleSigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + reproducibleExp(-z));
  const e = reproducibleExp(z);
  return e / (1 + e);
}
