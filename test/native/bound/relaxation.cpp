// Lines over one neuron: above and below h0 = act(z0), h = act(z0 + r) and d = h - h0, wherever the ranges allow z0 and r;
// and what the kernels of every back end make of a functional by them.
#include "bound/relaxation.hpp"

#include "interval/simd/backend.hpp"

#include "random.hpp"
#include "truth.hpp"

namespace {

using namespace parabound;
using truth::Real;

Real at(const Line& line, double t) { return static_cast<Real>(line.slope) * t + line.constant; }

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

/// One functional A d + C h0 through a neuron, by every back end, with slopes and shares of the rule or at random.
class Through {
 public:
  Through(cases::Source& source, const NeuronLines& lines) : A_(coefficient(source)), C_(coefficient(source)) {
    std::vector<double> share(kColumnUnit, source.below(3) ? source.uniform(0, 1) : 1), perturbed(kColumnUnit, source.uniform(0, 1)), nominal(kColumnUnit, source.uniform(0, 1));
    Tuned tuned;
    if (source.below(2)) tuned = {share.data(), perturbed.data(), nominal.data()};
    int count = 0;
    for (const Backend* const* backend = available_backends(&count); count > 0; ++backend, --count) {
      std::vector<double> change(kColumnUnit, A_), beta(kColumnUnit, C_), constant(kColumnUnit, 0), alone(beta), alone_constant(constant);
      (*backend)->relax_changes(lines, tuned, change.data(), beta.data(), constant.data(), nullptr, kColumnUnit);
      (*backend)->relax_nominals(lines, tuned.nominal, alone.data(), alone_constant.data(), kColumnUnit);
      for (const std::vector<double>* row : {&change, &beta, &constant, &alone, &alone_constant})
        for (const double one : *row) CHECK(one == row->front() || (one != one && row->front() != row->front()));  // NaN says: no bound
      found_.push_back({change[0], beta[0], constant[0], alone[0], alone_constant[0]});
    }
  }
  void check(double z0, double r, Real h0, Real d, Activation act) const {
    // What long doubles lose in the check itself.
    const Real room = 0x1p-60L * (std::fabs(A_) + std::fabs(C_) + 1) * (std::fabs(d) + std::fabs(h0) + std::fabs(static_cast<Real>(z0)) + std::fabs(static_cast<Real>(r)) + 1);
    for (const Found& f : found_) {
      const Real upper = static_cast<Real>(f.alpha) * r + static_cast<Real>(f.beta) * z0 + f.constant;
      CHECK_THAT(!(upper < A_ * d + C_ * h0 - room), "act %d: %a d + %a h0 at z0=%a r=%a: %La", static_cast<int>(act), A_, C_, z0, r, upper);
      CHECK(!(static_cast<Real>(f.alone) * z0 + f.alone_constant < C_ * h0 - room));
    }
  }

 private:
  struct Found {
    double alpha, beta, constant, alone, alone_constant;
  };
  static double coefficient(cases::Source& source) { return source.below(4) ? source.uniform(-3, 3) : 0; }
  double A_, C_;
  std::vector<Found> found_;
};

void one(cases::Source& source) {
  const Activation act = random_case::one_of(source, std::vector<Activation>{Activation::linear, Activation::relu, Activation::relu, Activation::sigmoid, Activation::tanh});
  const Interval z0 = range(source, -10, 4), r = range(source, -30, 4);
  Interval z = z0 + r;
  // The perturbed range may be known better than by the sum.
  if (source.below(2) && z.is_finite()) {
    const double a = of(source, z), b = of(source, z);
    z = Interval::of(std::min(a, b), std::max(a, b));
  }
  NeuronRanges n;
  n.z0 = z0;
  n.r = r;
  n.z = z;
  n.h0 = activate(act, z0);
  n.h = activate(act, z);
  n.d = meet(difference_range(act, z0, r), n.h - n.h0);
  const NeuronLines lines = relax(act, n, static_cast<Under>(source.below(kUnders)));
  const Through through(source, lines);
  for (int times = 0; times < 6; ++times) {
    const double from = of(source, z0);
    double step = of(source, r);
    if (!z.contains(from + step)) step = z.is_finite() ? (from < z.lo() ? z.lo() : z.hi) - from : 0;
    const Real to = static_cast<Real>(from) + step;
    const Real h0 = truth::apply(act, from), h = truth::apply(act, to), d = h - h0;
    const Real room = 0x1p-60L * (1 + std::fabs(static_cast<Real>(from)) + std::fabs(static_cast<Real>(step)));
    CHECK_THAT(at(lines.nominal_lower, from) <= h0 + room && h0 <= at(lines.nominal_upper, from) + room, "h0, act %d on [%a, %a] at %a",
               static_cast<int>(act), z0.lo(), z0.hi, from);
    if (!(z.lo() <= to && to <= z.hi)) continue;
    const auto above = [](const Line& line, Real t) { return static_cast<Real>(line.slope) * t + line.constant; };
    CHECK_THAT(above(lines.perturbed_lower, to) <= h + room && h <= above(lines.perturbed_upper, to) + room, "h, act %d on [%a, %a]", static_cast<int>(act),
               z.lo(), z.hi);
    if (!r.contains(step)) continue;
    CHECK_THAT(at(lines.change_lower, step) <= d + room && d <= at(lines.change_upper, step) + room,
               "d, act %d on z0=[%a, %a] r=[%a, %a] z=[%a, %a] at %a by %a: %La", static_cast<int>(act), z0.lo(), z0.hi, r.lo(), r.hi, z.lo(), z.hi, from,
               step, d);
    if (lines.kind == NeuronLines::Kind::on) CHECK(std::fabs(d - step) <= room && std::fabs(h0 - from) <= room);
    if (lines.kind == NeuronLines::Kind::off) CHECK(d == 0 && h0 == 0);
    if (lines.kind == NeuronLines::Kind::open) through.check(from, step, h0, d, act);
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(11);
  for (long n = cases::count(200000); n > 0; --n) one(source);
  return check::outcome();
}
