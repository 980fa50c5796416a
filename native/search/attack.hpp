// Attack for networks whose bounds are not exact: plain double arithmetic, a forward and a backward pass
// for each step. What it finds is proved afterwards.
#pragma once

#include <vector>

#include "../bound/form.hpp"
#include "../bound/head.hpp"

namespace parabound {

class Attack {
 public:
  Attack(const Network& network, const ParameterBox& box) : network_(network), box_(box) {}

  /// At x: z0 of the head and its change dz under the best parameters found, as points with
  /// their gradients in x. The parameters are in `parameters()`.
  void probe(const Head& head, const std::vector<double>& x, int rounds, Form& z0, Form& dz);
  const std::vector<double>& parameters() const { return p_; }

 private:
  /// Value of the head at (p, x); keeps the layers' values for `backward`.
  double forward(const Head& head, const double* parameters, const std::vector<double>& x);
  /// Gradient of the head in x; moves `corner`, if given, to where the gradient in p points.
  void backward(const Head& head, const double* parameters, std::vector<double>& gradient, std::vector<double>* corner);

  const Network& network_;
  const ParameterBox& box_;
  std::vector<double> p_, next_, gradient0_, gradient_;
  std::vector<std::vector<double>> a_, h_;
};

}  // namespace parabound
