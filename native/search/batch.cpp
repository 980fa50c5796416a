#include "batch.hpp"

#include <cmath>
#include <numeric>

#include "../bound/interrupt.hpp"
#include "../interval/simd/backend.hpp"
#include "../interval/simd/tally.hpp"
#include "plain.hpp"

namespace parabound {
namespace {

// A side this narrow is a single input after scaling.
constexpr double kPoint = 0x1p-44;

double sign_of(double x) { return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0); }

/// In a row of columns; relu, the usual one, without a branch.
void activate(Activation act, double* a, std::size_t columns) {
  if (act == Activation::relu) {
    for (std::size_t k = 0; k < columns; ++k) a[k] = a[k] > 0 ? a[k] : 0.0;
  } else if (act != Activation::linear) {
    for (std::size_t k = 0; k < columns; ++k) a[k] = plain_activation(act, a[k]);
  }
}

/// back *= act'. The slope is told from the activation alone: relu's is zero where it is.
void through_slope(Activation act, const double* h, double* back, std::size_t columns) {
  if (act == Activation::relu) {
    for (std::size_t k = 0; k < columns; ++k) back[k] = h[k] > 0 ? back[k] : 0.0;
  } else if (act != Activation::linear) {
    for (std::size_t k = 0; k < columns; ++k) back[k] *= plain_slope(act, h[k], h[k]);
  }
}

}  // namespace

Batch::Batch(const Network& network, const ParameterBox& box, const std::vector<Direction>& directions, Activation act)
    : network_(network), box_(box), directions_(directions), act_(act), levels_(network.layers.size()) {
  free_ = box.inner_lo != box.inner_hi;
  nominal_.parameters = network.parameters.data();
  if (free_) find_middles();
  changed_.parameters = free_ ? middle_.data() : box.inner_lo.data();
  const bool moved = !std::equal(network.parameters.begin(), network.parameters.end(), changed_.parameters);
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const Layer& layer = network.layers[l];
    levels_[l].all.resize(static_cast<std::size_t>(layer.outputs));
    std::iota(levels_[l].all.begin(), levels_[l].all.end(), 0);
    if (!free_) continue;
    const auto [least, most] = std::minmax_element(radius_.data() + layer.weights, radius_.data() + layer.biases);
    // Inner ends are rounded, so radii that were meant to be equal differ in their last bits.
    levels_[l].uniform = *most - *least <= 1e-6 * *most ? *least : -1;
  }
  transposed_ = transpose(nominal_.parameters);
  if (moved) changed_transposed_ = transpose(changed_.parameters);
  const auto ragged = [](const Level& level) { return level.uniform < 0; };
  if (std::any_of(levels_.begin(), levels_.end(), ragged)) radius_transposed_ = transpose(radius_.data());
  nominal_.transposed = transposed_.data();
  changed_.transposed = moved ? changed_transposed_.data() : nominal_.transposed;
}

/// The middles and radii of a box that is no copy.
void Batch::find_middles() {
  const std::size_t count = network_.parameters.size();
  middle_.resize(count);
  radius_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double nominal = network_.parameters[i];
    radius_[i] = 0.5 * (box_.inner_hi[i] - box_.inner_lo[i]);
    middle_[i] = 0.5 * (box_.inner_hi[i] + box_.inner_lo[i]);
    if (std::fabs(middle_[i] - nominal) <= 0x1p-40 * std::fabs(nominal)) middle_[i] = nominal;
  }
}

/// Each layer's weights with a row for each input, where they stand in the flat order; some rows at a time, so that lines of the
/// cache that are written to stay there.
std::vector<double> Batch::transpose(const double* parameters) const {
  constexpr int kRows = 8;
  std::vector<double> out(network_.parameters.size());
  for (const Layer& layer : network_.layers) {
    const auto outputs = static_cast<std::size_t>(layer.outputs);
    for (int first = 0; first < layer.outputs; first += kRows) {
      const int last = std::min(layer.outputs, first + kRows);
      for (int j = 0; j < layer.inputs; ++j)
        for (int i = first; i < last; ++i)
          out[layer.weights + static_cast<std::size_t>(j) * outputs + static_cast<std::size_t>(i)] = parameters[layer.weight(i, j)];
    }
  }
  return out;
}

