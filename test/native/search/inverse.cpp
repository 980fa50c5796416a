// Thresholds on the logit: where an increasing activation reaches a level, against MPFR; and where it never does.
#include <mpfr.h>

#include "../check.hpp"
#include "../interval/cases.hpp"
#include "search/sigma.hpp"

namespace {

using namespace parabound;

/// The sign of act(z) - level, in 256 bits. z finite.
int compare(Activation act, double z, double level) {
  mpfr_t f;
  mpfr_init2(f, 256);
  mpfr_set_d(f, z, MPFR_RNDN);
  if (act == Activation::tanh) {
    mpfr_tanh(f, f, MPFR_RNDN);
  } else if (act == Activation::sigmoid) {
    mpfr_neg(f, f, MPFR_RNDN);
    mpfr_exp(f, f, MPFR_RNDN);
    mpfr_add_ui(f, f, 1, MPFR_RNDN);
    mpfr_ui_div(f, 1, f, MPFR_RNDN);
  }
  const int sign = mpfr_cmp_d(f, level);
  mpfr_clear(f);
  return sign;
}

void one(Activation act, double level) {
  const Interval z = inverse_activation(act, level);
  CHECK(!(z.lo() > z.hi));
  if (std::isfinite(z.lo())) CHECK_THAT(compare(act, z.lo(), level) <= 0, "act %d level %a lo %a", static_cast<int>(act), level, z.lo());
  if (std::isfinite(z.hi)) CHECK_THAT(compare(act, z.hi, level) >= 0, "act %d level %a hi %a", static_cast<int>(act), level, z.hi);
  const double least = act == Activation::sigmoid ? 0 : -1;
  if (level <= least) CHECK(z.hi == -kInf);
  else CHECK(z.hi > -kInf);
  if (level >= 1) CHECK(z.lo() == kInf);
  else CHECK(z.lo() < kInf);
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(6);
  for (const Activation act : {Activation::sigmoid, Activation::tanh}) {
    for (const double x : cases::specials()) one(act, x);
    for (long n = cases::count(10000); n > 0; --n) {
      const double x = source.uniform(act == Activation::sigmoid ? 0 : -1, 1);
      one(act, x);
      one(act, std::ldexp(x, -static_cast<int>(source.below(1074))));
      one(act, 1 - std::ldexp(source.uniform(0, 1), -static_cast<int>(source.below(53))));
    }
    CHECK(inverse_activation(act, act == Activation::sigmoid ? 0.5 : 0.0).is_point());
  }
  for (const double x : {-2.0, -0.0, 0.0, 0.25, 1e300}) {
    CHECK(inverse_activation(Activation::linear, x).lo() == x && inverse_activation(Activation::linear, x).hi == x);
    const Interval z = inverse_activation(Activation::relu, x);  // relu(z) > x: always below 0, else z > x
    CHECK(x < 0 ? z.hi == -kInf : z.lo() == x && z.hi == x);
  }
  return check::outcome();
}
