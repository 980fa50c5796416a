// The ends of the parameter box against exact rationals: outward for bounds, inward and adjacent for witnesses.
#include "network/parameter_box.hpp"

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

void check_box(const ParameterBox& box, double nominal, const Rational& lower, const Rational& upper, const char* kind) {
  Rational n(nominal), lo, hi;
  lo.sub(lower, n);
  hi.sub(upper, n);
  CHECK_THAT(lo.inside(box.change_lo[0].lo(), box.change_lo[0].hi), "%s: change_lo", kind);
  CHECK_THAT(hi.inside(box.change_hi[0].lo(), box.change_hi[0].hi), "%s: change_hi", kind);
  CHECK(std::isfinite(box.inner_lo[0]) && std::isfinite(box.inner_hi[0]) && box.inner_lo[0] <= box.inner_hi[0]);
  CHECK_THAT(lower.compare(box.inner_lo[0]) <= 0 && upper.compare(box.inner_hi[0]) >= 0, "%s: [%a, %a] is not inside", kind, box.inner_lo[0],
             box.inner_hi[0]);
  CHECK(box.change(0).nlo == box.change_lo[0].nlo && box.change(0).hi == box.change_hi[0].hi);
}

}  // namespace

int main() {
  cases::Source source(4);
  for (long n = cases::count(100000); n > 0; --n) {
    const double center = finite(source), nominal = source.below(2) ? center : finite(source), other = finite(source);
    const double radius = source.below(4) ? std::fabs(finite(source)) : 0.0;
    const unsigned char mask = source.below(4) != 0;
    Rational c(center), r(radius), lower, upper;
    lower.sub(c, r);
    upper.add(c, r);
    const ParameterBox by_radius = box_from_radius(&nominal, &center, &radius, 1);
    check_box(by_radius, nominal, lower, upper, "radius");
    if (nominal == center) CHECK(by_radius.change_hi[0].hi == radius && by_radius.change_lo[0].lo() == -radius);

    Rational size(mask ? std::fabs(center) : 0.0), product;
    product.mul(size, r);
    lower.sub(c, product);
    upper.add(c, product);
    check_box(box_from_ratio(&nominal, &center, radius, &mask, 1), nominal, lower, upper, "ratio");

    const double least = std::min(center, other), most = std::max(center, other);
    check_box(box_from_bounds(&nominal, &least, &most, 1), nominal, Rational(least), Rational(most), "bounds");
  }
  return check::outcome();
}
