// Any depth: forms of the nominal trace h0 and of its change d = h_p - h0, layer by layer, each an
// enclosure for every p of the box at once. With E = W - W0 and e = b - b0,
//   a0 = W0 h0 + b0,   r = a_p - a0 = W0 d + E (h0 + d) + e,
// where E and e are kept as intervals. Sound at whatever tightness: what is lost is that E is one
// unknown matrix for every x, and that it is the same in every term that it enters later.
//
// These forms are met with back-substitution (backward.hpp), which keeps what the neurons of a layer have
// in common: it settles the ranges of neurons that are not yet known to be linear, and the heads.
//
// A layer is two dense products over interval columns (interval/simd): the forms' entries v, r, k, s, g
// of all neurons are the columns, so that the kernel sees a matrix of weights times many columns.
#include <algorithm>
#include <cmath>
#include <limits>

#include "../interval/simd/backend.hpp"
#include "../interval/simd/tally.hpp"
#include "anchor.hpp"
#include "deep_layer.hpp"
#include "head_bounds.hpp"
#include "interrupt.hpp"
#include "squares.hpp"
#include "trace.hpp"
#include "tuning.hpp"

namespace parabound {
namespace {

// Above this many inputs the forms carry ranges only: slopes would cost more than they tell.
constexpr int kMostSlopes = 24;
// Rounds of tuning where signs are assumed, without whose prices they would say little; and where it starts from what another box found.
constexpr int kPriced = 20, kPricedWarm = 12;

/// Relu networks are linear in pieces: there back-substitution says all that the slopes of forms would.
bool is_smooth(const Network& network) {
  return std::any_of(network.layers.begin(), network.layers.end() - 1,
                     [](const Layer& layer) { return layer.activation == Activation::sigmoid || layer.activation == Activation::tanh; });
}

/// Hidden neurons before each hidden layer, then all.
std::vector<std::size_t> neurons_before(const Network& network) {
  std::vector<std::size_t> first{0};
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) first.push_back(first.back() + static_cast<std::size_t>(network.layers[l].outputs));
  return first;
}

class DeepTrace final : public Trace {
 public:
  DeepTrace(const Network& network, const ParameterBox& box)
      : network_(network), slopes_(network.inputs <= kMostSlopes ? network.inputs : 0), form_slopes_(is_smooth(network) ? slopes_ : 0),
        columns_{form_slopes_}, backward_(network, box), pattern_(network),
        told_(network.layers.size() - 1, 1.0), passed_over_(told_.size(), 0), first_(neurons_before(network)),
        anchor_(static_cast<std::size_t>(network.inputs), first_.back()) {
    for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) add_layer(network.layers[l], box);
    scratch_.resize(5, slopes_);
  }

  bool exact() const override { return false; }
  int slopes() const override { return slopes_; }
  void expect(const std::vector<const Head*>& heads, bool nominals) override {
    expected_ = heads;
    nominals_ = nominals;
  }

  void aim(double threshold) override { aim_ = threshold; }
  void make(Effort effort) override { effort_ = effort; }
  void splits_give(double gain) override { squares_.compare_with(gain); }

  void move_to(const Domain& X) override {
    squares_.start();
    sides_ = X;
    if (slopes_ == 0) sides_.variables = 0;
    forms_sides_ = sides_;
    if (form_slopes_ == 0) forms_sides_.variables = 0;
    if (!assumed_) pattern_.clear();
    const std::size_t kept = shared_layers(X);
    anchored_ = anchor_.holds(X);
    assumes_ = pattern_.assumes();
    const bool everywhere = pattern_.is_blank();
    assumed_ = empty_ = bounded_ = false;
    if (kept > 0) {
      backward_.keep_before(kept);
    } else {
      if (!is_fed(X)) feed_inputs(X);
      mean_value_ = form_slopes_ > 0;
      std::vector<Interval> centers;
      for (const double c : X.c) centers.push_back(Interval(c));
      backward_.start(X.x, centers);
    }
    given_ = pattern_;
    if (kept > 0) pattern_.take_before(kept, found_);
    settled_ = std::min(settled_, kept);
    for (std::size_t l = kept; l < layers_.size(); ++l) propagate(l, l == kept && kept > 0);
    found_ = pattern_;
    if (effort_.neurons == 0 || !everywhere) return;
    anchor_.drop(X);
    for (const DeepLayer& layer : layers_)
      for (int i = 0; i < layer.a0.count(); ++i) anchor_.add({layer.a0[i].r, layer.r[i].r, layer.range[static_cast<std::size_t>(i)]});
  }

