// Quadratic back-substitution: an upper bound of one functional of the changes d of relu neurons, carried back as
//
//     sum_j a_j d_j + q_j (d_j - m_j)^2 + b_j h0_j + constant,     q_j >= 0.
//
// Lines (backward.hpp) bound every neuron by its own worst: that a weight's change cannot push all neurons of the next layer their worst
// way at once is lost. Here a neuron may be replaced by a parabola in its r instead, which is lower in the middle; and the sum of
// parabolas over what a layer is fed,
//     sum_i beta_i (W_i (d - m) + eta_i)^2,
// is bounded jointly, by squares of single neurons again (majorant.hpp). It is a dual point of the semidefinite relaxation of
// Raghunathan, Steinhardt and Liang (2018), put together layer by layer instead of being searched for.
//
// Parabolas above a d + q (d - m)^2. For lambda > q and any z0, r:
//     d lies between 0 and r:     + lambda d (r - d),        at most (a - 2 q m + lambda r)^2 / 4 (lambda - q) + q m^2;
//     h (z - h) = 0, h, h - z >= 0, with h = h0 + d:   the same in h, with prices of the inequalities.
// Which of them, or which line, is chosen by the value where r is as far from its middle as is thought likely: any is sound. Needs RoundUp.
#pragma once

#include "backward.hpp"
#include "majorant.hpp"

namespace parabound {

/// How a bound is put together: by layers, how many times as far as independent neurons would take it r is thought to go (beyond its
/// range: lines only). And a column of slopes and shares whose lines stand for those of the rule, unless null.
struct Manner {
  std::vector<double> reach;
  const Tuning* tuning = nullptr;
  std::size_t column = 0;
};

class Quadratic {
 public:
  explicit Quadratic(const Backward& backward);
  /// Relu or linear hidden layers, and parameters that are unknown by more than roundings: of a known change lines keep all that it has to do
  /// with the inputs, parabolas do not.
  bool covers() const { return covers_; }
  /// Upper bound of a column, a change, of functionals of d and h0 after hidden layer l's activation. Infinite where there is none.
  double upper_after(std::size_t layer, const Functionals& functionals, std::size_t column, const Manner& manner);
  /// The same of sign * r of a neuron of hidden layer l > 0, whose own ranges need not be settled.
  double upper_change(std::size_t layer, int neuron, double sign, const Manner& manner);

 private:
  friend class QuadraticProbe;  // of the tests: step by step
  /// c (r - middle) + beta (r - middle)^2 + e z0 + constant, with what b h0 becomes in it.
  struct Quadric {
    double c = 0, beta = 0, e = 0, constant = kInf;
  };
  struct Middles {
    std::vector<double> r, known, sigma, radius;  // of r: its middle, of that what M h0 has, how far r goes from there, its noise at most
    std::vector<double> d, size;           // of d: m, and how far it goes
  };
  void look(std::size_t layer, double reach);
  void suppose(std::size_t layer, int neuron);
  double descend(std::size_t layer);
  Quadric through_neuron(std::size_t layer, std::size_t neuron) const;
  bool through_affine(std::size_t layer, const std::vector<int>& neurons);
  double first_layer() const;

  const Backward& backward_;
  bool covers_ = true;
  const Manner* manner_ = nullptr;
  std::vector<double> weights_;  // W0 + M
  std::vector<Middles> middles_;
  Majorant majorant_;
  // What is carried: on d, on (d - m)^2, on h0; behind the neurons of the layer at hand: on r, on its square, on z0.
  std::vector<double> a_, q_, b_, c_, beta_, e_;
  double constant_ = 0;
};

}  // namespace parabound