void Batch::within(const Domain& X) {
  const Layer& first = network_.layers[0];
  base_ = X.c;
  nominal_stands_ = false;
  moving_.clear();
  std::vector<int> fixed;
  for (int j = 0; j < X.variables; ++j) {
    const Interval side = X.x[static_cast<std::size_t>(j)];
    (side.width() <= kPoint * side.mag() ? fixed : moving_).push_back(j);
  }
  fixed_reach_.assign(static_cast<std::size_t>(first.outputs), 0.0);
  for (Side* side : {&nominal_, &changed_}) side->fixed.resize(static_cast<std::size_t>(first.outputs));
  for (int i = 0; i < first.outputs; ++i) {
    const auto row = static_cast<std::size_t>(i);
    for (Side* side : {&nominal_, &changed_}) {
      double sum = side->parameters[first.bias(i)];
      for (const int j : fixed) sum += side->parameters[first.weight(i, j)] * base_[static_cast<std::size_t>(j)];
      side->fixed[row] = sum;
    }
    if (!free_) continue;
    double reach = radius_[first.bias(i)];
    for (const int j : fixed) reach += radius_[first.weight(i, j)] * std::fabs(base_[static_cast<std::size_t>(j)]);
    fixed_reach_[row] = reach;
  }
  if (!free_ && !moving_.empty() && levels_.size() > 1 && first.activation == Activation::relu) find_live(X);
}

/// Leaves out the neurons of the first layer that are off all over X under both networks: about half of a wide layer.
void Batch::find_live(const Domain& X) {
  const Layer& first = network_.layers[0];
  const auto outputs = static_cast<std::size_t>(first.outputs);
  Columns in(X.x.size(), 1), out(outputs, 1);
  for (std::size_t j = 0; j < X.x.size(); ++j) in.set(j, 0, X.x[j]);
  std::vector<char> is_live(outputs, 0);
  for (const Side* side : {&nominal_, &changed_}) {
    backend().dense_weights(side->parameters + first.weights, first.inputs, first.outputs, in.rows(), out.rows(), out.stride(), out.columns());
    for (std::size_t i = 0; i < outputs; ++i) is_live[i] |= out.get(i, 0).hi + side->parameters[first.biases + i] > 0;
  }
  std::vector<int>& live = levels_[0].all;
  live.clear();
  for (std::size_t i = 0; i < outputs; ++i)
    if (is_live[i]) live.push_back(static_cast<int>(i));
}

void Batch::reshape(std::size_t count) {
  nominal_stands_ = false;
  columns_ = (count + kColumnUnit - 1) / kColumnUnit * kColumnUnit;
  const std::size_t stride = padded_columns(columns_), inputs = static_cast<std::size_t>(network_.inputs);
  std::size_t widest = inputs;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const auto neurons = static_cast<std::size_t>(network_.layers[l].outputs);
    Level& level = levels_[l];
    for (Rows* rows : {&level.h, &level.h0}) rows->reshape(neurons, stride);
    if (free_)
      for (Rows* rows : {&level.share, &level.share_slope, &level.reach}) rows->reshape(neurons, stride);
    widest = std::max(widest, neurons);
  }
  for (Rows* rows : {&x_, &slope_}) rows->reshape(inputs, stride);
  for (Rows* rows : {&back_, &below_}) rows->reshape(widest, stride);
  if (!radius_transposed_.empty())
    for (Rows* rows : {&magnitude_, &shared_, &spread_}) rows->reshape(widest, stride);
  aims_.resize(columns_, 0);
  for (std::vector<double>* row : {&value_, &z_, &z0_, &by_, &by0_, &total_}) row->resize(columns_);
}

