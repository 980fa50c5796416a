// exp, sigmoid, tanh, their derivatives, and logit: containment against MPFR, and widths.
#include "interval/elementary.hpp"

#include "cases.hpp"
#include "../check.hpp"
#include "oracle.hpp"

namespace {

using parabound::Interval;

struct Function {
  const char* name;
  Interval (*enclose)(Interval);
  void (*value)(oracle::Real&, double);
  double widest;        // ulps on a point
  double mean;          // of the same
  double floor;         // absolute width that is always allowed: of subnormal results
  double least, most;   // the range over the line
};

const Function kFunctions[] = {
    {"exp", parabound::exp, oracle::exp, 3, 1.3, 0, 0, cases::kInfinity},
    {"sigmoid", parabound::sigmoid, oracle::sigmoid, 3, 1.3, 0, 0, 1},
    {"tanh", parabound::tanh, oracle::tanh, 3, 1.3, 0, -1, 1},
    {"sigmoid'", parabound::sigmoid_derivative, oracle::sigmoid_derivative, 4, 1.3, 0, 0, 0.25},
    {"sigmoid''", parabound::sigmoid_second, oracle::sigmoid_second, 4, 1.3, 0, -0.09622504486493764, 0.09622504486493764},
    {"tanh'", parabound::tanh_derivative, oracle::tanh_derivative, 4, 2.5, 0x1p-1071, 0, 1},
    {"tanh''", parabound::tanh_second, oracle::tanh_second, 4, 4, 0x1p-1070, -0.7698003589195011, 0.7698003589195011},
};

__attribute__((noinline)) void enclose_all(const Function& f, const std::vector<Interval>& x, std::vector<Interval>& y) {
  const parabound::RoundUp up;
  y.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = f.enclose(x[i]);
}

void check_points(const Function& f, long n) {
  cases::Source source(1);
  std::vector<Interval> x(cases::specials().begin(), cases::specials().end()), y;
  x.push_back(-0.0);
  for (long i = 0; i < n; ++i) x.push_back(source.argument());
  enclose_all(f, x, y);

  oracle::Real value;
  double widest = 0, total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double lo = y[i].lo(), hi = y[i].hi;
    f.value(value, x[i].hi);
    CHECK_THAT(value.inside(lo, hi), "%s(%a) in [%a, %a], is %a", f.name, x[i].hi, lo, hi, value.nearest());
    CHECK_THAT(f.least <= lo && lo <= hi && hi <= f.most, "%s(%a) in [%a, %a]", f.name, x[i].hi, lo, hi);
    const double width = cases::steps(lo, hi);
    CHECK_THAT(width <= f.widest || hi - lo <= f.floor, "%s(%a) in [%a, %a]", f.name, x[i].hi, lo, hi);
    if (hi - lo > f.floor && width > widest) widest = width;
    total += width;
  }
  // Were a low part lost somewhere, enclosures might still hold and still be narrow, but not mostly of neighbours.
  CHECK_THAT(total / static_cast<double>(x.size()) < f.mean, "%s: mean width %g", f.name, total / static_cast<double>(x.size()));
  std::printf("%s: %zu points, widest %g ulp, mean %.3f\n", f.name, x.size(), widest, total / static_cast<double>(x.size()));
}

/// Over intervals: every point value inside (ends, points in between), and the enclosure no wider than hull of the true range needs.
void check_ranges(const Function& f, long n) {
  cases::Source source(2);
  std::vector<Interval> x, y;
  for (long i = 0; i < n; ++i) {
    double a = source.argument();
    double b = source.below(3) == 0 ? source.argument() : a + source.uniform(-3, 3);
    if (a > b) std::swap(a, b);
    x.push_back(Interval::of(a, b));
  }
  x.push_back(Interval::whole());
  x.push_back(Interval::of(-cases::kInfinity, 0));
  x.push_back(Interval::of(0, cases::kInfinity));
  enclose_all(f, x, y);

  oracle::Real value;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = x[i].lo(), b = x[i].hi, lo = y[i].lo(), hi = y[i].hi;
    double least = cases::kInfinity, most = -cases::kInfinity;
    const double inner[] = {a, b, 0.0, a + (b - a) * source.uniform(0, 1), 1.3169578969248166, -1.3169578969248166, 0.65847894846240835, -0.65847894846240835};
    for (const double t : inner) {
      if (!(a <= t && t <= b)) continue;
      f.value(value, t);
      CHECK_THAT(value.inside(lo, hi), "%s([%a, %a]) in [%a, %a] misses t=%a: %a", f.name, a, b, lo, hi, t, value.nearest());
      least = std::fmin(least, value.nearest());
      most = std::fmax(most, value.nearest());
    }
    CHECK_THAT(cases::steps(lo, least) <= 4 || least - lo <= f.floor, "%s([%a, %a]): lo=%a, least=%a", f.name, a, b, lo, least);
    CHECK_THAT(cases::steps(most, hi) <= 4 || hi - most <= f.floor, "%s([%a, %a]): hi=%a, most=%a", f.name, a, b, hi, most);
  }
}

