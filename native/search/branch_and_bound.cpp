#include "branch_and_bound.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include "../bound/interrupt.hpp"
#include "../interval/simd/tally.hpp"
#include "contract.hpp"

namespace parabound {

double closing_threshold(const Limits& limits, double incumbent) {
  if (limits.has_target) return limits.target;
  const double lower = std::max(incumbent, 0.0);
  // upper - lower <= gap, or upper <= lower / (1 - relative gap): rounded down, so that both hold.
  const double absolute = -(-lower - limits.gap);
  if (!(limits.relative_gap > 0)) return absolute;
  if (limits.relative_gap >= 1) return kInf;
  const double keep = 1 - limits.relative_gap;  // rounded up
  return std::max(absolute, -(-lower / keep));
}

namespace {

constexpr std::size_t kMostCandidates = 4;
constexpr int kMostLevels = 3;  // of splits between a box and those that are bounded next
using Clock = std::chrono::steady_clock;

class Search {
 public:
  Search(Objective& objective, const double* domain, double incumbent, const volatile double* shared,
         const volatile std::int32_t* stop, const Limits& limits)
      : objective_(objective), records_(record_size(objective.variables(), objective.notes())), shared_(shared), stop_(stop), limits_(limits),
        incumbent_(incumbent),
        end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(limits.milliseconds))) {
    const std::vector<double> root = objective.root(domain);
    whole_.set(root.data(), objective.variables());
    next_.resize(records_.size());
  }

  void start(std::uint64_t seed) {
    // Where a bound takes long it comes first, on part of the time, so that there is one.
    if (!objective_.exact()) {
      const Patience part(stop_, 0.6 * limits_.give_up_milliseconds);
      roots();
    }
    // At a single input `consider` makes the only start there is; an inexact objective looks everywhere by itself there.
    if (!objective_.single(whole_) && (objective_.exact() || incumbent_ == -kInf))
      for (int s = 0; s < objective_.subproblems() && !done() && !over(); ++s) first_incumbent(s, seed);
    if (objective_.exact()) roots();
  }

  void roots() {
    objective_.thorough(true);
    for (int s = 0; s < objective_.subproblems(); ++s) {
      next_[kUpper] = kInf;
      next_[kShare] = 1.0 / objective_.subproblems();
      next_[kSubproblem] = s;
      next_[kBranch] = -1;
      for (std::size_t j = 0; j < whole_.x.size(); ++j) {
        next_[kEnds + 2 * j] = whole_.x[j].lo();
        next_[kEnds + 2 * j + 1] = whole_.x[j].hi;
      }
      std::fill(next_.begin() + (notes() - next_.data()), next_.end(), 0.0);
      keep_if_interrupted();
      interrupted_ = false;  // the next root still gets its bound
    }
    objective_.thorough(false);
  }

  void run(const std::vector<double>& records) {
    for (std::size_t at = 0; at + records_.size() <= records.size(); at += records_.size()) open(records.data() + at);
    while (!heap_.empty() && slice_.boxes < limits_.boxes && !done() && !over()) {
      if (shared_ && *shared_ > incumbent_) incumbent_ = *shared_;
      if (!limits_.depth_first && heap_.size() > limits_.most_open) {
        limits_.depth_first = true;
        std::make_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
      }
      const std::size_t row = take();
      const double* record = records_.row(row);
      if (record[kUpper] <= threshold()) {
        close(record[kUpper]);
        records_.drop(row);
        continue;
      }
      split(row);
    }
  }

  Slice finish() {
    for (const std::size_t row : heap_) slice_.open.insert(slice_.open.end(), records_.row(row), records_.row(row) + records_.size());
    return std::move(slice_);
  }

 private:
  double threshold() const { return closing_threshold(limits_, incumbent_); }
  bool done() const { return limits_.has_target && incumbent_ > limits_.target; }
  // Large networks make single boxes slow, so the clock is read at each; it costs some 30 ns.
  bool over() const { return interrupted_ || (stop_ && *stop_) || Clock::now() >= end_; }
  void close(double upper) { slice_.closed = std::max(slice_.closed, upper); }

  // Best bound first; or, depth first, the box nearest to being closed, so that few are open.
  bool before(std::size_t a, std::size_t b) const {
    const double ua = records_.row(a)[kUpper], ub = records_.row(b)[kUpper];
    return limits_.depth_first ? ua > ub : ua < ub;
  }
  void open(const double* record) {
    heap_.push_back(records_.add(record));
    std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
  }
  std::size_t take() {
    std::pop_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
    const std::size_t row = heap_.back();
    heap_.pop_back();
    return row;
  }