std::vector<Variable> Batch::variables(const Domain& X) {
  std::vector<Variable> all;
  for (const int j : moving_) {
    const Interval x = X.x[static_cast<std::size_t>(j)];
    all.push_back({input(j), input_slope(j), x.lo(), x.hi});
  }
  if (free_)
    for (Level& level : levels_)
      for (std::size_t i = 0; i < level.share.count(); ++i) all.push_back({level.share.row(i), level.share_slope.row(i), -1, 1});
  return all;
}

void Batch::answer() {
  if (!free_) return;
  for (Level& level : levels_)
    for (std::size_t i = 0; i < level.share.count(); ++i) {
      double* share = level.share.row(i);
      const double* slope = level.share_slope.row(i);
      for (std::size_t k = 0; k < columns_; ++k) share[k] = slope[k] > 0 ? 1.0 : (slope[k] < 0 ? -1.0 : share[k]);
    }
}

void Batch::times(std::size_t l, const double* weights, const Rows& x, Rows& y) const {
  const Layer& layer = network_.layers[l];
  const std::vector<int>&inputs = feeding(l), &outputs = levels_[l].all;
  const Product product{weights + layer.weights, static_cast<std::size_t>(layer.inputs), outputs.data(), inputs.data(),
                        static_cast<int>(outputs.size()), static_cast<int>(inputs.size())};
  Tally::product(outputs.size(), inputs.size(), columns_);
  backend().product(product, x.row(0), x.stride(), y.row(0), y.stride(), columns_, false);
}

void Batch::times_transposed(std::size_t l, const double* transposed, const Rows& x, Rows& y) const {
  const Layer& layer = network_.layers[l];
  const std::vector<int>&inputs = levels_[l].all, &outputs = feeding(l);
  const Product product{transposed + layer.weights, static_cast<std::size_t>(layer.outputs), outputs.data(), inputs.data(),
                        static_cast<int>(outputs.size()), static_cast<int>(inputs.size())};
  Tally::product(outputs.size(), inputs.size(), columns_);
  backend().product(product, x.row(0), x.stride(), y.row(0), y.stride(), columns_, false);
}

/// How far the box moves each pre-activation of layer l, given what it is fed.
void Batch::find_reach(std::size_t l) {
  Level& level = levels_[l];
  const Layer& layer = network_.layers[l];
  const Rows& h = fed(l);
  if (level.uniform < 0) {
    for (const int j : feeding(l)) {
      const auto row = static_cast<std::size_t>(j);
      for (std::size_t k = 0; k < columns_; ++k) magnitude_.row(row)[k] = std::fabs(h.row(row)[k]);
    }
    times(l, radius_.data(), magnitude_, level.reach);
  } else {
    std::fill_n(total_.begin(), columns_, 0.0);
    for (const int j : feeding(l)) {
      const double* row = h.row(static_cast<std::size_t>(j));
      for (std::size_t k = 0; k < columns_; ++k) total_[k] += std::fabs(row[k]);
    }
    for (std::size_t k = 0; k < columns_; ++k) total_[k] *= level.uniform;
  }
  for (int i = 0; i < layer.outputs; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const double rest = l > 0 ? radius_[layer.bias(i)] : fixed_reach_[row];
    double* reach = level.reach.row(row);
    const double* from = level.uniform < 0 ? reach : total_.data();
    for (std::size_t k = 0; k < columns_; ++k) reach[k] = from[k] + rest;
  }
}

void Batch::forward_nominal() {
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    breathe();
    const Layer& layer = network_.layers[l];
    times(l, nominal_.parameters, l > 0 ? levels_[l - 1].h0 : x_, levels_[l].h0);
    for (const int i : levels_[l].all) {
      const auto row = static_cast<std::size_t>(i);
      double* a = levels_[l].h0.row(row);
      const double constant = l > 0 ? nominal_.parameters[layer.bias(i)] : nominal_.fixed[row];
      for (std::size_t k = 0; k < columns_; ++k) a[k] += constant;
      if (l + 1 < levels_.size()) activate(layer.activation, a, columns_);
    }
  }
  nominal_stands_ = moving_.empty();  // the same in every column, for good
}

