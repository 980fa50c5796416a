// Diagonal matrices above Gram matrices: against sums in long double at the vectors where they are nearest to it.
#include "bound/majorant.hpp"

#include <cmath>

#include "../check.hpp"
#include "../interval/cases.hpp"
#include "interval/rounding.hpp"

namespace {

using namespace parabound;
using Real = long double;

struct Rows {
  std::vector<std::vector<double>> numbers;
  std::vector<double> weights, sizes;

  std::vector<const double*> pointers() const {
    std::vector<const double*> rows;
    for (const auto& row : numbers) rows.push_back(row.data());
    return rows;
  }
  /// W^T B W x, and x times it.
  std::vector<Real> image(const std::vector<Real>& x, Real& value) const {
    std::vector<Real> y(x.size());
    value = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      Real sum = 0;
      for (std::size_t j = 0; j < x.size(); ++j) sum += numbers[i][j] * x[j];
      value += weights[i] * sum * sum;
      for (std::size_t j = 0; j < x.size(); ++j) y[j] += weights[i] * sum * numbers[i][j];
    }
    return y;
  }
};

long near = 0;

double number(cases::Source& source) {
  if (source.below(5) == 0) return 0;
  return source.below(2) ? source.uniform(-2, 2) : 0.25 * static_cast<double>(source.below(17) - 8);
}

/// Of any exponents, down to where products vanish: nothing may be found then, but what is found holds.
Rows extreme_rows(cases::Source& source) {
  Rows rows;
  const auto inputs = static_cast<std::size_t>(1 + source.below(4)), count = static_cast<std::size_t>(1 + source.below(3));
  const auto any = [&](int least, int most) { return std::ldexp(source.uniform(0.5, 1), least + static_cast<int>(source.below(most - least + 1))); };
  const bool tiny = source.below(2);
  for (std::size_t i = 0; i < count; ++i) {
    rows.numbers.emplace_back();
    for (std::size_t j = 0; j < inputs; ++j) rows.numbers[i].push_back((source.below(2) ? 1 : -1) * (source.below(4) ? any(tiny ? -1070 : -300, tiny ? -400 : 300) : 0));
    rows.weights.push_back(source.below(4) ? any(-1070, 1020) : 0);
  }
  for (std::size_t j = 0; j < inputs; ++j) rows.sizes.push_back(any(-500, source.below(2) ? -400 : 500));
  return rows;
}

Rows random_rows(cases::Source& source) {
  Rows rows;
  const auto inputs = static_cast<std::size_t>(1 + source.below(12)), count = static_cast<std::size_t>(source.below(12));
  const int scale = source.below(3) ? 0 : static_cast<int>(source.below(60)) - 30;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> row;
    for (std::size_t j = 0; j < inputs; ++j) row.push_back(number(source));
    if (i > 0 && source.below(4) == 0) row = rows.numbers[i - 1];
    rows.numbers.push_back(row);
    rows.weights.push_back(source.below(6) ? std::ldexp(source.uniform(0, 2), scale) : 0);
  }
  for (std::size_t j = 0; j < inputs; ++j) rows.sizes.push_back(std::ldexp(source.uniform(0.1, 2), source.below(3) ? 0 : static_cast<int>(source.below(40)) - 20));
  return rows;
}

/// The largest sum for sum q x^2 = 1, by the power method in the coordinates sqrt(q) x, is at most 1; and is nearly that.
void one(cases::Source& source, bool extreme) {
  const Rows rows = extreme ? extreme_rows(source) : random_rows(source);
  const std::size_t n = rows.sizes.size();
  Majorant majorant;
  bool found = false;
  {
    RoundUp up;
    found = majorant.find(rows.pointers(), rows.weights, rows.sizes);
  }
  CHECK(found || extreme);
  if (!found) return;
  const std::vector<double>& q = majorant.q();
  Real best = 0;
  for (int start = 0; start < 3; ++start) {
    std::vector<Real> x(n);
    for (std::size_t j = 0; j < n; ++j) x[j] = q[j] > 0 ? source.uniform(-1, 1) / std::sqrt(static_cast<Real>(q[j])) : 0;
    for (int step = 0; step < 60; ++step) {
      Real norm = 0, value;
      for (std::size_t j = 0; j < n; ++j) norm += q[j] * x[j] * x[j];
      const std::vector<Real> y = rows.image(x, value);
      CHECK_THAT(value <= norm * (1 + 0x1p-58L), "%La above %La", value, norm);
      if (!(norm > 0)) break;
      best = std::max(best, value / norm);
      for (std::size_t j = 0; j < n; ++j) x[j] = q[j] > 0 ? y[j] / (q[j] * std::sqrt(norm)) : 0;
    }
  }
  Real moving = 0, any;
  for (std::size_t j = 0; j < n; ++j) {  // where q is zero nothing may count
    std::vector<Real> unit(n);
    unit[j] = 1;
    rows.image(unit, any);
    moving = std::max(moving, any);
    if (q[j] == 0) CHECK(any == 0);
  }
  if (moving > 0 && !extreme) CHECK_THAT(best > 0.85L, "only %La of it is used", best);
}

