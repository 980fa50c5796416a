// Clipping and pinning: no point that counts is lost, and nothing is cut off in silence.
#include "../bound/random.hpp"
#include "../bound/truth.hpp"

#include "search/contract.hpp"

namespace {

using namespace parabound;
using truth::Point;
using truth::Real;

double end(cases::Source& source) { return source.below(4) ? source.uniform(-1, 1) : 0.125 * static_cast<double>(source.below(17) - 8); }

void clipping(cases::Source& source) {
  const int n = 1 + static_cast<int>(source.below(3));
  const std::vector<double> ends = random_case::domain(source, n, source.below(2) ? random_case::Style::coarse : random_case::Style::fine);
  Domain X;
  X.set(ends.data(), n);
  std::vector<Interval> s;
  for (int j = 0; j < n; ++j) {
    const double a = end(source), b = source.below(3) ? a + std::ldexp(source.uniform(0, 1), -static_cast<int>(source.below(40))) : end(source);
    s.push_back(Interval::of(std::min(a, b), std::max(a, b)));
  }
  const double constant = end(source);
  // Thresholds near the largest value are those that cut.
  double top = constant;
  for (int j = 0; j < n; ++j) top += (s[static_cast<std::size_t>(j)] * X.u[static_cast<std::size_t>(j)]).hi;
  double threshold = source.below(3) ? top - std::ldexp(source.uniform(0, 2), -static_cast<int>(source.below(60))) : end(source);
  if (source.below(6) == 0) threshold = top;
  if (source.below(4) == 0) {  // a sliver off one side, thinner than the rounding of the side's width
    const auto j = static_cast<std::size_t>(source.below(n));
    threshold = top - s[j].mid() * X.x[j].width() + std::ldexp(source.uniform(0, 1), -40 - static_cast<int>(source.below(20)));
  }

  std::vector<double> left = ends;
  const Contraction result = clip(constant, s.data(), threshold, X, left.data());
  if (result == Contraction::none) CHECK_THAT(left == ends, "clipped, but said none: threshold %a", threshold);
  for (int j = 0; j < n; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (result == Contraction::empty) break;
    CHECK(ends[2 * at] <= left[2 * at] && left[2 * at] <= left[2 * at + 1] && left[2 * at + 1] <= ends[2 * at + 1]);
  }
  for (int m = 0; m < 6; ++m) {
    Point x = random_case::point(source, ends);
    if (result != Contraction::empty && m % 2) {  // just outside of what is left
      const auto j = static_cast<std::size_t>(source.below(n));
      const double beyond = source.below(2) ? std::nextafter(left[2 * j], -kInf) : std::nextafter(left[2 * j + 1], kInf);
      if (ends[2 * j] <= beyond && beyond <= ends[2 * j + 1]) x[j] = beyond;
    }
    bool kept = result != Contraction::empty;
    Real most = constant;
    for (std::size_t j = 0; j < x.size(); ++j) {
      kept = kept && left[2 * j] <= x[j] && x[j] <= left[2 * j + 1];
      const Real u = static_cast<Real>(x[j]) - X.c[j];
      most += std::max(s[j].lo() * u, s[j].hi * u);
    }
    if (!kept) CHECK_THAT(most < threshold || most - 0x1p-62L < threshold, "lost a point of %La, threshold %a", most, threshold);
  }
}

void nothing_known() {
  const std::vector<double> ends{-1, 1, 0, 2};
  Domain X;
  X.set(ends.data(), 2);
  const std::vector<Interval> fine{Interval(1.0), Interval(-1.0)}, bad{Interval::whole(), Interval::of(1, kInf)};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto harmless = [&](double constant, const std::vector<Interval>& s, double threshold) {
    std::vector<double> left = ends;
    CHECK(clip(constant, s.data(), threshold, X, left.data()) == Contraction::none && left == ends);
  };
  for (const double constant : {kInf, nan}) harmless(constant, fine, 0);
  for (const double threshold : {-kInf, nan}) harmless(0, fine, threshold);
  harmless(0, bad, 1e300);
  std::vector<double> left = ends;
  CHECK(clip(-kInf, fine.data(), 0, X, left.data()) == Contraction::empty);
  CHECK(clip(0, fine.data(), kInf, X, left.data()) == Contraction::empty);
}

void pinning() {
  std::vector<double> ends{-1, 1, 2, 2};
  CHECK(pin(0, true, ends.data()) && ends == std::vector<double>({1, 1, 2, 2}));
  CHECK(!pin(0, false, ends.data()) && !pin(1, true, ends.data()) && ends == std::vector<double>({1, 1, 2, 2}));
  ends = {-1, 1};
  CHECK(pin(0, false, ends.data()) && ends == std::vector<double>({-1, -1}));
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(5);
  for (long n = cases::count(600000); n > 0; --n) clipping(source);
  nothing_known();
  pinning();
  return check::outcome();
}
