// Activations in plain double arithmetic, for searches whose finds are proved afterwards.
#pragma once

#include <cmath>

#include "../network/network.hpp"

namespace parabound {

inline double plain_activation(Activation act, double a) {
  switch (act) {
    case Activation::relu: return a > 0 ? a : 0;
    case Activation::sigmoid: return 1 / (1 + std::exp(-a));
    case Activation::tanh: return std::tanh(a);
    default: return a;
  }
}

/// The derivative at a, where the activation is h.
inline double plain_slope(Activation act, double a, double h) {
  switch (act) {
    case Activation::relu: return a > 0 ? 1 : 0;
    case Activation::sigmoid: return h * (1 - h);
    case Activation::tanh: return 1 - h * h;
    default: return 1;
  }
}

}  // namespace parabound
