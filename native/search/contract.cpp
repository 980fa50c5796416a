#include "contract.hpp"

namespace parabound {

bool pin(int j, bool upper, double* ends) {
  if (ends[2 * j] == ends[2 * j + 1]) return false;
  (upper ? ends[2 * j] : ends[2 * j + 1]) = upper ? ends[2 * j + 1] : ends[2 * j];
  return true;
}

Contraction clip(double constant, const Interval* s, double threshold, const Domain& X, double* ends) {
  const int n = X.variables;
  if (!(constant < kInf) || !(threshold > -kInf)) return Contraction::none;
  // before[j]: constant + sum over i < j of max(s_i u_i); after: the same over i > j. All rounded up.
  thread_local std::vector<double> term, before;
  term.resize(static_cast<std::size_t>(n));
  before.resize(static_cast<std::size_t>(n));
  double sum = constant;
  for (int j = 0; j < n; ++j) {
    const auto at = static_cast<std::size_t>(j);
    term[at] = (s[j] * X.u[at]).hi;
    before[at] = sum;
    sum += term[at];
  }
  if (!(sum < kInf)) return Contraction::none;
  if (sum < threshold) return Contraction::empty;
  Contraction result = Contraction::none;
  double after = 0;
  for (int j = n - 1; j >= 0; --j) {
    const auto at = static_cast<std::size_t>(j);
    const double rest = before[at] + after;
    after += term[at];
    double &lo = ends[2 * j], &hi = ends[2 * j + 1];
    const Interval slope = s[j];
    if (lo == hi || (slope.lo() <= 0 && slope.hi >= 0) || !slope.is_finite()) continue;
    // Some s in slope must give s u >= q, with q = threshold - rest rounded down.
    const double q = -(rest - threshold);
    const bool rising = slope.lo() > 0;
    const double least = rising ? slope.lo() : -slope.hi, most = rising ? slope.hi : slope.nlo;
    // u >= q / s (rising) or -u >= q / s (falling), weakest s, rounded down.
    const double reach = -(-q / (q <= 0 ? least : most));
    const double width = hi - lo;
    if (rising) {
      const double end = -(-X.c[at] - reach);  // c + reach, rounded down
      if (end > hi) return Contraction::empty;
      if (!(end > lo)) continue;
      lo = end;
    } else {
      const double end = X.c[at] - reach;  // c - reach, rounded up
      if (end < lo) return Contraction::empty;
      if (!(end < hi)) continue;
      hi = end;
    }
    // Even a sliver too thin to change the rounded width is said to be gone: the caller accounts for it.
    result = stronger(result, hi - lo < 0.7 * width ? Contraction::much : Contraction::some);
  }
  return result;
}

int widest(const std::vector<double>& score, const Domain& X) {
  int best = -1;
  for (int j = 0; j < X.variables; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (!divisible(X.x[at])) continue;
    if (best < 0 || score[at] > score[static_cast<std::size_t>(best)]) best = j;
  }
  return best;
}

}  // namespace parabound
