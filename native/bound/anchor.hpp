// Ranges of a box's hidden neurons that hold for every box within it.
#pragma once

#include <vector>

#include "form.hpp"

namespace parabound {

class Anchor {
 public:
  /// For so many inputs and hidden neurons.
  Anchor(std::size_t inputs, std::size_t neurons) : inputs_(inputs), size_(2 * inputs + 6 * neurons) {}

  bool holds(const Domain& X) const {
    if (numbers_.size() != size_) return false;
    for (std::size_t j = 0; j < inputs_; ++j)
      if (X.x[j].lo() < numbers_[2 * j] || X.x[j].hi > numbers_[2 * j + 1]) return false;
    return true;
  }
  struct Ranges {
    Interval z0, r, z;
  };
  Ranges ranges(std::size_t neuron) const {
    const double* at = numbers_.data() + 2 * inputs_ + 6 * neuron;
    return {Interval::stored(at[0], at[1]), Interval::stored(at[2], at[3]), Interval::stored(at[4], at[5])};
  }

  void drop(const Domain& X) {
    numbers_.clear();
    for (const Interval& side : X.x) numbers_.insert(numbers_.end(), {side.lo(), side.hi});
  }
  /// Then of every neuron in order.
  void add(const Ranges& n) { numbers_.insert(numbers_.end(), {n.z0.nlo, n.z0.hi, n.r.nlo, n.r.hi, n.z.nlo, n.z.hi}); }

  const std::vector<double>& numbers() const { return numbers_; }
  void set(const std::vector<double>& numbers) {
    if (numbers.size() == size_) numbers_ = numbers;
  }

 private:
  std::size_t inputs_, size_;
  std::vector<double> numbers_;  // lo, hi of each input; -lo, hi of z0, r and z of each neuron
};

}  // namespace parabound
