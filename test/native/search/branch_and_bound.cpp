// No box is lost. Whatever ends a slice, every input is under a bound that the slice gives back: of the boxes it closed,
// or of an open or stalled box. The incumbent is not asked: under a target it says nothing of what was closed.
#include <algorithm>
#include <cstring>

#include "../bound/random.hpp"
#include "../check.hpp"

#include "search/branch_and_bound.hpp"
#include "search/contract.hpp"
#include "search/frontier.hpp"

namespace {

using namespace parabound;
using Point = std::vector<double>;

/// F_s(x) = b_s + sum_j (a_sj x_j + w_sj |x_j - m_sj|): its bounds, gradients and values are plain to see. It counts only
/// where x_0 is at most `edge`. Numbers are small multiples of 1/8, so that everything here is exact.
class Known final : public Objective {
 public:
  Known(cases::Source& source, int n, int subproblems) : source_(source), n_(n) {
    const auto number = [&] { return 0.125 * static_cast<double>(source.below(33) - 16); };
    for (int s = 0; s < subproblems; ++s) {
      base_.push_back(number());
      for (int j = 0; j < n; ++j) {
        a_.push_back(number());
        w_.push_back(number());
        m_.push_back(number());
      }
    }
    edge = source.below(2) ? number() : 8;
    pins = source.below(2);
    fickle = source.below(4) == 0;
    for (int& one : thens) one = static_cast<int>(source.below(n + 1)) - 1;
  }

  int variables() const override { return n_; }
  int subproblems() const override { return static_cast<int>(base_.size()); }
  bool exact() const override { return true; }
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * n_}; }

  double value(int s, const Point& x) const {
    if (x[0] > edge) return -kInf;
    double sum = base_[static_cast<std::size_t>(s)];
    for (int j = 0; j < n_; ++j) {
      const std::size_t at = static_cast<std::size_t>(s * n_ + j), i = static_cast<std::size_t>(j);
      sum += a_[at] * x[i] + w_[at] * std::fabs(x[i] - m_[at]);
    }
    return sum;
  }
  Interval slope(int s, int j, const Domain& X) const {
    const std::size_t at = static_cast<std::size_t>(s * n_ + j), i = static_cast<std::size_t>(j);
    const Interval sign = Interval::of(X.x[i].lo() >= m_[at] ? 1 : -1, X.x[i].hi <= m_[at] ? -1 : 1);
    return Interval(a_[at]) + w_[at] * sign;
  }

  // What `bound` leaves behind is for the same box alone, and a local search spoils it.
  void leave(int s, const Domain& X) {
    bounded_ = {static_cast<double>(s)};
    for (const Interval& side : X.x) bounded_.insert(bounded_.end(), {side.lo(), side.hi});
  }
  void expect(int s, const Domain& X) {
    const std::vector<double> was = bounded_;
    leave(s, X);
    CHECK(was == bounded_);
  }

  Bound bound(int s, const Domain& X) override {
    leave(s, X);
    Bound b;
    if (X.x[0].lo() > edge) {
      b.upper = b.center = -kInf;
      return b;
    }
    if (fickle && source_.below(8) == 0) {  // nothing could be computed
      b.upper = source_.below(2) ? kInf : std::numeric_limits<double>::quiet_NaN();
      return b;
    }
    Interval sum(base_[static_cast<std::size_t>(s)]);
    for (int j = 0; j < n_; ++j) {
      const std::size_t at = static_cast<std::size_t>(s * n_ + j), i = static_cast<std::size_t>(j);
      sum += a_[at] * Interval(X.c[i]) + w_[at] * Interval(std::fabs(X.c[i] - m_[at])) + slope(s, j, X) * X.u[i];
    }
    b.upper = sum.hi;
    b.center = value(s, X.c);
    b.flat = !still && source_.below(32) == 0;
    return b;
  }
  Contraction contract(int s, const Domain& X, double threshold, double* ends) override {
    expect(s, X);
    if (still) return Contraction::none;
    if (pins && edge >= 8) {
      for (int j = 0; j < n_; ++j) {
        if (slope(s, j, X).lo() >= 0 && pin(j, true, ends)) return Contraction::much;
        if (slope(s, j, X).hi <= 0 && pin(j, false, ends)) return Contraction::much;
      }
    }
    std::vector<Interval> slopes;
    double at_center = base_[static_cast<std::size_t>(s)];
    for (int j = 0; j < n_; ++j) {
      const std::size_t at = static_cast<std::size_t>(s * n_ + j), i = static_cast<std::size_t>(j);
      slopes.push_back(slope(s, j, X));
      at_center += (a_[at] * Interval(X.c[i])).hi + (w_[at] * Interval(std::fabs(X.c[i] - m_[at]))).hi;
    }
    return clip(at_center, slopes.data(), threshold, X, ends);
  }
  int branch(int s, const Domain& X) override {
    expect(s, X);
    std::vector<double> score;
    for (const Interval& u : X.u) score.push_back(u.mag());
    return widest(score, X);
  }
  int then(const double*, int level) const override {
    CHECK(level == 1 || level == 2);
    return thens[level - 1];
  }
  void gave(int branch, const double*, double, double) override {
    CHECK(branch >= 0 && branch < n_);
    ++told;
  }
  bool improve(int s, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    for (std::size_t j = 0; j < X.x.size(); ++j) CHECK(X.x[j].lo() >= whole.x[j].lo() && X.x[j].hi <= whole.x[j].hi);
    bounded_.clear();
    if (source_.below(3) == 0) return false;
    found.value = value(s, X.c);
    found.input = X.c;
    found.proved = source_.below(6) != 0;
    if (source_.below(16) == 0) found.input[0] = std::numeric_limits<double>::quiet_NaN(), found.value = 1e9;
    return found.value > incumbent;
  }

  double edge;
  bool pins, fickle, still = false;
  int thens[2], told = 0;  // how often it was told what a split gave

 private:
  cases::Source& source_;
  int n_;
  std::vector<double> base_, a_, w_, m_, bounded_;
};

