#include "local.hpp"

#include "branch_and_bound.hpp"

namespace parabound {
namespace {

/// The ends of one input's image; the scaling's box is that input.
void place(Scaling& scaling, const double* x, std::vector<double>& ends) {
  RoundUp up;
  const std::vector<double> input(x, x + ends.size() / 2);
  const std::vector<Interval> image = scaling.image(input);
  for (std::size_t j = 0; j < input.size(); ++j) {
    ends[2 * j] = image[j].lo();
    ends[2 * j + 1] = image[j].hi;
  }
  if (!scaling.identity()) scaling.lower = scaling.upper = input;
}

}  // namespace

LocalBounds local_bounds(Objective& objective, int inputs_count, const std::vector<double>& inputs,
                         const volatile std::int32_t* stop) {
  const auto n = static_cast<std::size_t>(inputs_count);
  LocalBounds bounds;
  std::vector<double> domain(2 * n);
  const Scaling scaling = objective.scaling;
  Limits limits;  // softmax confidences do search, over the hidden layer: to the rounding floor, within reason
  limits.gap = 1e-12;
  limits.milliseconds = 1000;
  for (std::size_t at = 0; at + n <= inputs.size(); at += n) {
    if (stop && *stop) break;
    place(objective.scaling, inputs.data() + at, domain);
    Slice slice = start(objective, domain.data(), 1, stop, limits);
    double lower = slice.improved ? slice.witness.value : 0.0, upper = std::max(lower, slice.closed);
    if (!slice.open.empty()) {
      Slice rest = run_slice(objective, slice.open, domain.data(), lower, nullptr, stop, limits);
      if (rest.improved) lower = rest.witness.value;
      upper = std::max(std::max(upper, lower), rest.closed);
      const std::size_t size = record_size(objective.variables(), objective.notes());
      for (const auto* rows : {&rest.open, &rest.stalled})
        for (std::size_t row = 0; row < rows->size(); row += size) upper = std::max(upper, (*rows)[row + kUpper]);
    }
    const std::size_t size = record_size(objective.variables(), objective.notes());
    for (std::size_t row = 0; row < slice.stalled.size(); row += size) upper = std::max(upper, slice.stalled[row + kUpper]);
    bounds.lower.push_back(lower);
    bounds.upper.push_back(upper);
  }
  objective.scaling = scaling;
  return bounds;
}

}  // namespace parabound
