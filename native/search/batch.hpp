// Many inputs and parameter vectors at once, in plain arithmetic: what an attack climbs. Nothing here is rigorous;
// finds are proved afterwards.
//
// A parameter vector of the box is never formed while climbing. All weights into neuron i act through one number, so a column
// has a share s_i in [-1, 1] for each neuron: p_ij = middle_ij + s_i t_j radius_ij with t_j = sign(h_j), whence
//
//   a_i = sum_j middle_ij h_j + middle_b + s_i reach_i,    reach_i = sum_j radius_ij |h_j| + radius_b,
//
// is every pre-activation that the box allows for what the neuron is fed.
#pragma once

#include "../bound/functionals.hpp"
#include "change.hpp"

namespace parabound {

/// An input or a share of a batch: a number for each column, and the interval that it may lie in.
struct Variable {
  double* at;
  const double* slope;
  double lo, hi;
};

class Batch {
 public:
  /// The nominal parameters, the box's middles and radii, all also transposed (radii only where a layer's differ), and what biases
  /// and fixed inputs give the first layer.
  struct Weights {
    const double *nominal = nullptr, *middle = nullptr, *radius = nullptr, *transposed = nullptr, *radius_transposed = nullptr, *nominal_transposed = nullptr;
    const double *fixed_nominal = nullptr, *fixed_middle = nullptr, *fixed_reach = nullptr;
  };
  /// Of a box that is no copy. They stand until `within` moves.
  Weights weights() const {
    return {nominal_.parameters, changed_.parameters, radius_.data(), changed_.transposed, radius_transposed_.empty() ? nullptr : radius_transposed_.data(), nominal_.transposed,
            nominal_.fixed.data(), changed_.fixed.data(), fixed_reach_.data()};
  }

  Batch(const Network& network, const ParameterBox& box, const std::vector<Direction>& directions, Activation act);

  /// Inputs that X fixes are folded into the first layer.
  void within(const Domain& X);
  /// The inputs that it does not fix.
  const std::vector<int>& moving() const { return moving_; }
  /// Room for `count` columns, padded: inputs, shares and directions of all of them are the caller's to fill.
  void reshape(std::size_t count);
  std::size_t columns() const { return columns_; }
  /// The moving inputs within X, then the shares, if they do anything, layer by layer. They stand until `reshape`.
  std::vector<Variable> variables(const Domain& X);
  double* input(int j) { return x_.row(static_cast<std::size_t>(j)); }
  Rows& shares(std::size_t layer) { return levels_[layer].share; }
  void aim(std::size_t column, std::size_t direction) { aims_[column] = direction; }
  std::size_t aim(std::size_t column) const { return aims_[column]; }
  /// False for a concrete copy: shares do nothing.
  bool free() const { return free_; }

  /// sign (f_p - f_p0) of each column's direction; with its slopes by inputs and shares, if wanted.
  const std::vector<double>& evaluate(bool slopes = true);
  /// Shares go to the ends that their slopes point to.
  void answer();
  /// Values alone; each column is aimed where its value is largest.
  const std::vector<double>& look();
  const std::vector<double>& value() const { return value_; }
  const double* input_slope(int j) const { return slope_.row(static_cast<std::size_t>(j)); }
  const Rows& share_slopes(std::size_t layer) const { return levels_[layer].share_slope; }

  /// What a column stands for: all its inputs, and its parameters as doubles inside the box. After `evaluate`.
  std::vector<double> inputs(std::size_t column);
  std::vector<double> parameters(std::size_t column);

 private:
  struct Side {  // one of the two networks: its weights as they are and transposed
    const double* parameters = nullptr;
    const double* transposed = nullptr;
    std::vector<double> fixed;  // the first layer's pre-activations from biases and fixed inputs
  };
  struct Level {
    double uniform = 0;     // the radius of all its weights; negative where they differ
    std::vector<int> all;   // the numbers of its neurons that are ever on
    Rows share, share_slope, reach, h, h0;
  };
  const Rows& fed(std::size_t l) const { return l > 0 ? levels_[l - 1].h : x_; }
  const std::vector<int>& feeding(std::size_t l) const { return l > 0 ? levels_[l - 1].all : moving_; }
  void find_middles();
  void find_live(const Domain& X);
  void times(std::size_t l, const double* weights, const Rows& x, Rows& y) const;
  void times_transposed(std::size_t l, const double* transposed, const Rows& x, Rows& y) const;
  void find_reach(std::size_t l);
  void forward_nominal();
  void forward_changed();
  void backward_nominal();
  void backward_changed();
  void seed(const std::vector<double>& by, Rows& back) const;
  void read_heads(const Rows& h, std::vector<double>& z) const;
  std::vector<double> transpose(const double* parameters) const;

  const Network& network_;
  const ParameterBox& box_;
  const std::vector<Direction>& directions_;
  Activation act_;
  std::vector<double> middle_, radius_;  // of a box that is no copy
  std::vector<double> transposed_, changed_transposed_, radius_transposed_;
  bool free_ = false, nominal_stands_ = false;
  Side nominal_, changed_;
  std::vector<Level> levels_;
  std::vector<double> base_;         // all inputs, of which the moving ones are overridden
  std::vector<double> fixed_reach_;  // of the first layer, from biases and fixed inputs
  std::vector<int> moving_;
  std::size_t columns_ = 0;
  Rows x_, slope_, magnitude_, back_, below_, shared_, spread_;
  std::vector<std::size_t> aims_;
  std::vector<double> value_, z_, z0_, by_, by0_, total_;
};

}  // namespace parabound
