// Back-substitution: linear bounds of functionals of a layer, carried back to the inputs.
//
// A functional of layer l's pre-activations, sum_i alpha_i r_i + beta_i z0_i with r = z_p - z0, becomes
// one of the layer before by
//     z0 = W0 h0 + b0,     r = W0 d + M h + m + eta,     |eta_i| <= R_i = sum_j rho_ij |h_j| + rho_i,
// h = h0 + d, where the change of a weight lies in M_ij +- rho_ij: what is known of the change stays
// linear in x, only the rest is noise, one term a neuron for its whole row. |h_j| lies below a line
// s_j h_j + c_j, exactly h_j where that is never negative, so the noise |alpha_i| rho_ij |h_j| is carried on as a linear
// term of h0 + d and a constant. A neuron's h0 and d are then replaced by lines in r, z and z0 (relaxation.hpp), and so on down to the inputs, where
// d = 0 and h0 = x.
//
// Rigour: coefficients are points. A sum of n products of them with weights, each rounded up, is off by at most
// 2 n u sum |a_i| |w_ij| (Higham, Accuracy and Stability of Numerical Algorithms, 3.1, with u = 2^-52 for directed rounding), at
// most 2 n u max_i |w_ij| sum |a_i|; that, times the largest magnitude of what the coefficient multiplies, goes to the
// constant. So do the roundings of the lines' coefficients. All constants are rounded up. Needs RoundUp.
#pragma once

#include "functionals.hpp"
#include "relaxation.hpp"

namespace parabound {

struct ParameterBox;

/// A sign assumed of a neuron: sign * t >= 0, where t is z0 or z.
struct Constraint {
  int neuron;
  Side side;
  double sign;
  std::size_t row() const { return 2 * static_cast<std::size_t>(neuron) + static_cast<std::size_t>(side); }
};

/// Slopes and shares (interval/simd/lines.hpp) of every neuron on the way back, for each column; and prices of the assumed signs:
/// where t >= 0 a functional is at most itself + price * t, for any price >= 0 (Lagrange).
struct Tuning {
  std::vector<Rows> share, perturbed, nominal;  // by hidden layer, a row a neuron
  std::vector<Rows> price;                      // rows by Constraint::row
};

/// What a pass back left behind, for a pass forward through the same lines.
struct Tape {
  std::vector<Functionals> fed, taken;  // before and after the activation of each hidden layer on the way
};

/// How a pass goes, and what is wanted of it.
struct Pass {
  Under under = Under::closest;
  const Tuning* tuned = nullptr;  // instead of the rule
  std::vector<Rows>* shares = nullptr;  // gets the shares that the rule chose
  Tape* tape = nullptr;
  Functionals* inputs = nullptr;  // gets the coefficients at the inputs
  std::vector<std::vector<double>>* planes = nullptr;  // for each column: value <= plane . (u, 1), u the inputs' offsets
};

class Backward {
 public:
  Backward(const Network& network, const ParameterBox& box);

  /// The ranges of the inputs and the centre that planes are offset from; the layers' ranges are forgotten.
  void start(const std::vector<Interval>& inputs, const std::vector<Interval>& centers);
  /// Forgets the ranges of hidden layers from this one on, and keeps those before it.
  void keep_before(std::size_t layer);
  /// The ranges of hidden layer l (from 0), once they are settled; layers in order.
  void settle(std::size_t layer, std::vector<NeuronRanges> ranges);

  /// Upper bounds of functionals of layer l's pre-activations, of which only `rows` may have coefficients.
  std::vector<double> upper(std::size_t layer, const Functionals& functionals, const std::vector<int>& rows, const Pass& pass = {});
  /// The same for functionals of d and h0 after hidden layer l's activation.
  std::vector<double> upper_after(std::size_t layer, const Functionals& functionals, const Pass& pass = {});