  std::vector<double> anchor() const override { return anchor_.numbers(); }
  void set_anchor(const std::vector<double>& from) override { anchor_.set(from); }

  void head(const Head& head, Form& z0, Form& dz) override {
    natural(head, z0, dz);
    const auto at = std::find(expected_.begin(), expected_.end(), &head);
    if (at == expected_.end()) {
      HeadBounds alone(backward_, layers_.size() - 1, {&head}, true);
      unhurried([&] { bound_heads(alone); });
      alone.meet(0, sides_, z0, dz);
      return;
    }
    if (!bounded_) {
      bounded_ = true;
      heads_ = HeadBounds(backward_, layers_.size() - 1, expected_, nominals_);
      unhurried([&] { bound_heads(heads_); });
    }
    heads_.meet(static_cast<std::size_t>(at - expected_.begin()), sides_, z0, dz);
  }

  std::size_t pattern_size() const override { return pattern_.packed_size(); }
  void assume(const double* signs) override {
    pattern_.unpack(signs);
    assumed_ = true;
  }
  void known(double* signs) const override { pattern_.pack(signs); }
  std::size_t dials_size() const override { return first_.back(); }
  void recall(const double* dials) override { dials_.assign(dials, dials + dials_size()); }
  void remember(const Head& head, double* dials) const override {
    const auto at = std::find(expected_.begin(), expected_.end(), &head);
    if (!assumes_ || at == expected_.end() || heads_.heads.empty()) return;
    const int column = heads_.tuned[static_cast<std::size_t>(at - expected_.begin())];
    if (column >= 0) head_tuner_.remember(static_cast<std::size_t>(column), dials);
  }
  void add_sign(int number, Sign sign, double* signs) const override {
    Pattern pattern(network_);
    pattern.unpack(signs);
    pattern.set(static_cast<std::size_t>(number), sign);
    pattern.pack(signs);
  }
  bool is_empty() const override { return empty_; }

