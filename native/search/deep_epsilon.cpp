// epsilon where the trace is not exact. Moving the trace to a box is most of the work there, so one box
// serves every output and direction: its bound is the largest of theirs.
#include "ascent.hpp"
#include "attack.hpp"
#include "change.hpp"
#include "contract.hpp"
#include "plain.hpp"

namespace parabound {
namespace {

// A box is flat where its centre alone costs nearly as much: the parameters do, and no split of inputs helps.
constexpr double kFlat = 1.001;
// Every so many choices between an input and a neuron fall on the one that gave less; what a split gave counts by so much.
constexpr int kTryOther = 8;
constexpr double kForget = 0.1;
// In weights: how much the local searches may cost.
constexpr double kAllDirections = 2e7, kClimb = 2e7;

class DeepEpsilon final : public Objective {
 public:
  DeepEpsilon(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure)
      : network_(network), trace_(make_trace(network, box)), changes_(network, box, outputs, measure), attack_(network, box) {
    std::vector<const Head*> heads;
    for (const Direction& direction : changes_.directions()) heads.push_back(&direction.head);
    trace_->expect(heads, changes_.activation() != Activation::linear);
    clips_.resize(changes_.directions().size());
    gradient_.resize(static_cast<std::size_t>(trace_->slopes()));
    known_.resize(trace_->pattern_size());
  }

  int variables() const override { return network_.inputs; }
  int subproblems() const override { return 1; }
  bool exact() const override { return false; }
  bool improve_keeps_bound() const override { return true; }  // attacks leave the trace alone
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  void thorough(bool yes) override { trace_->make(yes ? kThorough : Effort{}); }
  std::size_t notes() const override { return trace_->pattern_size(); }
  void read(const double* notes) override { assumed_.assign(notes, notes + this->notes()); }
  void write(double* notes) const override { std::copy(known_.begin(), known_.end(), notes); }
  void divide(int number, bool upper, double* notes) override {
    trace_->add_sign(number, upper ? Sign::nonnegative : Sign::nonpositive, notes);
  }

  Bound bound(int, const Domain& X) override {
    Bound b = enclose(X);
    if (blame_.neuron >= 0) return b;  // its sign can be split
    if (single(X)) {
      b.flat = true;
    } else if (b.upper <= b.center) {
      move_point(X.c);
      const double at_center = enclose(point_).upper;
      enclose(X);
      b.flat = b.upper <= at_center * kFlat;
    }
    return b;
  }

  /// What some direction's affine enclosure does not rule out.
  Contraction contract(int, const Domain& X, double threshold, double* ends) override {
    if (!trace_->slopes() || !(threshold > -kInf)) return Contraction::none;
    const std::size_t size = 2 * X.x.size();
    std::vector<double> left, part(size);
    for (const Clip& one : clips_) {
      if (one.upper <= threshold) continue;
      part.assign(ends, ends + size);
      if (clip(one.constant, one.slopes.data(), threshold, X, part.data()) == Contraction::empty) continue;
      if (left.empty()) left = part;
      for (std::size_t j = 0; j < size; j += 2) {
        left[j] = std::min(left[j], part[j]);
        left[j + 1] = std::max(left[j + 1], part[j + 1]);
      }
    }
    if (left.empty()) return Contraction::empty;
    Contraction result = Contraction::none;
    for (std::size_t j = 0; j < size; j += 2) {
      const double was = ends[j + 1] - ends[j], is = left[j + 1] - left[j];
      if (left[j] > ends[j] || left[j + 1] < ends[j + 1]) result = stronger(result, is < 0.7 * was ? Contraction::much : Contraction::some);
    }
    std::copy(left.begin(), left.end(), ends);
    return result;
  }

  int branch(int, const Domain& X) override {
    std::vector<double> score = blame_.inputs;
    if (score.empty()) {
      if (blame_.neuron >= 0) return variables() + blame_.neuron;
      score.resize(X.x.size());
      for (std::size_t j = 0; j < score.size(); ++j) {
        const double slope = trace_->slopes() ? gradient_[j] : 1.0;
        score[j] = slope < kInf ? slope * X.u[j].mag() : X.u[j].mag();
      }
      return widest(score, X);
    }
    const int input = widest(score, X);
    if (blame_.neuron < 0) return input;
    if (input < 0) return variables() + blame_.neuron;
    return input;
  }
  void gave(int branch, double gain) override {
    Given& given = branch < variables() ? by_input_ : by_neuron_;
    if (gain >= 0) given.gain += kForget * (gain - given.gain);
  }

