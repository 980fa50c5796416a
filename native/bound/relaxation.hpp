// Linear relaxations of one neuron: planes above and below its nominal activation h0 = act(z0) and its
// change d = act(z0 + r) - act(z0), over ranges of z0, r and z = z0 + r.
#pragma once

#include "activation.hpp"

namespace parabound {

/// slope_r * r + slope_z * z0 + constant. For h0 the slope of r is 0.
struct Plane {
  double slope_r = 0, slope_z = 0, constant = 0;
};

struct Relaxation {
  Plane upper, lower;                  // of the change d
  Plane nominal_upper, nominal_lower;  // of h0
  Plane perturbed_upper, perturbed_lower;  // of h = act(z0 + r): the two slopes are equal
  bool exact = false;                  // all are equalities: the neuron is linear over these ranges
  enum class Kind { open, on, off } kind = Kind::open;  // on: d = r and h0 = z0; off: both are zero
};

/// Which line through the origin bounds an open relu from below: any slope in [0, 1] does. No rule is best
/// everywhere, so back-substitution is run with several and the bounds are intersected.
enum class Under { closest, zero, identity };
constexpr int kUnders = 3;

/// Planes for every z0 in `nominal`, r in `change` with z0 + r in `perturbed`. Needs RoundUp.
Relaxation relax(Activation act, Interval nominal, Interval change, Interval perturbed, Under under = Under::closest);

}  // namespace parabound
