// ln(l / (1 - l)), by search on proved enclosures of its inverse.
//
// For an increasing F with enclosures F(x) in [F.lo, F.hi]: F(x).hi <= v proves x <= F^-1(v), and
// F(x).lo >= v proves x >= F^-1(v). A guess starts the search for such x on either side; the guess,
// from libm, decides how long the search takes and nothing else. Two choices of F keep relative accuracy:
//   l < 1/4:        sigmoid(x) = l;
//   1/4 <= l < 1/2: tanh(x/2) = 2l - 1, exact by Sterbenz's lemma;
// and logit(l) = -logit(1 - l) for l > 1/2, with 1 - l exact by the same lemma.
#include "elementary.hpp"

namespace parabound {
namespace {

/// An x with below(x), which must hold for every x small enough and fail for every x large enough; nearly the largest.
/// Steps from the guess double until they bracket where it turns, and the bracket is halved down to neighbours.
template <typename Below>
double largest_below(double guess, Below below) {
  if (!(std::fabs(guess) > 0x1p-60 && std::fabs(guess) < 1e3)) guess = -1;
  double step = std::fabs(guess) * 0x1p-52;
  double good = guess, bad = guess;
  if (below(guess)) {
    for (; below(bad); step *= 2) bad = (good = bad) + step;
  } else {
    for (; !below(good); step *= 2) good = -(step - (bad = good));
  }
  for (;;) {
    const double middle = good + 0.5 * (bad - good);
    if (!(good < middle && middle < bad)) return good;
    (below(middle) ? good : bad) = middle;
  }
}

/// 0 < l < 1/2.
Interval lower_half(double l) {
  Interval r;
  if (l < 0.25) {
    const double guess = std::log(l) - std::log1p(-l);
    r.nlo = -largest_below(guess, [l](double x) { return sigmoid(Interval(x)).hi <= l; });
    r.hi = -largest_below(-guess, [l](double x) { return sigmoid(Interval(-x)).lo() >= l; });
  } else {
    const double t = 2 * l - 1;  // exact
    const double guess = std::log1p(2 * t / (1 - t));
    r.nlo = -largest_below(guess, [t](double x) { return tanh(Interval(0.5 * x)).hi <= t; });
    r.hi = -largest_below(-guess, [t](double x) { return tanh(Interval(-0.5 * x)).lo() >= t; });
  }
  return r;
}

}  // namespace

Interval logit(double level) {
  if (!(level >= 0 && level <= 1)) return Interval::whole();
  if (level == 0) return Interval::of(-kInf, -std::numeric_limits<double>::max());
  if (level == 1) return Interval::of(std::numeric_limits<double>::max(), kInf);
  if (level == 0.5) return Interval(0.0);
  return level < 0.5 ? lower_half(level) : -lower_half(1 - level);
}

}  // namespace parabound
