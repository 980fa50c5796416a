// Planes over one neuron: above and below h0 = act(z0), h = act(z0 + r) and d = h - h0, wherever the ranges allow z0 and r.
#include "bound/relaxation.hpp"

#include "random.hpp"
#include "truth.hpp"

namespace {

using namespace parabound;
using truth::Real;

Real at(const Plane& plane, double r, double z0) {
  return static_cast<Real>(plane.slope_r) * r + static_cast<Real>(plane.slope_z) * z0 + plane.constant;
}

/// Exponents from tiny to large, ends that are zero, points, and infinite ends.
Interval range(cases::Source& source, int least, int most) {
  const double scale = std::ldexp(1.0, least + static_cast<int>(source.below(most - least + 1)));
  const double a = source.below(5) ? source.uniform(-scale, scale) : 0, b = source.below(5) ? source.uniform(-scale, scale) : a;
  Interval x = Interval::of(std::min(a, b), std::max(a, b));
  if (source.below(40) == 0) x.hi = kInf;
  if (source.below(40) == 0) x.nlo = kInf;
  return x;
}
double of(cases::Source& source, Interval x) {
  const double lo = x.nlo < kInf ? x.lo() : std::min(x.hi, 0.0) - 100, hi = x.hi < kInf ? x.hi : std::max(lo, 0.0) + 100;
  switch (source.below(4)) {
    case 0: return lo;
    case 1: return hi;
    case 2: return std::min(std::max(0.0, lo), hi);
    default: return std::min(std::max(source.uniform(lo, hi), lo), hi);
  }
}

void one(cases::Source& source) {
  const Activation act = random_case::one_of(source, std::vector<Activation>{Activation::linear, Activation::relu, Activation::relu, Activation::sigmoid, Activation::tanh});
  const Interval z0 = range(source, -10, 4), r = range(source, -30, 4);
  Interval z = z0 + r;
  // The perturbed range may be known better than by the sum.
  if (source.below(2) && z.is_finite()) {
    const double a = of(source, z), b = of(source, z);
    z = Interval::of(std::min(a, b), std::max(a, b));
  }
  const Relaxation planes = relax(act, z0, r, z, static_cast<Under>(source.below(kUnders)));
  for (int n = 0; n < 6; ++n) {
    const double from = of(source, z0);
    double step = of(source, r);
    if (!z.contains(from + step)) step = z.is_finite() ? (from < z.lo() ? z.lo() : z.hi) - from : 0;
    const Real to = static_cast<Real>(from) + step;
    const Real h0 = truth::apply(act, from), d = truth::apply(act, to) - h0;
    const Real room = 0x1p-60L * (1 + std::fabs(static_cast<Real>(from)) + std::fabs(static_cast<Real>(step)));
    CHECK_THAT(at(planes.nominal_lower, 0, from) <= h0 + room && h0 <= at(planes.nominal_upper, 0, from) + room, "h0, act %d on [%a, %a] at %a",
               static_cast<int>(act), z0.lo(), z0.hi, from);
    const Real h = truth::apply(act, to), below = at(planes.perturbed_lower, step, from), above = at(planes.perturbed_upper, step, from);
    if (z.lo() <= to && to <= z.hi) CHECK_THAT(below <= h + room && h <= above + room, "h, act %d on [%a, %a]", static_cast<int>(act), z.lo(), z.hi);
    if (!r.contains(step) || !(z.lo() <= to && to <= z.hi)) continue;
    CHECK_THAT(at(planes.lower, step, from) <= d + room && d <= at(planes.upper, step, from) + room,
               "d, act %d on z0=[%a, %a] r=[%a, %a] z=[%a, %a] at %a by %a: %La not in [%La, %La]", static_cast<int>(act), z0.lo(), z0.hi, r.lo(), r.hi,
               z.lo(), z.hi, from, step, d, at(planes.lower, step, from), at(planes.upper, step, from));
    if (planes.exact && act != Activation::linear) CHECK(std::fabs(at(planes.upper, step, from) - at(planes.lower, step, from)) <= room);
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(11);
  for (long n = cases::count(200000); n > 0; --n) one(source);
  return check::outcome();
}
