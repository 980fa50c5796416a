// Any depth: forms of every neuron (deep_forms.hpp) are met, layer by layer, with back-substitution (refinement.hpp), and so are the heads
// (head_bounds.hpp): by rules, then by tuned lines, then by sums of squares, as long as that is worth it.
#include <algorithm>
#include <cmath>

#include "anchor.hpp"
#include "head_bounds.hpp"
#include "interrupt.hpp"
#include "refinement.hpp"

namespace parabound {
namespace {

// Above this many inputs heads have no slopes: they would cost more than they tell.
constexpr int kMostSlopes = 24;
// Rounds of tuning where signs are assumed, without whose prices they would say little; and where it starts from what another box found.
constexpr int kPriced = 20, kPricedWarm = 12;

/// Hidden neurons before each hidden layer, then all.
std::vector<std::size_t> neurons_before(const Network& network) {
  std::vector<std::size_t> first{0};
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) first.push_back(first.back() + static_cast<std::size_t>(network.layers[l].outputs));
  return first;
}

class DeepTrace final : public Trace {
 public:
  DeepTrace(const Network& network, const ParameterBox& box)
      : network_(network), slopes_(network.inputs <= kMostSlopes ? network.inputs : 0), backward_(network, box), forms_(network, box, backward_, slopes_),
        with_slopes_(slopes_ > 0 && !forms_.smooth()), refinement_(network, backward_, forms_, squares_, with_slopes_), pattern_(network),
        first_(neurons_before(network)), anchor_(static_cast<std::size_t>(network.inputs), first_.back()) {}

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
    if (!assumed_) pattern_.clear();
    const std::size_t kept = shared_layers(X);
    anchored_ = anchor_.holds(X);
    assumes_ = pattern_.assumes();
    const bool everywhere = pattern_.is_blank();
    assumed_ = bounded_ = narrowing_.empty = false;
    if (kept > 0) {
      backward_.keep_before(kept);
    } else {
      forms_.start(X);
      std::vector<Interval> centers;
      for (const double c : X.c) centers.push_back(Interval(c));
      backward_.start(X.x, centers);
    }
    given_ = pattern_;
    if (kept > 0) pattern_.take_before(kept, found_);
    settled_ = std::min(settled_, kept);
    for (std::size_t l = kept; l < forms_.layers().size(); ++l) propagate(l, l == kept && kept > 0);
    found_ = pattern_;
    if (effort_.neurons == 0 || !everywhere) return;
    anchor_.drop(X);
    for (const DeepLayer& layer : forms_.layers())
      for (int i = 0; i < layer.a0.count(); ++i) anchor_.add({layer.a0[i].r, layer.r[i].r, layer.range[static_cast<std::size_t>(i)]});
  }

  std::vector<double> anchor() const override { return anchor_.numbers(); }
  void set_anchor(const std::vector<double>& from) override { anchor_.set(from); }

