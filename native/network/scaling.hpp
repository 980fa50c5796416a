// How the inputs x that a query is about become the inputs x' that the network is fed:
//
//   x'_j = (x_j - mean_j) / range_j,   over the reals, range_j > 0.
//
// The search works on boxes of x' whose ends are doubles and which contain the image of the query's box; what
// is proved of them holds for the image. Only witnesses come back: their x is a double in the query's box, and
// their value is proved at an enclosure of its image, which need not be a double.
#pragma once

#include <vector>

#include "../interval/interval.hpp"

namespace parabound {

struct Scaling {
  std::vector<double> mean, range;   // both empty: x' = x
  std::vector<double> lower, upper;  // the query's box of x

  bool identity() const { return mean.empty(); }

  /// Encloses x'_j. Needs RoundUp, as all here.
  Interval image(std::size_t j, double x) const { return (Interval(x) - Interval(mean[j])) / Interval(range[j]); }

  std::vector<Interval> image(const std::vector<double>& x) const {
    std::vector<Interval> out(x.begin(), x.end());
    if (!identity())
      for (std::size_t j = 0; j < out.size(); ++j) out[j] = image(j, x[j]);
    return out;
  }

  /// The x of the query's box that is fed as `at`, to rounding: the box's own ends for the ends of its image.
  std::vector<double> preimage(const std::vector<double>& at) const {
    std::vector<double> x(at);
    if (identity()) return x;
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (at[j] <= image(j, lower[j]).hi) x[j] = lower[j];
      else if (at[j] >= image(j, upper[j]).lo()) x[j] = upper[j];
      else x[j] = std::min(std::max(mean[j] + range[j] * at[j], lower[j]), upper[j]);
    }
    return x;
  }
};

}  // namespace parabound