void Batch::forward_changed() {
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    breathe();
    const Layer& layer = network_.layers[l];
    Level& level = levels_[l];
    times(l, changed_.parameters, fed(l), level.h);
    if (free_) find_reach(l);
    for (const int i : levels_[l].all) {
      const auto row = static_cast<std::size_t>(i);
      double* a = level.h.row(row);
      const double constant = l > 0 ? changed_.parameters[layer.bias(i)] : changed_.fixed[row];
      if (free_) {
        const double *s = level.share.row(row), *reach = level.reach.row(row);
        for (std::size_t k = 0; k < columns_; ++k) a[k] += constant + s[k] * reach[k];
      } else {
        for (std::size_t k = 0; k < columns_; ++k) a[k] += constant;
      }
      if (l + 1 < levels_.size()) activate(layer.activation, a, columns_);
    }
  }
}

void Batch::read_heads(const Rows& h, std::vector<double>& z) const {
  for (std::size_t k = 0; k < columns_; ++k) {
    const Head& head = directions_[aims_[k]].head;
    z[k] = (head.plus >= 0 ? h.row(static_cast<std::size_t>(head.plus))[k] : 0.0) - (head.minus >= 0 ? h.row(static_cast<std::size_t>(head.minus))[k] : 0.0);
  }
}

const std::vector<double>& Batch::look() {
  if (!nominal_stands_) forward_nominal();
  forward_changed();
  const Rows &h = levels_.back().h, &h0 = levels_.back().h0;
  std::fill(value_.begin(), value_.end(), -kInf);
  for (std::size_t d = 0; d < directions_.size(); ++d) {
    const Head& head = directions_[d].head;
    for (std::size_t k = 0; k < columns_; ++k) {
      const auto at = [&](const Rows& rows, int row) { return row >= 0 ? rows.row(static_cast<std::size_t>(row))[k] : 0.0; };
      const double z = at(h, head.plus) - at(h, head.minus), z0 = at(h0, head.plus) - at(h0, head.minus), sign = directions_[d].sign;
      double value = z - z0;
      if (act_ != Activation::linear) value = sign * (plain_activation(act_, sign * z) - plain_activation(act_, sign * z0));
      if (!(value > value_[k])) continue;
      value_[k] = value;
      aims_[k] = d;
    }
  }
  return value_;
}

const std::vector<double>& Batch::evaluate(bool slopes) {
  if (!nominal_stands_) forward_nominal();
  forward_changed();
  read_heads(levels_.back().h0, z0_);
  read_heads(levels_.back().h, z_);
  for (std::size_t k = 0; k < columns_; ++k) {
    if (act_ == Activation::linear) {
      value_[k] = z_[k] - z0_[k];
      by_[k] = by0_[k] = 1;
      continue;
    }
    // The mirrored head changes sign inside the output's own activation.
    const double sign = directions_[aims_[k]].sign, to = sign * z_[k], from = sign * z0_[k];
    const double f = plain_activation(act_, to), f0 = plain_activation(act_, from);
    value_[k] = sign * (f - f0);
    by_[k] = plain_slope(act_, to, f);
    by0_[k] = plain_slope(act_, from, f0);
  }
  if (!slopes) return value_;
  backward_changed();
  if (!moving_.empty()) {
    for (const int j : moving_) std::copy_n(below_.row(static_cast<std::size_t>(j)), columns_, slope_.row(static_cast<std::size_t>(j)));
    backward_nominal();
    for (const int j : moving_) {
      const auto row = static_cast<std::size_t>(j);
      double* slope = slope_.row(row);
      for (std::size_t k = 0; k < columns_; ++k) slope[k] -= below_.row(row)[k];
    }
  }
  return value_;
}

void Batch::seed(const std::vector<double>& by, Rows& back) const {
  for (const int i : levels_.back().all) std::fill_n(back.row(static_cast<std::size_t>(i)), columns_, 0.0);
  for (std::size_t k = 0; k < columns_; ++k) {
    const Head& head = directions_[aims_[k]].head;
    if (head.plus >= 0) back.row(static_cast<std::size_t>(head.plus))[k] += by[k];
    if (head.minus >= 0) back.row(static_cast<std::size_t>(head.minus))[k] -= by[k];
  }
}

