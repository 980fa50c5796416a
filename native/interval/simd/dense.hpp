// Dense layers over many interval columns at once: how the numbers lie in memory.
//
// Columns (boxes, or columns of a linear form) are stored neuron by neuron. With a stride of n
// doubles, n a multiple of kColumnUnit, neuron j has two rows:
//   row 2j:     -lo of each column        row 2j + 1:  hi of each column
// so that swapping the ends of a neuron is the exclusive or of a row number with 1.
//
// A weight w times [lo, hi], rounded up at both stored ends:
//   hi  += |w| * (w >= 0 ? hi : -lo),     -lo += |w| * (w >= 0 ? -lo : hi):
// two fused multiply-adds, from rows that depend on the sign of w alone, which is worked out once
// per layer. An interval weight takes four and two maxima; see IntervalLayer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "../interval.hpp"

namespace parabound {

/// Strides are multiples of this, the lanes of the widest back end, so that no back end needs a remainder.
constexpr int kColumnUnit = 8;

/// One unit more where rows would lie a power of two apart: they would then share few lines of the cache.
inline std::size_t padded_columns(std::size_t columns) {
  const std::size_t padded = (columns + kColumnUnit - 1) / kColumnUnit * kColumnUnit;
  return padded > 0 && padded % 128 == 0 ? padded + kColumnUnit : padded;
}

/// Room for a number of neurons and columns, zero at first, on a cache line: unaligned columns halve the speed of wide vectors.
class Columns {
 public:
  Columns() = default;
  Columns(std::size_t neurons, std::size_t columns) {
    reshape(neurons, columns);
    std::fill(rows(), rows() + 2 * neurons_ * stride_, 0.0);
  }
  /// Other dimensions in the same room, if it suffices; what it holds is unspecified then.
  void reshape(std::size_t neurons, std::size_t columns) {
    neurons_ = neurons;
    columns_ = columns;
    stride_ = padded_columns(columns);
    const std::size_t size = 2 * neurons_ * stride_;
    if (size <= capacity_) return;
    rows_.reset(allocate(size));
    std::fill(rows(), rows() + size, 0.0);
    capacity_ = size;
  }
  std::size_t neurons() const { return neurons_; }
  std::size_t columns() const { return columns_; }
  std::size_t stride() const { return stride_; }
  double* rows() { return rows_.get(); }
  const double* rows() const { return rows_.get(); }
  Interval get(std::size_t neuron, std::size_t column) const {
    const double* const at = rows() + 2 * neuron * stride_ + column;
    return Interval::stored(at[0], at[stride_]);
  }
  void set(std::size_t neuron, std::size_t column, Interval x) {
    double* const at = rows() + 2 * neuron * stride_ + column;
    at[0] = x.nlo;
    at[stride_] = x.hi;
  }

 private:
  static constexpr std::align_val_t kLine{64};
  struct Release {
    void operator()(double* rows) const { ::operator delete[](rows, kLine); }
  };
  static double* allocate(std::size_t size) { return static_cast<double*>(::operator new[](size * sizeof(double), kLine)); }
  std::size_t neurons_ = 0, columns_ = 0, stride_ = 0, capacity_ = 0;
  std::unique_ptr<double[], Release> rows_;
};

/// What multiplies a row, and which row feeds hi; row ^ 1 feeds -lo.
struct Factor {
  double magnitude;  // >= 0, or NaN for a NaN weight
  std::int64_t row;
};

/// outputs x inputs point weights and biases, ready for dense_point.
class PointLayer {
 public:
  /// weights row-major, a row per output.
  PointLayer(int inputs, int outputs, const double* weights, const double* biases);
  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }
  const Factor* row(int output) const { return factors_.data() + static_cast<std::size_t>(output) * inputs_; }
  double bias(int output) const { return biases_[output]; }

 private:
  int inputs_, outputs_;
  std::vector<Factor> factors_;
  std::vector<double> biases_;
};

/// The same for interval weights W = [a, b] and biases. With x = [lo, hi], the largest product is the larger of two:
///   a >= 0:      b hi, a hi              b <= 0:  -a (-lo), -b (-lo)         a < 0 < b:  b hi, -a (-lo)
/// and the largest negated product is the same with hi and -lo swapped.
class IntervalLayer {
 public:
  IntervalLayer(int inputs, int outputs, const Interval* weights, const Interval* biases);
  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }
  /// Two factors a weight.
  const Factor* row(int output) const { return factors_.data() + 2 * static_cast<std::size_t>(output) * inputs_; }
  Interval bias(int output) const { return biases_[output]; }
  /// Whether every weight and bias is finite, which the vector kernels need.
  bool is_finite() const { return finite_; }
  Interval weight(int output, int input) const { return weights_[static_cast<std::size_t>(output) * inputs_ + input]; }

 private:
  int inputs_, outputs_;
  bool finite_ = true;
  std::vector<Factor> factors_;
  std::vector<Interval> weights_, biases_;
};

/// y = W x + b by plain interval arithmetic: for infinite ends, and for tests. Needs RoundUp.
void dense_plain(const IntervalLayer& layer, const double* x, double* y, std::size_t stride);

}  // namespace parabound
