// The attack where the best inputs lie in narrow places: the change of a relu network for small boxes of parameters jumps where a
// neuron turns on, so that slopes tell little of where its peaks are. Walkers step at random, the parameters answer each step as the slopes there
// say, and steps that fail are taken back: an evolution strategy of one parent and one child for each (Rechenberg 1973).
#pragma once

#include <cstdint>
#include <random>

#include "batch.hpp"

namespace parabound {

/// What an evaluation has found: its value, what Batch::variables were, and the direction.
struct Walker {
  double value;
  std::size_t aim;
  std::vector<double> at;
  double radius;  // of its steps, in parts of the inputs' sides
};

class Walkers {
 public:
  Walkers(const std::vector<Direction>& directions, Batch& batch) : directions_(directions), batch_(batch) {}

  /// Sends out some more beside the best of before, ever fewer of them ever further; however little time is left, what was found stays.
  /// The batch is within `whole`.
  void walk(const Domain& whole, std::uint64_t seed);
  /// Best first.
  const std::vector<Walker>& found() const { return walkers_; }
  void forget() { walkers_.clear(); }

 private:
  std::vector<Walker> look(const Domain& whole);
  void step(const Domain& whole);
  double random() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }
  double noise() { return kScale * (random() + random() + random() + random() - 2); }  // about normal, of variance 1
  static constexpr double kScale = 1.7320508;

  const std::vector<Direction>& directions_;
  Batch& batch_;
  std::vector<Walker> walkers_;
  std::mt19937_64 generator_;
};

}  // namespace parabound
