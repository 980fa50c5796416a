#include "deep_forms.hpp"

#include <algorithm>

#include "../interval/simd/backend.hpp"
#include "../interval/simd/tally.hpp"
#include "../network/parameter_box.hpp"

namespace parabound {
namespace {

/// Relu networks are linear in pieces.
bool is_smooth(const Network& network) {
  return std::any_of(network.layers.begin(), network.layers.end() - 1,
                     [](const Layer& layer) { return layer.activation == Activation::sigmoid || layer.activation == Activation::tanh; });
}

/// By the packed weights, if there are any, else by those among `parameters`.
template <class Packed, class Kernel>
void product(const Packed& packed, Kernel kernel, const double* parameters, const Layer& shape, const Columns& in, Columns& out) {
  Tally::product(static_cast<std::size_t>(shape.outputs), static_cast<std::size_t>(shape.inputs), 2 * in.columns());  // both ends
  if (packed) (backend().*kernel)(*packed, in.rows(), out.rows(), out.stride());
  else backend().dense_weights(parameters + shape.weights, shape.inputs, shape.outputs, in.rows(), out.rows(), out.stride(), out.columns());
}

}  // namespace

DeepForms::DeepForms(const Network& network, const ParameterBox& box, const Backward& backward, int slopes)
    : network_(network), backward_(backward), smooth_(is_smooth(network)), head_slopes_(slopes), slopes_(smooth_ ? slopes : 0), columns_{slopes_} {
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) add_layer(network.layers[l], box);
  scratch_.resize(5, head_slopes_);
}

void DeepForms::add_layer(const Layer& layer, const ParameterBox& box) {
  std::vector<Interval> shift;
  for (int i = 0; i < layer.outputs; ++i) shift.push_back(box.change(layer.bias(i)));
  // Biases are constants of v, r and k alone, not of the slopes' columns: they are added there.
  std::optional<PointLayer> point;
  std::optional<IntervalLayer> noise;
  if (slopes_) {
    const std::vector<double> no_bias(static_cast<std::size_t>(layer.outputs), 0.0);
    point.emplace(layer.inputs, layer.outputs, network_.parameters.data() + layer.weights, no_bias.data());
  }
  const double* radius = backward_.radius();
  if (slopes_ || (backward_.uniform(layers_.size()) < 0 && std::any_of(radius + layer.weights, radius + layer.biases, [](double r) { return r != 0; }))) {
    std::vector<Interval> changes;
    changes.reserve(layer.biases - layer.weights);
    for (std::size_t at = layer.weights; at < layer.biases; ++at) changes.push_back(box.change(at));
    const std::vector<Interval> no_shift(static_cast<std::size_t>(layer.outputs), Interval(0.0));
    noise.emplace(layer.inputs, layer.outputs, changes.data(), no_shift.data());
  }
  layers_.emplace_back(layer, std::move(point), std::move(noise), columns_);
  shifts_.push_back(std::move(shift));
}

/// h = h0 + d for every p, its range known better than by the sum.
void DeepForms::perturb(Form& h, const Form& h0, const Form& d, Interval range) const {
  copy(h, h0, slopes_);
  add_scaled(h, 1.0, d, slopes_);
  h.r = range;
}

void DeepForms::feed_neuron(std::size_t l, std::size_t neuron, const Form& h0, const Form& d, Interval perturbed) {
  DeepLayer& layer = layers_[l];
  columns_.store(layer.point_in, neuron, 0, h0);
  columns_.store(layer.point_in, neuron, columns_.count(), d);
  layer.point_in.set(neuron, 2 * columns_.count(), perturbed);
  perturb(scratch_[4], h0, d, perturbed);
  layer.size += perturbed.mag();
  layer.size_of_center += scratch_[4].v.mag();
  if (has_columns(l)) columns_.store(layer.noise_in, neuron, 0, scratch_[4]);
}

void DeepForms::start(const Domain& X) {
  sides_ = X;
  if (slopes_ == 0) sides_.variables = 0;
  mean_value_ = slopes_ > 0;
  if (is_fed(X)) return;
  multiplied_ = false;
  fed_ = X;
  starve(0);
  Form &x = scratch_[0], &still = scratch_[1];
  zero(still, slopes_);
  for (int j = 0; j < network_.inputs; ++j) {
    const auto at = static_cast<std::size_t>(j);
    zero(x, slopes_);
    x.v = Interval(X.c[at]);
    x.r = X.x[at];
    x.k = slopes_ ? x.v : x.r;
    x.mean_value = slopes_ > 0;
    if (slopes_) x.s[j] = x.g[j] = Interval(1.0);
    feed_neuron(0, at, x, still, X.x[at]);
  }
}