  void head(const Head& head, Form& z0, Form& dz) override {
    forms_.head(head, z0, dz);
    const auto at = std::find(expected_.begin(), expected_.end(), &head);
    if (at == expected_.end()) {
      HeadBounds alone(backward_, forms_.layers().size() - 1, {&head}, true);
      unhurried([&] { bound_heads(alone); });
      alone.meet(0, sides_, z0, dz);
      return;
    }
    if (!bounded_) {
      bounded_ = true;
      heads_ = HeadBounds(backward_, forms_.layers().size() - 1, expected_, nominals_);
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
  bool is_empty() const override { return narrowing_.empty; }

  bool blame(const Head& head, Blame& blame) override {
    const auto at = std::find(expected_.begin(), expected_.end(), &head);
    if (at == expected_.end() || heads_.heads.empty() || heads_.tuned[static_cast<std::size_t>(at - expected_.begin())] < 0) return false;
    const auto column = static_cast<std::size_t>(heads_.tuned[static_cast<std::size_t>(at - expected_.begin())]);
    const auto n = static_cast<std::size_t>(with_slopes_ ? slopes_ : 0);
    blame.inputs.assign(n, 0.0);
    blame.neurons.clear();
    for (std::size_t l = 0; l < forms_.layers().size(); ++l) {
      if (network_.layers[l].activation != Activation::relu) continue;
      const DeepLayer& layer = forms_.layers()[l];
      for (const int i : open_neurons(layer, Activation::relu)) {
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
    return with_slopes_ || !blame.neurons.empty();
  }

 private:
  void bound_heads(HeadBounds& bounds) {
    const std::size_t last = forms_.layers().size() - 1;
    std::vector<std::vector<double>> planes;
    if (!forms_.smooth()) {
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

  /// Layers whose ranges are those of the move before: of the same box, with the same signs given up to there.
  std::size_t shared_layers(const Domain& X) const {
    if (forms_.slopes() > 0 || effort_.neurons > 0 || narrowing_.empty || settled_ < forms_.layers().size() || !forms_.is_fed(X)) return 0;
    return std::min(pattern_.first_difference(given_), forms_.layers().size() - 1);
  }

  void propagate(std::size_t l, bool multiplied) {
    DeepLayer& layer = forms_.layers()[l];
    const Layer& shape = network_.layers[l];
    if (!multiplied) forms_.multiply(l);
    for (int i = 0; i < shape.outputs; ++i) preactivation(l, i);
    if (l > 0) unhurried([&] { refinement_.layer(l, effort_, narrowing_); });
    else if (with_slopes_) keep_first_slopes();
    forms_.activate(l);
    std::vector<NeuronRanges> ranges(static_cast<std::size_t>(shape.outputs));
    for (int i = 0; i < shape.outputs; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (shape.activation == Activation::relu) {
        note(l, i, Side::nominal, layer.a0[i].r);
        note(l, i, Side::perturbed, layer.range[at]);
      }
      ranges[at] = {layer.a0[i].r, layer.r[i].r, layer.range[at], layer.h0[i].r, layer.d[i].r, layer.perturbed[at],
                    pattern_.at(l, i, Side::nominal), pattern_.at(l, i, Side::perturbed), layer.free_z0[at], layer.free_z[at]};
    }
    backward_.settle(l, std::move(ranges));
    settled_ = l + 1;
  }

  /// Both bounds of a first layer's neuron are as steep as its weights.
  void keep_first_slopes() {
    const Layer& shape = network_.layers[0];
    for (int i = 0; i < shape.outputs; ++i)
      for (int j = 0; j < shape.inputs; ++j) forms_.layers()[0].slopes.row(static_cast<std::size_t>(i))[j] = 2 * std::fabs(network_.parameters[shape.weight(i, j)]);
  }

  /// What the forms, an anchor and signs know of neuron i of layer l.
  void preactivation(std::size_t l, int i) {
    forms_.preactivation(l, i);
    DeepLayer& layer = forms_.layers()[l];
    const auto at = static_cast<std::size_t>(i);
    Interval &z0 = layer.a0[i].r, &r = layer.r[i].r, &z = layer.range[at];
    if (anchored_) {
      const Anchor::Ranges known = anchor_.ranges(first_[l] + at);
      narrowing_.by(z0, known.z0);
      narrowing_.by(r, known.r);
      narrowing_.by(z, known.z);
    }
    layer.free_z0[at] = z0;
    narrowing_.by(z0, pattern_.at(l, i, Side::nominal));
    narrowing_.by(z, z0 + r);
    layer.free_z[at] = z;
    narrowing_.by(z, pattern_.at(l, i, Side::perturbed));
    narrowing_.by(r, z - z0);
  }

  /// How far the chord of relu lies above it, at most.
  static double gap(Interval t) { return t.lo() < 0 && t.hi > 0 ? t.hi / t.width() * t.nlo : 0.0; }

  void note(std::size_t l, int neuron, Side side, Interval range) {
    if (pattern_.at(l, neuron, side) != Sign::open) return;
    if (range.lo() >= 0) pattern_.set(pattern_.number(l, neuron, side), Sign::nonnegative);
    else if (range.hi <= 0) pattern_.set(pattern_.number(l, neuron, side), Sign::nonpositive);
  }

  const Network& network_;
  int slopes_;  // of heads
  Backward backward_;
  DeepForms forms_;
  bool with_slopes_;  // of neurons' bounds
  Squares squares_{backward_};
  Refinement refinement_;
  Tuner head_tuner_{backward_};
  Domain sides_;  // where the trace stands; without variables where heads have no slopes
  Narrowing narrowing_;
  std::vector<const Head*> expected_;
  bool nominals_ = true, bounded_ = false;
  Effort effort_;
  Pattern pattern_;
  Pattern given_, found_;           // signs that the last move was given, and those that were known after it
  std::size_t settled_ = 0;         // layers that it came to
  std::vector<std::size_t> first_;  // neurons before each hidden layer, then all
  Anchor anchor_;
  bool anchored_ = false;           // where the trace stands
  bool assumed_ = false, assumes_ = false;
  HeadBounds heads_;  // of those expected, where the trace stands
  double aim_ = -kInf;
  std::vector<double> dials_;
};

}  // namespace

std::unique_ptr<Trace> deep_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<DeepTrace>(network, box);
}

}  // namespace parabound