  /// At the root every direction is tried; elsewhere the one with the largest bound.
  bool improve(int, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    // Weights that a probe passes; of large networks only the most promising direction is tried.
    const double weights = static_cast<double>(network_.parameters.size());
    const bool all = single(X) && weights * static_cast<double>(clips_.size()) < kAllDirections;
    bool better = false;
    for (std::size_t i = 0; i < clips_.size(); ++i)
      if (all || i == largest_) better = climb(i, X, whole, better ? found.value : incumbent, found) || better;
    return better;
  }

 private:
  struct Clip {
    double upper = -kInf, constant = kInf;
    std::vector<Interval> slopes;
  };

  Bound enclose(const Domain& X) {
    const int n = trace_->slopes();
    Bound b;
    b.upper = b.center = -kInf;
    if (assumed_.size() == known_.size()) trace_->assume(assumed_.data());
    trace_->move_to(X);
    trace_->known(known_.data());
    blame_.neuron = -1;
    blame_.inputs.clear();
    if (trace_->is_empty()) return b;
    for (std::size_t i = 0; i < clips_.size(); ++i) {
      const Form& change = changes_.enclose(changes_.directions()[i], *trace_, X);
      double upper = change.r.hi;
      if (n) upper = std::min(upper, affine_range(change, X).hi);
      clips_[i].upper = upper;
      clips_[i].constant = change.k.hi;
      clips_[i].slopes.assign(change.s, change.s + n);
      if (i > 0 && !(upper > b.upper)) continue;
      largest_ = i;
      b.upper = upper;
      b.center = change.v.hi;
      // An affine bound of a change may have no slope at all: the gradient tells what moves it.
      for (int j = 0; j < n; ++j) gradient_[static_cast<std::size_t>(j)] = change.g[j].mag();
    }
    trace_->blame(changes_.directions()[largest_].head, blame_);
    return b;
  }

  /// One probe at the centre, and a climb where that comes near the incumbent.
  bool climb(std::size_t i, const Domain& X, const Domain& whole, double incumbent, Witness& found) {
    const Direction& direction = changes_.directions()[i];
    const Activation act = changes_.activation();
    Forms at;
    at.resize(2, variables());
    int rounds = 3;
    const auto value = [&](const std::vector<double>& x, std::vector<double>& gradient) {
      Form &z0 = at[0], &dz = at[1];
      attack_.probe(direction.head, x, rounds, z0, dz);
      // The output's own activation, by its slopes at both ends; the mirrored head changes sign inside.
      const double sign = act == Activation::linear ? 1.0 : direction.sign;
      const double from = sign * z0.v.hi, to = sign * (z0.v.hi + dz.v.hi);
      const double f0 = plain_activation(act, from), f = plain_activation(act, to);
      const double slope0 = plain_slope(act, from, f0), slope = plain_slope(act, to, f);
      for (int j = 0; j < variables(); ++j)
        gradient[static_cast<std::size_t>(j)] = slope * (z0.s[j].hi + dz.s[j].hi) - slope0 * z0.s[j].hi;
      return sign * (f - f0);
    };
    std::vector<double> x(X.c), gradient(x.size());
    if (!(value(x, gradient) > 0.7 * incumbent)) return false;
    const int steps = std::min(30 + 4 * std::min(variables(), 20), static_cast<int>(kClimb / static_cast<double>(network_.parameters.size())));
    if (!single(whole) && steps > 0) ascend(value, whole, x, steps);
    rounds = 12;
    value(x, gradient);
    std::vector<double> input = scaling.preimage(x);
    const double proved = changes_.proved(direction, scaling.image(input), attack_.parameters());
    if (!(proved > incumbent)) return false;
    found = Witness{};
    found.value = proved;
    found.input = std::move(input);
    found.parameters = attack_.parameters();
    found.output = direction.output;
    return true;
  }

  void move_point(const std::vector<double>& x) {
    std::vector<double> ends(2 * x.size());
    for (std::size_t j = 0; j < x.size(); ++j) ends[2 * j] = ends[2 * j + 1] = x[j];
    point_.set(ends.data(), static_cast<int>(x.size()));
  }

  const Network& network_;
  std::unique_ptr<Trace> trace_;
  Changes changes_;
  Attack attack_;
  std::vector<Clip> clips_;  // one a direction
  std::size_t largest_ = 0;  // the direction whose bound is the box's
  std::vector<double> gradient_;
  Domain point_;
  std::vector<double> assumed_, known_;  // neurons' signs
  Blame blame_;                          // of the largest
  struct Given {
    double gain = 0.1;
  };
  Given by_input_, by_neuron_;  // what splits gave lately
  int choices_ = 0;
};

}  // namespace

std::unique_ptr<Objective> deep_epsilon_objective(const Network& network, const ParameterBox& box,
                                                  const std::vector<int>& outputs, Measure measure) {
  RoundUp up;
  return std::make_unique<DeepEpsilon>(network, box, outputs, measure);
}

}  // namespace parabound