  // For the pass forward (tuning.hpp).
  const Network& network() const { return network_; }
  const NeuronLines& lines(std::size_t layer, int neuron) const { return lines_[0][layer][static_cast<std::size_t>(neuron)]; }
  /// Neurons of hidden layer l that are not always zero, under both networks.
  const std::vector<int>& live(std::size_t layer) const { return live_[layer]; }
  /// Those, and those that are always zero but of whose signs some are assumed.
  const std::vector<int>& carried(std::size_t layer) const { return carried_[layer]; }
  const std::vector<Constraint>& constraints(std::size_t layer) const { return constraints_[layer]; }
  const std::vector<int>& all_inputs() const { return all_inputs_; }
  const std::vector<Interval>& inputs() const { return inputs_; }
  /// One input: the first layer's pre-activations are known as well as they can be, each neuron's noise by itself, and passes end there.
  bool at_point() const { return point_; }
  const NeuronRanges& ranges(std::size_t layer, int neuron) const { return ranges_[layer][static_cast<std::size_t>(neuron)]; }
  const double* middle() const { return middle_.data(); }
  const double* radius() const { return radius_.data(); }
  bool shifted(std::size_t layer) const { return matrices_[layer].shifted; }
  /// Are the layer's parameters unknown by more than roundings of what is known?
  bool noisy(std::size_t layer) const { return matrices_[layer].noisy; }
  /// rho where it is one number for all weights, else negative.
  double uniform(std::size_t layer) const { return matrices_[layer].uniform; }
  /// The part of R_i that does not depend on h, and the slopes of the rest.
  double noise(std::size_t layer, int neuron) const { return noise_[layer][static_cast<std::size_t>(neuron)]; }
  const std::vector<double>& noise_slopes(std::size_t layer) const { return noise_slopes_[layer]; }

 private:
  struct LayerMatrices {
    std::vector<double> nominal, middle, radius;  // W0, M, rho, all transposed; the last two empty where not needed
    bool shifted = false;                         // M is not zero
    bool noisy = false;                           // rho is more than roundings of M
    double uniform = 0;                           // rho where it is one number, else -1
    std::vector<double> largest, largest_known;   // for each input of the layer: max |W0| + |M| + rho of a weight; max |M| + rho
  };
  /// Sums over what a layer is fed, for what roundings may cost.
  struct Sizes {
    double change = 0, known = 0, nominal = 0, any = 0;
  };
  void add_linear_noise(std::size_t layer, const Functionals& from, const std::vector<int>& rows, Functionals& to, const std::vector<int>& onto);
  void through_affine(std::size_t layer, const Functionals& from, const std::vector<int>& rows, Functionals& to);
  void through_activation(std::size_t layer, Functionals& functionals, const Pass& pass);
  void price(std::size_t layer, Functionals& functionals, const Rows& prices) const;
  std::vector<double> descend(std::size_t layer, const Pass& pass);
  std::vector<double> conclude(Functionals& functionals, const Pass& pass);
  std::vector<double> conclude_at_point(Functionals& functionals, const Pass& pass);
  const std::vector<NeuronLines>& lines_by(Under under, std::size_t layer);
  const std::vector<int>& fed_rows(std::size_t layer) const { return layer > 0 ? live_[layer - 1] : all_inputs_; }
  void size_up(std::size_t layer);

  const Network& network_;
  std::vector<double> middle_, radius_;
  std::vector<LayerMatrices> matrices_;
  std::vector<Interval> inputs_, centers_;
  std::vector<int> all_inputs_;
  bool point_ = false;
  std::vector<std::vector<NeuronRanges>> ranges_;
  std::vector<std::vector<NeuronLines>> lines_[kUnders];  // by rule and layer; the rules but the first on demand
  std::vector<std::vector<int>> live_, carried_;
  std::vector<std::vector<Constraint>> constraints_;
  std::vector<Sizes> sizes_;                  // of what layer l is fed
  std::vector<std::vector<double>> noise_, noise_slopes_;  // of layer l: sum_j rho_ij c_j + rho_i; s_j
  Functionals here_, there_;                  // room, kept: a pass would else spend its time on fresh pages
  Rows known_, absolute_;
  std::vector<double> sum_, sum_nominal_;
};

}  // namespace parabound