bool DeepForms::is_fed(const Domain& X) const {
  const auto same = [](Interval a, Interval b) { return a.nlo == b.nlo && a.hi == b.hi; };
  return multiplied_ && fed_.c == X.c && std::equal(X.x.begin(), X.x.end(), fed_.x.begin(), fed_.x.end(), same);
}

void DeepForms::multiply(std::size_t l) {
  if (l == 0 && multiplied_) return;
  DeepLayer& layer = layers_[l];
  const Layer& shape = network_.layers[l];
  product(layer.nominal, &Backend::dense_point, network_.parameters.data(), shape, layer.point_in, layer.point_out);
  if (has_columns(l)) product(layer.change, &Backend::dense_interval, backward_.middle(), shape, layer.noise_in, layer.noise_out);
  multiplied_ = true;  // of the first layer: it comes first, and what interrupts it never gets here
}

/// Forms of a0 and r of neuron i of layer l, from the kernel's columns.
void DeepForms::preactivation(std::size_t l, int i) {
  DeepLayer& layer = layers_[l];
  const Layer& shape = network_.layers[l];
  const auto at = static_cast<std::size_t>(i);
  Form &a0 = layer.a0[i], &r = layer.r[i], &noise = scratch_[2];
  columns_.load(a0, layer.point_out, at, 0);
  columns_.load(r, layer.point_out, at, columns_.count());
  if (has_columns(l)) columns_.load(noise, layer.noise_out, at, 0);
  else zero(noise, slopes_);
  if (!layer.change) {
    const double uniform = backward_.uniform(l), by = mul_up(uniform, layer.size), by_center = mul_up(uniform, layer.size_of_center);
    noise.v += Interval::of(-by_center, by_center);
    noise.r += Interval::of(-by, by);
    noise.k = noise.r;
  }
  a0.mean_value = r.mean_value = noise.mean_value = mean_value_;
  const Interval bias(network_.parameters[shape.bias(i)]), shift = shifts_[l][at];
  add_constant(a0, bias);
  add_scaled(r, 1.0, noise, slopes_);
  add_constant(r, shift);
  const Interval natural = layer.point_out.get(at, 2 * columns_.count()) + noise.r + bias + shift;
  if (slopes_) {
    a0.r = meet(a0.r, affine_range(a0, sides_));
    r.r = meet(r.r, affine_range(r, sides_));
  }
  layer.range[at] = natural;
}

void DeepForms::activate(std::size_t l) {
  DeepLayer& layer = layers_[l];
  if (l + 1 < layers_.size()) starve(l + 1);
  bool mean_value = true;
  for (int i = 0; i < layer.a0.count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    Form &h0 = layer.h0[i], &d = layer.d[i];
    layer.perturbed[at] = through(network_.layers[l].activation, layer.a0[i], layer.r[i], layer.range[at], sides_, h0, d);
    mean_value = mean_value && h0.mean_value && d.mean_value;
    if (l + 1 < layers_.size()) feed_neuron(l + 1, at, h0, d, layer.perturbed[at]);
  }
  mean_value_ = mean_value_ && mean_value;
}

void DeepForms::head(const Head& head, Form& z0, Form& dz) {
  const DeepLayer& last = layers_.back();
  zero(z0, head_slopes_);
  zero(dz, head_slopes_);
  for (std::size_t i = 0; i < head.coefficients.size(); ++i) {
    const Coefficient& c = head.coefficients[i];
    if (c.frozen_zero) continue;
    const Form &h0 = last.h0[static_cast<int>(i)], &d = last.d[static_cast<int>(i)];
    add_scaled(z0, c.nominal, h0, slopes_);
    add_scaled(dz, c.nominal, d, slopes_);
    const Interval noise = hull(c.change_lo, c.change_hi);
    if (noise.is_point() && noise.hi == 0) continue;
    perturb(scratch_[4], h0, d, last.perturbed[i]);
    add_scaled(dz, noise, scratch_[4], slopes_);
  }
  add_constant(z0, head.constant.nominal);
  add_constant(dz, hull(head.constant.change_lo, head.constant.change_hi));
  if (slopes_ == head_slopes_) return;
  // Ranges without slopes: constant planes, until there are better ones.
  for (Form* q : {&z0, &dz}) {
    q->k = q->r;
    q->mean_value = false;
    for (int j = 0; j < head_slopes_; ++j) {
      q->s[j] = Interval(0.0);
      q->g[j] = Interval::whole();
    }
  }
}

}  // namespace parabound