struct Account {
  double closed = -kInf, incumbent = -kInf;
  std::vector<double> open, stalled;  // rows

  void take(Slice slice, std::size_t size) {
    closed = std::max(closed, slice.closed);
    open.insert(open.end(), slice.open.begin(), slice.open.end());
    stalled.insert(stalled.end(), slice.stalled.begin(), slice.stalled.end());
    if (slice.improved) {
      CHECK(slice.witness.proved && slice.witness.value > -kInf);
      incumbent = std::max(incumbent, slice.witness.value);
    }
    CHECK(open.size() % size == 0 && stalled.size() % size == 0 && closed == closed);
    for (const Witness& one : slice.candidates) CHECK(!one.proved && one.input[0] == one.input[0]);
    if (slice.improved) CHECK(slice.witness.input[0] == slice.witness.input[0]);
  }
  double largest(std::size_t size) const {
    double most = closed;
    for (const auto* rows : {&open, &stalled})
      for (std::size_t at = 0; at < rows->size(); at += size) most = std::max(most, (*rows)[at + kUpper]);
    return most;
  }
  /// Is x in a box of subproblem s whose bound is at least v?
  bool covers(int s, const Point& x, double v, std::size_t size) const {
    for (const auto* rows : {&open, &stalled}) {
      for (std::size_t at = 0; at < rows->size(); at += size) {
        const double* row = rows->data() + at;
        bool inside = row[kSubproblem] == s && row[kUpper] >= v;
        for (std::size_t j = 0; j < x.size() && inside; ++j) inside = row[kEnds + 2 * j] <= x[j] && x[j] <= row[kEnds + 2 * j + 1];
        if (inside) return true;
      }
    }
    return false;
  }
};

Limits random_limits(cases::Source& source) {
  Limits limits;
  limits.gap = source.below(2) ? 0 : 0.125;
  limits.relative_gap = source.below(4) ? 0 : 0.01;
  if (source.below(2)) {
    limits.has_target = true;
    limits.target = 0.125 * static_cast<double>(source.below(65) - 16);
  }
  return limits;
}

