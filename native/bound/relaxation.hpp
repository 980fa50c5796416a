// Linear relaxations of one neuron: lines above and below its nominal activation h0 = act(z0), its perturbed
// activation h = act(z) and its change d = h - h0, over ranges of z0, r and z = z0 + r.
#pragma once

#include "../interval/simd/lines.hpp"
#include "activation.hpp"
#include "pattern.hpp"

namespace parabound {

/// Which line through the origin bounds an open relu from below: any slope in [0, 1] does. No rule is best
/// everywhere, so back-substitution is run with several and the bounds are intersected.
enum class Under { closest, zero };
constexpr int kUnders = 2;

/// Ranges over X (and p) of one hidden neuron.
struct NeuronRanges {
  Interval z0, r, z;  // pre-activations: nominal, change, perturbed
  Interval h0, d, h;  // the same after the activation
  Sign nominal = Sign::open, perturbed = Sign::open;  // signs of z0 and z that hold
  Interval free_z0, free_z;  // of z0 and z, before signs were assumed of them
};

/// Lines for every z0, r of the ranges with z0 + r in z, for one rule. Needs RoundUp.
NeuronLines relax(Activation act, const NeuronRanges& ranges, Under under = Under::closest);

}  // namespace parabound
