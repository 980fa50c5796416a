// One subproblem for each output and direction: how far up, how far down. The direction down is the
// head of the negated row, so that in both the change dz is at its largest; the output's activation
// is then applied to the difference. Two softmax outputs are one sigmoid of the difference of logits.
#include "epsilon.hpp"

#include "../bound/point.hpp"
#include "../bound/trace.hpp"
#include "ascent.hpp"
#include "contract.hpp"
#include "corner.hpp"

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
      : network_(network), box_(box), trace_(make_trace(network, box)), measure_(measure) {
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
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  Bound bound(int subproblem, const Domain& X) override {
    const Form& change = enclose(subproblem, X);
    Bound b;
    b.upper = change.r.hi;
    if (trace_->slopes()) b.upper = std::min(b.upper, affine_range(change, X).hi);
    b.center = change.v.hi;
    // At the centre the bound cannot go below change.v.hi. An exact trace's rounding is the width
    // of that value; an inexact one's looseness dwarfs what a split could still gain.
    const double floor = exact() ? 2 * change.v.width() : 1e-3 * change.v.width();
    b.flat = b.upper <= change.v.hi + floor;
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
      score_[at] = trace_->slopes() ? forms_[5].s[j].mag() * X.u[at].mag() : X.u[at].mag();
    }
    return widest(score_, X);
  }

  bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    if (whole.is_point()) return prove(subproblem, X.c, incumbent, found);
    std::vector<double> x(X.c);
    if (trace_->slopes()) {
      const auto slope = [&](const std::vector<double>& at, std::vector<double>& gradient) {
        move_point(at);
        const Form& change = enclose(subproblem, point_);
        for (int j = 0; j < variables(); ++j) gradient[static_cast<std::size_t>(j)] = change.g[j].mid();
        return change.v.mid();
      };
      ascend(slope, whole, x, 40 + 8 * variables());
    }
    const bool better = prove(subproblem, x, incumbent, found);
    return prove(subproblem, X.c, better ? found.value : incumbent, found) || better;
  }

 private:
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

  bool prove(int subproblem, const std::vector<double>& x, double incumbent, Witness& found) {
    const Subproblem& sub = subproblems_[static_cast<std::size_t>(subproblem)];
    std::vector<double> p;
    if (exact()) {
      p = best_corner(network_, box_, sub.head, x.data());
    } else {
      const auto functional = [&](const std::vector<double>& z, std::vector<double>& gradient) {
        double value = 0;
        gradient.assign(z.size(), 0.0);
        if (sub.head.plus >= 0) value += z[static_cast<std::size_t>(sub.head.plus)], gradient[static_cast<std::size_t>(sub.head.plus)] = 1;
        if (sub.head.minus >= 0) value -= z[static_cast<std::size_t>(sub.head.minus)], gradient[static_cast<std::size_t>(sub.head.minus)] = -1;
        return value;
      };
      p = gradient_corner(network_, box_, functional, x.data(), 12);
    }
    const PointValues values = evaluate_point(network_, x.data(), p.data());
    const Activation last = measure_ == Measure::logit ? Activation::linear : network_.last().activation;
    const Interval change = output_difference(last, values.z0, values.dz)[static_cast<std::size_t>(sub.output)];
    const double value = change.mig();
    if (!(value > incumbent)) return false;
    found.value = value;
    found.input = x;
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
  Domain point_, none_;  // none_: no variables, for forms without slopes
};

}  // namespace

std::unique_ptr<Objective> epsilon_objective(const Network& network, const ParameterBox& box,
                                             const std::vector<int>& outputs, Measure measure) {
  return std::make_unique<Epsilon>(network, box, outputs, measure);
}

}  // namespace parabound
