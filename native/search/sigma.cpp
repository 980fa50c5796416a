// Everything happens on the logits, where label questions live. A subproblem is one
// way to flip: with z = a head and threshold t,
//     nominal label c:  z0(x) <= t      (depth  y = t - z0 >= 0)
//     flipped by p:     z_p(x) > t      (w = z0 + dz - t > 0)
// one output: z is the output's head or its mirror, t the level's logit; k outputs: z = z_j - z_c for
// the class j that overtakes, t = 0. Which of the two inequalities is strict follows the tie rule.
// The largest depth under w >= 0 is bounded by the box's own depth, and by Lagrange's bound
//     y <= y + lambda w = (1 - lambda)(t - z0) + lambda dz,   lambda >= 0,
// which at lambda = 1 does not know z0 at all: it shrinks with the perturbation.
#include "sigma.hpp"

#include "../bound/point.hpp"
#include "../bound/trace.hpp"
#include "attack.hpp"
#include "contract.hpp"
#include "corner.hpp"
#include "depth.hpp"
#include "flip.hpp"

namespace parabound {
namespace {

constexpr int kMostClimbed = 64;  // more inputs than this: local search is left to single probes

class Sigma final : public Objective {
 public:
  Sigma(const Network& network, const ParameterBox& box, Decision decision, Measure measure, bool reach)
      : network_(network), box_(box), trace_(make_trace(network, box)), decision_(decision), reach_(reach), attack_(network, box) {
    RoundUp up;
    Flips flips = flips_of(network, box, decision);
    t_ = flips.threshold;
    flips_ = std::move(flips.ways);
    depth_ = make_depth(network, box, decision, measure, t_);
    forms_.resize(2 + static_cast<int>(flips_.size()), trace_->slopes());
  }

  int variables() const override { return network_.inputs; }
  int subproblems() const override { return reach_ ? 1 : static_cast<int>(flips_.size()); }
  bool exact() const override { return trace_->exact(); }
  bool improve_keeps_bound() const override { return !exact(); }  // attacks leave the trace alone
  std::vector<double> root(const double* domain) const override { return {domain, domain + 2 * network_.inputs}; }

  Bound bound(int subproblem, const Domain& X) override {
    Bound b;
    b.upper = b.center = -kInf;
    none_.variables = 0;
    const Domain& sides = trace_->slopes() ? X : none_;
    trace_->move_to(X);
    heads_.assign(flips_.size(), Interval());
    center_heads_.assign(flips_.size(), Interval());
    for (std::size_t i = 0; i < flips_.size(); ++i) {
      const bool own = !reach_ && static_cast<int>(i) == subproblem;
      Form &z0 = forms_[2 + static_cast<int>(i)], &dz = forms_[own ? 1 : 0];
      trace_->head(flips_[i].head, z0, dz);
      const Interval range = meet(z0.r, affine_range(z0, sides));
      double low = range.lo();
      if (own) {
        const double highest = std::min((z0.r + dz.r).hi, affine_sum(z0, dz, sides)) - t_.lo();
        center_w_ = (z0.v + dz.v) - t_;
        if (infeasible(highest, flips_[i].strict_flip)) return b;
        flat_w_ = exact() && highest <= center_w_.hi + floor(center_w_);
        low = std::max(low, -(lagrange(z0, dz, sides) - t_.lo()));
      }
      if (infeasible(t_.hi - low, flips_[i].strict_nominal)) return b;
      heads_[i] = Interval::of(low, std::max(low, range.hi));
      center_heads_[i] = z0.v;
    }
    if (reach_) {
      b.upper = b.center = 1;
      b.flat = false;
      return b;
    }
    b.upper = depth_->upper(heads_, *trace_, sides);
    const bool flips_at_center = center_w_.hi >= 0;
    if (flips_at_center) b.center = depth_->upper(center_heads_, *trace_, sides);
    const auto own = static_cast<std::size_t>(subproblem);
    const Interval center = t_ - forms_[2 + subproblem].v;
    b.flat = flips_at_center ? exact() && t_.hi - heads_[own].lo() <= center.hi + floor(center) : flat_w_;
    if (!exact() && flips_at_center && !single(X) && !pointwise_) {
      // An inexact trace: no split can go below what the parameters cost at the centre alone.
      pointwise_ = true;
      const double upper = b.upper;
      point_.set_point(X.c);
      b.flat = upper <= bound(subproblem, point_).upper * 1.001;
      Bound again = bound(subproblem, X);
      pointwise_ = false;
      again.flat = b.flat;
      return again;
    }
    if (single(X)) b.flat = true;
    return b;
  }

