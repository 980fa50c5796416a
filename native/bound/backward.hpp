// Back-substitution: linear bounds of functionals of a layer, carried back to the inputs.
//
// A functional of layer l's pre-activations, sum_i alpha_i r_i + beta_i z0_i with r = z_p - z0, becomes
// one of the layer before by
//     z0 = W0 h0 + b0,     r = W0 d + M h + m + eta,     |eta_i| <= R_i = sum_j rho_ij |h_j| + rho_i,
// h = h0 + d, where the change of a weight lies in M_ij +- rho_ij: what is known of the change stays
// linear in x, only the rest is noise, one term a neuron for its whole row. Where h >= 0
// (relu, sigmoid) the noise |alpha_i| rho_ij h_j is itself linear in h0 + d and is carried on as such; else
// its largest value goes to the constant. A neuron's
// h0 and d are then replaced by planes in (r, z0) (relaxation.hpp), and so on down to the inputs, where
// d = 0 and h0 = x.
//
// Rigour: every product runs on the interval kernel with the coefficients as points; what comes out is
// an interval, of which one end is carried on and the width, times the largest magnitude of what it
// multiplies, goes to the constant. All constants are rounded up. Needs RoundUp.
#pragma once

#include <optional>

#include "../interval/simd/backend.hpp"
#include "relaxation.hpp"

namespace parabound {

struct ParameterBox;

/// Ranges over X (and p) of one hidden neuron.
struct NeuronRanges {
  Interval z0, r, z;  // pre-activations: nominal, change, perturbed
  Interval h0, d, h;  // the same after the activation
};

/// Functionals as columns: coefficients for each neuron and column, and a constant a column.
struct Functionals {
  Columns on_change, on_nominal;  // of r (or d), of z0 (or h0); points: -a in the first row, a in the second
  std::vector<double> constant;   // rounded up
  Functionals() = default;
  Functionals(std::size_t neurons, std::size_t count) : on_change(neurons, count), on_nominal(neurons, count), constant(count, 0.0) {}
  /// Other dimensions, same room; the coefficients are unspecified then.
  void reshape(std::size_t neurons, const std::vector<double>& constants) {
    on_change.reshape(neurons, constants.size());
    on_nominal.reshape(neurons, constants.size());
    constant = constants;
  }
};

class Backward {
 public:
  Backward(const Network& network, const ParameterBox& box);

  /// The ranges of the inputs and the centre that planes are offset from; the layers' ranges are forgotten.
  void start(const std::vector<Interval>& inputs, const std::vector<Interval>& centers);
  /// The ranges of hidden layer l (from 0), once they are settled; layers in order.
  void settle(std::size_t layer, std::vector<NeuronRanges> ranges);

  /// The rule for slopes that the next bounds use.
  void use(Under under) { under_ = static_cast<int>(under); }

  /// Upper bounds of functionals of layer l's pre-activations. `plane`, if given, gets for each column the
  /// coefficients of the inputs' offsets and, last, the constant: value <= plane . (u, 1).
  std::vector<double> upper(std::size_t layer, const Functionals& functionals, std::vector<std::vector<double>>* plane = nullptr);
  /// The same for functionals of d and h0 after hidden layer l's activation.
  std::vector<double> upper_after(std::size_t layer, const Functionals& functionals, std::vector<std::vector<double>>* plane = nullptr);

 private:
  struct LayerMatrices {
    PointLayer nominal;                // W0 transposed
    std::optional<PointLayer> middle;  // M transposed, where it is not zero
    std::optional<PointLayer> radius;  // rho transposed, where it is not one number
    double uniform = 0;                // rho, where it is
  };
  /// Is what layer l is fed never negative, under any parameters?
  bool fed_nonnegative(std::size_t layer) const;
  void add_linear_noise(std::size_t layer, const Functionals& from, Functionals& to);
  /// Through the affine part of layer l, from its pre-activations to what it is fed.
  void through_affine(std::size_t layer, const Functionals& from, Functionals& to);
  /// Through the activation of hidden layer l.
  void through_activation(std::size_t layer, const Functionals& from, Functionals& to) const;
  std::vector<double> conclude(const Functionals& functionals, std::vector<std::vector<double>>* plane) const;

  const Network& network_;
  std::vector<double> middle_, radius_;
  std::vector<LayerMatrices> matrices_;
  std::vector<Interval> inputs_, centers_;
  std::vector<std::vector<NeuronRanges>> ranges_;
  std::vector<std::vector<Relaxation>> relaxations_[kUnders];
  int under_ = 0;
  std::vector<std::vector<double>> largest_;  // |h| of what layer l is fed
  std::vector<std::vector<double>> noise_;    // R of layer l
  Functionals before_, after_;                // room, kept: a pass would else spend its time on fresh pages
  Columns known_, absolute_, spread_;
};

}  // namespace parabound
