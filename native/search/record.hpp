// A box as it travels between the frontier, the search and the workers: one row of doubles.
//
//   0 upper      the value is at most this on the box
//   1 share      its part of the root's volume (of all subproblems together)
//   2 subproblem
//   3 branch     what to split: a variable, or beyond them what the objective names; -1 if nothing can be
//   4 ...        lo_0, hi_0, lo_1, hi_1, ...
//     ...        the objective's notes, if it keeps any
#pragma once

#include <cstddef>
#include <vector>

namespace parabound {

constexpr std::size_t kUpper = 0, kShare = 1, kSubproblem = 2, kBranch = 3, kEnds = 4;

inline std::size_t record_size(int variables, std::size_t notes = 0) { return kEnds + 2 * static_cast<std::size_t>(variables) + notes; }

/// Rows of equal size in one block; freed rows are used again.
class Records {
 public:
  explicit Records(std::size_t size) : size_(size) {}
  std::size_t size() const { return size_; }
  double* row(std::size_t i) { return data_.data() + i * size_; }
  const double* row(std::size_t i) const { return data_.data() + i * size_; }
  std::size_t add(const double* from) {
    std::size_t i;
    if (!free_.empty()) {
      i = free_.back();
      free_.pop_back();
    } else {
      i = data_.size() / size_;
      data_.resize(data_.size() + size_);
    }
    for (std::size_t j = 0; j < size_; ++j) data_[i * size_ + j] = from[j];
    return i;
  }
  void drop(std::size_t i) { free_.push_back(i); }

 private:
  std::size_t size_;
  std::vector<double> data_;
  std::vector<std::size_t> free_;
};

}  // namespace parabound