/// Where the power method cannot see the largest eigenvalue, of x and -x in two halves (it starts where these are equal, and nothing tells them
/// apart), which is just as much larger than the one it sees as is allowed for: U is 1 there to the last bits, and roundings decide.
void to_the_last_bits(cases::Source& source) {
  const auto half = static_cast<std::size_t>(7 * (1 + source.below(6)));
  const bool flat = source.below(2);
  const Real least = 1 + (static_cast<Real>(source.below(2000)) - 1000) * static_cast<Real>(half) * 0x1p-58L;
  Rows rows;
  rows.numbers.assign(2, std::vector<double>(2 * half));
  rows.weights = {1, static_cast<double>((1 + 0x1p-9L) * least)};
  for (std::size_t j = 0; j < half; ++j) {
    const double one = flat ? 1 : source.uniform(0.5, 1);
    for (std::size_t i = 0; i < 2; ++i) {
      rows.numbers[i][j] = one;
      rows.numbers[i][half + j] = i == 0 ? one : -one;
    }
  }
  rows.sizes.assign(2 * half, 0.7);
  Majorant majorant;
  {
    RoundUp up;
    if (!majorant.find(rows.pointers(), rows.weights, rows.sizes)) return;
  }
  // The worst x for one row w is w_j / q_j: the row's part of the sum is then weight * sum w_j^2 / q_j of it.
  const auto n = 2 * half;
  std::vector<Real> x(n);
  Real value, above = 0;
  for (std::size_t j = 0; j < n; ++j) x[j] = rows.numbers[1][j] / static_cast<Real>(majorant.q()[j]);
  rows.image(x, value);
  for (std::size_t j = 0; j < n; ++j) above += majorant.q()[j] * x[j] * x[j];
  CHECK_THAT(value <= above * (1 + 0x1p-58L), "%La above %La by %Lg", value, above, value / above - 1);
  if (value > above * (1 - 0x1p-30L)) ++near;
}

/// A bound row by row is sum_i b_i (sum_j |w_ij| s_j)^2: of independent rows the joint one is far below.
void gains(cases::Source& source) {
  constexpr std::size_t n = 48;
  Rows rows;
  for (std::size_t i = 0; i < n; ++i) {
    rows.numbers.emplace_back();
    for (std::size_t j = 0; j < n; ++j) rows.numbers[i].push_back(source.uniform(-1, 1));
  }
  rows.weights.assign(n, 1.0);
  rows.sizes.assign(n, 0.5);
  Majorant majorant;
  bool found = false;
  {
    RoundUp up;
    found = majorant.find(rows.pointers(), rows.weights, rows.sizes);
  }
  CHECK(found);
  double together = 0, apart = 0;
  for (std::size_t j = 0; j < n; ++j) together += majorant.q()[j] * rows.sizes[j] * rows.sizes[j];
  for (const auto& row : rows.numbers) {
    double sum = 0;
    for (const double w : row) sum += std::fabs(w) * 0.5;
    apart += sum * sum;
  }
  CHECK_THAT(together < 0.25 * apart, "%g of %g", together, apart);
}

/// What is no number, or beyond numbers, is refused.
void refuses() {
  RoundUp up;
  Majorant majorant;
  const double infinite = 1 / opaque(0.0), large = 1e160;
  for (const double w : {infinite, -infinite, infinite - infinite, large}) CHECK(!majorant.find({&w}, {1.0}, {1.0}));
  const double ordinary = 1;
  CHECK(!majorant.find({&ordinary}, {infinite}, {1.0}));
}

}  // namespace

int main() {
  cases::Source source(17);
  for (long n = cases::count(3000); n > 0; --n) one(source, false);
  for (long n = cases::count(5000); n > 0; --n) one(source, true);
  const long last = cases::count(400);
  for (long n = last; n > 0; --n) to_the_last_bits(source);
  CHECK_THAT(near > last / 10, "only %ld near one", near);  // else it tells nothing
  for (int n = 0; n < 3; ++n) gains(source);
  refuses();
  return check::outcome();
}
