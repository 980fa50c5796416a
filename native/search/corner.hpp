// Concrete parameters inside the box for a witness.
#pragma once

#include <functional>
#include <vector>

#include "../bound/head.hpp"

namespace parabound {

/// For no or one hidden layer: the corner at which the head is largest at x.
std::vector<double> best_corner(const Network& network, const ParameterBox& box, const Head& head, const double* x);

/// The same with each hidden unit i held `share[i]` of the way between its least and its largest.
std::vector<double> best_corner(const Network& network, const ParameterBox& box, const Head& head, const double* x,
                                const double* share);

/// A functional of the last pre-activations z: returns its value, writes its gradient.
using Functional = std::function<double(const std::vector<double>& z, std::vector<double>& gradient)>;

/// Any depth: p = corner in the direction of the gradient, repeated. Best found.
std::vector<double> gradient_corner(const Network& network, const ParameterBox& box, const Functional& functional,
                                    const double* x, int rounds);

}  // namespace parabound
