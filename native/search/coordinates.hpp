// Coordinate ascent over ends: the local search that comes after the slopes. A relu network is neither convex nor concave in a
// share or an input, and steps along slopes end where every slope points home; setting one variable to its other end, all else as it
// is, is a move that no slope sees. It moves one neuron, or the first layer, so its value costs a column of weights and the layers behind.
#pragma once

#include "batch.hpp"

namespace parabound {

class CoordinateAscent {
 public:
  CoordinateAscent(const Network& network, const std::vector<Direction>& directions, Activation act) : network_(network), directions_(directions), act_(act) {}

  /// Stands at a point: all inputs, and each layer's shares (batch.hpp) one after the other.
  void stand(const Batch& batch, std::size_t direction, const std::vector<double>& inputs, const std::vector<double>& shares);
  /// Sets shares, and the inputs that X does not fix, one at a time to an end as long as that helps or `products` last; takes off those that it
  /// took. Gives the value reached.
  double climb(const Domain& X, double& products);
  double value() const { return value_; }
  const std::vector<double>& inputs() const { return x_; }
  const std::vector<double>& shares() const { return shares_; }

 private:
  struct Level {
    std::size_t first = 0;                    // of its shares
    std::vector<double> a, h, reach, tried;   // of the changed network
    std::vector<double> a0, h0, tried0;       // of the nominal one
  };
  void forward(std::size_t from);
  void settle(std::size_t l, std::size_t i);
  double flip(std::size_t l, std::size_t i, double share);
  double move(std::size_t j, double to);
  void take_flip(std::size_t l, std::size_t i, double share);
  void take_move(std::size_t j, double to);
  void onward(std::size_t l, bool both);
  void whole_layer(std::size_t m, bool both);
  void read_rows(std::size_t m, bool both);
  double read(const std::vector<double>& a, const std::vector<double>& a0) const;

  const Network& network_;
  const std::vector<Direction>& directions_;
  Activation act_;
  Batch::Weights weights_;
  std::vector<int> moving_;
  const Direction* direction_ = nullptr;
  std::vector<double> x_, shares_;
  std::vector<Level> levels_;
  std::vector<double> sum_, spread_;
  double value_ = -kInf, products_ = 0;
};

}  // namespace parabound