/// Leaves the slopes by the inputs in below_.
void Batch::backward_nominal() {
  seed(by0_, back_);
  for (std::size_t l = levels_.size(); l-- > 0;) {
    breathe();
    if (l + 1 < levels_.size())
      for (const int i : levels_[l].all) {
        const auto row = static_cast<std::size_t>(i);
        through_slope(network_.layers[l].activation, levels_[l].h0.row(row), back_.row(row), columns_);
      }
    times_transposed(l, nominal_.transposed, back_, below_);
    if (l > 0) std::swap(back_, below_);
  }
}

void Batch::backward_changed() {
  seed(by_, back_);
  for (std::size_t l = levels_.size(); l-- > 0;) {
    breathe();
    Level& level = levels_[l];
    const bool spread = free_ && !(l == 0 && moving_.empty());
    std::fill_n(total_.begin(), columns_, 0.0);
    for (const int i : level.all) {
      const auto row = static_cast<std::size_t>(i);
      double* delta = back_.row(row);
      if (l + 1 < levels_.size()) through_slope(network_.layers[l].activation, level.h.row(row), delta, columns_);
      if (!free_) continue;
      const double *reach = level.reach.row(row), *s = level.share.row(row);
      double *slope = level.share_slope.row(row), *to = level.uniform < 0 ? shared_.row(row) : nullptr;
      for (std::size_t k = 0; k < columns_; ++k) slope[k] = delta[k] * reach[k];
      if (!spread) continue;
      if (to)
        for (std::size_t k = 0; k < columns_; ++k) to[k] = s[k] * delta[k];
      else
        for (std::size_t k = 0; k < columns_; ++k) total_[k] += s[k] * delta[k];
    }
    if (l == 0 && moving_.empty()) return;
    times_transposed(l, changed_.transposed, back_, below_);
    if (spread) {
      if (level.uniform < 0) times_transposed(l, radius_transposed_.data(), shared_, spread_);
      else
        for (std::size_t k = 0; k < columns_; ++k) total_[k] *= level.uniform;
      for (const int j : feeding(l)) {
        const auto row = static_cast<std::size_t>(j);
        const double *h = fed(l).row(row), *by = level.uniform < 0 ? spread_.row(row) : total_.data();
        double* below = below_.row(row);
        for (std::size_t k = 0; k < columns_; ++k) below[k] += h[k] > 0 ? by[k] : (h[k] < 0 ? -by[k] : 0.0);
      }
    }
    if (l > 0) std::swap(back_, below_);
  }
}

std::vector<double> Batch::inputs(std::size_t column) {
  std::vector<double> x(base_);
  for (const int j : moving_) x[static_cast<std::size_t>(j)] = x_.row(static_cast<std::size_t>(j))[column];
  return x;
}

std::vector<double> Batch::parameters(std::size_t column) {
  if (!free_) return box_.inner_lo;
  std::vector<double> p(middle_);
  const std::vector<double> x = inputs(column);
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    const Layer& layer = network_.layers[l];
    for (int i = 0; i < layer.outputs; ++i) {
      const double s = levels_[l].share.row(static_cast<std::size_t>(i))[column];
      const auto set = [&](std::size_t at, double part) {
        const double moved = part >= 1 ? box_.inner_hi[at] : (part <= -1 ? box_.inner_lo[at] : middle_[at] + part * radius_[at]);
        p[at] = std::min(std::max(moved, box_.inner_lo[at]), box_.inner_hi[at]);
      };
      for (int j = 0; j < layer.inputs; ++j) {
        const double h = l > 0 ? levels_[l - 1].h.row(static_cast<std::size_t>(j))[column] : x[static_cast<std::size_t>(j)];
        set(layer.weight(i, j), s * sign_of(h));
      }
      set(layer.bias(i), s);
    }
  }
  return p;
}

}  // namespace parabound