  Contraction contract(int subproblem, const Domain& X, double threshold, double* ends) override {
    const int n = trace_->slopes();
    if (!n) return Contraction::none;
    const double least = reach_ ? 0.0 : std::max(0.0, depth_->least_depth(threshold));  // y must reach this
    Contraction result = Contraction::none;
    slopes_.resize(static_cast<std::size_t>(n));
    const auto cut = [&](double constant, double bound) {
      if (result == Contraction::empty) return;
      result = stronger(result, clip(constant, slopes_.data(), bound, X, ends));
    };
    for (std::size_t i = 0; i < flips_.size(); ++i) {  // t - z0 >= least
      const Form& z0 = forms_[2 + static_cast<int>(i)];
      for (int j = 0; j < n; ++j) slopes_[static_cast<std::size_t>(j)] = -z0.s[j];
      cut((t_ - z0.k).hi, least);
    }
    if (reach_ || result == Contraction::empty) return result;
    const Form &z0 = forms_[2 + subproblem], &dz = forms_[1];
    for (int j = 0; j < n; ++j) slopes_[static_cast<std::size_t>(j)] = z0.s[j] + dz.s[j];
    cut((z0.k + dz.k).hi, t_.lo());
    for (int j = 0; j < n; ++j) slopes_[static_cast<std::size_t>(j)] = dz.s[j];
    cut(dz.k.hi, least);
    return result;
  }

  int branch(int subproblem, const Domain& X) override {
    score_.assign(static_cast<std::size_t>(X.variables), 0.0);
    for (int j = 0; j < X.variables; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (!trace_->slopes()) {
        score_[at] = X.u[at].mag();
        continue;
      }
      double s = reach_ ? 0.0 : forms_[1].s[j].mag();
      for (std::size_t i = 0; i < flips_.size(); ++i)
        if (reach_ || flips_.size() > 1 || static_cast<int>(i) == subproblem) s += forms_[2 + static_cast<int>(i)].s[j].mag();
      score_[at] = s * X.u[at].mag();
    }
    return widest(score_, X);
  }

  bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) override;

 private:
  static double floor(Interval center) { return 2 * center.width(); }

  /// Upper end of the affine enclosure of z0 + dz: slopes are added before they meet the box.
  static double affine_sum(const Form& z0, const Form& dz, const Domain& X) {
    Interval sum = z0.k + dz.k;
    for (int j = 0; j < X.variables; ++j) sum += (z0.s[j] + dz.s[j]) * X.u[static_cast<std::size_t>(j)];
    return sum.hi;
  }

  /// An upper bound of the depth y under w >= 0.
  double lagrange(const Form& z0, const Form& dz, const Domain& X) {
    double best = std::min(dz.r.hi, lagrange_at(1.0, z0, dz, X));
    if (X.variables > 0) best = std::min(best, lagrange_at(linear_maximum(z0, dz, X).multiplier, z0, dz, X));
    return best;
  }
  double lagrange_at(double lambda, const Form& z0, const Form& dz, const Domain& X) const {
    const Interval rest = Interval(1.0) - Interval(lambda);
    Interval sum = rest * (t_ - z0.k) + lambda * dz.k;
    for (int j = 0; j < X.variables; ++j) sum += (lambda * dz.s[j] - rest * z0.s[j]) * X.u[static_cast<std::size_t>(j)];
    return sum.hi;
  }
  /// The linear program  max y  s.t.  w >= margin  over the box, on the forms' middles (plain
  /// arithmetic): a fractional knapsack. Gives the best offsets u and the constraint's multiplier.
  struct Linear {
    std::vector<double> u;
    double multiplier = 0;
    bool feasible = true;
  };
  Linear linear_maximum(const Form& z0, const Form& dz, const Domain& X, double margin = 0) const;