void account(cases::Source& source) {
  const int n = 1 + static_cast<int>(source.below(3));
  Known objective(source, n, 1 + static_cast<int>(source.below(3)));
  const std::vector<double> domain = random_case::domain(source, n, random_case::Style::coarse);
  const std::size_t size = record_size(n);
  Limits limits = random_limits(source);
  const auto spend = [&] {
    limits.milliseconds = source.below(8) ? 1000 : 0;
    limits.boxes = static_cast<std::uint64_t>(source.below(30));
    limits.depth_first = source.below(4) == 0;
    limits.most_open = source.below(4) ? 1000 : 3;
    limits.bounded = 1 + static_cast<double>(source.below(30));
    limits.doublings = static_cast<double>(source.below(5));
  };
  volatile double shared = -kInf;
  volatile std::int32_t stop = source.below(10) == 0;
  std::vector<std::pair<int, Point>> points;
  for (int m = 0; m < 12; ++m) points.emplace_back(static_cast<int>(source.below(objective.subproblems())), random_case::point(source, domain));

  Account all;
  spend();
  all.take(start(objective, domain.data(), source.bits(), &stop, limits), size);
  for (int round = 0;; ++round) {
    double most = all.largest(size);
    for (const auto& [s, x] : points) {
      const double v = objective.value(s, x) - 0x1p-40;  // the sum itself is rounded
      // The target excepted, a pinned box may stand for another part of it: its bound is then as large.
      const bool pinned = objective.pins && v <= most;
      CHECK_THAT(v <= all.closed || pinned || all.covers(s, x, v, size), "round %d: a value of %a is nowhere; closed %a, largest %a", round, v,
                 all.closed, most);
    }
    const bool refuted = limits.has_target && all.incumbent > limits.target;
    if (all.open.empty() || round > 12 || refuted) break;
    // A few of the open boxes go to a slice, as to a worker; the others wait.
    std::vector<double> given, kept;
    for (std::size_t at = 0; at < all.open.size(); at += size) {
      std::vector<double>& to = source.below(3) ? given : kept;
      to.insert(to.end(), all.open.begin() + static_cast<std::ptrdiff_t>(at), all.open.begin() + static_cast<std::ptrdiff_t>(at + size));
    }
    all.open = std::move(kept);
    spend();
    stop = source.below(10) == 0;
    shared = all.incumbent;
    all.take(run_slice(objective, given, domain.data(), source.below(2) ? all.incumbent : -kInf, source.below(2) ? &shared : nullptr,
                       source.below(2) ? &stop : nullptr, limits), size);
  }
}

/// Left to itself a search ends, with a gap as asked or saying which boxes stalled.
void ends(cases::Source& source) {
  const int n = 1 + static_cast<int>(source.below(2));
  Known objective(source, n, 1 + static_cast<int>(source.below(2)));
  objective.fickle = false;
  const std::vector<double> domain = random_case::domain(source, n, random_case::Style::coarse);
  const std::size_t size = record_size(n);
  Limits limits;
  limits.gap = 0.125;
  limits.boxes = 100000;
  limits.milliseconds = 1e6;
  Account all;
  all.take(start(objective, domain.data(), 1, nullptr, limits), size);
  const std::vector<double> given = std::move(all.open);
  all.open.clear();
  all.take(run_slice(objective, given, domain.data(), all.incumbent, nullptr, nullptr, limits), size);
  CHECK(all.open.empty());
  if (all.stalled.empty()) CHECK(all.closed <= std::max(all.incumbent, 0.0) + limits.gap);
}

/// While its boxes are to double, a search splits several times at once, as far as is known by what: it bounds the last parts alone, each of
/// as much of the whole, and all of the box is in them.
void several_at_once(cases::Source& source) {
  const int n = 1 + static_cast<int>(source.below(3));
  Known objective(source, n, 1);
  objective.fickle = objective.pins = false;
  objective.still = true;
  objective.edge = 8;
  const std::vector<double> domain(static_cast<std::size_t>(2 * n), 0);
  std::vector<double> ends = domain;
  for (int j = 0; j < n; ++j) {
    ends[static_cast<std::size_t>(2 * j)] = source.below(2) ? -1 : 0.5;
    ends[static_cast<std::size_t>(2 * j + 1)] = 2;
  }
  Limits limits;
  limits.gap = -1e9;  // nothing is closed
  limits.milliseconds = 1e6;
  limits.boxes = 1;
  Account all;
  const std::size_t size = record_size(n);
  std::vector<double> root(size);
  std::copy(ends.begin(), ends.end(), root.begin() + kEnds);
  root[kUpper] = 1e9;
  root[kShare] = 1;
  root[kBranch] = static_cast<double>(source.below(n));
  limits.doublings = 0.5 * static_cast<double>(source.below(9));
  limits.depth_first = source.below(8) == 0;
  const Slice slice = run_slice(objective, root, ends.data(), -kInf, nullptr, nullptr, limits);
  int levels = limits.depth_first || limits.doublings < 1 || objective.thens[0] < 0 ? 1 : (limits.doublings < 2 || objective.thens[1] < 0 ? 2 : 3);
  CHECK_THAT(slice.boxes == std::uint64_t{1} << levels, "%d boxes at %g doublings", static_cast<int>(slice.boxes), limits.doublings);
  CHECK(objective.told == (levels == 1));
  double share = 0, volume = 0, whole = 1;
  for (int j = 0; j < n; ++j) whole *= ends[static_cast<std::size_t>(2 * j + 1)] - ends[static_cast<std::size_t>(2 * j)];
  for (std::size_t at = 0; at < slice.open.size(); at += size) {
    const double* row = slice.open.data() + at;
    share += row[kShare];
    double part = 1;
    for (int j = 0; j < n; ++j) part *= row[kEnds + 2 * j + 1] - row[kEnds + 2 * j];
    volume += part;
  }
  CHECK_THAT(std::fabs(share - 1) < 1e-12 && std::fabs(volume - whole) < 1e-12, "a share of %g, a volume of %g for %g", share, volume, whole);
  // What the slice itself bounds is of the boxes that were expected: once they have doubled, there are halves alone.
  limits.boxes = slice.boxes + 1;
  limits.bounded = 0.125;
  const Slice longer = run_slice(objective, root, ends.data(), -kInf, nullptr, nullptr, limits);
  CHECK_THAT(longer.boxes == slice.boxes + 2, "%d boxes after %d", static_cast<int>(longer.boxes), static_cast<int>(slice.boxes));
}

