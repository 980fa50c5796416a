#include "attack.hpp"

#include <cmath>

#include "../bound/interrupt.hpp"
#include "plain.hpp"

namespace parabound {

double Attack::forward(const Head& head, const double* parameters, const std::vector<double>& x) {
  const std::size_t depth = network_.layers.size();
  a_.resize(depth);
  h_.resize(depth + 1);
  h_[0] = x;
  for (std::size_t l = 0; l < depth; ++l) {
    breathe();
    const Layer& layer = network_.layers[l];
    const bool last = l + 1 == depth;
    a_[l].assign(static_cast<std::size_t>(layer.outputs), 0.0);
    h_[l + 1].resize(a_[l].size());
    for (int i = 0; i < layer.outputs; ++i) {
      if (last && i != head.plus && i != head.minus) continue;
      const double* w = parameters + layer.weight(i, 0);
      double sum = parameters[layer.bias(i)];
      for (std::size_t j = 0; j < h_[l].size(); ++j) sum += w[j] * h_[l][j];
      a_[l][static_cast<std::size_t>(i)] = sum;
      if (!last) h_[l + 1][static_cast<std::size_t>(i)] = plain_activation(layer.activation, sum);
    }
  }
  const std::vector<double>& z = a_.back();
  return (head.plus >= 0 ? z[static_cast<std::size_t>(head.plus)] : 0.0) - (head.minus >= 0 ? z[static_cast<std::size_t>(head.minus)] : 0.0);
}

void Attack::backward(const Head& head, const double* parameters, std::vector<double>& gradient, std::vector<double>* corner) {
  std::vector<double> back(a_.back().size(), 0.0);
  if (head.plus >= 0) back[static_cast<std::size_t>(head.plus)] += 1;
  if (head.minus >= 0) back[static_cast<std::size_t>(head.minus)] -= 1;
  const auto choose = [&](std::size_t at, double slope) {
    if (slope != 0) (*corner)[at] = slope > 0 ? box_.inner_hi[at] : box_.inner_lo[at];
  };
  for (std::size_t l = network_.layers.size(); l-- > 0;) {
    const Layer& layer = network_.layers[l];
    const bool last = l + 1 == network_.layers.size();
    std::vector<double> below(h_[l].size(), 0.0);
    for (int i = 0; i < layer.outputs; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const double delta = last ? back[row] : back[row] * plain_slope(layer.activation, a_[l][row], h_[l + 1][row]);
      if (delta == 0) continue;
      const std::size_t first = layer.weight(i, 0);
      for (std::size_t j = 0; j < below.size(); ++j) below[j] += delta * parameters[first + j];
      if (!corner) continue;
      for (std::size_t j = 0; j < below.size(); ++j) choose(first + j, delta * h_[l][j]);
      choose(layer.bias(i), delta);
    }
    back.swap(below);
  }
  gradient.swap(back);
}

void Attack::probe(const Head& head, const std::vector<double>& x, int rounds, Form& z0, Form& dz) {
  const double nominal = forward(head, network_.parameters.data(), x);
  p_ = network_.parameters;
  for (std::size_t i = 0; i < p_.size(); ++i) p_[i] = std::min(std::max(p_[i], box_.inner_lo[i]), box_.inner_hi[i]);
  next_ = p_;
  backward(head, network_.parameters.data(), gradient0_, &next_);
  double best = -kInf;
  std::vector<double> corner = next_;
  for (int round = 0; round < rounds; ++round) {
    const double value = forward(head, corner.data(), x);
    if (!(value > best)) break;
    best = value;
    p_ = corner;
    backward(head, p_.data(), gradient_, &corner);
  }
  const double change = best - nominal;
  z0.v = z0.r = z0.k = Interval(nominal);
  dz.v = dz.r = dz.k = Interval(change);
  if (!z0.s) return;
  for (std::size_t j = 0; j < x.size(); ++j) {
    z0.s[j] = z0.g[j] = Interval(gradient0_[j]);
    dz.s[j] = dz.g[j] = Interval(gradient_[j] - gradient0_[j]);
  }
}

}  // namespace parabound
