// Softmax confidences. For output c, with y_j = z_j - z_c over j != c,
//     f_c = F(y) = 1 / (1 + sum_j e^y_j),    dF/dy_j = -f_c f_j,
// falls with every y_j. Whatever is a variable of the box being fixed, all y_j are at their largest at
// one corner of the last layer (and at their smallest at another): rows j and c are disjoint sets of
// parameters and the hidden values are shared but given. So "how far can f_c fall" has
// dy_j = max over p (z_j - z_c), and "rise" its mirror. For three or more classes and one hidden layer
// the hidden units are variables too (bound/hidden.hpp); deeper networks get enclosures for every p.
#include "../bound/hidden.hpp"
#include "../bound/point.hpp"
#include "ascent.hpp"
#include "contract.hpp"
#include "corner.hpp"
#include "epsilon.hpp"

namespace parabound {
namespace {

class SoftmaxEpsilon final : public Objective {
 public:
  SoftmaxEpsilon(const Network& network, const ParameterBox& box, const std::vector<int>& outputs)
      : network_(network), box_(box), outputs_(outputs) {
    RoundUp up;
    hidden_ = network.hidden_layers() == 1;
    trace_ = hidden_ ? hidden_trace(network, box) : make_trace(network, box);
    const int k = network.outputs();
    for (const int c : outputs) {
      for (int j = 0; j < k; ++j)
        if (j != c) fall_.push_back(make_head(network, box, j, c));
      for (int j = 0; j < k; ++j)
        if (j != c) rise_.push_back(make_head(network, box, c, j));
    }
    forms_.resize(2 * (k - 1) + 3, trace_->slopes());
  }

  int variables() const override { return network_.inputs + (hidden_ ? network_.layers[0].outputs : 0); }
  int subproblems() const override { return 2 * static_cast<int>(outputs_.size()); }
  bool exact() const override { return trace_->exact(); }
  std::vector<double> root(const double* domain) const override {
    std::vector<double> ends(domain, domain + 2 * network_.inputs);
    for (int i = network_.inputs; i < variables(); ++i) ends.insert(ends.end(), {0.0, 1.0});
    return ends;
  }

  Bound bound(int subproblem, const Domain& X) override {
    const Form& change = enclose(subproblem, X);
    Bound b;
    b.upper = change.r.hi;
    if (trace_->slopes()) b.upper = std::min(b.upper, affine_range(change, X).hi);
    b.center = change.v.hi;
    b.flat = b.upper <= change.v.hi + (exact() ? 2 * change.v.width() : 1e-3 * change.v.width());
    return b;
  }

  Contraction contract(int, const Domain& X, double threshold, double* ends) override {
    if (!trace_->slopes()) return Contraction::none;
    const Form& change = forms_[2];
    Contraction result = Contraction::none;
    for (int j = 0; j < X.variables; ++j) {
      if (change.g[j].lo() >= 0 && pin(j, true, ends)) result = Contraction::much;
      else if (change.g[j].hi <= 0 && pin(j, false, ends)) result = Contraction::much;
    }
    if (result != Contraction::none) return result;
    return clip(change.k.hi, change.s, threshold, X, ends);
  }

  int branch(int, const Domain& X) override {
    score_.assign(static_cast<std::size_t>(X.variables), 0.0);
    for (int j = 0; j < X.variables; ++j) {
      const auto at = static_cast<std::size_t>(j);
      score_[at] = (trace_->slopes() ? forms_[2].s[j].mag() : 1.0) * X.u[at].mag();
    }
    return widest(score_, X);
  }

  bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) override {
    std::vector<double> x(X.c);
    if (trace_->slopes()) {
      const auto slope = [&](const std::vector<double>& at, std::vector<double>& gradient) {
        point_.set_point(at);
        const Form& change = enclose(subproblem, point_);
        for (std::size_t j = 0; j < at.size(); ++j) gradient[j] = change.g[static_cast<int>(j)].mid();
        return change.v.mid();
      };
      ascend(slope, whole, x, 40 + 8 * variables());
    }
    const bool better = prove(subproblem, x, incumbent, found);
    return prove(subproblem, X.c, better ? found.value : incumbent, found) || better;
  }

