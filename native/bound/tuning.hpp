// Tuned slopes: the bound of a functional falls with the slopes and shares (interval/simd/lines.hpp) that it is carried
// back with. Any are sound, so they are found in plain arithmetic.
//
// The bound is the maximum of a linear function that the pass back put together. By the envelope theorem its derivative by a lower
// slope s of t is the coefficient that met that line times the value of t where the maximum is attained; and
// that value is what a pass forward through the same lines gives, from the worst inputs and with the worst noise. In the same
// way the derivative by the price of a constraint t >= 0 is the value of t there: a price rises while its constraint is broken.
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

  /// After `upper_after`, of the last round: what a neuron of hidden layer l adds to the bound of a change's column beyond the truth at the
  /// worst inputs and noise, because z0 is not known to have one sign, and because z is not.
  struct Looseness {
    double nominal, perturbed;
    double on_change = 0, on_nominal = 0;  // the coefficients that met d and h0
  };
  Looseness looseness(std::size_t layer, int neuron, std::size_t column) const;

  /// Slopes and shares of the last round.
  const Tuning& tuning() const { return tuning_; }

  /// Where the dials of a change's column ended, in a double for each hidden neuron; 0 where there is none.
  void remember(std::size_t column, double* dials) const;
  /// From where the next `upper_after` starts, in all columns. Null: from the rule's slopes.
  void recall(const double* dials) { recalled_ = dials; }

 private:
  template <class Back>
  std::vector<double> tune(std::size_t hidden, const Functionals& functionals, int rounds, std::vector<std::vector<double>>* planes, Back back);
  void start(std::size_t hidden, Shape shape);
  void start_from(const double* dials, std::size_t hidden);
  void forward(std::size_t hidden, int round);
  void look(std::size_t hidden);
  double first_step_ = 0;  // of this tuning
  void walk(std::size_t hidden, double step, double mean, double square, bool keep);
  void feed_worst_inputs();
  void start_at_point();
  void through_affine(std::size_t layer);
  void scale_prices(std::size_t hidden);
  template <class Each>
  void each_dial(std::size_t layer, Each each);
  void adjust_prices(std::size_t layer, double step, double mean, double square);
  void through_neuron(std::size_t layer, int neuron, double step, double mean, double square);

  Backward& backward_;
  Tuning tuning_;
  std::vector<Rows> means_[4], squares_[4];  // of the derivatives by share, perturbed, nominal, price
  std::vector<std::vector<double>> scales_;  // of prices, by layer and column: what coefficients there are like
  Tape tape_;
  std::vector<Functionals> seen_;  // pre-activations of each hidden layer at the last look
  Functionals inputs_, fed_, pre_;  // at the inputs: coefficients; values: what a layer is fed, its pre-activations
  Rows sum_;
  Shape shape_;
  const double* recalled_ = nullptr;
};

}  // namespace parabound
