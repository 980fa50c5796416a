// The interval type: a pair (-lo, hi), so that rounding up serves both ends.
//
// Every operation encloses: if a is in A and b is in B then a op b is in A op B, in real
// arithmetic, provided a RoundUp is alive (rounding.hpp). An end may be infinite. NaN never means
// "fine": an operation that would give one gives an infinite end instead, so the worst answer is
// [-inf, inf]. See IEEE 1788-2015, clause 10, for what is enclosed.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "rounding.hpp"

namespace parabound {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// The larger of two, NaN counting as +infinity: right for either stored end.
inline double max_end(double a, double b) noexcept {
  const double m = a > b ? a : b;
  return (a != a || b != b) ? kInf : m;
}

struct Interval {
  double nlo = 0;  // -lo
  double hi = 0;

  constexpr Interval() = default;
  /// The point {x}. Implicit: doubles are exact reals here.
  constexpr Interval(double x) : nlo(-x), hi(x) {}
  static constexpr Interval of(double lo, double hi) {
    Interval r;
    r.nlo = -lo;
    r.hi = hi;
    return r;
  }
  /// From the stored ends; NaN becomes infinite.
  static Interval stored(double nlo, double hi) noexcept {
    Interval r;
    r.nlo = nlo == nlo ? nlo : kInf;
    r.hi = hi == hi ? hi : kInf;
    return r;
  }
  static constexpr Interval whole() { return of(-kInf, kInf); }

  constexpr double lo() const { return -nlo; }
  bool contains(double x) const { return -nlo <= x && x <= hi; }
  bool is_point() const { return -nlo == hi; }
  bool is_finite() const { return nlo < kInf && hi < kInf; }
  /// >= hi - lo, rounded up.
  double width() const { return hi + nlo; }
  /// max |x| over the interval; exact.
  double mag() const { return max_end(std::fabs(nlo), std::fabs(hi)); }
  /// min |x| over the interval; exact.
  double mig() const { return -nlo > 0 ? -nlo : (hi < 0 ? -hi : 0.0); }
  /// Some double inside (not the exact midpoint). Finite whenever an end is finite.
  double mid() const {
    if (nlo == kInf && hi == kInf) return 0;
    if (nlo == kInf) return hi;
    if (hi == kInf) return -nlo;
    double m = 0.5 * (hi - nlo);
    if (!(std::fabs(m) < kInf)) m = 0.5 * hi - 0.5 * nlo;
    return std::min(std::max(m, -nlo), hi);
  }
  /// >= the distance from mid() to either end.
  double rad() const {
    const double m = mid();
    return max_end(hi - m, nlo + m);
  }
};

inline Interval operator-(Interval a) {
  Interval r;
  r.nlo = a.hi;
  r.hi = a.nlo;
  return r;
}
inline Interval operator+(Interval a, Interval b) { return Interval::stored(a.nlo + b.nlo, a.hi + b.hi); }
inline Interval operator-(Interval a, Interval b) { return Interval::stored(a.nlo + b.hi, a.hi + b.nlo); }

/// x * y rounded up, with 0 * inf = 0: an infinite end stands for "no finite bound", never for a value.
inline double mul_up(double x, double y) noexcept {
  const double p = x * y;
  return p == p ? p : ((x == 0 || y == 0) ? 0.0 : kInf);
}

inline Interval operator*(Interval a, Interval b) {
  // hi = max of the four products; -lo = max of the four negated ones: each is one rounded-up product.
  const double alo = -a.nlo, blo = -b.nlo;
  Interval r;
  r.hi = std::max(std::max(mul_up(alo, blo), mul_up(a.hi, b.hi)), std::max(mul_up(alo, b.hi), mul_up(a.hi, blo)));
  r.nlo = std::max(std::max(mul_up(a.nlo, blo), mul_up(-a.hi, b.hi)), std::max(mul_up(a.nlo, b.hi), mul_up(a.hi, b.nlo)));
  return r;
}
/// Point times interval: two products.
inline Interval operator*(double w, Interval b) {
  Interval r;
  if (w >= 0) {
    r.hi = mul_up(w, b.hi);
    r.nlo = mul_up(w, b.nlo);
  } else {
    r.hi = mul_up(-w, b.nlo);
    r.nlo = mul_up(-w, b.hi);
  }
  return r;
}
inline Interval operator*(Interval a, double w) { return w * a; }
inline Interval& operator+=(Interval& a, Interval b) { return a = a + b; }

/// Division; where the divisor contains zero, the whole line.
inline Interval operator/(Interval a, Interval b) {
  if (!(-b.nlo > 0 || b.hi < 0)) return Interval::whole();
  if (b.hi < 0) {
    a = -a;
    b = -b;
  }
  const double alo = -a.nlo, blo = -b.nlo;  // 0 < blo <= b.hi
  const double hi = a.hi >= 0 ? a.hi / blo : (b.hi == kInf ? 0.0 : a.hi / b.hi);
  const double nlo = alo >= 0 ? (b.hi == kInf ? 0.0 : a.nlo / b.hi) : a.nlo / blo;
  return Interval::stored(nlo, hi);
}

inline Interval hull(Interval a, Interval b) { return Interval::stored(max_end(a.nlo, b.nlo), max_end(a.hi, b.hi)); }

/// Both enclose the same set, so their common part does; if rounding left none, the first is kept.
inline Interval meet(Interval a, Interval b) {
  Interval r;
  r.nlo = b.nlo < a.nlo ? b.nlo : a.nlo;
  r.hi = b.hi < a.hi ? b.hi : a.hi;
  return -r.nlo <= r.hi ? r : a;
}

inline Interval relu(Interval a) {
  Interval r;
  r.nlo = a.nlo < 0 ? a.nlo : 0.0;  // -max(lo, 0) = min(-lo, 0)
  r.hi = max_end(a.hi, 0.0);
  return r;
}
inline Interval sqr(Interval a) {
  const double m = a.mag(), g = a.mig();
  return Interval::stored(mul_up(-g, g), mul_up(m, m));
}

}  // namespace parabound
