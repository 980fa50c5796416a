// The open boxes of a whole search, ordered by their bound: best first for progress; from the other
// end, nearest to being closed, when there are too many of them. Each is kept without the zeros that its record ends
// with: of what a box may carry, most carry little.
#pragma once

#include <cmath>
#include <iterator>
#include <limits>
#include <map>

#include "record.hpp"

namespace parabound {

class Frontier {
 public:
  /// Of records of that many doubles.
  explicit Frontier(std::size_t size) : size_(size) {}

  void push(const double* rows, std::size_t length) {
    for (std::size_t at = 0; at + size_ <= length; at += size_) {
      const double *row = rows + at, *end = row + size_;
      while (end - row > static_cast<std::ptrdiff_t>(kEnds) && end[-1] == 0 && !std::signbit(end[-1])) --end;
      const auto it = order_.emplace(row[kUpper], std::vector<double>(row, end));
      share_ += row[kShare];
      bytes_ += bytes_of(it->second);
    }
  }
  /// Moves up to `count` rows out, the largest bounds first, or the smallest.
  std::vector<double> take(std::size_t count, bool smallest) {
    std::vector<double> out;
    while (count-- > 0 && !order_.empty()) {
      const auto it = smallest ? order_.begin() : std::prev(order_.end());
      out.insert(out.end(), it->second.begin(), it->second.end());
      out.resize(out.size() + size_ - it->second.size(), 0.0);
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
  /// What they take of memory, about.
  std::size_t bytes() const { return bytes_; }

 private:
  using Order = std::multimap<double, std::vector<double>>;
  static std::size_t bytes_of(const std::vector<double>& row) { return sizeof(double) * row.capacity() + kAround; }
  void remove(Order::iterator it) {
    share_ -= it->second[kShare];
    bytes_ -= bytes_of(it->second);
    order_.erase(it);
  }
  static constexpr std::size_t kAround = 96;  // a node of the map, and what an allocation costs
  std::size_t size_, bytes_ = 0;
  Order order_;
  double share_ = 0;
};

}  // namespace parabound
