// Unevaluated sums of two doubles, for the insides of elementary.cpp.
//
// A Pair stands for the real hi + lo. Everything holds in any rounding mode, each operation having
// relative error at most u = 2^-52 (twice that of rounding to nearest), barring underflow, which the
// callers exclude. No fused multiply-add: products are made exact by cutting factors to 26 bits, so
// that baseline x86-64 gives the same bits as anything newer.
#pragma once

#include <cstdint>
#include <cstring>

namespace parabound {

struct Pair {
  double hi, lo;
};

/// The leading 26 bits of x; x - leading(x) is exact, has at most 27 bits, and is below 2^-25 |x|.
inline double leading(double x) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  bits &= ~std::uint64_t{0x7ffffff};
  std::memcpy(&x, &bits, sizeof bits);
  return x;
}

/// 2^n for -1022 <= n <= 1023.
inline double power_of_two(int n) noexcept {
  const std::uint64_t bits = static_cast<std::uint64_t>(n + 1023) << 52;
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// a + b, given a = 0 or exponent(a) >= exponent(b). Fast2Sum: s - a is exact in any rounding mode
/// (Boldo, Graillat and Muller, "On the robustness of the 2Sum and Fast2Sum algorithms", ACM TOMS
/// 44(1), 2017), so only the last subtraction can round, and it rounds an error that is itself at
/// most u|s|: the result is a + b to within u^2 |s|, and |lo| <= u |hi|.
inline Pair fast_two_sum(double a, double b) noexcept {
  const double s = a + b;
  return {s, b - (s - a)};
}

/// a * b with relative error below 2^-72, beyond those of a and b, given |lo| <= 2^-25 |hi| in both.
/// Split a = a1 + a2 and b = b1 + b2 with 26-bit a1, b1 and |a2| <= 2^-24 |a|: a1 b1 is exact, and the
/// rest, at most 2^-22.9 |ab|, is computed with at most five roundings: 5 u 2^-22.9 < 2^-72.
/// (That a2 is itself rounded, by u 2^-24 |a|, is within this.)
inline Pair multiply(Pair a, Pair b) noexcept {
  const double a1 = leading(a.hi), a2 = (a.hi - a1) + a.lo;
  const double b1 = leading(b.hi), b2 = (b.hi - b1) + b.lo;
  return fast_two_sum(a1 * b1, a1 * b2 + a2 * b1 + a2 * b2);
}

/// a / b with relative error below 2^-70, beyond those of a and b, given |lo| <= 2^-50 |hi| in both, b > 0.
/// q1, of 26 bits, is a/b to within 2^-25 + 4u relative, and b1 is b to within 2^-25, so q1 b1 (exact) is
/// a.hi to within 2^-23.9: a.hi - q1 b1 is exact by Sterbenz's lemma. The remainder a - q1 b, at most
/// 2^-24.9 |a|, is thus computed to within 4 u 2^-24.9 |a|, and divided to within 4 u of itself: together
/// at most 8 u 2^-24.9 |a/b| < 2^-73, to which fast_two_sum adds u^2.
inline Pair divide(Pair a, Pair b) noexcept {
  const double b1 = leading(b.hi), b2 = (b.hi - b1) + b.lo;
  const double inverse = 1.0 / b.hi;
  const double q1 = leading(a.hi * inverse);
  const double remainder = (a.hi - q1 * b1) + (a.lo - q1 * b2);
  return fast_two_sum(q1, remainder * inverse);
}

}  // namespace parabound