  /// Bounds the halves of a box; or, where those would be split anyway, their halves.
  void split(std::size_t row) {
    const std::vector<double> parent(records_.row(row), records_.row(row) + records_.size());
    records_.drop(row);
    const double* told = parent.data() + record_size(objective_.variables());
    std::vector<int> by{static_cast<int>(parent[kBranch])};
    for (int level = 1; level < levels(); ++level) {
      const int next = objective_.then(told, level);
      if (next < 0) break;
      by.push_back(next);
    }
    const int parts = 1 << by.size();
    double gain = 0;
    const Clock::time_point began = Clock::now();
    for (int part = 0; part < parts; ++part) {
      next_ = parent;
      next_[kShare] = parent[kShare] / parts;
      for (std::size_t level = 0; level < by.size(); ++level) halve(by[level], (part >> level & 1) != 0);
      keep_if_interrupted();
      gain += std::log(parent[kUpper] / std::max(next_[kUpper], std::max(threshold(), 0.25 * parent[kUpper]))) / parts;
    }
    if (interrupted_ || parts > 2) return;  // what each split of several gave is not known
    objective_.gave(by[0], told, gain, std::chrono::duration<double, std::milli>(Clock::now() - began).count());
  }

  /// How many splits at once. While the boxes are to double once more, most that are split now have halves that will be, too; of bounds
  /// that are not asked for there are more boxes.
  int levels() const {
    if (limits_.depth_first) return 1;
    const double doublings = limits_.doublings - std::log2(1 + static_cast<double>(slice_.boxes) / limits_.bounded);
    return 1 + static_cast<int>(std::min(std::max(doublings, 0.0), kMostLevels - 1.0));
  }

  /// Takes one half of next_, at zero where a side straddles it: |x_j| has its kink there.
  void halve(int branch, bool upper) {
    if (!is_variable(branch)) return objective_.divide(branch - objective_.variables(), upper, notes());
    double *lo = next_.data() + kEnds + 2 * branch, *hi = lo + 1;
    const double at = *lo < 0 && *hi > 0 ? 0.0 : Interval::of(*lo, *hi).mid();
    *(upper ? lo : hi) = at;
  }

  bool is_variable(double branch) const { return branch < objective_.variables(); }
  double* notes() { return next_.data() + record_size(objective_.variables()); }

  /// `consider`, and where that is interrupted the box stays open as it is.
  void keep_if_interrupted() {
    try {
      consider();
    } catch (const Interrupted&) {
      interrupted_ = true;
      if (!(next_[kBranch] >= 0)) next_[kBranch] = longest();
      open(next_.data());
    }
  }

  /// A variable that can be split, for a box that was never bounded; -1 if there is none.
  double longest() {
    box_.set(next_.data() + kEnds, objective_.variables());
    std::vector<double> width;
    for (const Interval& side : box_.x) width.push_back(side.width());
    return widest(width, box_);
  }

  /// Bounds the box in next_, narrows it, and keeps it open, closes it or sets it aside as stalled.
  void consider() {
    const int subproblem = static_cast<int>(next_[kSubproblem]);
    for (int round = 0; round < 8; ++round) {
      box_.set(next_.data() + kEnds, objective_.variables());
      objective_.read(notes());
      objective_.aim(threshold());
      Bound bound = objective_.bound(subproblem, box_);
      objective_.write(notes());
      ++slice_.boxes;
      next_[kUpper] = std::min(next_[kUpper], bound.upper);
      if (!(next_[kUpper] > -kInf)) return;  // nothing in it counts
      if (next_[kUpper] <= threshold()) {
        // Too small to matter, but the first witness says that there is something at all: a few tries.
        if (incumbent_ == -kInf && bound.center > -kInf && first_tries_-- > 0) improve(subproblem, box_);
        return close(next_[kUpper]);
      }
      if (bound.center > incumbent_) {
        improve(subproblem, box_);
        if (done()) break;
        if (next_[kUpper] <= threshold()) return close(next_[kUpper]);
        if (!objective_.improve_keeps_bound()) bound = objective_.bound(subproblem, box_);
      }
      if (bound.flat) return stall();
      next_[kBranch] = objective_.branch(subproblem, box_);
      objective_.write(notes());
      const double keep = limits_.has_target ? limits_.target : incumbent_;
      const Contraction narrowed = objective_.contract(subproblem, box_, keep, next_.data() + kEnds);
      if (narrowed == Contraction::empty) return close(std::min(next_[kUpper], keep));
      if (narrowed != Contraction::none && keep > -kInf) close(std::min(next_[kUpper], keep));  // the part clipped off
      if (narrowed != Contraction::much) {
        if (narrowed == Contraction::some) {
          box_.set(next_.data() + kEnds, objective_.variables());
          if (next_[kBranch] >= 0 && is_variable(next_[kBranch]) && !divisible(box_.x[static_cast<std::size_t>(next_[kBranch])])) continue;
        }
        break;
      }
    }
    if (next_[kBranch] < 0) return stall();
    if (is_variable(next_[kBranch]) && !divisible(Interval::of(next_[kEnds + 2 * static_cast<std::size_t>(next_[kBranch])],
                                next_[kEnds + 2 * static_cast<std::size_t>(next_[kBranch]) + 1]))) {
      box_.set(next_.data() + kEnds, objective_.variables());
      objective_.read(notes());
      objective_.bound(subproblem, box_);
      next_[kBranch] = objective_.branch(subproblem, box_);
      objective_.write(notes());
      if (next_[kBranch] < 0) return stall();
    }
    const std::vector<Part> parts = objective_.parts(subproblem, box_);
    if (parts.empty()) return open(next_.data());
    next_[kShare] /= static_cast<double>(parts.size());
    const double upper = next_[kUpper];
    for (const Part& part : parts) {
      next_[kUpper] = std::min(upper, part.upper);
      if (next_[kUpper] <= threshold()) {
        close(next_[kUpper]);
        continue;
      }
      next_[kSubproblem] = part.subproblem;
      next_[kBranch] = part.branch;
      std::copy(part.notes.begin(), part.notes.end(), notes());
      if (part.branch < 0) stall();
      else open(next_.data());
    }
  }

