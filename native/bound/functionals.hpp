// Linear functionals of one layer's neurons, as columns: first the changes, sum_i alpha_i r_i + beta_i z0_i, then
// the nominals, which have no alpha. (After the layer's activation the same of d and h0.)
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "../interval/simd/dense.hpp"

namespace parabound {

/// What sums of n products, each operation rounded, may miss for each unit of the products' sizes: 2 n u and room, u = 2^-52.
inline double roundings(std::size_t n) { return static_cast<double>(2 * n + 32) * 0x1.02p-52; }

/// Rows of plain doubles on cache lines.
class Rows {
 public:
  /// What they hold is unspecified.
  void reshape(std::size_t count, std::size_t stride) {
    count_ = count;
    stride_ = stride;
    if (room_.size() < count * stride + kLine) room_.resize(count * stride + kLine);
    first_ = room_.data() + (kLine - reinterpret_cast<std::size_t>(room_.data()) / sizeof(double) % kLine) % kLine;
  }
  void fill(double value) { std::fill(first_, first_ + count_ * stride_, value); }
  void copy(const Rows& from) {
    reshape(from.count_, from.stride_);
    std::copy(from.first_, from.first_ + count_ * stride_, first_);
  }
  Rows() = default;
  Rows(const Rows& from) { copy(from); }
  Rows(Rows&&) = default;  // the room, and so where its first row is, moves along
  Rows& operator=(Rows&&) = default;
  Rows& operator=(const Rows& from) {
    if (this != &from) copy(from);
    return *this;
  }
  double* row(std::size_t i) { return first_ + i * stride_; }
  const double* row(std::size_t i) const { return first_ + i * stride_; }
  std::size_t count() const { return count_; }
  std::size_t stride() const { return stride_; }

 private:
  static constexpr std::size_t kLine = 8;
  std::size_t count_ = 0, stride_ = 0;
  std::vector<double> room_;
  double* first_ = nullptr;
};

/// How many functionals there are, and where their coefficients lie in a row: alpha of the changes, then beta of all.
struct Shape {
  std::size_t changes = 0, nominals = 0;

  std::size_t count() const { return changes + nominals; }
  std::size_t alphas() const { return unit(changes); }      // numbers a row, padded
  std::size_t betas() const { return unit(count()); }
  std::size_t stride() const {
    const std::size_t sum = alphas() + betas();
    return sum > 0 && sum % 128 == 0 ? sum + kColumnUnit : sum;  // rows a power of two apart share few lines of the cache
  }

 private:
  static std::size_t unit(std::size_t n) { return (n + kColumnUnit - 1) / kColumnUnit * kColumnUnit; }
};

class Functionals {
 public:
  Functionals() = default;
  /// All zero.
  Functionals(std::size_t neurons, Shape shape) {
    reshape(neurons, shape);
    rows_.fill(0);
    constant.assign(shape.betas(), 0.0);
  }
  /// Unspecified coefficients and constants.
  void reshape(std::size_t neurons, Shape shape) {
    shape_ = shape;
    rows_.reshape(neurons, shape.stride());
    constant.resize(shape.betas());
  }
  /// Zeroes the coefficients of some neurons and all constants.
  void clear(const std::vector<int>& neurons) {
    for (const int i : neurons) std::fill_n(rows_.row(static_cast<std::size_t>(i)), rows_.stride(), 0.0);
    std::fill(constant.begin(), constant.end(), 0.0);
  }
  Shape shape() const { return shape_; }
  std::size_t neurons() const { return rows_.count(); }
  std::size_t stride() const { return rows_.stride(); }
  double* change(std::size_t neuron) { return rows_.row(neuron); }
  double* nominal(std::size_t neuron) { return rows_.row(neuron) + shape_.alphas(); }
  const double* change(std::size_t neuron) const { return rows_.row(neuron); }
  const double* nominal(std::size_t neuron) const { return rows_.row(neuron) + shape_.alphas(); }

  std::vector<double> constant;  // of all columns, rounded up

 private:
  Shape shape_;
  Rows rows_;
};

}  // namespace parabound
