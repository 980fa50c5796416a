#include "coordinates.hpp"

#include <cmath>

#include "../bound/interrupt.hpp"
#include "plain.hpp"

namespace parabound {
namespace {

constexpr double kBetter = 1e-12;  // relative: rounding alone must not keep it going

}  // namespace

void CoordinateAscent::stand(const Batch& batch, std::size_t direction, const std::vector<double>& inputs, const std::vector<double>& shares) {
  weights_ = batch.weights();
  products_ = 1;  // nothing is for nothing: whoever starts again and again while some last comes to an end
  moving_ = batch.moving();
  direction_ = &directions_[direction];
  x_ = inputs;
  shares_ = shares;
  levels_.resize(network_.layers.size());
  std::size_t first = 0;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const auto neurons = static_cast<std::size_t>(network_.layers[l].outputs);
    levels_[l].first = first;
    for (std::vector<double>* row : {&levels_[l].a, &levels_[l].h, &levels_[l].reach, &levels_[l].tried, &levels_[l].a0, &levels_[l].h0, &levels_[l].tried0})
      row->resize(neurons);
    first += neurons;
  }
  // The last shares have a best response that nothing else depends on.
  const Head& head = direction_->head;
  if (head.plus >= 0) shares_[levels_.back().first + static_cast<std::size_t>(head.plus)] = 1;
  if (head.minus >= 0) shares_[levels_.back().first + static_cast<std::size_t>(head.minus)] = -1;
  forward(0);
}

/// All from layer `from` on, whose inputs stand.
void CoordinateAscent::forward(std::size_t from) {
  for (std::size_t l = from; l < levels_.size(); ++l) {
    const Layer& layer = network_.layers[l];
    Level& level = levels_[l];
    const std::vector<double>&h = l > 0 ? levels_[l - 1].h : x_, &h0 = l > 0 ? levels_[l - 1].h0 : x_;
    for (int i = 0; i < layer.outputs; ++i) {
      const auto row = static_cast<std::size_t>(i);
      double a = l > 0 ? weights_.middle[layer.bias(i)] : weights_.fixed_middle[row];
      double a0 = l > 0 ? weights_.nominal[layer.bias(i)] : weights_.fixed_nominal[row];
      double reach = l > 0 ? weights_.radius[layer.bias(i)] : weights_.fixed_reach[row];
      const auto add = [&](int j) {
        const auto at = static_cast<std::size_t>(j);
        a += weights_.middle[layer.weight(i, j)] * h[at];
        a0 += weights_.nominal[layer.weight(i, j)] * h0[at];
        reach += weights_.radius[layer.weight(i, j)] * std::fabs(h[at]);
      };
      if (l > 0)
        for (int j = 0; j < layer.inputs; ++j) add(j);
      else
        for (const int j : moving_) add(j);
      level.reach[row] = reach;
      level.a[row] = a + shares_[level.first + row] * reach;
      level.a0[row] = a0;
      settle(l, row);
    }
    products_ += 3.0 * static_cast<double>(l > 0 ? static_cast<std::size_t>(layer.inputs) : moving_.size()) * layer.outputs;
  }
  value_ = read(levels_.back().a, levels_.back().a0);
}

/// The activations of one neuron.
void CoordinateAscent::settle(std::size_t l, std::size_t i) {
  Level& level = levels_[l];
  const bool last = l + 1 == levels_.size();
  level.h[i] = last ? level.a[i] : plain_activation(network_.layers[l].activation, level.a[i]);
  level.h0[i] = last ? level.a0[i] : plain_activation(network_.layers[l].activation, level.a0[i]);
}

void CoordinateAscent::take_flip(std::size_t l, std::size_t i, double share) {
  Level& level = levels_[l];
  level.a[i] += (share - shares_[level.first + i]) * level.reach[i];
  shares_[level.first + i] = share;
  settle(l, i);
  forward(l + 1);
}

