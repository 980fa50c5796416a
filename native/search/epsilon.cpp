// Exact traces: one subproblem for each output and direction.
#include "ascent.hpp"
#include "change.hpp"
#include "contract.hpp"
#include "corner.hpp"

namespace parabound {
namespace {

class Epsilon final : public Objective {
 public:
  Epsilon(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure)
      : network_(network), box_(box), trace_(make_trace(network, box)), changes_(network, box, outputs, measure) {}

  int variables() const override { return network_.inputs; }
  int subproblems() const override { return static_cast<int>(changes_.directions().size()); }
  bool exact() const override { return true; }
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  Bound bound(int subproblem, const Domain& X) override {
    change_ = &enclose(subproblem, X);
    Bound b;
    b.upper = std::min(change_->r.hi, affine_range(*change_, X).hi);
    b.center = change_->v.hi;
    // At the centre the bound is the value, up to rounding, and cannot go below it.
    b.flat = single(X) || b.upper <= change_->v.hi + 2 * change_->v.width();
    return b;
  }

  Contraction contract(int, const Domain& X, double threshold, double* ends) override {
    const Form& change = *change_;
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
    score_.resize(X.x.size());
    for (std::size_t j = 0; j < score_.size(); ++j) score_[j] = change_->s[j].mag() * X.u[j].mag();
    return widest(score_, X);
  }

  bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    if (single(whole)) return prove(subproblem, X.c, corner(subproblem, X.c), incumbent, found);
    std::vector<double> x(X.c);
    const auto slope = [&](const std::vector<double>& at, std::vector<double>& gradient) {
      point_.set_point(at);
      const Form& change = enclose(subproblem, point_);
      for (int j = 0; j < variables(); ++j) gradient[static_cast<std::size_t>(j)] = change.g[j].mid();
      return change.v.mid();
    };
    // Of wide networks a step costs much, and finds less.
    const double most = 1e8 / static_cast<double>(network_.parameters.size());
    ascend(slope, whole, x, static_cast<int>(std::min(40.0 + 8.0 * variables(), most)));
    const bool better = prove(subproblem, x, corner(subproblem, x), incumbent, found);
    return prove(subproblem, X.c, corner(subproblem, X.c), better ? found.value : incumbent, found) || better;
  }

 private:
  std::vector<double> corner(int subproblem, const std::vector<double>& x) const {
    return best_corner(network_, box_, direction(subproblem).head, x.data());
  }

  const Direction& direction(int subproblem) const { return changes_.directions()[static_cast<std::size_t>(subproblem)]; }

  const Form& enclose(int subproblem, const Domain& X) {
    trace_->move_to(X);
    return changes_.enclose(direction(subproblem), *trace_, X);
  }

  bool prove(int subproblem, const std::vector<double>& x, std::vector<double> p, double incumbent, Witness& found) {
    std::vector<double> input = scaling.preimage(x);
    const double value = changes_.proved(direction(subproblem), scaling.image(input), p);
    if (!(value > incumbent)) return false;
    found.value = value;
    found.input = std::move(input);
    found.parameters = std::move(p);
    found.output = direction(subproblem).output;
    found.proved = true;
    return true;
  }

  const Network& network_;
  const ParameterBox& box_;
  std::unique_ptr<Trace> trace_;
  Changes changes_;
  const Form* change_ = nullptr;  // of the box that was bounded last
  std::vector<double> score_;
  Domain point_;
};

}  // namespace

std::unique_ptr<Objective> epsilon_objective(const Network& network, const ParameterBox& box,
                                             const std::vector<int>& outputs, Measure measure) {
  RoundUp up;
  if (network.hidden_layers() > 1) return deep_epsilon_objective(network, box, outputs, measure);
  return std::make_unique<Epsilon>(network, box, outputs, measure);
}

}  // namespace parabound