  bool prove(int subproblem, const std::vector<double>& x, double incumbent, Witness& found);
  /// z0 and dz at one input: enclosed where the trace is exact, else what an attack finds.
  void probe(const Head& head, const std::vector<double>& x, Form& z0, Form& dz) {
    if (!exact()) return attack_.probe(head, x, 4, z0, dz);
    point_.set_point(x);
    trace_->move_to(point_);
    trace_->head(head, z0, dz);
  }
  int label_of(const PointValues& values, int overtaker) const;
  const Network& network_;
  const ParameterBox& box_;
  std::unique_ptr<Trace> trace_;
  Decision decision_;
  bool reach_;
  Interval t_;
  std::vector<Flip> flips_;
  std::unique_ptr<Depth> depth_;
  Forms forms_;  // scratch, dz of the own flip, z0 of every flip
  Interval center_w_;
  bool flat_w_ = false, pointwise_ = false;
  Attack attack_;
  std::vector<Interval> heads_, center_heads_;  // z0 of every flip over X (as far as it flips), at its centre
  std::vector<double> score_;
  std::vector<Interval> slopes_;
  Domain point_, none_;
};

Sigma::Linear Sigma::linear_maximum(const Form& z0, const Form& dz, const Domain& X, double margin) const {
  const int n = X.variables;
  Linear best;
  best.u.resize(static_cast<std::size_t>(n));
  double w = z0.k.mid() + dz.k.mid() - t_.mid() - margin;
  struct Swap {
    double ratio;
    int j;
    double to;
  };
  std::vector<Swap> swaps;
  for (int j = 0; j < n; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const double gain = z0.s[j].mid(), rise = gain + dz.s[j].mid();  // of -y and of w, per unit of u
    const double lo = X.u[at].lo(), hi = X.u[at].hi;
    // Deepest end first; where depth does not care, the end that flips more.
    const bool high = gain < 0 || (gain == 0 && rise > 0);
    const double from = high ? hi : lo, to = high ? lo : hi;
    best.u[at] = from;
    w += rise * from;
    if (rise * (to - from) > 0) swaps.push_back({std::fabs(gain) / std::fabs(rise), j, to});
  }
  std::sort(swaps.begin(), swaps.end(), [](const Swap& a, const Swap& b) { return a.ratio < b.ratio; });
  for (const Swap& swap : swaps) {
    if (w >= 0) return best;
    const auto at = static_cast<std::size_t>(swap.j);
    const double rise = z0.s[swap.j].mid() + dz.s[swap.j].mid();
    const double full = rise * (swap.to - best.u[at]);
    best.multiplier = swap.ratio;
    best.u[at] += (w + full <= 0 ? 1.0 : -w / full) * (swap.to - best.u[at]);
    w += full;
  }
  best.feasible = w >= 0;
  return best;
}

bool Sigma::improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) {
  const Flip& flip = flips_[static_cast<std::size_t>(subproblem)];
  bool better = prove(subproblem, X.c, incumbent, found);
  if ((better && !found.proved) || single(whole) || variables() > kMostClimbed) return better;
  // Sequential linear programming: solve on the linearisation at x, keep what is feasible and
  // deeper, shrink the trust region otherwise.
  Forms at;
  at.resize(2, variables());
  std::vector<double> x(X.c), deepest;
  double best = -kInf, radius = 1;
  Domain trust;
  std::vector<double> ends(2 * x.size());
  for (int round = 0; round < 16 && radius > 1e-9; ++round) {
    Form &z0 = at[0], &dz = at[1];
    probe(flip.head, x, z0, dz);
    const Interval w = z0.v + dz.v - t_;
    const double y = (t_ - z0.v).mid(), margin = reach_ ? 0 : 2 * w.width();
    const bool feasible = reach_ || w.lo() > 0;
    if (feasible && y > best) {
      best = y;
      deepest = x;
    } else if (!deepest.empty()) {
      x = deepest;
      radius *= 0.2;
      probe(flip.head, x, z0, dz);
    }
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double reach = radius * (whole.x[j].hi - whole.x[j].lo());
      ends[2 * j] = std::max(whole.x[j].lo(), x[j] - reach);
      ends[2 * j + 1] = std::min(whole.x[j].hi, x[j] + reach);
    }
    trust.set(ends.data(), variables());
    for (std::size_t j = 0; j < x.size(); ++j) trust.u[j] = Interval::of(ends[2 * j] - x[j], ends[2 * j + 1] - x[j]);
    const Linear step = reach_ ? linear_maximum(z0, z0, trust, -kInf) : linear_maximum(z0, dz, trust, margin);
    std::vector<double> next(x);
    for (std::size_t j = 0; j < x.size(); ++j) next[j] = std::min(std::max(x[j] + step.u[j], ends[2 * j]), ends[2 * j + 1]);
    if (next == x) break;
    x = next;
  }
  Witness deeper;
  if (!deepest.empty() && prove(subproblem, deepest, better ? found.value : incumbent, deeper) && (deeper.proved || !better)) {
    found = std::move(deeper);
    better = true;
  }
  return better;
}

