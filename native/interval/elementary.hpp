// Enclosures of exp, of the activations built on it, and of their first two derivatives.
//
// Everything here needs a live RoundUp (rounding.hpp) and takes any interval, infinite ends
// included; a NaN end gives the whole range of the function. No libm function is used: the error
// bounds are proved in elementary.cpp, softmax.cpp and logit.cpp. Summary: docs/kernel.md.
//
// Inequality, for each f below: f(x) lies in f(X) for every real x in X.
#pragma once

#include "interval.hpp"

namespace parabound {

/// e^x. On a point at most 2 ulp wide (one more at a power of two); beyond the double range [largest, inf] or [0, smallest].
Interval exp(Interval x);
/// 1 / (1 + e^-x), within [0, 1]. On a point at most 2 ulp wide.
Interval sigmoid(Interval x);
/// Within [-1, 1], and never larger in size than x. On a point at most 2 ulp wide.
Interval tanh(Interval x);

// exp(x) of a double would otherwise be libm's wherever this namespace is opened by a using-directive, and turn into an interval
// without a word. Say exp(Interval(x)).
Interval exp(double) = delete;
Interval tanh(double) = delete;

/// The range of sigmoid', within [0, 1/4]: even, largest at 0, falling in |x|.
Interval sigmoid_derivative(Interval x);
/// The range of tanh', within [0, 1]; tanh'(x) = 4 sigmoid'(2x).
Interval tanh_derivative(Interval x);
/// The range of sigmoid'', within +-sqrt(3)/18: odd, extrema at e^|x| = 2 + sqrt(3).
Interval sigmoid_second(Interval x);
/// The range of tanh''; tanh''(x) = 8 sigmoid''(2x).
Interval tanh_second(Interval x);

/// ln(l / (1 - l)), the x with sigmoid(x) = l; -inf or inf where l is 0 or 1, the whole line outside [0, 1].
Interval logit(double level);

/// out[i] encloses e^z_i / sum_j e^z_j over the box z, within [0, 1]. z and out may be the same array.
/// Each end is a value of softmax at a corner of the box (it rises in z_i, falls in the others). k >= 1.
void softmax(const Interval* z, int k, Interval* out);

}  // namespace parabound
