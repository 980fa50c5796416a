// Rigorous evaluation at one (x, p): what a witness's value rests on.
#pragma once

#include <vector>

#include "activation.hpp"

namespace parabound {

struct PointValues {
  std::vector<Interval> z0;  // pre-activations of the last layer under p0
  std::vector<Interval> dz;  // z_p - z_0, from the difference recursion and from subtraction, intersected
};

/// Encloses both networks at x (one entry an input), which is known to lie in the intervals; `parameters` is flat, of exact
/// doubles.
PointValues evaluate_point(const Network& network, const std::vector<Interval>& x, const double* parameters);
/// The same at x of `inputs` exact doubles.
PointValues evaluate_point(const Network& network, const double* x, const double* parameters);

/// Encloses f_p(x) for every output, after the last activation.
std::vector<Interval> evaluate_outputs(const Network& network, const double* x, const double* parameters);

/// Encloses f_o(z0 + dz) - f_o(z0) for each output o of the last activation (softmax included).
std::vector<Interval> output_difference(Activation last, const std::vector<Interval>& z0, const std::vector<Interval>& dz);

}  // namespace parabound
