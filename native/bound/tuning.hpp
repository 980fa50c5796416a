// Tuned slopes: the bound of a functional falls with the slopes and shares (interval/simd/lines.hpp) that it is carried
// back with. Any are sound, so they are found in plain arithmetic.
//
// The bound is the maximum of a linear function that the pass back put together. By the envelope theorem its derivative by a lower
// slope s of t is the coefficient that met that line times the value of t where the maximum is attained; and
// that value is what a pass forward through the same lines gives, from the worst inputs and with the worst noise.
#pragma once

#include "backward.hpp"

namespace parabound {

class Tuner {
 public:
  explicit Tuner(Backward& backward) : backward_(backward) {}

  /// `rounds` passes back of functionals of layer l's pre-activations, each with better slopes; returns the least upper bounds met,
  /// each of them sound, with their planes if wanted.
  std::vector<double> upper(std::size_t layer, const Functionals& functionals, const std::vector<int>& rows, int rounds);
  /// The same for functionals of d and h0 after hidden layer l's activation.
  std::vector<double> upper_after(std::size_t layer, const Functionals& functionals, int rounds, std::vector<std::vector<double>>* planes);

 private:
  template <class Back>
  std::vector<double> tune(std::size_t hidden, const Functionals& functionals, int rounds, std::vector<std::vector<double>>* planes, Back back);
  void start(std::size_t hidden, Shape shape);
  void forward(std::size_t hidden, int round);
  void feed_worst_inputs();
  void through_affine(std::size_t layer);
  void through_neuron(std::size_t layer, int neuron, double step, double mean, double square);

  Backward& backward_;
  Tuning tuning_;
  std::vector<Rows> means_[3], squares_[3];  // of the derivatives by share, perturbed, nominal
  Tape tape_;
  Functionals inputs_, fed_, pre_;  // at the inputs: coefficients; values: what a layer is fed, its pre-activations
  Rows sum_;
  Shape shape_;
};

}  // namespace parabound
