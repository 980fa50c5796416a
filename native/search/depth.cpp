#include "depth.hpp"

#include "../bound/point.hpp"

namespace parabound {
namespace {

/// Both ends of y_i = t - z_i that count: the label is c, so y_i >= 0.
Interval depth_of(Interval t, Interval z) {
  const Interval y = t - z;
  return Interval::of(std::max(y.lo(), 0.0), std::max(y.hi, 0.0));
}

/// One output: |f - level| by the monotone activation, or the depth on z itself.
class OneOutput final : public Depth {
 public:
  OneOutput(Activation act, Decision decision, Interval t) : act_(act), decision_(decision), t_(t) {}

  double upper(const std::vector<Interval>& z, Trace&, const Domain&) override {
    if (act_ == Activation::linear) return (t_ - z[0]).hi;
    // Label 1 has the head -z: the deepest point has z at -min(head).
    const double deepest = z[0].lo();
    return decision_.label == 0 ? (Interval(decision_.level) - activate(act_, Interval(deepest))).hi
                                : (activate(act_, Interval(-deepest)) - Interval(decision_.level)).hi;
  }

  double least_depth(double threshold) override {
    if (!(threshold > 0)) return 0;
    if (act_ == Activation::linear) return threshold;
    if (threshold != cached_for_) {
      cached_for_ = threshold;
      const Interval level(decision_.level);
      // label 0: f < level - threshold, so z < act^-1 of it; label 1: z > act^-1(level + threshold).
      if (decision_.label == 0) {
        const Interval z = inverse_activation(act_, (level - Interval(threshold)).hi);
        cached_ = -(z.hi - t_.lo());  // t - z, rounded down
      } else {
        const Interval z = inverse_activation(act_, (level + Interval(threshold)).lo());
        cached_ = -(z.nlo + t_.nlo);  // z + t, rounded down
      }
      if (!(cached_ > 0)) cached_ = 0;
    }
    return cached_;
  }

  Interval at(const std::vector<Interval>& z) const override {
    if (act_ == Activation::linear) return decision_.label == 0 ? t_ - z[0] : z[0] + t_;
    const Interval f = activate(act_, z[0]), level(decision_.level);
    return decision_.label == 0 ? level - f : f - level;
  }

 private:
  Activation act_;
  Decision decision_;
  Interval t_;
  double cached_for_ = -1, cached_ = 0;
};

/// k outputs, margins of the logits (or of raw scores): min_i y_i.
class Margin : public Depth {
 public:
  explicit Margin(Decision decision) : decision_(decision) {}

  double upper(const std::vector<Interval>& z, Trace&, const Domain&) override {
    double least = kInf;
    for (const Interval& one : z) least = std::min(least, one.nlo);
    return least;
  }
  double least_depth(double threshold) override { return threshold > 0 ? threshold : 0; }
  Interval at(const std::vector<Interval>& z) const override { return margin(z); }

 protected:
  /// min over j of how far output c is ahead of output j.
  Interval margin(const std::vector<Interval>& f) const {
    const auto c = static_cast<std::size_t>(decision_.label);
    Interval least = Interval::of(kInf, kInf);
    for (std::size_t j = 0; j < f.size(); ++j) {
      if (j == c) continue;
      const Interval ahead = decision_.smallest ? f[j] - f[c] : f[c] - f[j];
      least = Interval::of(std::min(least.lo(), ahead.lo()), std::min(least.hi, ahead.hi));
    }
    return least;
  }
  Decision decision_;
};

/// Softmax. With y_i = z_c - z_i the margin (1 - e^-y_j) / (1 + sum_i e^-y_i) rises with every y_i;
/// where the smallest names the label, f_j - f_c = (1 - e^-y_j) / (1 + e^-y_j + sum_{i != j} e^(y_i - y_j)).
class SoftmaxMargin final : public Margin {
 public:
  using Margin::Margin;