void CoordinateAscent::take_move(std::size_t j, double to) {
  const Layer& layer = network_.layers[0];
  Level& level = levels_[0];
  const double change = to - x_[j], size = std::fabs(to) - std::fabs(x_[j]);
  for (int k = 0; k < layer.outputs; ++k) {
    const auto row = static_cast<std::size_t>(k);
    const std::size_t at = layer.weight(k, static_cast<int>(j));
    level.reach[row] += weights_.radius[at] * size;
    level.a[row] += weights_.middle[at] * change + shares_[level.first + row] * weights_.radius[at] * size;
    level.a0[row] += weights_.nominal[at] * change;
    settle(0, row);
  }
  x_[j] = to;
  forward(1);
}

double CoordinateAscent::read(const std::vector<double>& a, const std::vector<double>& a0) const {
  const Head& head = direction_->head;
  double z = 0, z0 = 0;
  if (head.plus >= 0) z += a[static_cast<std::size_t>(head.plus)], z0 += a0[static_cast<std::size_t>(head.plus)];
  if (head.minus >= 0) z -= a[static_cast<std::size_t>(head.minus)], z0 -= a0[static_cast<std::size_t>(head.minus)];
  if (act_ == Activation::linear) return z - z0;
  const double sign = direction_->sign;
  return sign * (plain_activation(act_, sign * z) - plain_activation(act_, sign * z0));
}

/// From the tried activations of layer l to the tried pre-activations at the end; of the last layer only what the head reads.
void CoordinateAscent::onward(std::size_t l, bool both) {
  for (std::size_t m = l + 1; m + 1 < levels_.size(); ++m) whole_layer(m, both);
  if (l + 1 < levels_.size()) read_rows(levels_.size() - 1, both);
}

/// Input by input: neurons that are off, half of them mostly, cost nothing.
void CoordinateAscent::whole_layer(std::size_t m, bool both) {
  const Layer& layer = network_.layers[m];
  Level& level = levels_[m];
  const auto outputs = static_cast<std::size_t>(layer.outputs);
  const auto add = [&](const double* transposed, const std::vector<double>& h, bool magnitudes, std::vector<double>& sum) {
    for (std::size_t j = 0; j < h.size(); ++j) {
      if (h[j] == 0) continue;
      const double by = magnitudes ? std::fabs(h[j]) : h[j];
      const double* column = transposed + layer.weights + j * outputs;
      for (std::size_t i = 0; i < outputs; ++i) sum[i] += column[i] * by;
      products_ += static_cast<double>(outputs);
    }
  };
  const std::vector<double>&h = levels_[m - 1].tried, &h0 = levels_[m - 1].tried0;
  sum_.assign(weights_.middle + layer.biases, weights_.middle + layer.biases + outputs);
  add(weights_.transposed, h, false, sum_);
  spread_.assign(weights_.radius + layer.biases, weights_.radius + layer.biases + outputs);
  if (weights_.radius_transposed) {
    add(weights_.radius_transposed, h, true, spread_);
  } else {
    double total = 0;
    for (const double each : h) total += std::fabs(each);
    for (double& each : spread_) each += weights_.radius[layer.weights] * total;
  }
  for (std::size_t i = 0; i < outputs; ++i) level.tried[i] = plain_activation(layer.activation, sum_[i] + shares_[level.first + i] * spread_[i]);
  if (!both) {
    level.tried0 = level.h0;
    return;
  }
  sum_.assign(weights_.nominal + layer.biases, weights_.nominal + layer.biases + outputs);
  add(weights_.nominal_transposed, h0, false, sum_);
  for (std::size_t i = 0; i < outputs; ++i) level.tried0[i] = plain_activation(layer.activation, sum_[i]);
}