 private:
  /// The signed change of f_c: forms_[2].
  const Form& enclose(int subproblem, const Domain& X) {
    const int n = trace_->slopes(), others = network_.outputs() - 1;
    const Domain& sides = n ? X : none_;
    const bool falls = subproblem % 2 == 0;
    const auto first = static_cast<std::size_t>((subproblem / 2) * others);
    trace_->move_to(X);
    Form &z = forms_[0], &dz = forms_[1], &change = forms_[2];
    for (int j = 0; j < others; ++j) {
      // y0 and dy, as functions of the falling head z_j - z_c or of the mirrored rising one.
      trace_->head((falls ? fall_ : rise_)[first + static_cast<std::size_t>(j)], z, dz);
      Form &y0 = forms_[3 + 2 * j], &dy = forms_[4 + 2 * j];
      zero(y0, n);
      zero(dy, n);
      add_scaled(y0, falls ? 1.0 : -1.0, z, n);
      add_scaled(dy, falls ? 1.0 : -1.0, dz, n);
      y0.r = meet(y0.r, affine_range(y0, sides));
      dy.r = meet(dy.r, affine_range(dy, sides));
    }
    combine(falls ? -1.0 : 1.0, n, sides, change);
    return change;
  }

  /// change = sign * (F(y0 + dy) - F(y0)).
  void combine(double sign, int n, const Domain& sides, Form& change) {
    const int others = network_.outputs() - 1;
    const auto size = static_cast<std::size_t>(others) + 1;
    // Ranges; logit 0 is class c itself, whose y is 0.
    std::vector<Interval> from(size, Interval(0.0)), to(from), path(from), vfrom(from), vto(from), wide_from(from), wide_to(from);
    bool mean_value = true;
    for (int j = 0; j < others; ++j) {
      const Form &y0 = forms_[3 + 2 * j], &dy = forms_[4 + 2 * j];
      const auto at = static_cast<std::size_t>(j) + 1;
      from[at] = y0.r;
      to[at] = y0.r + dy.r;
      path[at] = hull(from[at], to[at]);
      vfrom[at] = y0.v;
      vto[at] = y0.v + dy.v;
      mean_value = mean_value && y0.mean_value && dy.mean_value;
      wide_from[at] = hull(y0.r, y0.k);
      wide_to[at] = hull(hull(to[at], y0.k + dy.k), wide_from[at] + hull(dy.r, dy.k));
    }
    const std::vector<Interval> f0 = soft(from), f = soft(to), between = soft(path);
    const std::vector<Interval> a = mean_value ? f0 : soft(wide_from), b = mean_value ? f : soft(wide_to);
    std::vector<Interval> wide_path(size);
    for (std::size_t j = 0; j < size; ++j) wide_path[j] = hull(wide_from[j], wide_to[j]);
    const std::vector<Interval> c = mean_value ? between : soft(wide_path);
    zero(change, n);
    Interval product(0.0), center(0.0), constant(0.0);
    std::vector<Interval> vpath(size);
    for (std::size_t j = 0; j < size; ++j) vpath[j] = hull(vfrom[j], vto[j]);
    const std::vector<Interval> vf0 = soft(vfrom), vf = soft(vto), vbetween = soft(vpath);
    for (int j = 0; j < others; ++j) {
      const Form &y0 = forms_[3 + 2 * j], &dy = forms_[4 + 2 * j];
      const auto at = static_cast<std::size_t>(j) + 1;
      product += -(between[0] * between[at]) * dy.r;
      center += -(vbetween[0] * vbetween[at]) * dy.v;
      constant += -(c[0] * c[at]) * dy.k;
      const Interval after = -(f[0] * f[at]), before = -(f0[0] * f0[at]);
      const Interval change_of_slope = meet(after - before, slope_change(between, at));
      const Interval after_k = mean_value ? after : -(b[0] * b[at]), before_k = mean_value ? before : -(a[0] * a[at]);
      const Interval change_k = mean_value ? change_of_slope : meet(after_k - before_k, slope_change(c, at, true));
      for (int i = 0; i < n; ++i) {
        change.g[i] += after * dy.g[i] + change_of_slope * y0.g[i];
        change.s[i] += after_k * dy.s[i] + change_k * y0.s[i];
      }
    }
    change.v = meet(vf[0] - vf0[0], center);
    change.r = meet(f[0] - f0[0], product);
    change.k = mean_value ? change.v : meet(difference_of_constants(), constant);
    change.mean_value = mean_value;
    change.r = meet(change.r, affine_range(change, sides));
    if (sign < 0) {
      change.v = -change.v;
      change.r = -change.r;
      change.k = -change.k;
      for (int i = 0; i < n; ++i) {
        change.s[i] = -change.s[i];
        change.g[i] = -change.g[i];
      }
    }
  }