/// The label under p where intervals tell it, else -1: exact arithmetic will. It is not c, since one beats c.
int Sigma::label_of(const PointValues& values, int overtaker) const {
  const std::size_t k = values.z0.size();
  if (k == 2) return overtaker;
  std::vector<Interval> z(k);
  for (std::size_t o = 0; o < k; ++o) {
    z[o] = values.z0[o] + values.dz[o];
    if (decision_.smallest) z[o] = -z[o];
  }
  for (std::size_t o = 0; o < k; ++o) {
    bool first = true;
    for (std::size_t other = 0; other < k; ++other) first = first && (other == o || z[o].lo() > z[other].hi);
    if (first) return static_cast<int>(o);
  }
  return -1;
}

bool Sigma::prove(int subproblem, const std::vector<double>& x, double incumbent, Witness& found) {
  const Flip& flip = flips_[static_cast<std::size_t>(subproblem)];
  std::vector<double> p;
  if (reach_) {
    p = network_.parameters;
  } else if (exact()) {
    p = best_corner(network_, box_, flip.head, x.data());
  } else {
    Forms at;
    at.resize(2, variables());
    attack_.probe(flip.head, x, 12, at[0], at[1]);
    p = attack_.parameters();
  }
  std::vector<double> input = scaling.preimage(x);
  const PointValues values = evaluate_point(network_, scaling.image(input), p.data());
  const auto head = [&](const Head& h) {
    Interval z(0.0);
    if (h.plus >= 0) z += values.z0[static_cast<std::size_t>(h.plus)];
    if (h.minus >= 0) z += -values.z0[static_cast<std::size_t>(h.minus)];
    return z;
  };
  const auto change = [&](const Head& h) {
    Interval z(0.0);
    if (h.plus >= 0) z += values.dz[static_cast<std::size_t>(h.plus)];
    if (h.minus >= 0) z += -values.dz[static_cast<std::size_t>(h.minus)];
    return z;
  };
  // Each comparison: proved, refuted, or (an end on the wrong side of zero, the other not) open.
  bool proved = true, refuted = false;
  const auto compare = [&](Interval above, bool strict) {
    proved = proved && (strict ? above.lo() > 0 : above.lo() >= 0);
    refuted = refuted || infeasible(above.hi, strict);
  };
  for (const Flip& other : flips_) compare(t_ - head(other.head), other.strict_nominal);
  if (!reach_) compare(head(flip.head) + change(flip.head) - t_, flip.strict_flip);
  if (refuted) return false;
  const double value = reach_ ? 1.0 : std::max(0.0, depth_->at(values.z0).lo());
  if (!(value > incumbent)) return false;
  found.value = value;
  found.proved = proved;
  found.input = std::move(input);
  found.parameters = std::move(p);
  found.nominal_label = decision_.label;
  found.label = flip.overtaker;
  if (reach_) found.label = decision_.label;
  else if (network_.outputs() > 1) found.label = label_of(values, flip.overtaker);
  found.output = network_.outputs() == 1 ? 0 : flip.overtaker;
  return true;
}

}  // namespace

std::unique_ptr<Objective> sigma_objective(const Network& network, const ParameterBox& box, Decision decision, Measure measure) {
  return std::make_unique<Sigma>(network, box, decision, measure, false);
}

std::unique_ptr<Objective> reach_objective(const Network& network, const ParameterBox& box, Decision decision) {
  return std::make_unique<Sigma>(network, box, decision, Measure::logit, true);
}

}  // namespace parabound
