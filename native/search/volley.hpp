// The attack for boxes that bounds cannot decide: many starts at once, the best of them climbed, in plain arithmetic. What it
// finds is proved afterwards.
//
// A column's variables are the inputs and the neurons' shares of the parameter box (batch.hpp), each in an interval. Two kinds
// of steps: by the signs of the slopes, with momentum and ever shorter, which pass over kinks (Croce and Hein 2020); and
// Frank-Wolfe steps towards the vertex that the slopes point to, shorter whenever one fails, which never lose what they have.
#pragma once

#include <cstdint>
#include <random>

#include "coordinates.hpp"
#include "walkers.hpp"

namespace parabound {

/// A candidate, best first.
struct Shot {
  double value = -kInf;
  std::size_t direction = 0;
  std::vector<double> input, parameters;
};

class Volley {
 public:
  Volley(const Network& network, const ParameterBox& box, const std::vector<Direction>& directions, Activation act)
      : network_(network), directions_(directions), batch_(network, box, directions, act), coordinates_(network, directions, act), walkers_(directions, batch_) {}

  /// From some dozens of starts all over the box, in every direction, half of them, mostly, near the best found before.
  /// The seed says which.
  std::vector<Shot> everywhere(const Domain& whole, std::uint64_t seed);
  /// From a thousand places at random, by steps at random: where inputs are few, and parameters free.
  std::vector<Shot> wander(const Domain& whole, std::uint64_t seed);
  /// From a few starts in X, towards one direction; climbed, through all of the box, where one of them is above `promising`.
  std::vector<Shot> near(const Domain& X, const Domain& whole, std::size_t direction, double promising);
  /// Weights that a column passes: inputs that the box fixes pass none.
  std::size_t work(const Domain& whole);
  /// A concrete copy at a single input: one value, and nothing to search for.
  bool settled(const Domain& whole);
  bool free() const { return batch_.free(); }

 private:
  void within(const Domain& whole);
  void reshape(std::size_t count);
  void start(std::size_t column, const Domain& from, std::size_t turn);
  void vary(std::size_t column);
  void respond();
  void record(bool standing = false);
  void keep(std::size_t count);
  void step_by_signs(int steps, double length);
  void step_to_vertices(int steps, double part);
  void ascend(const Domain& whole, std::vector<Shot>& found);
  std::vector<Shot> shots();
  double random() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }
  double turning() { return static_cast<double>(turning_() >> 11) * 0x1p-53; }

  const Network& network_;
  const std::vector<Direction>& directions_;
  Batch batch_;
  CoordinateAscent coordinates_;
  Walkers walkers_;
  Domain whole_;
  std::vector<Variable> variables_;
  std::vector<double> best_value_, part_;
  std::vector<double> better_;  // 1 or 0: the column has just got a new best
  Rows best_, best_slope_, previous_, room_;  // a row for each variable
  std::vector<double> elite_;  // the variables of the best column so far
  double elite_value_ = -kInf;
  std::size_t elite_aim_ = 0, volleys_ = 0;
  Shot ascended_{-kInf, 0, {}, {}};  // the best of coordinate ascent; instead of parameters, shares
  std::mt19937_64 generator_, turning_;  // apart: coordinate ascent does not change what volleys start from
};

}  // namespace parabound
