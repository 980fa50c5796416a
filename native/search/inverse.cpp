#include <cstring>

#include "../bound/activation.hpp"
#include "sigma.hpp"

namespace parabound {
namespace {

// Doubles in the order of their values, as integers.
std::int64_t rank(double x) {
  std::int64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}
double unrank(std::int64_t r) {
  const std::int64_t bits = r < 0 ? std::numeric_limits<std::int64_t>::min() - r : r;
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// The largest double, or nearly, for which `below` holds: it holds at from, not at to, and is monotone.
template <class Below>
double last(double from, double to, Below below) {
  std::int64_t a = rank(from), b = rank(to);
  while (a + 1 < b) {
    const std::int64_t m = (a & b) + ((a ^ b) >> 1);  // the middle, without overflow
    (below(unrank(m)) ? a : b) = m;
  }
  return unrank(a);
}

}  // namespace

Interval inverse_activation(Activation act, double level) {
  if (act == Activation::linear) return Interval(level);
  if (act == Activation::relu) return level < 0 ? Interval::of(-kInf, -kInf) : Interval(level);
  const double least = act == Activation::sigmoid ? 0.0 : -1.0;
  if (level <= least) return Interval::of(-kInf, -kInf);
  if (level >= 1.0) return Interval::of(kInf, kInf);
  if ((act == Activation::sigmoid && level == 0.5) || (act == Activation::tanh && level == 0.0)) return Interval(0.0);
  constexpr double kFar = 800;  // beyond it both have saturated in doubles
  // Proved: act(lo) < level and act(hi) > level.
  const auto surely_below = [&](double z) { return activate(act, Interval(z)).hi < level; };
  const auto not_surely_above = [&](double z) { return !(activate(act, Interval(z)).lo() > level); };
  const double lo = surely_below(-kFar) ? last(-kFar, kFar, surely_below) : -kInf;
  const double hi = not_surely_above(kFar) ? kInf : unrank(rank(last(-kFar, kFar, not_surely_above)) + 1);
  return Interval::of(lo, hi);
}

}  // namespace parabound
