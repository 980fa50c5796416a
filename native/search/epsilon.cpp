// One subproblem for each output and direction: how far up, how far down. The direction down is the
// head of the negated row, so that in both the change dz is at its largest; the output's activation
// is then applied to the difference. Two softmax outputs are one sigmoid of the difference of logits.
#include "epsilon.hpp"

#include "../bound/point.hpp"
#include "../bound/trace.hpp"
#include "ascent.hpp"
#include "attack.hpp"
#include "contract.hpp"
#include "corner.hpp"
#include "plain.hpp"

namespace parabound {
namespace {

struct Subproblem {
  Head head;
  int output;
  double sign;  // +1: f_p - f_p0; -1: f_p0 - f_p
};

class Epsilon final : public Objective {
 public:
  Epsilon(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure)
      : network_(network), box_(box), trace_(make_trace(network, box)), measure_(measure), attack_(network, box) {
    RoundUp up;
    act_ = measure == Measure::logit ? Activation::linear : network.last().activation;
    const bool pair = act_ == Activation::softmax;  // two classes: f_o = sigmoid(z_o - z_other)
    if (pair) act_ = Activation::sigmoid;
    for (const int o : outputs) {
      const int other = pair ? 1 - o : -1;
      subproblems_.push_back({make_head(network, box, o, other), o, 1.0});
      subproblems_.push_back({make_head(network, box, other, o), o, -1.0});
      if (pair) break;  // the two confidences sum to one: they move alike
    }
    forms_.resize(6, trace_->slopes());
  }

  int variables() const override { return network_.inputs; }
  int subproblems() const override { return static_cast<int>(subproblems_.size()); }
  bool exact() const override { return trace_->exact(); }
  bool improve_keeps_bound() const override { return !exact(); }  // attacks leave the trace alone
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  Bound bound(int subproblem, const Domain& X) override {
    const Form& change = enclose(subproblem, X);
    Bound b;
    b.upper = change.r.hi;
    if (trace_->slopes()) b.upper = std::min(b.upper, affine_range(change, X).hi);
    b.center = change.v.hi;
    // At the centre the bound cannot go below the bound of that one point. For an exact trace that is v, up to
    // rounding; for an inexact one the parameters alone may cost more than any split can gain.
    if (exact()) b.flat = b.upper <= change.v.hi + 2 * change.v.width();
    else b.flat = b.upper <= change.v.hi && !single(X) && b.upper <= point_upper(subproblem, X) * kFlat;
    if (single(X)) b.flat = true;
    return b;
  }

  Contraction contract(int, const Domain& X, double threshold, double* ends) override {
    if (!trace_->slopes()) return Contraction::none;
    const Form& change = forms_[5];
    Contraction result = Contraction::none;
    for (int j = 0; j < X.variables; ++j) {
      if (change.g[j].lo() >= 0 && pin(j, true, ends)) result = Contraction::much;
      else if (change.g[j].hi <= 0 && pin(j, false, ends)) result = Contraction::much;
    }
    // After a pin the affine enclosure still holds, but no longer knows the face: the next round does.
    if (result != Contraction::none) return result;
    return clip(change.k.hi, change.s, threshold, X, ends);
  }

  int branch(int, const Domain& X) override {
    score_.assign(static_cast<std::size_t>(X.variables), 0.0);
    for (int j = 0; j < X.variables; ++j) {
      const auto at = static_cast<std::size_t>(j);
      // An affine bound of a change may have no slope at all: then the gradient tells what moves it.
      const double slope = !trace_->slopes() ? 1.0 : (exact() ? forms_[5].s[j].mag() : forms_[5].g[j].mag());
      score_[at] = slope < kInf ? slope * X.u[at].mag() : X.u[at].mag();
    }
    return widest(score_, X);
  }

  bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    if (!exact()) return attack(subproblem, X, whole, incumbent, found);
    if (single(whole)) return prove(subproblem, X.c, corner(subproblem, X.c), incumbent, found);
    std::vector<double> x(X.c);
    const auto slope = [&](const std::vector<double>& at, std::vector<double>& gradient) {
      move_point(at);
      const Form& change = enclose(subproblem, point_);
      for (int j = 0; j < variables(); ++j) gradient[static_cast<std::size_t>(j)] = change.g[j].mid();
      return change.v.mid();
    };
    ascend(slope, whole, x, 40 + 8 * variables());
    const bool better = prove(subproblem, x, corner(subproblem, x), incumbent, found);
    return prove(subproblem, X.c, corner(subproblem, X.c), better ? found.value : incumbent, found) || better;
  }

 private:
  static constexpr double kFlat = 1.001;

  /// The bound of the box's centre alone; the forms are then those of X again.
  double point_upper(int subproblem, const Domain& X) {
    move_point(X.c);
    const double upper = enclose(subproblem, point_).r.hi;
    enclose(subproblem, X);
    return upper;
  }

