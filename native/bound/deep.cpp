// Any depth: forms of the nominal trace h0 and of its change d = h_p - h0, layer by layer, each an
// enclosure for every p of the box at once. With E = W - W0 and e = b - b0,
//   a0 = W0 h0 + b0,   r = a_p - a0 = W0 d + E (h0 + d) + e,
// (problem fact 2, kept as intervals). Sound at whatever tightness: what is lost is that E is one
// unknown matrix for every x, and that it is the same in every term that it enters later.
//
// A layer is two dense products over interval columns (interval/simd): the forms' entries v, r, k, s, g
// of all neurons are the columns, so that the kernel sees a matrix of weights times many columns.
#include "../interval/simd/backend.hpp"
#include "trace.hpp"

namespace parabound {
namespace {

// Above this many inputs the forms carry ranges only: slopes would cost more than they tell.
constexpr int kMostSlopes = 24;

/// The columns of one form: v, r, k, then slopes s and gradients g.
struct FormColumns {
  int slopes;
  std::size_t count() const { return 3 + 2 * static_cast<std::size_t>(slopes); }

  void store(Columns& to, std::size_t neuron, std::size_t first, const Form& form) const {
    to.set(neuron, first, form.v);
    to.set(neuron, first + 1, form.r);
    to.set(neuron, first + 2, form.k);
    for (int j = 0; j < slopes; ++j) {
      to.set(neuron, first + 3 + static_cast<std::size_t>(j), form.s[j]);
      to.set(neuron, first + 3 + static_cast<std::size_t>(slopes + j), form.g[j]);
    }
  }
  void load(Form& form, const Columns& from, std::size_t neuron, std::size_t first) const {
    form.v = from.get(neuron, first);
    form.r = from.get(neuron, first + 1);
    form.k = from.get(neuron, first + 2);
    for (int j = 0; j < slopes; ++j) {
      form.s[j] = from.get(neuron, first + 3 + static_cast<std::size_t>(j));
      form.g[j] = from.get(neuron, first + 3 + static_cast<std::size_t>(slopes + j));
    }
  }
};

/// One layer ready for the kernel, with the columns that come out of it.
struct DeepLayer {
  PointLayer nominal;
  IntervalLayer change;
  Columns point_in, point_out;  // h0 | d | perturbed range  ->  a0 | W0 d | W0 h
  Columns noise_in, noise_out;  // h = h0 + d, with its range  ->  E h + e
  Forms h0, d;
  std::vector<Interval> perturbed;

  DeepLayer(const Layer& layer, PointLayer point, IntervalLayer noise, FormColumns form)
      : nominal(std::move(point)), change(std::move(noise)),
        point_in(static_cast<std::size_t>(layer.inputs), 2 * form.count() + 1),
        point_out(static_cast<std::size_t>(layer.outputs), 2 * form.count() + 1),
        noise_in(static_cast<std::size_t>(layer.inputs), form.count()),
        noise_out(static_cast<std::size_t>(layer.outputs), form.count()),
        perturbed(static_cast<std::size_t>(layer.outputs)) {
    h0.resize(layer.outputs, form.slopes);
    d.resize(layer.outputs, form.slopes);
  }
};

class DeepTrace final : public Trace {
 public:
  DeepTrace(const Network& network, const ParameterBox& box)
      : network_(network), slopes_(network.inputs <= kMostSlopes ? network.inputs : 0), columns_{slopes_} {
    for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) add_layer(network.layers[l], box);
    scratch_.resize(5, slopes_);
  }

  bool exact() const override { return false; }
  int slopes() const override { return slopes_; }

  void move_to(const Domain& X) override {
    sides_ = X;
    if (slopes_ == 0) sides_.variables = 0;
    feed_inputs(X);
    for (std::size_t l = 0; l < layers_.size(); ++l) propagate(l);
  }

  void head(const Head& head, Form& z0, Form& dz) override {
    const DeepLayer& last = layers_.back();
    zero(z0, slopes_);
    zero(dz, slopes_);
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
  }

 private:
  void add_layer(const Layer& layer, const ParameterBox& box) {
    std::vector<Interval> noise;
    for (std::size_t at = layer.weights; at < layer.biases; ++at) noise.push_back(box.change(at));
    std::vector<Interval> shift;
    for (int i = 0; i < layer.outputs; ++i) shift.push_back(box.change(layer.bias(i)));
    // Biases are constants of v, r and k alone, not of the slopes' columns: they are added there.
    const std::vector<double> no_bias(static_cast<std::size_t>(layer.outputs), 0.0);
    const std::vector<Interval> no_shift(static_cast<std::size_t>(layer.outputs), Interval(0.0));
    layers_.emplace_back(layer, PointLayer(layer.inputs, layer.outputs, network_.parameters.data() + layer.weights, no_bias.data()),
                         IntervalLayer(layer.inputs, layer.outputs, noise.data(), no_shift.data()), columns_);
    shifts_.push_back(std::move(shift));
  }

  /// h = h0 + d for every p, its range known better than by the sum.
  void perturb(Form& h, const Form& h0, const Form& d, Interval range) const {
    copy(h, h0, slopes_);
    add_scaled(h, 1.0, d, slopes_);
    h.r = range;
  }

  void feed(std::size_t l, std::size_t neuron, const Form& h0, const Form& d, Interval perturbed) {
    DeepLayer& layer = layers_[l];
    columns_.store(layer.point_in, neuron, 0, h0);
    columns_.store(layer.point_in, neuron, columns_.count(), d);
    layer.point_in.set(neuron, 2 * columns_.count(), perturbed);
    perturb(scratch_[4], h0, d, perturbed);
    columns_.store(layer.noise_in, neuron, 0, scratch_[4]);
  }

  void feed_inputs(const Domain& X) {
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
      feed(0, at, x, still, X.x[at]);
    }
    mean_value_ = slopes_ > 0;
  }

  void propagate(std::size_t l) {
    DeepLayer& layer = layers_[l];
    const Layer& shape = network_.layers[l];
    backend().dense_point(layer.nominal, layer.point_in.rows(), layer.point_out.rows(), layer.point_out.stride());
    backend().dense_interval(layer.change, layer.noise_in.rows(), layer.noise_out.rows(), layer.noise_out.stride());
    bool mean_value = true;
    for (int i = 0; i < shape.outputs; ++i) {
      const auto at = static_cast<std::size_t>(i);
      Form &a0 = scratch_[0], &r = scratch_[1], &noise = scratch_[2];
      columns_.load(a0, layer.point_out, at, 0);
      columns_.load(r, layer.point_out, at, columns_.count());
      columns_.load(noise, layer.noise_out, at, 0);
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
      const Interval range = meet(natural, a0.r + r.r);
      layer.perturbed[at] = through(shape.activation, a0, r, range, sides_, layer.h0[i], layer.d[i]);
      mean_value = mean_value && layer.h0[i].mean_value && layer.d[i].mean_value;
      if (l + 1 < layers_.size()) feed(l + 1, at, layer.h0[i], layer.d[i], layer.perturbed[at]);
    }
    mean_value_ = mean_value_ && mean_value;
  }

  const Network& network_;
  int slopes_;
  FormColumns columns_;
  std::vector<DeepLayer> layers_;
  std::vector<std::vector<Interval>> shifts_;  // b - b0
  bool mean_value_ = true;                     // of every neuron of the layer before
  Domain sides_;
  Forms scratch_;
};

}  // namespace

std::unique_ptr<Trace> deep_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<DeepTrace>(network, box);
}

}  // namespace parabound
