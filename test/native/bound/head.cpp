// A head's coefficients against exact rationals. And where rounding hides the sign of an end, its enclosure holds zero:
// the closed form over mixed signs (shallow.cpp) is then that of a box with zero for an end, which holds the given one.
#include "bound/head.hpp"

#include "../check.hpp"
#include "../interval/cases.hpp"
#include "../interval/rational.hpp"

namespace {

using namespace parabound;
using oracle::Rational;

void one(cases::Source& source) {
  Network network;
  network.inputs = 1;
  network.add_layer(2, Activation::linear);
  const auto number = [&] { return source.below(4) ? source.moderate(2) : 0.0; };
  std::vector<double> lower, upper;
  for (int i = 0; i < 4; ++i) {
    network.parameters.push_back(number());
    const double a = number(), b = number();
    lower.push_back(std::min(a, b));
    upper.push_back(std::max(a, b));
  }
  if (source.below(2)) {  // the two rows nearly meet at one end
    upper[0] = source.jitter(lower[1]);
    lower[0] = std::min(lower[0], upper[0]);
  }
  const ParameterBox box = box_from_bounds(network.parameters.data(), lower.data(), upper.data(), 4);
  const Head head = make_head(network, box, 0, 1);  // whatever the rounding mode is
  const Coefficient& c = head.coefficients[0];

  Rational v0, lo, hi, change_lo, change_hi;
  v0.sub(Rational(network.parameters[0]), Rational(network.parameters[1]));
  lo.sub(Rational(lower[0]), Rational(upper[1]));
  hi.sub(Rational(upper[0]), Rational(lower[1]));
  change_lo.sub(lo, v0);
  change_hi.sub(hi, v0);
  CHECK(v0.inside(c.nominal.lo(), c.nominal.hi));
  CHECK(lo.inside(c.lo.lo(), c.lo.hi) && hi.inside(c.hi.lo(), c.hi.hi));
  CHECK(change_lo.inside(c.change_lo.lo(), c.change_lo.hi));
  CHECK(change_hi.inside(c.change_hi.lo(), c.change_hi.hi));
  // Taken for positive, the coefficient must reach zero at least; taken for negative, too.
  Rational zero(0.0), down;
  down.sub(zero, v0);
  if (c.hi.hi > 0) CHECK_THAT(down.compare(c.change_hi.hi) <= 0 && change_hi.compare(c.change_hi.hi) <= 0, "change_hi ends at %a", c.change_hi.hi);
  if (c.lo.lo() < 0) CHECK_THAT(down.compare(c.change_lo.lo()) >= 0 && change_lo.compare(c.change_lo.lo()) >= 0, "change_lo ends at %a", c.change_lo.lo());
  if (c.frozen_zero) CHECK(lo.compare(0) == 0 && hi.compare(0) == 0 && v0.compare(0) == 0);
}

}  // namespace

int main() {
  cases::Source source(10);
  for (long n = cases::count(100000); n > 0; --n) one(source);
  return check::outcome();
}