void thresholds(cases::Source& source) {
  Limits limits;
  limits.gap = source.uniform(0, 1) * std::ldexp(1.0, -static_cast<int>(source.below(60)));
  limits.relative_gap = source.below(2) ? 0 : source.uniform(0, 1);
  const double incumbent = source.below(5) ? source.uniform(0, 2) : -kInf, lower = std::max(incumbent, 0.0);
  const double threshold = closing_threshold(limits, incumbent);
  CHECK(threshold >= lower);
  const long double absolute = static_cast<long double>(threshold) - lower;
  CHECK_THAT(absolute <= limits.gap || absolute <= limits.relative_gap * static_cast<long double>(threshold) * (1 + 0x1p-60L),
             "threshold %a for %a", threshold, lower);
  limits.has_target = true;
  limits.target = 0.25;
  CHECK(closing_threshold(limits, incumbent) == 0.25);
}

/// The open boxes of a whole search: nothing goes in or out unseen, and what goes out is what went in, to the bit.
void frontier(cases::Source& source) {
  const int variables = 1 + static_cast<int>(source.below(2));
  const std::size_t size = record_size(variables, static_cast<std::size_t>(source.below(6)));
  const auto same = [](const std::vector<double>& a, const double* b) { return std::memcmp(a.data(), b, a.size() * sizeof(double)) == 0; };
  Frontier open(size);
  std::multimap<double, std::vector<double>> expected;  // rows by their bounds
  double mark = 0;
  for (int step = 0; step < 60; ++step) {
    if (source.below(2)) {
      std::vector<double> rows;
      for (long n = source.below(5); n > 0; --n) {
        std::vector<double> row(size, ++mark);
        row[kUpper] = source.below(9) ? 0.125 * static_cast<double>(source.below(40)) : kInf;
        for (auto zeros = static_cast<std::size_t>(source.below(static_cast<long>(size - kEnds))); zeros > 0; --zeros) row[size - zeros] = source.below(8) ? 0.0 : -0.0;
        rows.insert(rows.end(), row.begin(), row.end());
        expected.emplace(row[kUpper], std::move(row));
      }
      open.push(rows.data(), rows.size());
    } else if (source.below(2)) {
      const bool smallest = source.below(2);
      const std::vector<double> rows = open.take(static_cast<std::size_t>(source.below(4)), smallest);
      CHECK(rows.size() % size == 0);
      for (std::size_t at = 0; at < rows.size(); at += size) {
        CHECK(rows[at + kUpper] == (smallest ? expected.begin()->first : expected.rbegin()->first));
        const auto range = expected.equal_range(rows[at + kUpper]);
        const auto it = std::find_if(range.first, range.second, [&](const auto& one) { return same(one.second, rows.data() + at); });
        CHECK(it != range.second);
        if (it != range.second) expected.erase(it);
      }
    } else {
      const double threshold = 0.125 * static_cast<double>(source.below(20));
      double most = -kInf;
      for (auto it = expected.begin(); it != expected.end() && it->first <= threshold; it = expected.erase(it)) most = it->first;
      CHECK(open.close(threshold) == most);
    }
    CHECK((open.bytes() == 0) == expected.empty() && open.bytes() <= expected.size() * (sizeof(double) * size + 128));
    CHECK(open.size() == expected.size() && open.largest() == (expected.empty() ? -kInf : expected.rbegin()->first));
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(8);
  for (long n = cases::count(60000); n > 0; --n) account(source);
  for (long n = cases::count(300); n > 0; --n) ends(source);
  for (long n = cases::count(3000); n > 0; --n) several_at_once(source);
  for (long n = cases::count(100000); n > 0; --n) thresholds(source);
  for (long n = cases::count(500); n > 0; --n) frontier(source);
  return check::outcome();
}
