// exp, sigmoid, tanh and the derivatives of the last two, by one table-driven core.
//
// Method (Tang, "Table-driven implementation of the exponential function", ACM TOMS 15(2), 1989):
//   e^x = 2^m 2^(j/64) e^r,   64 m + j = k = round(64 x / ln 2),   r = x - k ln(2)/64,
// carried in double-double so that each result is known to about 2^-58, and only the last addition,
// rounded outward, costs an ulp. Below u = 2^-52 bounds the relative error of an operation in any
// rounding mode; "exact" means exact in any rounding mode. Only the choice of k relies on RoundUp.
#include "elementary.hpp"

#include "exp_table.hpp"
#include "pair.hpp"

namespace parabound {
namespace {

using namespace constants;

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();
constexpr double kBelowOne = 0x1.fffffffffffffp-1;
// Beyond this |x|, e^-|x| < 2^-1075 (746 > 1075 ln 2 = 745.13...): half the smallest double.
constexpr double kUnderflow = 746.0;

/// e^x = 2^m (power + rise.hi + rise.lo), where power = 2^(j/64) cut to 26 bits.
struct Core {
  double power;
  Pair rise;
  int m;
};

/// Requires |x| <= 746 and RoundUp. With S = power + rise.hi + rise.lo and F = 2^-m e^x, 0.99 < F < 2:
///   (A) |S - F| <= 2^-65.3 F;
///   (B) where k = 0, power = 1 and |rise.hi + rise.lo - (e^x - 1)| <= 2^-58.8 |x|, given |x| >= 2^-500
///       (so that nothing underflows); k = 0 wherever |x| <= 0.0054;
///   (C) |rise.hi| < 2^-6.5 with at most 52 bits, and |rise.lo| < 2^-14.9.
///
/// Proof. y = x kInverseStep is within 2u |y| <= 2^-34 of 64 x / ln 2 (|y| < 2^16.1). Adding 1.5 2^52
/// rounds y - 1/2 up to an integer, so |k - 64 x / ln 2| <= 1/2 + 2^-33, |k| < 2^17 and, as
/// ln(2)/64 < 0.0108305, |r| <= 0.0054153 < 2^-7.528.
///  r1: k kStep1 is an integer below 2^17 2^36 = 2^53 times 2^-42: exact. If |x| < 2^-8, then |y| < 0.361 and
///   k = 0, r1 = x. Otherwise x and k kStep1 are multiples of 2^-60, and |x - k kStep1| <= 0.0054153 +
///   2^17 2^-43 < 2^-7 is below 2^53 of those: exact.
///  k kStep2 is an integer below 2^17 2^32 times 2^-77: exact, and below 2^-28.
///  (rh, e1) = r1 - k kStep2: if |r1| >= 2^-27, fast_two_sum applies. Otherwise the difference is below 2^-26
///   and a multiple of 2^-77: rh is exact, so is rh - r1, and e1 = 0. Either way the error is below u^2 2^-7.
///  rl = e1 - k kStep3 has |rl| <= 2^-59.5 + 2^-64 and error below 2^-110. So r = rh + rl to within 2^-109.
///  e^r - 1 = rh + tail, tail = rh^2/2 + rh^3 q(rh) + rl (1 + rh) + rest, q(t) = 1/6 + t/24 + ... + t^4/5040. The
///   rest: Taylor's remainder, below 1.006 |r|^8 / 40320 < 2^-75.4, and terms in rl rh^2 and rl^2, below 2^-74.
///   rh^2/2 <= 2^-16.05 is computed to within u of itself, rh^3 q <= 2^-25.1 to within 2^-74; two additions, of
///   results up to 2^-16.04, follow: tail has error at most 3u 2^-16.04 + 2^-72.5 < 2^-66.4.
///  rise.hi = power leading(rh): exact, 26 by 26 bits. rise.lo = power (cut + tail) + (low + low (rh + tail)), with
///   |cut| = |rh - leading(rh)| < 2^-32.5, exact. In units of power (which is in [1, 2)): cut + tail is rounded
///   by u 2^-16.03, the product by as much, the last sum by u 2^-15.9, low and its product (low < 2^-26) by less
///   than 2^-77, and the table is right to 2^-80. In all 2^-66.4 + 2 2^-68.03 + 2^-67.9 + 2^-76 < 2^-65.35 power,
///   and power <= 1.0055 F. (A)
///  k = 0: power = 1, low = 0, rl = 0, rh = x. Relative to |x| = |r| <= 2^-7.528, rh^2/2 is at most 2^-8.52 and
///   rounded twice, cut + tail once more, the cubic's errors and Taylor's remainder are below 2^-66 in all:
///   3u 2^-8.51 + 2^-66 < 2^-58.8; the other operations are exact. (B)
Core core(double x) noexcept {
  // 1/n! to nearest, as literals: -frounding-math would divide at run time.
  constexpr double kSixth = 0x1.5555555555555p-3, kTwentyFourth = 0x1.5555555555555p-5, k120th = 0x1.1111111111111p-7,
                   k720th = 0x1.6c16c16c16c17p-10, k5040th = 0x1.a01a01a01a01ap-13;
  constexpr double magic = 0x1.8p52;
  const double kd = ((x * kInverseStep - 0.5) + magic) - magic;
  const int k = static_cast<int>(kd);
  const Power entry = kPowers[k & 63];

  const double r1 = x - kd * kStep1;
  const Pair r2 = fast_two_sum(r1, -(kd * kStep2));
  const double rh = r2.hi, rl = r2.lo - kd * kStep3;

  const double square = rh * rh;
  const double q = (kSixth + rh * kTwentyFourth) + square * ((k120th + rh * k720th) + square * k5040th);
  const double tail = (0.5 * square + (square * rh) * q) + (rl + rl * rh);

  const double top = leading(rh);
  const double rise = entry.high * ((rh - top) + tail) + (entry.low + entry.low * (rh + tail));
  return {entry.high, {entry.high * top, rise}, k >> 6};
}

/// 2^-m e^x, to within 2^-65.1 of itself: (A), and u 2^-14.9 for the sum of low parts. fast_two_sum as power >= 1 > |rise|.
Pair mantissa(const Core& c) noexcept {
  const Pair s = fast_two_sum(c.power, c.rise.hi);
  return fast_two_sum(s.hi, s.lo + c.rise.lo);
}

/// What the functions of -|x| are made of; requires 2^-500 <= |x| <= 746.
struct Falling {
  Pair mantissa;  // 2^-m e^-|x|, relative error 2^-65.1
  Pair rest;      // 1 - e^-|x|,  relative error 2^-57.5
  Pair sum;       // 1 + e^-|x|,  relative error 2^-65.9
  int m;          // <= 0
};

/// scale = 2^m, or 2^-200 where that is smaller, which changes e^-|x| by less than 2^-198 in 1 +- e^-|x|.
///  rest, k = 0: n = 0, s = -rise.hi, all exact; (B) divided by 1 - e^-|x| >= 0.997 |x| gives 2^-58.7.
///  rest, k < 0: power scale <= 1 is exact; n is 1 - power scale, exactly or by fast_two_sum, and n.hi >= 1 - 2^(-1/64)
///   - 2^-26 > 2^-6.6 >= |rise.hi| scale, so fast_two_sum applies again. Here |x| > 0.00541, so rest > 2^-7.54. (A) is an
///   absolute error of 2^-65.3 e^-|x|, and rise.lo scale <= 2^-15.9, so that rounding the low parts adds at most
///   2^-67.9 + u^2: relative to rest, 2^-57.76 + 2^-60.3 < 2^-57.5.
///  sum: e^-|x| <= 1 carries 2^-65.1, at most half of the sum is e^-|x|, and the low parts are below 2u.
Falling falling(double x) noexcept {
  const Core c = core(x > 0 ? -x : x);
  const double scale = power_of_two(c.m > -200 ? c.m : -200);
  const Pair f = mantissa(c);

  const Pair n = fast_two_sum(1.0, -(c.power * scale));
  const Pair s = fast_two_sum(n.hi, -(c.rise.hi * scale));
  const Pair rest = fast_two_sum(s.hi, (n.lo + s.lo) - c.rise.lo * scale);

  const Pair d = fast_two_sum(1.0, f.hi * scale);
  const Pair sum = fast_two_sum(d.hi, d.lo + f.lo * scale);
  return {f, rest, sum, c.m};
}

/// [p - e, p + e] for p > 0 and e = relative p, outward. Relies on RoundUp; relative a power of two.
Interval widen(Pair p, double relative) noexcept {
  const double e = p.hi * relative;
  Interval r;
  r.nlo = (e - p.lo) - p.hi;
  r.hi = (p.lo + e) + p.hi;
  return r;
}

/// 2^m X outward, for X of ends in size within [2^-40, 4] and |m| < 1100, where 2^m itself may not be a double.
Interval scaled(Interval x, int m) noexcept {
  const int half = m >> 1;
  const double a = power_of_two(half), b = power_of_two(m - half);
  x.nlo = (x.nlo * a) * b;  // the first product is exact, the second rounds up once, or overflows to the right side
  x.hi = (x.hi * a) * b;
  return x;
}

/// Given an enclosure for |x|, that of an odd function at x.
Interval with_sign(Interval magnitude, double x) noexcept { return x < 0 ? -magnitude : magnitude; }

Interval exp_point(double x) noexcept {
  if (!(x >= -kUnderflow)) return x == x ? Interval::of(0, kSmallest) : Interval::of(0, kInf);
  if (x > 710) return Interval::of(kLargest, kInf);  // ln(largest) < 709.79
  if (x == 0) return Interval(1.0);
  const Core c = core(x);
  return scaled(widen(mantissa(c), 0x1p-64), c.m);
}

Interval sigmoid_point(double x) noexcept {
  if (!(std::fabs(x) <= 40)) {
    // 1 - sigmoid(40) < e^-40 < 2^-57.
    if (x > 0) return Interval::of(kBelowOne, 1);
    if (x < -kUnderflow) return Interval::of(0, kSmallest);
    if (x != x) return Interval::of(0, 1);
  }
  if (std::fabs(x) < 0x1p-56) {
    // |sigmoid(x) - 1/2| <= |x|/4 < 2^-58, on the side of x.
    return x == 0 ? Interval(0.5) : x > 0 ? Interval::of(0.5, 0.5 + 0x1p-53) : Interval::of(0.5 - 0x1p-54, 0.5);
  }
  const Falling f = falling(x);
  // x < 0: e^x / (1 + e^x); otherwise 1 / (1 + e^-x). Relative error 2^-65.1 + 2^-65.9 + 2^-70 < 2^-64.
  const bool negative = x < 0;
  const Pair one{1.0, 0.0};
  Interval s = scaled(widen(divide(negative ? f.mantissa : one, f.sum), 0x1p-63), negative ? f.m : 0);
  s.hi = std::min(s.hi, 1.0);
  return s;
}

Interval tanh_point(double x) noexcept {
  const double a = std::fabs(x);
  if (!(a < 20)) {
    // 1 - tanh(20) < 2 e^-40 < 2^-56.
    return x == x ? with_sign(Interval::of(kBelowOne, 1), x) : Interval::of(-1, 1);
  }
  Interval t;
  if (a < 0x1p-27) {
    // a - a^3/3 <= tanh(a) <= a, and a^2/3 < 2^-55.
    t.hi = a;
    t.nlo = a * 0x1p-55 - a;
  } else {
    // tanh(a) = (1 - e^-2a) / (1 + e^-2a): relative error 2^-57.5 + 2^-65.9 + 2^-70 < 2^-57.4.
    const Falling f = falling(2 * a);
    t = widen(divide(f.rest, f.sum), 0x1p-57);
    t.hi = std::min(t.hi, std::min(a, 1.0));
  }
  return with_sign(t, x);
}

/// sigmoid'(x) = e/(1+e)^2 with e = e^-|x|: relative error 2^-65.1 + 2 * 2^-65.9 + 3 * 2^-70 < 2^-63.
Interval derivative_point(double x) noexcept {
  if (!(std::fabs(x) <= kUnderflow)) return x == x ? Interval::of(0, kSmallest) : Interval::of(0, 0.25);
  if (std::fabs(x) < 0x1p-30) return x == 0 ? Interval(0.25) : Interval::of(0.25 - 0x1p-55, 0.25);  // 1/4 - x^2/16 <= s'
  const Falling f = falling(x);
  const Pair quotient = divide(f.mantissa, f.sum), complement = divide({1.0, 0.0}, f.sum);
  Interval d = scaled(widen(multiply(quotient, complement), 0x1p-62), f.m);
  d.hi = std::min(d.hi, 0.25);
  return d;
}

/// sigmoid''(x) = -sign(x) e (1-e)/(1+e)^3 with e = e^-|x|.
Interval second_point(double x) noexcept {
  const double a = std::fabs(x);
  if (!(a <= kUnderflow)) {
    return x == x ? with_sign(Interval::of(-kSmallest, 0), x) : Interval::of(-kSecondMax, kSecondMax);
  }
  Interval t;
  if (a < 0x1p-28) {
    // sigmoid' tanh(a/2) with sigmoid' in [1 - a^2/4, 1]/4 and tanh(a/2) in [1 - a^2/12, 1] a/2: a/8 less at most 2^-57 of that.
    t.hi = a * 0.125;
    t.nlo = a * 0x1p-58 + (-a * 0.125);
  } else {
    const Falling f = falling(a);
    const Pair complement = divide({1.0, 0.0}, f.sum);
    const Pair slope = multiply(divide(f.mantissa, f.sum), complement);
    // Relative error 2^-57.5 + 2^-65.1 + 3 * 2^-65.9 + 5 * 2^-70 < 2^-57.3.
    t = scaled(widen(multiply(slope, multiply(f.rest, complement)), 0x1p-57), f.m);
    t.hi = std::min(t.hi, kSecondMax);
  }
  return with_sign(-t, x);
}

/// f at both ends, for an increasing f.
template <Interval (*point)(double) noexcept>
Interval increasing(Interval x) noexcept {
  if (x.is_point()) return point(x.hi);
  Interval r;
  r.nlo = point(x.lo()).nlo;
  r.hi = point(x.hi).hi;
  return r;
}

}  // namespace

Interval exp(Interval x) { return increasing<exp_point>(x); }
Interval sigmoid(Interval x) { return increasing<sigmoid_point>(x); }
Interval tanh(Interval x) { return increasing<tanh_point>(x); }

Interval sigmoid_derivative(Interval x) {
  if (x.is_point()) return derivative_point(x.hi);
  Interval r;
  r.nlo = derivative_point(x.mag()).nlo;
  r.hi = derivative_point(x.mig()).hi;
  return r;
}

Interval sigmoid_second(Interval x) {
  if (x.is_point()) return second_point(x.hi);
  // Rises to -bend, falls to bend, rises: an extremum at an end of x, unless a bend is inside, which kBend* brackets.
  Interval r = hull(second_point(x.lo()), second_point(x.hi));
  if (!(x.lo() > -kBendBelow || x.hi < -kBendAbove)) r.hi = kSecondMax;
  if (!(x.hi < kBendBelow || x.lo() > kBendAbove)) r.nlo = kSecondMax;
  return r;
}

Interval tanh_derivative(Interval x) { return 4.0 * sigmoid_derivative(2.0 * x); }
Interval tanh_second(Interval x) { return 8.0 * sigmoid_second(2.0 * x); }

}  // namespace parabound