  /// Encloses -(f_c f_j)(y0 + dy) + (f_c f_j)(y0) through the gradient of f_c f_j along the path:
  /// d(f_c f_j)/dy_i = f_c f_j (1[i = j] - 2 f_i).
  Interval slope_change(const std::vector<Interval>& f, std::size_t j, bool constants = false) const {
    Interval sum(0.0);
    for (std::size_t i = 1; i < f.size(); ++i) {
      const Form& dy = forms_[4 + 2 * (static_cast<int>(i) - 1)];
      const Interval range = constants ? hull(dy.r, dy.k) : dy.r;
      sum += (Interval(i == j ? 1.0 : 0.0) - 2.0 * f[i]) * range;
    }
    return -(f[0] * f[j] * sum);
  }

  Interval difference_of_constants() const {
    const auto size = static_cast<std::size_t>(network_.outputs());
    std::vector<Interval> from(size, Interval(0.0)), to(from);
    for (std::size_t j = 1; j < size; ++j) {
      const Form &y0 = forms_[3 + 2 * (static_cast<int>(j) - 1)], &dy = forms_[4 + 2 * (static_cast<int>(j) - 1)];
      from[j] = y0.k;
      to[j] = y0.k + dy.k;
    }
    return soft(to)[0] - soft(from)[0];
  }

  static std::vector<Interval> soft(const std::vector<Interval>& z) {
    std::vector<Interval> f(z.size());
    softmax(z.data(), static_cast<int>(z.size()), f.data());
    return f;
  }

  bool prove(int subproblem, const std::vector<double>& x, double incumbent, Witness& found) {
    const int c = outputs_[static_cast<std::size_t>(subproblem / 2)], others = network_.outputs() - 1;
    const bool falls = subproblem % 2 == 0;
    const std::vector<double> input(x.begin(), x.begin() + network_.inputs);
    std::vector<double> p;
    if (exact()) {
      // Each head names its own rows; together they name the corner of them all.
      const auto first = static_cast<std::size_t>((subproblem / 2) * others);
      const double* share = hidden_ ? x.data() + network_.inputs : nullptr;
      for (int j = 0; j < others; ++j) {
        const Head& head = (falls ? fall_ : rise_)[first + static_cast<std::size_t>(j)];
        std::vector<double> corner = best_corner(network_, box_, head, input.data(), share);
        if (p.empty()) {
          p = std::move(corner);
          continue;
        }
        const int row = falls ? head.plus : head.minus;
        const Layer& last = network_.last();
        for (int i = 0; i < last.inputs; ++i) p[last.weight(row, i)] = corner[last.weight(row, i)];
        p[last.bias(row)] = corner[last.bias(row)];
      }
    } else {
      const auto functional = [&](const std::vector<double>& z, std::vector<double>& gradient) {
        const double top = *std::max_element(z.begin(), z.end());
        double sum = 0;
        for (const double one : z) sum += std::exp(one - top);
        gradient.resize(z.size());
        const double fc = std::exp(z[static_cast<std::size_t>(c)] - top) / sum, sign = falls ? -1 : 1;
        for (std::size_t j = 0; j < z.size(); ++j)
          gradient[j] = sign * fc * ((static_cast<int>(j) == c ? 1.0 : 0.0) - std::exp(z[j] - top) / sum);
        return sign * fc;
      };
      p = gradient_corner(network_, box_, functional, input.data(), 12);
    }
    std::vector<double> given = scaling.preimage(input);
    const PointValues values = evaluate_point(network_, scaling.image(given), p.data());
    const double value = output_difference(Activation::softmax, values.z0, values.dz)[static_cast<std::size_t>(c)].mig();
    if (!(value > incumbent)) return false;
    found.value = value;
    found.input = std::move(given);
    found.parameters = std::move(p);
    found.output = c;
    found.proved = true;
    return true;
  }

  const Network& network_;
  const ParameterBox& box_;
  std::vector<int> outputs_;
  bool hidden_ = false;
  std::unique_ptr<Trace> trace_;
  std::vector<Head> fall_, rise_;
  Forms forms_;  // z, dz, the change, then y0 and dy of each other class
  std::vector<double> score_;
  Domain point_, none_;
};

}  // namespace

std::unique_ptr<Objective> softmax_epsilon_objective(const Network& network, const ParameterBox& box,
                                                     const std::vector<int>& outputs) {
  return std::make_unique<SoftmaxEpsilon>(network, box, outputs);
}

}  // namespace parabound
