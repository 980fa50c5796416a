// How many multiply-adds a process has spent on matrix products, for benchmarks. Counted by whoever asks for them, one addition a
// product, and only what was asked for: columns that pad a row are not, nor is what goes neuron by neuron (lines, steps of a tuning).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace parabound {

class Tally {
 public:
  /// Outputs, inputs, columns.
  static void product(std::size_t outputs, std::size_t inputs, std::size_t columns) { here_ += static_cast<std::uint64_t>(outputs) * inputs * columns; }
  /// Of the threads that have joined theirs.
  static std::uint64_t total() { return all_.load(std::memory_order_relaxed); }
  /// Lives as long as a thread's piece of work, and joins what was counted in it.
  class Piece {
   public:
    Piece() = default;
    ~Piece() {
      all_.fetch_add(here_, std::memory_order_relaxed);
      here_ = 0;
    }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;
  };

 private:
  static inline thread_local std::uint64_t here_ = 0;
  static inline std::atomic<std::uint64_t> all_{0};
};

}  // namespace parabound
