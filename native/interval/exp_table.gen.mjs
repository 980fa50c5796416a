// Writes exp_table.hpp: every constant of elementary.cpp that is not a small rational, computed in
// integers (BigInt) to 400 fractional bits, so that no floating-point library is trusted.
//
//   node native/interval/exp_table.gen.mjs           writes the header
//   node native/interval/exp_table.gen.mjs --check   fails if the header on disk differs
import { readFileSync, writeFileSync } from 'node:fs'

const bits = 400n
const one = 1n << bits
const header = new URL('exp_table.hpp', import.meta.url)

const sqrtFloor = (n) => {
  let x = 1n << (BigInt(n.toString(2).length) / 2n + 1n)
  for (;;) {
    const y = (x + n / x) >> 1n
    if (y >= x) return x
    x = y
  }
}
const roundTo = (value, lsb) => {
  // The nearest multiple of 2^-lsb, as a fixed-point number.
  const drop = bits - BigInt(lsb)
  return ((value + (1n << (drop - 1n))) >> drop) << drop
}
/** Exact C++ hexadecimal literal of a fixed-point number that has at most 53 significant bits. */
const literal = (value) => {
  if (value === 0n) return '0.0'
  const sign = value < 0n ? '-' : ''
  let m = value < 0n ? -value : value
  let exponent = -Number(bits)
  while ((m & 1n) === 0n) {
    m >>= 1n
    exponent += 1
  }
  if (m >= 1n << 53n) throw new Error('more than 53 bits')
  return `${sign}0x${m.toString(16)}p${exponent}`
}
const toDouble = (value) => {
  const size = (value < 0n ? -value : value).toString(2).length
  return roundTo(value, Number(bits) - Math.max(size - 53, 1))
}

// ln 2 = 2 atanh(1/3).
let ln2 = 0n
for (let n = 1n, term = (2n * one) / 3n; term > 0n; n += 2n, term /= 9n) ln2 += term / n

// 2^(j/64) by six square roots and products.
let root = 2n * one
for (let i = 0; i < 6; i++) root = sqrtFloor(root * one)
const powers = [one]
for (let j = 1; j < 64; j++) powers.push((powers[j - 1] * root) >> bits)

const step = ln2 / 64n
const step1 = roundTo(step, 42)
const step2 = roundTo(step - step1, 77)
const step3 = toDouble(step - step1 - step2)

// sigmoid'' is largest in size, sqrt(3)/18, where e^x = 2 + sqrt(3). Newton on 2 atanh: x = 2 atanh(1/sqrt 3).
const sqrt3 = sqrtFloor(3n * one * one)
let bend = 0n
for (let n = 1n, term = (2n * one * one) / sqrt3; term > 0n; n += 2n, term /= 3n) bend += term / n
const below = (value) => {
  const drop = BigInt(value.toString(2).length - 53)
  return (value >> drop) << drop
}
const above = (value) => {
  const drop = BigInt(value.toString(2).length - 53)
  return ((value >> drop) + 1n) << drop
}

const rows = powers.map((power) => {
  const high = roundTo(power, 25)
  return `    {${literal(high)}, ${literal(toDouble(power - high))}},`
})

const text = `// Written by exp_table.gen.mjs; do not edit. Proofs that use these: elementary.cpp.
#pragma once

namespace parabound::constants {

// ln(2)/64 = kStep1 + kStep2 + kStep3 to within 2^-130: multiples of 2^-42 and 2^-77, and the nearest double to the rest.
constexpr double kStep1 = ${literal(step1)};
constexpr double kStep2 = ${literal(step2)};
constexpr double kStep3 = ${literal(step3)};
// 64/ln(2), nearest.
constexpr double kInverseStep = ${literal(toDouble((one * one) / step))};

// sigmoid'' has its extrema -+sqrt(3)/18 at +-x with e^x = 2 + sqrt(3): x lies between these two.
constexpr double kBendBelow = ${literal(below(bend))};
constexpr double kBendAbove = ${literal(above(bend))};
// sqrt(3)/18, rounded up.
constexpr double kSecondMax = ${literal(above(sqrt3 / 18n))};

// 2^(j/64) = high + low to within 2^-80: high a multiple of 2^-25 (26 bits), low the nearest double to the rest.
struct Power {
  double high, low;
};
constexpr Power kPowers[64] = {
${rows.join('\n')}
};

}  // namespace parabound::constants
`

if (process.argv.includes('--check')) {
  if (readFileSync(header, 'utf8') !== text) {
    console.error('native/interval/exp_table.hpp is not what exp_table.gen.mjs writes')
    process.exit(1)
  }
} else {
  writeFileSync(header, text)
}
