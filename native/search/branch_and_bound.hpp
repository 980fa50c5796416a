// Branch and bound, one slice of some milliseconds at a time: boxes in, what is left of them out.
#pragma once

#include "objective.hpp"
#include "record.hpp"

namespace parabound {

/// What ends a slice, and what a box must exceed to matter.
struct Limits {
  double gap = 0;            // absolute
  double relative_gap = 0;
  bool has_target = false;   // verify: boxes at most `target` are done, a witness above it ends all
  double target = 0;
  double milliseconds = 20;
  double give_up_milliseconds = 1e300;  // the whole search's time: heard inside a box too
  std::uint64_t boxes = ~std::uint64_t{0};
  bool depth_first = false;  // nearest to being closed first: the frontier stops growing
  std::size_t most_open = ~std::size_t{0};  // beyond it a slice goes depth first by itself
  // How many boxes the search has bounded, for each slice that runs, and how often they are expected to double before it ends; 0: who knows.
  double bounded = 1, doublings = 0;
};

struct Slice {
  std::vector<double> open;      // records still to be split
  std::vector<double> stalled;   // records that no split can lower
  double closed = -kInf;         // the largest upper bound among boxes that were closed
  std::uint64_t boxes = 0;       // boxes bounded
  bool improved = false;
  Witness witness;               // the best found in this slice, if above the incumbent given
  std::vector<Witness> candidates;  // a few that only exact arithmetic can decide
};

/// The value below which nothing matters, given the incumbent.
double closing_threshold(const Limits& limits, double incumbent);

/// Works on `records` (rows of record_size). `shared` is the incumbent of all workers (null: none),
/// `stop` ends the slice when it becomes nonzero (null: never).
Slice run_slice(Objective& objective, const std::vector<double>& records, const double* domain, double incumbent,
                const volatile double* shared, const volatile std::int32_t* stop, const Limits& limits);

/// The root boxes, one a subproblem, bounded; and a first incumbent from several starts, as far as time allows.
Slice start(Objective& objective, const double* domain, std::uint64_t seed, const volatile std::int32_t* stop,
            const Limits& limits);

}  // namespace parabound
