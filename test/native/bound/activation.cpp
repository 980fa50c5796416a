// Activations, their differences over boxes, and `through` on forms of which all is known: affine a0 and r whose
// coefficients are drawn from the forms' own intervals.
#include "random.hpp"
#include "truth.hpp"

#include "bound/activation.hpp"

namespace {

using namespace parabound;
using truth::Point;
using truth::Real;

const std::vector<Activation> kAll{Activation::linear, Activation::relu, Activation::sigmoid, Activation::tanh};

Interval some_interval(cases::Source& source, int least_exponent) {
  const double scale = std::ldexp(1.0, least_exponent + static_cast<int>(source.below(4 - least_exponent)));
  double a = source.below(5) ? source.uniform(-scale, scale) : 0, b = source.below(4) ? source.uniform(-scale, scale) : a;
  if (source.below(8) == 0) b = -a;
  return Interval::of(std::min(a, b), std::max(a, b));
}
double of(cases::Source& source, Interval x) {
  switch (source.below(4)) {
    case 0: return x.lo();
    case 1: return x.hi;
    default: return std::min(std::max(source.uniform(x.lo(), x.hi), x.lo()), x.hi);
  }
}

void differences(cases::Source& source) {
  const Activation act = random_case::one_of(source, kAll);
  const Interval z = some_interval(source, -3), y = some_interval(source, -20);
  const Interval range = difference_range(act, z, y);
  for (int n = 0; n < 8; ++n) {
    const double dy = of(source, y);
    const double at = n ? of(source, z) : std::min(std::max(-0.5 * dy, z.lo()), z.hi);  // where the increase peaks
    const Real change = truth::apply(act, static_cast<Real>(at) + dy) - truth::apply(act, at);
    CHECK_THAT(truth::inside(range, change, 0x1p-62L), "act %d z=[%a, %a] y=[%a, %a]: [%a, %a] at %a by %a: %La", static_cast<int>(act), z.lo(),
               z.hi, y.lo(), y.hi, range.lo(), range.hi, at, dy, change);
    CHECK(truth::inside(activate(act, z), truth::apply(act, at), 0));
  }
  // What cannot be computed is unbounded, never NaN.
  for (const Interval bad : {Interval::whole(), Interval::of(-kInf, 0), Interval::of(1, kInf)}) {
    const Interval a = difference_range(act, z, bad), b = difference_range(act, bad, y);
    CHECK(a.lo() <= a.hi && b.lo() <= b.hi);
    const double dy = std::min(std::max(of(source, y), bad.lo()), bad.hi), far = bad.hi == kInf ? 1e3 : -1e3;
    CHECK(truth::inside(a, truth::apply(act, static_cast<Real>(z.hi) + dy + far) - truth::apply(act, z.hi), 0x1p-50L) || !bad.contains(dy + far));
    CHECK(truth::inside(b, truth::apply(act, static_cast<Real>(far) + y.hi) - truth::apply(act, far), 0x1p-50L));
  }
}

/// An affine form whose constant and slopes are only known to lie in intervals.
void affine(cases::Source& source, Form& q, const Domain& X, bool loose, int least_exponent) {
  q.v = q.k = some_interval(source, least_exponent);
  for (int j = 0; j < X.variables; ++j) q.s[j] = q.g[j] = source.below(4) ? some_interval(source, least_exponent) : Interval(0.0);
  q.r = affine_range(q, X);
  q.mean_value = true;
  if (!loose) return;
  // A relaxation: the constant anywhere near, the slopes narrower than the gradient.
  q.mean_value = false;
  q.k = hull(q.k, q.k + Interval::of(-0.25, 0.125));
  for (int j = 0; j < X.variables; ++j) q.g[j] = hull(q.g[j], Interval(0.0));
}

void forms(cases::Source& source, bool loose) {
  const Activation act = random_case::one_of(source, kAll);
  const int n = 1 + static_cast<int>(source.below(3));
  const std::vector<double> ends = random_case::domain(source, n, source.below(2) ? random_case::Style::coarse : random_case::Style::fine);
  Domain X;
  X.set(ends.data(), n);
  Forms all;
  all.resize(4, n);
  Form &a0 = all[0], &r = all[1], &h0 = all[2], &d = all[3];
  affine(source, a0, X, loose && source.below(2), -4);
  affine(source, r, X, loose && source.below(2), -12);
  const Interval perturbed = through(act, a0, r, a0.r + r.r, X, h0, d);
  for (int m = 0; m < 4; ++m) {
    // One pair of functions among those that the forms enclose.
    std::vector<double> sa, sr;
    for (int j = 0; j < n; ++j) {
      sa.push_back(of(source, a0.s[j]));
      sr.push_back(of(source, r.s[j]));
    }
    const double ka = of(source, a0.v), kr = of(source, r.v);
    const auto value = [&](double k, const std::vector<double>& s, const Point& x) {
      Real sum = k;
      for (int j = 0; j < n; ++j) sum += s[static_cast<std::size_t>(j)] * (static_cast<Real>(x[static_cast<std::size_t>(j)]) - X.c[static_cast<std::size_t>(j)]);
      return sum;
    };
    const auto pick = [&] { return random_case::point(source, ends); };
    truth::check_form(h0, X, true, [&](const Point& x) { return truth::apply(act, value(ka, sa, x)); }, source, pick, 3, "h0");
    truth::check_form(d, X, true, [&](const Point& x) {
      const Real a = value(ka, sa, x);
      return truth::apply(act, a + value(kr, sr, x)) - truth::apply(act, a);
    }, source, pick, 3, "d");
    const Point x = pick();
    CHECK(truth::inside(perturbed, truth::apply(act, value(ka, sa, x) + value(kr, sr, x))));
  }
}

/// A second activation behind a relaxed ReLU: the forms' constants are then no values of the functions, and may lie
/// outside of their ranges. Kinks are among the points.
void chains(cases::Source& source) {
  const Activation act = random_case::one_of(source, kAll);
  const std::vector<double> ends = random_case::domain(source, 1, random_case::Style::fine);
  Domain X;
  X.set(ends.data(), 1);
  Forms all;
  all.resize(6, 1);
  const double slope = source.uniform(-2, 2), step = source.below(2) ? source.uniform(-0.1, 0.1) : 0, tilt = source.below(2) ? source.uniform(-0.1, 0.1) : 0;
  const double kink = source.uniform(ends[0], ends[1]), weight = source.uniform(-2, 2), bias = source.uniform(-3, 3), shift = source.uniform(-0.1, 0.1);
  const auto straight = [&](Form& q, double k, double s) {  // k + s (x - kink)
    q.s[0] = q.g[0] = Interval(s);
    q.v = q.k = Interval(k) + s * (Interval(X.c[0]) - Interval(kink));
    q.r = affine_range(q, X);
  };
  straight(all[0], 0, slope);
  straight(all[1], step, tilt);
  const Interval perturbed = through(Activation::relu, all[0], all[1], all[0].r + all[1].r, X, all[2], all[3]);
  Forms next;
  next.resize(2, 1);
  add_scaled(next[0], weight, all[2], 1);
  add_constant(next[0], Interval(bias));
  add_scaled(next[1], weight, all[3], 1);
  add_constant(next[1], Interval(shift));
  through(act, next[0], next[1], meet(weight * perturbed + (Interval(bias) + Interval(shift)), next[0].r + next[1].r), X, all[4], all[5]);
  const auto inner = [&](const Point& x, bool changed) {
    const Real offset = static_cast<Real>(x[0]) - kink, a0 = slope * offset;
    return weight * truth::apply(Activation::relu, changed ? a0 + step + tilt * offset : a0) + bias + (changed ? shift : 0);
  };
  const auto pick = [&] { return source.below(3) ? random_case::point(source, ends) : Point{kink}; };
  truth::check_form(all[4], X, true, [&](const Point& x) { return truth::apply(act, inner(x, false)); }, source, pick, 4, "h0 behind a relu");
  truth::check_form(all[5], X, true, [&](const Point& x) { return truth::apply(act, inner(x, true)) - truth::apply(act, inner(x, false)); }, source, pick, 4,
                    "d behind a relu");
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(2);
  for (long n = cases::count(40000); n > 0; --n) {
    differences(source);
    forms(source, false);
    forms(source, true);
    chains(source);
  }
  return check::outcome();
}