  void stall() { slice_.stalled.insert(slice_.stalled.end(), next_.begin(), next_.end()); }

  void improve(int subproblem, const Domain& from) {
    Witness found;
    if (!objective_.improve(subproblem, from, whole_, incumbent_, found) || !(found.value > incumbent_)) return;
    for (const double x : found.input)
      if (!std::isfinite(x)) return;  // a local search that overflowed: no input of the domain
    if (!found.proved) {
      if (slice_.candidates.size() < kMostCandidates) slice_.candidates.push_back(std::move(found));
      return;
    }
    incumbent_ = found.value;
    slice_.witness = std::move(found);
    slice_.improved = true;
  }

  /// Centre, up to 16 corners, some random points.
  void first_incumbent(int subproblem, std::uint64_t seed) {
    const std::size_t n = whole_.x.size();
    std::mt19937_64 random(seed * 0x9e3779b97f4a7c15ull + static_cast<std::uint64_t>(subproblem));
    const int corners = n <= 4 ? 1 << n : 16, starts = 1 + corners + 4;
    std::vector<double> ends(2 * n);
    Domain point;
    objective_.read(std::vector<double>(objective_.notes(), 0.0).data());
    for (int start = 0; start < starts; ++start) {
      const std::uint64_t pattern = n <= 4 ? static_cast<std::uint64_t>(start - 1) : random();
      for (std::size_t j = 0; j < n; ++j) {
        const Interval x = whole_.x[j];
        double at = x.mid();
        if (start > corners) at = x.lo() + (x.hi - x.lo()) * (static_cast<double>(random() >> 11) * 0x1p-53);
        else if (start > 0) at = (n <= 4 ? (pattern >> j) & 1 : random() & 1) ? x.hi : x.lo();
        ends[2 * j] = ends[2 * j + 1] = std::min(std::max(at, x.lo()), x.hi);
      }
      point.set(ends.data(), static_cast<int>(n));
      try {
        const Bound bound = objective_.bound(subproblem, point);
        if (start > 0 && !(bound.center > incumbent_)) continue;
        improve(subproblem, point);
      } catch (const Interrupted&) {
        interrupted_ = true;
      }
      if (done() || over()) return;
    }
  }

  Objective& objective_;
  Records records_;
  const volatile double* shared_;
  const volatile std::int32_t* stop_;
  Limits limits_;
  double incumbent_;
  Clock::time_point end_;
  Domain whole_, box_;
  std::vector<double> next_;
  std::vector<std::size_t> heap_;
  Slice slice_;
  int first_tries_ = 16;
  bool interrupted_ = false;
};

}  // namespace

Slice run_slice(Objective& objective, const std::vector<double>& records, const double* domain, double incumbent,
                const volatile double* shared, const volatile std::int32_t* stop, const Limits& limits) {
  RoundUp up;
  const Tally::Piece counted;
  const Patience patience(stop, limits.give_up_milliseconds);
  Search search(objective, domain, incumbent, shared, stop, limits);
  search.run(records);
  return search.finish();
}

Slice start(Objective& objective, const double* domain, std::uint64_t seed, const volatile std::int32_t* stop, const Limits& limits) {
  RoundUp up;
  const Tally::Piece counted;
  const Patience patience(stop, limits.give_up_milliseconds);
  Search search(objective, domain, -kInf, nullptr, stop, limits);
  search.start(seed);
  return search.finish();
}

}  // namespace parabound