  std::vector<double> corner(int subproblem, const std::vector<double>& x) const {
    return best_corner(network_, box_, subproblems_[static_cast<std::size_t>(subproblem)].head, x.data());
  }

  /// Inexact traces: one probe at the centre, and a climb where that comes near the incumbent.
  bool attack(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) {
    const Subproblem& sub = subproblems_[static_cast<std::size_t>(subproblem)];
    probe_.resize(2, variables());
    int rounds = 3;
    const auto climb = [&](const std::vector<double>& at, std::vector<double>& gradient) {
      Form &z0 = probe_[0], &dz = probe_[1];
      attack_.probe(sub.head, at, rounds, z0, dz);
      // The output's own activation, by its slopes at both ends; the mirrored head changes sign inside.
      const double sign = act_ == Activation::linear ? 1.0 : sub.sign;
      const double from = sign * z0.v.hi, to = sign * (z0.v.hi + dz.v.hi);
      const double f0 = plain_activation(act_, from), f = plain_activation(act_, to);
      const double slope0 = plain_slope(act_, from, f0), slope = plain_slope(act_, to, f);
      for (int j = 0; j < variables(); ++j)
        gradient[static_cast<std::size_t>(j)] = slope * (z0.s[j].hi + dz.s[j].hi) - slope0 * z0.s[j].hi;
      return sign * (f - f0);
    };
    std::vector<double> x(X.c), gradient(x.size());
    const double here = climb(x, gradient);
    if (!(here > 0.7 * incumbent)) return false;
    if (!single(whole)) ascend(climb, whole, x, 30 + 4 * std::min(variables(), 20));
    rounds = 12;
    climb(x, gradient);
    return prove(subproblem, x, attack_.parameters(), incumbent, found);
  }

  /// Forms of the signed change sign * (f_p - f_p0) over X: forms_[5].
  const Form& enclose(int subproblem, const Domain& X) {
    const Subproblem& sub = subproblems_[static_cast<std::size_t>(subproblem)];
    const int n = trace_->slopes();
    const Domain& sides = n ? X : none_;
    Form &z = forms_[0], &dz = forms_[1], &change = forms_[5];
    trace_->move_to(X);
    trace_->head(sub.head, z, dz);
    if (act_ == Activation::linear) {
      copy(change, dz, n);
      return change;
    }
    if (sub.sign > 0) {
      through(act_, z, dz, z.r + dz.r, sides, forms_[4], change);
      change.r = meet(change.r, difference_range(act_, z.r, dz.r));
      return change;
    }
    Form &z0 = forms_[2], &r = forms_[3];
    zero(z0, n);
    zero(r, n);
    add_scaled(z0, -1.0, z, n);
    add_scaled(r, -1.0, dz, n);
    through(act_, z0, r, z0.r + r.r, sides, forms_[4], dz);
    dz.r = meet(dz.r, difference_range(act_, z0.r, r.r));
    zero(change, n);
    add_scaled(change, -1.0, dz, n);
    return change;
  }

  void move_point(const std::vector<double>& x) {
    ends_.resize(2 * x.size());
    for (std::size_t j = 0; j < x.size(); ++j) ends_[2 * j] = ends_[2 * j + 1] = x[j];
    point_.set(ends_.data(), static_cast<int>(x.size()));
  }

  bool prove(int subproblem, const std::vector<double>& x, std::vector<double> p, double incumbent, Witness& found) {
    const Subproblem& sub = subproblems_[static_cast<std::size_t>(subproblem)];
    std::vector<double> input = scaling.preimage(x);
    const PointValues values = evaluate_point(network_, scaling.image(input), p.data());
    const Activation last = measure_ == Measure::logit ? Activation::linear : network_.last().activation;
    const Interval change = output_difference(last, values.z0, values.dz)[static_cast<std::size_t>(sub.output)];
    const double value = change.mig();
    if (!(value > incumbent)) return false;
    found.value = value;
    found.input = std::move(input);
    found.parameters = std::move(p);
    found.output = sub.output;
    found.proved = true;
    return true;
  }

  const Network& network_;
  const ParameterBox& box_;
  std::unique_ptr<Trace> trace_;
  Measure measure_;
  Activation act_;
  std::vector<Subproblem> subproblems_;
  Forms forms_;  // z, dz, their mirror, the nominal output, the signed change
  std::vector<double> score_, ends_;
  Attack attack_;
  Forms probe_;
  Domain point_, none_;  // none_: no variables, for forms without slopes
};

}  // namespace

std::unique_ptr<Objective> epsilon_objective(const Network& network, const ParameterBox& box,
                                             const std::vector<int>& outputs, Measure measure) {
  return std::make_unique<Epsilon>(network, box, outputs, measure);
}

}  // namespace parabound
