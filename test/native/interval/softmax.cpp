// Softmax over boxes: containment of corners and inner points against MPFR, the ends at their corners, and the width bound
// that softmax.cpp proves.
#include "../check.hpp"
#include "cases.hpp"
#include "interval/elementary.hpp"
#include "oracle.hpp"

namespace {

using oracle::Real;
using parabound::Interval;
using Box = std::vector<Interval>;

__attribute__((noinline)) void softmax_up(const Box& z, Box& out) {
  const parabound::RoundUp up;
  out.resize(z.size());
  parabound::softmax(z.data(), static_cast<int>(z.size()), out.data());
}

/// 1 / sum_j e^(z_j - z_i): differences of doubles may need many bits, so 192 do for exponents within +-60 only.
void softmax_at(Real& out, const std::vector<double>& z, std::size_t i) {
  Real sum, term, own(z[i]);
  mpfr_set_ui(sum.get(), 0, MPFR_RNDN);
  for (const double other : z) {
    mpfr_set_d(term.get(), other, MPFR_RNDN);
    mpfr_sub(term.get(), term.get(), own.get(), MPFR_RNDN);
    mpfr_exp(term.get(), term.get(), MPFR_RNDN);
    mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
  }
  mpfr_ui_div(out.get(), 1, sum.get(), MPFR_RNDN);
}

double logit(cases::Source& source) {
  switch (source.below(6)) {
    case 0: return source.moderate(0) * 100;
    case 1: return source.uniform(-800, 800);
    case 2: return 0;
    case 3: return std::ldexp(source.moderate(0), -40);
    default: return source.uniform(-5, 5);
  }
}

double width_bound(double value, std::size_t k, double largest) {
  return value * (8 * largest + 2 * static_cast<double>(k) + 5) * 0x1p-52 + 0x1p-1021;
}

void check_points(long n) {
  cases::Source source(9);
  Real value;
  double worst = 0;
  for (long n_done = 0; n_done < n; ++n_done) {
    const std::size_t k = n_done % 50 == 0 ? 40 : 1 + static_cast<std::size_t>(source.below(6));
    Box z, out;
    std::vector<double> point;
    double largest = 0;
    for (std::size_t i = 0; i < k; ++i) {
      point.push_back(logit(source));
      z.push_back(point.back());
      largest = std::fmax(largest, std::fabs(point.back()));
    }
    softmax_up(z, out);
    for (std::size_t i = 0; i < k; ++i) {
      softmax_at(value, point, i);
      CHECK_THAT(value.inside(out[i].lo(), out[i].hi), "k=%zu i=%zu [%a, %a] is %a", k, i, out[i].lo(), out[i].hi, value.nearest());
      CHECK(0 <= out[i].lo() && out[i].hi <= 1);
      const double bound = width_bound(value.nearest(), k, largest), width = out[i].hi - out[i].lo();
      CHECK_THAT(width <= bound, "k=%zu largest=%g: width %g, bound %g", k, largest, width, bound);
      worst = std::fmax(worst, width / bound);
    }
  }
  std::printf("softmax: widest point enclosure is %.3f of the bound\n", worst);
}

void check_boxes(long n) {
  cases::Source source(10);
  Real value;
  for (long n_done = 0; n_done < n; ++n_done) {
    const std::size_t k = 1 + static_cast<std::size_t>(source.below(5));
    Box z, out;
    double largest = 0;
    for (std::size_t i = 0; i < k; ++i) {
      const double lo = logit(source), hi = lo + (source.below(4) ? std::fabs(source.uniform(-2, 2)) : source.uniform(0, 1500));
      z.push_back(Interval::of(lo, hi));
      largest = std::fmax(largest, std::fmax(std::fabs(lo), std::fabs(hi)));
    }
    softmax_up(z, out);
    for (std::size_t i = 0; i < k; ++i) {
      std::vector<double> upper, lower, inner;
      for (std::size_t j = 0; j < k; ++j) {
        upper.push_back(i == j ? z[j].hi : z[j].lo());
        lower.push_back(i == j ? z[j].lo() : z[j].hi);
        inner.push_back(std::fmin(std::fmax(source.uniform(z[j].lo(), z[j].hi), z[j].lo()), z[j].hi));
      }
      for (const auto* point : {&upper, &lower, &inner}) {
        softmax_at(value, *point, i);
        CHECK_THAT(value.inside(out[i].lo(), out[i].hi), "k=%zu [%a, %a] misses %a", k, out[i].lo(), out[i].hi, value.nearest());
        if (point == &upper) CHECK(out[i].hi - value.nearest() <= width_bound(value.nearest(), k, largest));
        if (point == &lower) CHECK(value.nearest() - out[i].lo() <= width_bound(value.nearest(), k, largest));
      }
    }
  }
}

void check_special() {
  const double inf = cases::kInfinity;
  Box out;
  softmax_up({Interval::whole()}, out);
  CHECK(out[0].lo() == 1 && out[0].hi == 1);
  softmax_up({Interval::whole(), 0.0, Interval::of(-inf, 3)}, out);
  CHECK(out[0].lo() == 0 && out[0].hi == 1 && out[1].lo() == 0 && out[1].hi == 1 && out[2].lo() == 0 && out[2].hi > 0.95);
  softmax_up({0.0, 0.0, 0.0, 0.0}, out);
  for (const Interval& each : out) CHECK(each.lo() == 0.25 && each.hi == 0.25);
  softmax_up({1e308, -1e308}, out);
  CHECK(out[0].lo() >= 0.999 && out[0].hi == 1 && out[1].lo() == 0 && out[1].hi < 1e-300);
  softmax_up({Interval::of(-1e308, 1e308), 0.0, 1.0}, out);
  for (const Interval& each : out) CHECK(0 <= each.lo() && each.lo() <= each.hi && each.hi <= 1);
  Interval nan;
  nan.nlo = nan.hi = std::nan("");
  softmax_up({nan, 0.0, 1.0}, out);
  CHECK(out[0].lo() == 0 && out[0].hi == 1 && out[1].lo() == 0 && out[1].hi > 0.26 && out[2].hi > 0.73);
  softmax_up({nan, 0.0}, out);
  CHECK(out[0].lo() == 0 && out[0].hi == 1 && out[1].lo() == 0 && out[1].hi == 1);
}

__attribute__((noinline)) void in_place(Box& z) {
  const parabound::RoundUp up;
  parabound::softmax(z.data(), static_cast<int>(z.size()), z.data());
}

void check_aliasing() {
  cases::Source source(11);
  for (const std::size_t k : {1u, 2u, 3u, 7u, 33u, 100u}) {
    for (const double spread : {1.0, 2000.0}) {
      Box z, out;
      for (std::size_t i = 0; i < k; ++i) z.push_back(Interval::of(source.uniform(-spread, 0), source.uniform(0, spread)));
      softmax_up(z, out);
      in_place(z);
      for (std::size_t i = 0; i < k; ++i) CHECK(z[i].nlo == out[i].nlo && z[i].hi == out[i].hi);
    }
  }
}

}  // namespace

int main() {
  check_points(cases::count(20000));
  check_boxes(cases::count(10000));
  check_special();
  check_aliasing();
  CHECK(parabound::observed_rounding() == 0);
  return check::outcome();
}
