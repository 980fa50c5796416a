// The open boxes of a whole search, ordered by their bound: best first for progress; from the other
// end, nearest to being closed, when there are too many of them.
#pragma once

#include <iterator>
#include <limits>
#include <map>

#include "record.hpp"

namespace parabound {

class Frontier {
 public:
  /// Of records of that many doubles.
  explicit Frontier(std::size_t size) : records_(size) {}

  void push(const double* rows, std::size_t length) {
    for (std::size_t at = 0; at + records_.size() <= length; at += records_.size()) {
      order_.emplace(rows[at + kUpper], records_.add(rows + at));
      share_ += rows[at + kShare];
    }
  }
  /// Moves up to `count` rows out, the largest bounds first, or the smallest.
  std::vector<double> take(std::size_t count, bool smallest) {
    std::vector<double> out;
    while (count-- > 0 && !order_.empty()) {
      const auto it = smallest ? order_.begin() : std::prev(order_.end());
      const double* row = records_.row(it->second);
      out.insert(out.end(), row, row + records_.size());
      remove(it);
    }
    return out;
  }
  /// Drops every box whose bound is at most `threshold`; returns the largest bound dropped, -inf if none.
  double close(double threshold) {
    double closed = -std::numeric_limits<double>::infinity();
    while (!order_.empty() && order_.begin()->first <= threshold) {
      closed = order_.begin()->first;
      remove(order_.begin());
    }
    return closed;
  }
  double largest() const { return order_.empty() ? -std::numeric_limits<double>::infinity() : order_.rbegin()->first; }
  std::size_t size() const { return order_.size(); }
  /// The open boxes' part of the root's volume.
  double share() const { return order_.empty() ? 0.0 : share_; }

 private:
  using Order = std::multimap<double, std::size_t>;
  void remove(Order::iterator it) {
    share_ -= records_.row(it->second)[kShare];
    records_.drop(it->second);
    order_.erase(it);
  }
  Records records_;
  Order order_;
  double share_ = 0;
};

}  // namespace parabound
