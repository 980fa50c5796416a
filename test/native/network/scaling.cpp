// The image of an input against exact rationals, and the way back: the box's own ends, and never out of the box.
#include "network/scaling.hpp"

#include "../check.hpp"
#include "../interval/cases.hpp"
#include "../interval/rational.hpp"

namespace {

using namespace parabound;
using oracle::Rational;

double finite(cases::Source& source) {
  for (;;) {
    const double x = source.below(3) ? source.moderate(2) : source.operand();
    if (std::isfinite(x)) return x;
  }
}

}  // namespace

int main() {
  cases::Source source(7);
  CHECK(Scaling().identity() && Scaling().image({3.0})[0].is_point() && Scaling().preimage({3.0})[0] == 3.0);
  for (long n = cases::count(100000); n > 0; --n) {
    const double a = finite(source), b = finite(source), mean = finite(source);
    double range = std::fabs(finite(source));
    if (range == 0) range = 1;
    const Scaling scaling{{mean}, {range}, {std::min(a, b)}, {std::max(a, b)}};
    RoundUp up;
    const Interval low = scaling.image(0, scaling.lower[0]), high = scaling.image(0, scaling.upper[0]);
    for (const auto& [x, image] : {std::pair<double, Interval>{scaling.lower[0], low}, {scaling.upper[0], high}}) {
      Rational exact(x), m(mean), r(range);
      exact.sub(exact, m);
      exact.div(exact, r);
      CHECK_THAT(exact.inside(image.lo(), image.hi), "(%a - %a) / %a is not in [%a, %a]", x, mean, range, image.lo(), image.hi);
    }
    const double inside = Interval::of(low.lo(), high.hi).mid();
    for (const double at : {low.lo(), high.hi, inside, std::nextafter(low.hi, kInf), std::nextafter(high.lo(), -kInf)}) {
      const double x = scaling.preimage({at})[0];
      CHECK_THAT(scaling.lower[0] <= x && x <= scaling.upper[0], "%a is not in [%a, %a]", x, scaling.lower[0], scaling.upper[0]);
    }
    CHECK(scaling.preimage({low.lo()})[0] == scaling.lower[0]);
    if (high.lo() > low.hi) CHECK(scaling.preimage({high.hi})[0] == scaling.upper[0]);
  }
  return check::outcome();
}
