// Where quadratic back-substitution (quadratic.hpp) is used, and how: it costs a few products of matrices for one functional, and of two
// ways to put a bound together neither is always better.
#pragma once

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

 private:
  struct Choice {
    std::vector<double> reach;
    bool tuned = false;
  };
  double look(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, const Choice& choice);
  double search(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, bool thorough);

  Quadratic quadratic_;
  std::map<const Head*, Choice> choices_;  // what was best for a head where it was looked for
  std::size_t asked_ = 0;
  double left_ = 1;                        // what part of the loosest bound was left lately
};

}  // namespace parabound
