// Local search for the largest value: Frank-Wolfe steps towards the vertex that the gradient points
// to, halving; single coordinates where the full step fails. Plain arithmetic: what it finds is only
// a candidate.
#pragma once

#include <functional>
#include <vector>

#include "../bound/form.hpp"

namespace parabound {

/// Value at x; writes the gradient.
using Slope = std::function<double(const std::vector<double>& x, std::vector<double>& gradient)>;

/// Moves x uphill inside `whole`, for at most `evaluations` calls; returns the value reached.
double ascend(const Slope& value, const Domain& whole, std::vector<double>& x, int evaluations);

}  // namespace parabound