  bool blame(const Head& head, Blame& blame) override {
    const auto at = std::find(expected_.begin(), expected_.end(), &head);
    if (at == expected_.end() || heads_.heads.empty() || heads_.tuned[static_cast<std::size_t>(at - expected_.begin())] < 0) return false;
    const auto column = static_cast<std::size_t>(heads_.tuned[static_cast<std::size_t>(at - expected_.begin())]);
    const bool slopes = slopes_ && !form_slopes_;
    const auto n = static_cast<std::size_t>(slopes ? slopes_ : 0);
    blame.inputs.assign(n, 0.0);
    blame.neurons.clear();
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      if (network_.layers[l].activation != Activation::relu) continue;
      const DeepLayer& layer = layers_[l];
      for (const int i : open_neurons(l)) {
        const auto row = static_cast<std::size_t>(i);
        const Tuner::Looseness loose = head_tuner_.looseness(l, i, column);
        const auto consider = [&](Side side, Interval range, double by) {
          if (!settled(range)) blame.neurons.emplace_back(static_cast<int>(pattern_.number(l, i, side)), by > 0 ? by : 0);
        };
        consider(Side::nominal, layer.a0[i].r, loose.nominal);
        consider(Side::perturbed, layer.range[row], loose.perturbed);
        if (!n) continue;
        const double* slope = layer.slopes.row(row);
        double width = 0;
        for (std::size_t j = 0; j < n; ++j) width += slope[j] * sides_.u[j].mag();
        const double range = layer.range[row].width();  // noise has its part of it
        if (!(width > 0 && range > 0)) continue;
        const double total = std::fabs(loose.on_change) * layer.d[i].r.width() + std::fabs(loose.on_nominal) * gap(layer.a0[i].r);
        for (std::size_t j = 0; j < n; ++j) blame.inputs[j] += total * slope[j] * sides_.u[j].mag() / range;
      }
    }
    return slopes || !blame.neurons.empty();
  }

 private:
  /// Work that only tightens what is known: where time is up, the forms alone have to do.
  template <class Work>
  static void unhurried(Work work) {
    try {
      work();
    } catch (const Interrupted&) {
    }
  }

  /// A head by the forms of the last hidden layer.
  void natural(const Head& head, Form& z0, Form& dz) {
    const DeepLayer& last = layers_.back();
    zero(z0, slopes_);
    zero(dz, slopes_);
    for (std::size_t i = 0; i < head.coefficients.size(); ++i) {
      const Coefficient& c = head.coefficients[i];
      if (c.frozen_zero) continue;
      const Form &h0 = last.h0[static_cast<int>(i)], &d = last.d[static_cast<int>(i)];
      add_scaled(z0, c.nominal, h0, form_slopes_);
      add_scaled(dz, c.nominal, d, form_slopes_);
      const Interval noise = hull(c.change_lo, c.change_hi);
      if (noise.is_point() && noise.hi == 0) continue;
      perturb(scratch_[4], h0, d, last.perturbed[i]);
      add_scaled(dz, noise, scratch_[4], form_slopes_);
    }
    add_constant(z0, head.constant.nominal);
    add_constant(dz, hull(head.constant.change_lo, head.constant.change_hi));
    if (form_slopes_ == slopes_) return;
    // Ranges without slopes: constant planes, until there are better ones.
    for (Form* q : {&z0, &dz}) {
      q->k = q->r;
      q->mean_value = false;
      for (int j = 0; j < slopes_; ++j) {
        q->s[j] = Interval(0.0);
        q->g[j] = Interval::whole();
      }
    }
  }

  void bound_heads(HeadBounds& bounds) {
    const std::size_t last = layers_.size() - 1;
    std::vector<std::vector<double>> planes;
    if (!is_smooth(network_)) {
      Pass pass;
      pass.under = Under::zero;
      if (slopes_) pass.planes = &planes;
      bounds.keep(backward_.upper_after(last, bounds.functionals, pass), planes);
    }
    // Heads whose changes may still exceed what was aimed at.
    std::vector<std::size_t> which;
    std::vector<const Head*> heads;
    for (std::size_t i = 0; i < bounds.heads.size(); ++i) {
      if (!(bounds.upper[i] > aim_)) continue;
      which.push_back(i);
      heads.push_back(bounds.heads[i]);
    }
    if (which.empty()) return;
    HeadBounds far(backward_, last, std::move(heads), bounds.nominals());
    planes.clear();
    const bool warm = assumes_ && !dials_.empty() && dials_[0] != 0;
    if (warm) head_tuner_.recall(dials_.data());
    const int rounds = std::max(1, assumes_ ? std::max(effort_.heads, warm ? kPricedWarm : kPriced) : effort_.heads);
    far.keep(head_tuner_.upper_after(last, far.functionals, rounds, slopes_ ? &planes : nullptr), planes);
    for (std::size_t k = 0; k < which.size(); ++k) bounds.keep_tuned(which[k], far, k);
    squares_.bound(bounds, last, head_tuner_, aim_, effort_.neurons > 0);
  }

  void add_layer(const Layer& layer, const ParameterBox& box) {
    std::vector<Interval> shift;
    for (int i = 0; i < layer.outputs; ++i) shift.push_back(box.change(layer.bias(i)));
    // Biases are constants of v, r and k alone, not of the slopes' columns: they are added there.
    std::optional<PointLayer> point;
    std::optional<IntervalLayer> noise;
    if (form_slopes_) {
      const std::vector<double> no_bias(static_cast<std::size_t>(layer.outputs), 0.0);
      point.emplace(layer.inputs, layer.outputs, network_.parameters.data() + layer.weights, no_bias.data());
    }
    const double* radius = backward_.radius();
    if (form_slopes_ || (backward_.uniform(layers_.size()) < 0 && std::any_of(radius + layer.weights, radius + layer.biases, [](double r) { return r != 0; }))) {
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
  void perturb(Form& h, const Form& h0, const Form& d, Interval range) const {
    copy(h, h0, form_slopes_);
    add_scaled(h, 1.0, d, form_slopes_);
    h.r = range;
  }

  void feed(std::size_t l, std::size_t neuron, const Form& h0, const Form& d, Interval perturbed) {
    DeepLayer& layer = layers_[l];
    columns_.store(layer.point_in, neuron, 0, h0);
    columns_.store(layer.point_in, neuron, columns_.count(), d);
    layer.point_in.set(neuron, 2 * columns_.count(), perturbed);
    perturb(scratch_[4], h0, d, perturbed);
    layer.size += perturbed.mag();
    layer.size_of_center += scratch_[4].v.mag();
    if (has_columns(l)) columns_.store(layer.noise_in, neuron, 0, scratch_[4]);
  }
  /// Are the changes of layer l more than one number, the same for all weights?
  bool has_columns(std::size_t l) const { return layers_[l].change || backward_.shifted(l); }
  void starve(std::size_t l) { layers_[l].size = layers_[l].size_of_center = 0; }

  void feed_inputs(const Domain& X) {
    multiplied_ = false;
    fed_ = X;
    starve(0);
    Form &x = scratch_[0], &still = scratch_[1];
    zero(still, form_slopes_);
    for (int j = 0; j < network_.inputs; ++j) {
      const auto at = static_cast<std::size_t>(j);
      zero(x, form_slopes_);
      x.v = Interval(X.c[at]);
      x.r = X.x[at];
      x.k = form_slopes_ ? x.v : x.r;
      x.mean_value = form_slopes_ > 0;
      if (form_slopes_) x.s[j] = x.g[j] = Interval(1.0);
      feed(0, at, x, still, X.x[at]);
    }
  }

  /// Were the first layer's products those of X already? Boxes that differ in signs alone share them.
  bool is_fed(const Domain& X) const {
    const auto same = [](Interval a, Interval b) { return a.nlo == b.nlo && a.hi == b.hi; };
    return multiplied_ && fed_.c == X.c && std::equal(X.x.begin(), X.x.end(), fed_.x.begin(), fed_.x.end(), same);
  }

  /// Layers whose ranges are those of the move before: of the same box, with the same signs given up to there.
  std::size_t shared_layers(const Domain& X) const {
    if (form_slopes_ > 0 || effort_.neurons > 0 || empty_ || settled_ < layers_.size() || !is_fed(X)) return 0;
    return std::min(pattern_.first_difference(given_), layers_.size() - 1);
  }

  /// By the packed weights, if there are any, else by those among `parameters`.
  template <class Packed, class Kernel>
  static void multiply(const Packed& packed, Kernel kernel, const double* parameters, const Layer& shape, const Columns& in, Columns& out) {
    Tally::product(static_cast<std::size_t>(shape.outputs), static_cast<std::size_t>(shape.inputs), 2 * in.columns());  // both ends
    if (packed) (backend().*kernel)(*packed, in.rows(), out.rows(), out.stride());
    else backend().dense_weights(parameters + shape.weights, shape.inputs, shape.outputs, in.rows(), out.rows(), out.stride(), out.columns());
  }

  /// `multiplied`: what comes out of the layer is there already.
  void propagate(std::size_t l, bool multiplied) {
    DeepLayer& layer = layers_[l];
    const Layer& shape = network_.layers[l];
    if (!multiplied && (l > 0 || !multiplied_)) {
      multiply(layer.nominal, &Backend::dense_point, network_.parameters.data(), shape, layer.point_in, layer.point_out);
      if (has_columns(l)) multiply(layer.change, &Backend::dense_interval, backward_.middle(), shape, layer.noise_in, layer.noise_out);
      multiplied_ = true;  // of the first layer: it comes first, and what interrupts it never gets here
    }
    for (int i = 0; i < shape.outputs; ++i) preactivation(l, i);
    if (l > 0) unhurried([&] { refine(l); });
    else if (slopes_ && !form_slopes_) for (int i = 0; i < shape.outputs; ++i) for (int j = 0; j < shape.inputs; ++j) layer.slopes.row(static_cast<std::size_t>(i))[j] = 2 * std::fabs(network_.parameters[shape.weight(i, j)]);
    bool mean_value = true;
    std::vector<NeuronRanges> ranges(static_cast<std::size_t>(shape.outputs));
    if (l + 1 < layers_.size()) starve(l + 1);
    for (int i = 0; i < shape.outputs; ++i) {
      const auto at = static_cast<std::size_t>(i);
      Form &a0 = layer.a0[i], &r = layer.r[i], &h0 = layer.h0[i], &d = layer.d[i];
      layer.perturbed[at] = through(shape.activation, a0, r, layer.range[at], forms_sides_, h0, d);
      mean_value = mean_value && h0.mean_value && d.mean_value;
      if (shape.activation == Activation::relu) {
        note(l, i, Side::nominal, a0.r);
        note(l, i, Side::perturbed, layer.range[at]);
      }
      ranges[at] = {a0.r, r.r, layer.range[at], h0.r, d.r, layer.perturbed[at], pattern_.at(l, i, Side::nominal), pattern_.at(l, i, Side::perturbed), layer.free_z0[at], layer.free_z[at]};
      if (l + 1 < layers_.size()) feed(l + 1, at, h0, d, layer.perturbed[at]);
    }
    mean_value_ = mean_value_ && mean_value;
    backward_.settle(l, std::move(ranges));
    settled_ = l + 1;
  }

  /// Forms of a0 and r of neuron i of layer l, from the kernel's columns.
  void preactivation(std::size_t l, int i) {
    DeepLayer& layer = layers_[l];
    const Layer& shape = network_.layers[l];
    const auto at = static_cast<std::size_t>(i);
    Form &a0 = layer.a0[i], &r = layer.r[i], &noise = scratch_[2];
    columns_.load(a0, layer.point_out, at, 0);
    columns_.load(r, layer.point_out, at, columns_.count());
    if (has_columns(l)) columns_.load(noise, layer.noise_out, at, 0);
    else zero(noise, form_slopes_);
    if (!layer.change) {
      const double uniform = backward_.uniform(l), by = mul_up(uniform, layer.size), by_center = mul_up(uniform, layer.size_of_center);
      noise.v += Interval::of(-by_center, by_center);
      noise.r += Interval::of(-by, by);
      noise.k = noise.r;
    }
    a0.mean_value = r.mean_value = noise.mean_value = mean_value_;
    const Interval bias(network_.parameters[shape.bias(i)]), shift = shifts_[l][at];
    add_constant(a0, bias);
    add_scaled(r, 1.0, noise, form_slopes_);
    add_constant(r, shift);
    const Interval natural = layer.point_out.get(at, 2 * columns_.count()) + noise.r + bias + shift;
    if (form_slopes_) {
      a0.r = meet(a0.r, affine_range(a0, sides_));
      r.r = meet(r.r, affine_range(r, sides_));
    }
    Interval& range = layer.range[at];
    range = natural;
    if (anchored_) {
      const Anchor::Ranges known = anchor_.ranges(first_[l] + at);
      narrow(a0.r, known.z0);
      narrow(r.r, known.r);
      narrow(range, known.z);
    }
    layer.free_z0[at] = a0.r;
    narrow(a0.r, pattern_.at(l, i, Side::nominal));
    narrow(range, a0.r + r.r);
    layer.free_z[at] = range;
    narrow(range, pattern_.at(l, i, Side::perturbed));
    narrow(r.r, range - a0.r);
  }

  static constexpr double kNegligible = 1.0 / 16, kKnown = 1e-9;
  static constexpr std::size_t kTrySquares = 8;
  static constexpr double kSquaresTell = 0.99;
  static constexpr std::size_t kPart = 32;  // neurons at a time: what stays in the cache
  // A second rule is tried where it lately narrowed the ranges of a layer's neurons by such a part; and now and then.
  static constexpr double kTells = 0.015, kForget = 0.1;
  static constexpr int kAskAgain = 32;

  /// Back-substitutes the neurons of layer l that are not yet known to be linear.
  void refine(std::size_t l) {
    if (network_.layers[l].activation == Activation::linear) return;
    for (int under = 0; under < kUnders; ++under) {
      const std::vector<int> open = open_neurons(l);
      const bool again = under > 0;
      if (again && effort_.neurons == 0 && told_[l] < kTells && ++passed_over_[l] % kAskAgain != 0) break;
      const double before = again ? log_widths(l, open) : 0;
      for (std::size_t first = 0; first < open.size(); first += kPart) {
        const std::size_t last = std::min(open.size(), first + kPart);
        refine_with(static_cast<Under>(under), l, {open.begin() + static_cast<std::ptrdiff_t>(first), open.begin() + static_cast<std::ptrdiff_t>(last)});
      }
      if (network_.layers[l].activation != Activation::relu) return;  // their lines have one slope only
      if (again && !open.empty()) told_[l] += kForget * ((before - log_widths(l, open)) / static_cast<double>(open.size()) - told_[l]);
    }
    if (effort_.neurons > 0 && squares_.covers()) square(l);
  }

  /// Of the ranges of r and z0.
  double log_widths(std::size_t l, const std::vector<int>& neurons) const {
    double sum = 0;
    for (const int i : neurons)
      for (const Form* form : {&layers_[l].r[i], &layers_[l].a0[i]}) sum += std::log(std::max(form->r.width(), std::numeric_limits<double>::min()));
    return sum;
  }

  /// Quadratic back-substitution of the changes of layer l's open neurons, as long as it tells anything.
  void square(std::size_t l) {
    std::size_t tried = 0;
    double left = 0;
    for (const int i : open_neurons(l)) {
      Form &a0 = layers_[l].a0[i], &r = layers_[l].r[i];
      Interval& z = layers_[l].range[static_cast<std::size_t>(i)];
      const double before = r.r.width();
      narrow(r.r, squares_.change(l, i));
      left += before > 0 ? r.r.width() / before : 1;
      relate(a0, r, z);
      if (++tried >= kTrySquares && left > kSquaresTell * static_cast<double>(tried)) return;
    }
  }

  /// How far the chord of relu lies above it, at most.
  static double gap(Interval t) { return t.lo() < 0 && t.hi > 0 ? t.hi / t.width() * t.nlo : 0.0; }

  /// Keeps of a what a sign leaves; an empty rest says that the box stands for nothing.
  void narrow(Interval& a, Sign sign) {
    if (is_nonnegative(sign)) {
      if (a.hi < 0) empty_ = true;
      a = Interval::of(std::max(a.lo(), 0.0), std::max(a.hi, 0.0));
    } else if (is_nonpositive(sign)) {
      if (a.lo() > 0) empty_ = true;
      a = Interval::of(std::min(a.lo(), 0.0), std::min(a.hi, 0.0));
    }
  }
  /// a becomes its common part with b; both enclose the same.
  void narrow(Interval& a, Interval b) {
    if (b.hi < a.lo() || a.hi < b.lo()) empty_ = true;
    a = meet(a, b);
  }
  void note(std::size_t l, int neuron, Side side, Interval range) {
    if (pattern_.at(l, neuron, side) != Sign::open) return;
    if (range.lo() >= 0) pattern_.set(pattern_.number(l, neuron, side), Sign::nonnegative);
    else if (range.hi <= 0) pattern_.set(pattern_.number(l, neuron, side), Sign::nonpositive);
  }

  static bool settled(Interval a) { return a.lo() >= 0 || a.hi <= 0; }

  std::vector<int> open_neurons(std::size_t l) const {
    const DeepLayer& layer = layers_[l];
    const bool relu = network_.layers[l].activation == Activation::relu;
    std::vector<int> open;
    for (int i = 0; i < layer.a0.count(); ++i)
      if (!relu || !settled(layer.a0[i].r) || !settled(layer.range[static_cast<std::size_t>(i)])) open.push_back(i);
    return open;
  }

  /// Does z deserve columns of its own? Not where it is z0 but for little, nor where z0 is known: it is z0 + r.
  static bool is_mixed(Interval z0, Interval r) { return r.width() > kNegligible * z0.width() && z0.width() > kKnown * r.width(); }

  /// Bounds r of the open neurons, z0 where its sign is open, and z.
  void refine_with(Under under, std::size_t l, const std::vector<int>& open) {
    DeepLayer& layer = layers_[l];
    const bool relu = network_.layers[l].activation == Activation::relu;
    std::vector<int> mixed, nominal;
    for (const int i : open) {
      const Interval z0 = layer.a0[i].r;
      const bool is_mixed_one = is_mixed(z0, layer.r[i].r);
      if (is_mixed_one) mixed.push_back(i);
      if (!relu || !settled(z0) || !is_mixed_one) nominal.push_back(i);  // z has to be known by one of them
    }
    // Columns: r and -r of the open, z and -z of the mixed, z0 and -z0.
    const std::size_t first_z = 2 * open.size(), first_nominal = first_z + 2 * mixed.size();
    wanted_.reshape(static_cast<std::size_t>(layer.a0.count()), {first_nominal, 2 * nominal.size()});
    wanted_.clear(open);
    const auto want = [](double* row, std::size_t column) {
      row[column] = 1;
      row[column + 1] = -1;
    };
    for (std::size_t k = 0; k < open.size(); ++k) want(wanted_.change(static_cast<std::size_t>(open[k])), 2 * k);
    for (std::size_t k = 0; k < mixed.size(); ++k) {
      want(wanted_.change(static_cast<std::size_t>(mixed[k])), first_z + 2 * k);
      want(wanted_.nominal(static_cast<std::size_t>(mixed[k])), first_z + 2 * k);
    }
    for (std::size_t k = 0; k < nominal.size(); ++k) want(wanted_.nominal(static_cast<std::size_t>(nominal[k])), first_nominal + 2 * k);

    Pass pass;
    pass.under = under;
    const bool first = under == Under::closest;
    if (slopes_ && !form_slopes_ && first && !backward_.at_point()) pass.inputs = &reached_;
    const bool tuned = effort_.neurons > 0 && under == Under::zero;
    const std::vector<double> upper = tuned ? tuner_.upper(l, wanted_, open, effort_.neurons) : backward_.upper(l, wanted_, open, pass);
    const auto range = [&](std::size_t column) { return Interval::stored(upper[column + 1], upper[column]); };
    for (std::size_t k = 0; k < nominal.size(); ++k) {
      Interval& z0 = layer.a0[nominal[k]].r;
      narrow(z0, range(first_nominal + 2 * k));
      if (first) keep_slopes(l, nominal[k], first_nominal + 2 * k);
    }
    for (std::size_t k = 0; k < mixed.size(); ++k) {
      Interval& z = layer.range[static_cast<std::size_t>(mixed[k])];
      narrow(z, range(first_z + 2 * k));
      if (first) keep_slopes(l, mixed[k], first_z + 2 * k);
    }
    for (std::size_t k = 0; k < open.size(); ++k) {
      Form &a0 = layer.a0[open[k]], &r = layer.r[open[k]];
      Interval& z = layer.range[static_cast<std::size_t>(open[k])];
      narrow(r.r, range(2 * k));
      relate(a0, r, z);
    }
  }

  /// z = z0 + r narrows all three.
  void relate(Form& a0, Form& r, Interval& z) {
    narrow(z, a0.r + r.r);
    narrow(a0.r, z - r.r);
    narrow(r.r, z - a0.r);
    if (form_slopes_) return;
    a0.k = a0.r;
    r.k = r.r;
  }

  /// How steep the bounds of a neuron's pre-activation are, from what the last pass left at the inputs.
  void keep_slopes(std::size_t l, int neuron, std::size_t column) {
    if (form_slopes_ || !slopes_ || backward_.at_point()) return;
    double* slope = layers_[l].slopes.row(static_cast<std::size_t>(neuron));
    for (std::size_t j = 0; j < static_cast<std::size_t>(slopes_); ++j)
      slope[j] = std::fabs(reached_.nominal(j)[column]) + std::fabs(reached_.nominal(j)[column + 1]);
  }

  const Network& network_;
  int slopes_;       // of heads
  int form_slopes_;  // of the forms
  FormColumns columns_;
  std::vector<DeepLayer> layers_;
  std::vector<std::vector<Interval>> shifts_;  // b - b0
  bool mean_value_ = true;                     // of every neuron of the layer before
  Domain sides_, forms_sides_;
  Domain fed_;               // what the first layer was fed
  bool multiplied_ = false;  // and its products are there
  Forms scratch_;
  Backward backward_;
  Tuner tuner_{backward_}, head_tuner_{backward_};
  Squares squares_{backward_};
  Functionals wanted_, reached_;  // room, kept
  std::vector<const Head*> expected_;
  bool nominals_ = true, bounded_ = false;
  Effort effort_;
  Pattern pattern_;
  std::vector<double> told_;    // by layer, what a second rule told lately
  std::vector<int> passed_over_;
  Pattern given_, found_;       // signs that the last move was given, and those that were known after it
  std::size_t settled_ = 0;     // layers that it came to
  std::vector<std::size_t> first_;  // neurons before each hidden layer, then all
  Anchor anchor_;
  bool anchored_ = false;           // where the trace stands
  bool assumed_ = false, assumes_ = false, empty_ = false;
  HeadBounds heads_;  // of those expected, where the trace stands
  double aim_ = -kInf;
  std::vector<double> dials_;
};

}  // namespace

std::unique_ptr<Trace> deep_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<DeepTrace>(network, box);
}

}  // namespace parabound
