// Many inputs, one at a time: each needs one bound where the trace is exact, no search.
#pragma once

#include "objective.hpp"

namespace parabound {

struct LocalBounds {
  std::vector<double> lower, upper;  // one entry an input; fewer if stopped
};

/// Bounds of the objective at each row of `inputs` (inputs_count doubles each). The lower one is attained.
LocalBounds local_bounds(Objective& objective, int inputs_count, const std::vector<double>& inputs,
                         const volatile std::int32_t* stop);

}  // namespace parabound