void check_specials(const Function& f) {
  const double nan = std::nan("");
  std::vector<Interval> x(3), y;
  x[0].nlo = nan, x[0].hi = nan;
  x[1].nlo = nan, x[1].hi = 1;
  x[2].nlo = -1, x[2].hi = nan;
  enclose_all(f, x, y);
  oracle::Real value;
  for (int i = 0; i < 3; ++i) {
    // A NaN end stands for anything: the enclosure must hold at every x the other end allows.
    for (const double t : {-800.0, -1.3169578969248166, 0.0, 1.0, 1.3169578969248166, 2.0, 800.0}) {
      if ((i == 1 && t > 1) || (i == 2 && t < 1)) continue;
      f.value(value, t);
      CHECK_THAT(value.inside(y[i].lo(), y[i].hi), "%s with NaN end %d misses %g: [%a, %a]", f.name, i, t, y[i].lo(), y[i].hi);
    }
  }
}

__attribute__((noinline)) Interval logit_up(double level) {
  const parabound::RoundUp up;
  return parabound::logit(level);
}

void check_logit(long n) {
  cases::Source source(3);
  oracle::Real value;
  double widest = 0;
  for (long i = 0; i < n; ++i) {
    double l = 0;
    switch (source.below(5)) {
      case 0: l = std::fabs(source.moderate(500)) * 0x1p-502; break;
      case 1: l = source.jitter(0.5 + source.moderate(20) * 0x1p-24); break;
      case 2: l = source.jitter(source.below(2) ? 0.25 : 0.75); break;
      case 3: l = 1 - std::ldexp(1.0 + source.uniform(0, 1), -static_cast<int>(source.below(53)) - 1); break;
      default: l = source.uniform(0, 1);
    }
    if (!(l > 0 && l < 1)) continue;
    const Interval x = logit_up(l);
    oracle::logit(value, l);
    CHECK_THAT(value.inside(x.lo(), x.hi), "logit(%a) in [%a, %a], is %a", l, x.lo(), x.hi, value.nearest());
    const double width = cases::steps(x.lo(), x.hi);
    CHECK_THAT(width <= 8, "logit(%a) in [%a, %a], %g ulp", l, x.lo(), x.hi, width);
    if (width > widest) widest = width;
  }
  std::printf("logit: widest %g ulp\n", widest);
  CHECK(logit_up(0.5).lo() == 0 && logit_up(0.5).hi == 0);
  CHECK(logit_up(0).lo() == -cases::kInfinity && logit_up(1).hi == cases::kInfinity);
  CHECK(logit_up(std::numeric_limits<double>::denorm_min()).hi < -744 && logit_up(std::nextafter(1.0, 0.0)).lo() > 36);
  for (const double bad : {-1.0, 2.0, std::nan("")}) CHECK(logit_up(bad).lo() == -cases::kInfinity && logit_up(bad).hi == cases::kInfinity);
}

void check_exact() {
  std::vector<Interval> y;
  enclose_all(kFunctions[0], {0.0, -0.0}, y);
  CHECK(y[0].lo() == 1 && y[0].hi == 1 && y[1].lo() == 1 && y[1].hi == 1);
  enclose_all(kFunctions[1], {0.0}, y);
  CHECK(y[0].lo() == 0.5 && y[0].hi == 0.5);
  enclose_all(kFunctions[2], {0.0, -0.0}, y);
  CHECK(y[0].lo() == 0 && y[0].hi == 0 && y[1].lo() == 0 && y[1].hi == 0);
}

}  // namespace

int main() {
  for (const Function& f : kFunctions) {
    check_points(f, cases::count(250000));
    check_ranges(f, cases::count(40000));
    check_specials(f);
  }
  check_logit(cases::count(40000));
  check_exact();
  CHECK(parabound::observed_rounding() == 0);
  return check::outcome();
}
