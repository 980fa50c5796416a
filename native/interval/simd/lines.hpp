// What the kernels of back-substitution work on: rows of plain doubles, products with point weights, and
// the lines that replace a neuron. See bound/backward.hpp for what they are for.
#pragma once

#include <cstddef>

namespace parabound {

/// slope * t + constant.
struct Line {
  double slope = 0, constant = 0;
};

/// One neuron: lines in r above and below its change d, in z = z0 + r round its perturbed activation h, in z0
/// round its nominal activation h0. All slopes lie in [0, 1].
struct NeuronLines {
  Line change_upper, change_lower;
  Line perturbed_upper, perturbed_lower;
  Line nominal_upper, nominal_lower;
  bool free_perturbed = false, free_nominal = false;  // the lower line may have any slope in [0, 1], and no constant
  enum class Kind { open, on, off } kind = Kind::open;  // on: d = r and h0 = z0; off: both are zero
  double r_middle = 0, z_middle = 0, z0_middle = 0;
  /// What rounding the coefficients may cost, for each unit of them: those on d, on h, on h0; and whatever they are.
  double change_error = 0, perturbed_error = 0, nominal_error = 0, least_error = 0;
};

/// Slopes and shares for each column of one neuron, overriding the lines' own where they are free.
struct Tuned {
  const double* share = nullptr;      // of A d that goes by the lines of d; the rest goes by those of h - h0
  const double* perturbed = nullptr;  // lower slope of h
  const double* nominal = nullptr;    // lower slope of h0
};

/// Some rows of a matrix of point weights times some rows of x.
struct Product {
  const double* weights;  // row-major
  std::size_t leading;    // numbers a row of weights
  const int *outputs, *inputs;
  int output_count, input_count;
};

}  // namespace parabound
