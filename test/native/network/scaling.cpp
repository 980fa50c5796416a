// Normalised inputs against exact rationals: the image of an input, and witnesses that stay in the query's box.
#include "network/scaling.hpp"

#include "../check.hpp"
#include "../interval/cases.hpp"
#include "../interval/rational.hpp"

namespace {

using namespace parabound;
using oracle::Rational;

void one(cases::Source& source) {
  Scaling by;
  CHECK(by.identity() && by.preimage({1.5}) == std::vector<double>{1.5} && by.image({1.5})[0].is_point());
  const double a = source.moderate(4), b = source.below(4) ? source.moderate(4) : a;
  by.mean = {source.moderate(4)};
  by.range = {std::fabs(source.moderate(4)) + 0x1p-20};
  by.lower = {std::min(a, b)};
  by.upper = {std::max(a, b)};
  RoundUp up;
  const double x = std::min(std::max(source.uniform(by.lower[0], by.upper[0]), by.lower[0]), by.upper[0]);
  Rational shifted, image;
  shifted.sub(Rational(x), Rational(by.mean[0]));
  image.div(shifted, Rational(by.range[0]));
  const Interval at = by.image({x})[0];
  CHECK(image.inside(at.lo(), at.hi));
  // Both ends of the box come back as themselves, everything else from within.
  CHECK(by.preimage({by.image(0, by.lower[0]).lo()})[0] == by.lower[0]);
  if (by.image(0, by.lower[0]).hi < by.image(0, by.upper[0]).hi) CHECK(by.preimage({by.image(0, by.upper[0]).hi})[0] == by.upper[0]);
  for (const double fed : {at.lo(), at.hi, source.moderate(10), -kInf, kInf}) {
    const double back = by.preimage({fed})[0];
    CHECK_THAT(by.lower[0] <= back && back <= by.upper[0], "%a is outside of [%a, %a]", back, by.lower[0], by.upper[0]);
  }
}

}  // namespace

int main() {
  cases::Source source(12);
  for (long n = cases::count(100000); n > 0; --n) one(source);
  return check::outcome();
}
