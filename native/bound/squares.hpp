// Where quadratic back-substitution (quadratic.hpp) is used, and how: it costs a few products of matrices for one functional, and of two
// ways to put a bound together neither is always better.
#pragma once

#include <chrono>
#include <map>

#include "head_bounds.hpp"
#include "quadratic.hpp"
#include "tuning.hpp"

namespace parabound {

class Squares {
 public:
  explicit Squares(const Backward& backward) : quadratic_(backward) {}
  bool covers() const { return quadratic_.covers(); }

  /// The change r of a neuron of hidden layer l > 0.
  Interval change(std::size_t layer, int neuron);
  /// Bounds the changes of heads at the last hidden layer, the loosest first, until the loosest one has been bounded. Unless it is
  /// `thorough`, only where that has been worth its time. The tuner is the one that the heads were tuned by.
  void bound(HeadBounds& bounds, std::size_t last, const Tuner& tuner, double aim, bool thorough);
  /// A box begins: the time from here to `bound` is what sums of squares are held against.
  void start() { began_ = Clock::now(); }
  /// And what a split lowers the log of a bound by, lately.
  void compare_with(double gain) { split_gain_ = gain; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Choice {
    std::vector<double> reach;
    bool tuned = false;
  };
  bool worth_it() const;
  double look(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, const Choice& choice);
  double search(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, bool thorough);

  Quadratic quadratic_;
  std::map<const Head*, Choice> choices_;  // what was best for a head where it was looked for
  std::size_t asked_ = 0;
  Clock::time_point began_;
  int seen_ = 0;
  double gain_ = 0, share_ = 1;  // by what they lowered the log of the largest bound lately, and their time over that of the box before them
  double split_gain_ = 0;
};

}  // namespace parabound
