// Where enclosures go wrong: doubles of every exponent, subnormals, neighbours of thresholds, of powers
// of two and of table steps, values that cancel. One seed, so that a failure repeats.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace cases {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// PARABOUND_TEST_SCALE multiplies the number of cases: below 1 for sanitizers, above for a long run.
inline long count(long usual) {
  const char* scale = std::getenv("PARABOUND_TEST_SCALE");
  const double scaled = static_cast<double>(usual) * (scale ? std::atof(scale) : 1.0);
  return scaled < 100 ? 100 : static_cast<long>(scaled);
}

inline const std::vector<double>& specials() {
  using limits = std::numeric_limits<double>;
  static const std::vector<double> values = [] {
    std::vector<double> v;
    for (const double x : {0.0, limits::denorm_min(), 3 * limits::denorm_min(), limits::min(), 0x1p-537, 0x1p-500, 0x1p-56,
                           0x1p-54, 0x1p-53, 0x1p-30, 0x1p-28, 0x1p-27, 0x1p-8, 0x1.62e4p-7, 0.25, 0.5, 1.0, 1.3169578969248166,
                           2.0, 3.0, 20.0, 36.7, 40.0, 88.0, 373.0, 700.0, 708.4, 709.78271289338397, 710.0, 744.44, 745.13321910194122,
                           746.0, 1e16, 0x1p512, 0x1p1022, limits::max(), kInfinity}) {
      for (const double s : {x, std::nextafter(x, 0.0), std::nextafter(x, kInfinity)}) {
        v.push_back(s);
        v.push_back(-s);
      }
    }
    return v;
  }();
  return values;
}

class Source {
 public:
  explicit Source(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  long below(long n) { return static_cast<long>(engine_() % static_cast<std::uint64_t>(n)); }
  double uniform(double lo, double hi) { return lo + (hi - lo) * (static_cast<double>(engine_() >> 11) * 0x1p-53); }

  /// A few ulps to either side.
  double jitter(double x) {
    for (long n = below(4); n > 0; --n) x = std::nextafter(x, (engine_() & 1) ? kInfinity : -kInfinity);
    return x;
  }
  /// Any bits, infinities and all but NaN included: every exponent alike.
  double any() {
    for (;;) {
      const std::uint64_t b = engine_();
      double x;
      std::memcpy(&x, &b, sizeof x);
      if (x == x) return x;
    }
  }
  /// Exponents within +-range, few significant bits as often as many, so that sums and products also come out exact.
  double moderate(int range) {
    double m = static_cast<double>(engine_() >> 11);
    if ((engine_() & 3) == 0) m = static_cast<double>(1 + below(16));
    const int e = static_cast<int>(below(2 * range + 1)) - range;
    const double x = std::ldexp(m, e - 52);
    return (engine_() & 1) ? x : -x;
  }
  /// An operand of arithmetic.
  double operand() {
    switch (below(6)) {
      case 0: return any();
      case 1: return specials()[static_cast<std::size_t>(below(static_cast<long>(specials().size())))];
      case 2: return std::ldexp(moderate(4), -1060 - static_cast<int>(below(12)));
      case 3: return moderate(60);
      default: return moderate(2);
    }
  }
  /// An argument of exp and its kin: where the table steps, the branches and the double range begin and end.
  double argument() {
    const double step = 0x1.62e42fefa39efp-7;  // ln(2)/64
    switch (below(10)) {
      case 0: return any();
      case 1: return jitter(specials()[static_cast<std::size_t>(below(static_cast<long>(specials().size())))]);
      case 2: return jitter(step * static_cast<double>(below(138000) - 69000));
      case 3: return jitter(step * (static_cast<double>(below(138000) - 69000) + 0.5));
      case 4: return jitter(std::log(std::fabs(any())));  // where e^x is next to a double
      case 5: return std::ldexp(moderate(0), -static_cast<int>(below(64)));
      case 6: return uniform(-750, 750);
      case 7: return uniform(-45, 45);
      default: return uniform(-4, 4);
    }
  }

 private:
  std::mt19937_64 engine_;
};

/// How many doubles lie in (lo, hi]; the width in ulps of an enclosure.
inline double steps(double lo, double hi) {
  const auto rank = [](double x) {
    std::int64_t b;
    std::memcpy(&b, &x, sizeof b);
    return b < 0 ? -(b & std::numeric_limits<std::int64_t>::max()) : b;
  };
  return static_cast<double>(static_cast<__int128>(rank(hi)) - rank(lo));
}

}  // namespace cases
