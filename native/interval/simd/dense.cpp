#include "dense.hpp"

namespace parabound {

PointLayer::PointLayer(int inputs, int outputs, const double* weights, const double* biases)
    : inputs_(inputs), outputs_(outputs), biases_(biases, biases + outputs) {
  factors_.reserve(static_cast<std::size_t>(inputs) * outputs);
  for (int r = 0; r < outputs; ++r) {
    for (int j = 0; j < inputs; ++j, ++weights) {
      factors_.push_back({std::fabs(*weights), 2 * std::int64_t{j} + (std::signbit(*weights) ? 0 : 1)});
    }
  }
}

IntervalLayer::IntervalLayer(int inputs, int outputs, const Interval* weights, const Interval* biases)
    : inputs_(inputs),
      outputs_(outputs),
      weights_(weights, weights + static_cast<std::size_t>(inputs) * outputs),
      biases_(biases, biases + outputs) {
  for (Interval& w : weights_) w = Interval::stored(w.nlo, w.hi);
  for (Interval& b : biases_) b = Interval::stored(b.nlo, b.hi);
  factors_.reserve(2 * weights_.size());
  for (int r = 0; r < outputs; ++r) {
    finite_ = finite_ && biases_[r].is_finite();
    for (int j = 0; j < inputs; ++j) {
      const Interval w = weight(r, j);
      finite_ = finite_ && w.is_finite();
      const std::int64_t low = 2 * std::int64_t{j}, high = low + 1;
      if (w.nlo <= 0) {
        factors_.push_back({w.hi, high});
        factors_.push_back({-w.nlo, high});
      } else if (w.hi <= 0) {
        factors_.push_back({w.nlo, low});
        factors_.push_back({-w.hi, low});
      } else {
        factors_.push_back({w.hi, high});
        factors_.push_back({w.nlo, low});
      }
    }
  }
}

void dense_plain(const IntervalLayer& layer, const double* x, double* y, std::size_t stride) {
  for (int r = 0; r < layer.outputs(); ++r) {
    double* const out = y + 2 * static_cast<std::size_t>(r) * stride;
    for (std::size_t c = 0; c < stride; ++c) {
      Interval sum = layer.bias(r);
      for (int j = 0; j < layer.inputs(); ++j) {
        const double* const in = x + 2 * static_cast<std::size_t>(j) * stride + c;
        sum += layer.weight(r, j) * Interval::stored(in[0], in[stride]);
      }
      out[c] = sum.nlo;
      out[stride + c] = sum.hi;
    }
  }
}

}  // namespace parabound