void CoordinateAscent::read_rows(std::size_t m, bool both) {
  const Layer& layer = network_.layers[m];
  Level& level = levels_[m];
  const std::vector<double>&h = levels_[m - 1].tried, &h0 = levels_[m - 1].tried0;
  for (const int i : {direction_->head.plus, direction_->head.minus}) {
    if (i < 0) continue;
    const auto row = static_cast<std::size_t>(i);
    double sum = weights_.middle[layer.bias(i)], spread = weights_.radius[layer.bias(i)], sum0 = weights_.nominal[layer.bias(i)];
    for (int j = 0; j < layer.inputs; ++j) {
      const auto at = static_cast<std::size_t>(j);
      sum += weights_.middle[layer.weight(i, j)] * h[at];
      spread += weights_.radius[layer.weight(i, j)] * std::fabs(h[at]);
      if (both) sum0 += weights_.nominal[layer.weight(i, j)] * h0[at];
    }
    level.tried[row] = sum + shares_[level.first + row] * spread;
    level.tried0[row] = both ? sum0 : level.a0[row];
    products_ += (both ? 3.0 : 2.0) * layer.inputs;
  }
}

/// The value with one share changed.
double CoordinateAscent::flip(std::size_t l, std::size_t i, double share) {
  Level& level = levels_[l];
  const double a = level.a[i] + (share - shares_[level.first + i]) * level.reach[i];
  const double h = plain_activation(network_.layers[l].activation, a), change = h - level.h[i], size = std::fabs(h) - std::fabs(level.h[i]);
  if (change == 0) return value_;
  const std::size_t next = l + 1;
  Level& after = levels_[next];
  const Layer& layer = network_.layers[next];
  const bool last = next + 1 == levels_.size();
  for (int k = 0; k < layer.outputs; ++k) {
    if (last && k != direction_->head.plus && k != direction_->head.minus) continue;
    const auto row = static_cast<std::size_t>(k);
    const std::size_t at = layer.weights + i * static_cast<std::size_t>(layer.outputs) + row;
    const double radius = weights_.radius_transposed ? weights_.radius_transposed[at] : weights_.radius[layer.weight(k, static_cast<int>(i))];
    const double to = after.a[row] + weights_.transposed[at] * change + shares_[after.first + row] * radius * size;
    after.tried[row] = last ? to : plain_activation(layer.activation, to);
    after.tried0[row] = after.h0[row];
  }
  products_ += 2.0 * (last ? 1 : layer.outputs);
  onward(next, false);
  return read(levels_.back().tried, levels_.back().tried0);
}

/// The value with one input changed.
double CoordinateAscent::move(std::size_t j, double to) {
  Level& level = levels_[0];
  const Layer& layer = network_.layers[0];
  const double change = to - x_[j], size = std::fabs(to) - std::fabs(x_[j]);
  const bool last = levels_.size() == 1;
  for (int k = 0; k < layer.outputs; ++k) {
    const auto row = static_cast<std::size_t>(k);
    const std::size_t at = layer.weight(k, static_cast<int>(j));
    const double a = level.a[row] + weights_.middle[at] * change + shares_[level.first + row] * weights_.radius[at] * size;
    const double a0 = level.a0[row] + weights_.nominal[at] * change;
    level.tried[row] = last ? a : plain_activation(layer.activation, a);
    level.tried0[row] = last ? a0 : plain_activation(layer.activation, a0);
  }
  products_ += 3.0 * layer.outputs;
  onward(0, true);
  return read(levels_.back().tried, levels_.back().tried0);
}

double CoordinateAscent::climb(const Domain& X, double& products) {
  const auto better = [this](double value) { return value > value_ + kBetter * std::fabs(value_); };
  for (bool improved = true; improved && products_ < products;) {
    improved = false;
    for (std::size_t l = levels_.size() - 1; l-- > 0;) {
      for (std::size_t i = 0; i < levels_[l].h.size() && products_ < products; ++i) {
        breathe();
        for (const double end : {-1.0, 1.0}) {
          if (end == shares_[levels_[l].first + i] || !better(flip(l, i, end))) continue;
          take_flip(l, i, end);
          improved = true;
        }
      }
    }
    for (const int variable : moving_) {
      if (!(products_ < products)) break;
      breathe();
      const auto j = static_cast<std::size_t>(variable);
      for (const double end : {X.x[j].lo(), X.x[j].hi}) {
        if (end == x_[j] || !better(move(j, end))) continue;
        take_move(j, end);
        improved = true;
      }
    }
  }
  products -= products_;
  return value_;
}

}  // namespace parabound