  double upper(const std::vector<Interval>& z, Trace&, const Domain&) override {
    double least = 1;
    for (std::size_t j = 0; j < z.size(); ++j) {
      const double yj = depth_of(Interval(0.0), z[j]).hi;
      const Interval fall = exp(Interval(-yj));
      Interval sum(1.0);
      for (std::size_t i = 0; i < z.size(); ++i) {
        const Interval yi = depth_of(Interval(0.0), z[i]);
        if (i == j) sum += fall;
        else sum += decision_.smallest ? exp(Interval(yi.lo()) - Interval(yj)) : exp(Interval(-yi.hi));
      }
      const double margin = ((Interval(1.0) - fall) / sum).hi;
      least = std::min(least, margin);
    }
    return least;
  }
  double least_depth(double threshold) override {
    // Each f_c - f_j <= tanh(y_j / 2).
    if (!(threshold > 0)) return 0;
    if (threshold != cached_for_) {
      cached_for_ = threshold;
      cached_ = 2 * inverse_activation(Activation::tanh, threshold).lo();
    }
    return cached_;
  }
  Interval at(const std::vector<Interval>& z) const override {
    std::vector<Interval> f(z.size());
    softmax(z.data(), static_cast<int>(z.size()), f.data());
    return margin(f);
  }

 private:
  double cached_for_ = -1, cached_ = 0;
};

/// k outputs with a sigmoid or tanh each: act(z_j + y) - act(z_j), y in [0, max y_j].
class ElementwiseMargin final : public Margin {
 public:
  ElementwiseMargin(const Network& network, const ParameterBox& box, Decision decision)
      : Margin(decision), act_(network.last().activation) {
    for (int o = 0; o < network.outputs(); ++o) rows_.push_back(make_head(network, box, o, -1));
  }

  double upper(const std::vector<Interval>& z, Trace& trace, const Domain& sides) override {
    forms_.resize(2, trace.slopes());
    double least = kInf;
    std::size_t i = 0;
    for (int j = 0; j < static_cast<int>(rows_.size()); ++j) {
      if (j == decision_.label) continue;
      const int lower = decision_.smallest ? decision_.label : j;  // the output that is behind
      trace.head(rows_[static_cast<std::size_t>(lower)], forms_[0], forms_[1]);
      const Interval base = meet(forms_[0].r, affine_range(forms_[0], sides));
      const Interval y = depth_of(Interval(0.0), z[i++]);
      least = std::min(least, difference_range(act_, base, Interval::of(0.0, y.hi)).hi);
    }
    return least;
  }
  double least_depth(double threshold) override {
    if (!(threshold > 0)) return 0;
    if (threshold != cached_for_) {
      cached_for_ = threshold;
      // act(z + y) - act(z) <= tanh(y / 4) for sigmoid, <= 2 tanh(y / 2) for tanh.
      cached_ = act_ == Activation::sigmoid ? 4 * inverse_activation(Activation::tanh, threshold).lo()
                                            : 2 * inverse_activation(Activation::tanh, 0.5 * threshold).lo();
    }
    return cached_;
  }
  Interval at(const std::vector<Interval>& z) const override {
    std::vector<Interval> f(z);
    for (Interval& one : f) one = activate(act_, one);
    return margin(f);
  }

 private:
  Activation act_;
  std::vector<Head> rows_;
  Forms forms_;
  double cached_for_ = -1, cached_ = 0;
};

}  // namespace

std::unique_ptr<Depth> make_depth(const Network& network, const ParameterBox& box, Decision decision, Measure measure, Interval t) {
  const Activation last = network.last().activation;
  if (network.outputs() == 1)
    return std::make_unique<OneOutput>(measure == Measure::logit ? Activation::linear : last, decision, t);
  if (measure == Measure::logit || last == Activation::linear) return std::make_unique<Margin>(decision);
  if (last == Activation::softmax) return std::make_unique<SoftmaxMargin>(decision);
  return std::make_unique<ElementwiseMargin>(network, box, decision);
}

}  // namespace parabound
