// One hidden layer, or none: the parameters are eliminated in closed form.
//
// Fix x. Hidden unit i sees a_i in [a_i^L, a_i^U], its ends attained at corners that depend only on
// the signs of x; the activation is monotone, so h_i in [act(a_i^L), act(a_i^U)], attained and
// independent of the other units; and v_i h_i is largest at a corner of [v_i] x [h_i]. Every
// parameter occurs once, so the sum of these maxima is the maximum. As functions of
// x the maxima are networks with corner parameters, and their slopes are those of the corners that
// can be the largest somewhere in X. Corners that cannot are left out: with them the mean-value
// form would be of first order only.
#include "interrupt.hpp"
#include "trace.hpp"

namespace parabound {
namespace {

class ShallowTrace final : public Trace {
 public:
  ShallowTrace(const Network& network, const ParameterBox& box) : network_(network), box_(box) {
    const int n = network.inputs;
    for (Forms* one : {&a0_, &r_, &h0_, &d_, &term_, &other_}) one->resize(1, n);
  }

  void move_to(const Domain& X) override {
    breathe();
    X_ = &X;
  }
  bool exact() const override { return true; }
  int slopes() const override { return network_.inputs; }

  void head(const Head& head, Form& z0, Form& dz) override {
    const int n = X_->variables;
    zero(z0, n);
    zero(dz, n);
    for (std::size_t i = 0; i < head.coefficients.size(); ++i)
      if (!head.coefficients[i].frozen_zero) unit(static_cast<int>(i), head.coefficients[i], z0, dz);
    add_constant(z0, head.constant.nominal);
    add_constant(dz, head.constant.change_hi);
  }

 private:
  enum class Side { upper, lower };

  /// Adds unit i's share of z0 and of the largest change dz.
  void unit(int i, const Coefficient& c, Form& z0, Form& dz) {
    const bool rises = c.hi.hi > 0, falls = c.lo.lo() < 0;  // can v be positive, negative
    nominal(i);
    bool any = false;
    if (rises || !falls) {
      const Interval star = perturbed(i, Side::upper);
      add_nominal(c, z0);
      any = true;
      if (!falls) return corners(c, star, star.hi >= 0, star.lo() < 0, dz);
      // v may have either sign: the largest product is hi * h^U or lo * h^L.
      const bool up = star.hi > 0;
      if (up) term(c.nominal, c.change_hi, star, term_[0]);
      const Interval low = perturbed(i, Side::lower);
      const bool down = low.lo() < 0 || !up;
      if (down) term(c.nominal, c.change_lo, low, up ? other_[0] : term_[0]);
      return add_largest(up && down, dz);
    }
    const Interval star = perturbed(i, Side::lower);
    if (!any) add_nominal(c, z0);
    corners(c, star, star.hi >= 0, star.lo() < 0, dz);
  }

  /// v keeps its sign, h its side; which end of v is best depends on the sign of h.
  void corners(const Coefficient& c, Interval star, bool positive, bool negative, Form& dz) {
    if (positive) term(c.nominal, c.change_hi, star, term_[0]);
    if (negative) term(c.nominal, c.change_lo, star, positive ? other_[0] : term_[0]);
    add_largest(positive && negative, dz);
  }

  void add_nominal(const Coefficient& c, Form& z0) {
    if (c.nominal.is_point())
      add_scaled(z0, c.nominal.hi, h0_[0], X_->variables);
    else
      add_scaled(z0, c.nominal, h0_[0], X_->variables);
  }

  /// (v0 + e) h - v0 h0 = v0 d + e h, with h = h0 + d.
  void term(Interval v0, Interval e, Interval star, Form& t) {
    const int n = X_->variables;
    const Form &h0 = h0_[0], &d = d_[0];
    if (v0.is_point() && e.is_point()) return point_term(v0.hi, e.hi, star, t);
    t.v = v0 * d.v + e * (h0.v + d.v);
    t.r = v0 * d.r + e * star;
    t.k = v0 * d.k + e * (h0.k + d.k);
    for (int j = 0; j < n; ++j) {
      t.s[j] = v0 * d.s[j] + e * (h0.s[j] + d.s[j]);
      t.g[j] = v0 * d.g[j] + e * (h0.g[j] + d.g[j]);
    }
    t.mean_value = h0.mean_value && d.mean_value;
  }
  void point_term(double v0, double e, Interval star, Form& t) {
    const int n = X_->variables;
    const Form &h0 = h0_[0], &d = d_[0];
    t.v = v0 * d.v + e * (h0.v + d.v);
    t.r = v0 * d.r + e * star;
    t.k = v0 * d.k + e * (h0.k + d.k);
    for (int j = 0; j < n; ++j) {
      t.s[j] = v0 * d.s[j] + e * (h0.s[j] + d.s[j]);
      t.g[j] = v0 * d.g[j] + e * (h0.g[j] + d.g[j]);
    }
    t.mean_value = h0.mean_value && d.mean_value;
  }

  /// dz += term, or the larger of term and other.
  void add_largest(bool two, Form& dz) {
    const int n = X_->variables;
    Form& a = term_[0];
    if (two) {
      const Form& b = other_[0];
      const bool mean_value = a.mean_value && b.mean_value;
      const auto larger = [](Interval p, Interval q) { return Interval::of(std::max(p.lo(), q.lo()), std::max(p.hi, q.hi)); };
      a.v = larger(a.v, b.v);
      a.r = larger(a.r, b.r);
      a.k = mean_value ? larger(a.k, b.k) : hull(a.k, b.k);
      for (int j = 0; j < n; ++j) {
        a.s[j] = hull(a.s[j], b.s[j]);
        a.g[j] = hull(a.g[j], b.g[j]);
      }
      a.mean_value = mean_value;
    }
    add_scaled(dz, 1.0, a, n);
  }

  /// a0_i, the nominal pre-activation; affine in x.
  void nominal(int i) {
    const int n = X_->variables;
    if (network_.hidden_layers() == 0) {  // the "hidden units" are the inputs themselves
      const auto j = static_cast<std::size_t>(i);
      zero(h0_[0], n);
      zero(d_[0], n);
      h0_[0].v = h0_[0].k = Interval(X_->c[j]);
      h0_[0].r = X_->x[j];
      h0_[0].s[i] = h0_[0].g[i] = Interval(1.0);
      return;
    }
    const Layer& layer = network_.layers[0];
    const double* w = network_.parameters.data() + layer.weight(i, 0);
    Interval value(network_.parameters[layer.bias(i)]), spread(0.0);
    Form& a0 = a0_[0];
    for (int j = 0; j < n; ++j) {
      const auto at = static_cast<std::size_t>(j);
      value += w[j] * Interval(X_->c[at]);
      spread += w[j] * X_->u[at];
      a0.s[j] = a0.g[j] = Interval(w[j]);
    }
    a0.v = a0.k = value;
    a0.r = value + spread;
    a0.mean_value = true;
  }

  /// The change of a_i at its largest (or smallest) over p, then the activation. Returns h over X.
  Interval perturbed(int i, Side side) {
    if (network_.hidden_layers() == 0) return h0_[0].r;
    const Layer& layer = network_.layers[0];
    const int n = X_->variables;
    const std::size_t row = layer.weight(i, 0);
    const double* w = network_.parameters.data() + row;
    const bool upper = side == Side::upper;
    Interval value = upper ? box_.change_hi[layer.bias(i)] : box_.change_lo[layer.bias(i)];
    Interval spread(0.0), total(0.0);
    Form& r = r_[0];
    for (int j = 0; j < n; ++j) {
      const auto at = static_cast<std::size_t>(j);
      const Interval x = X_->x[at];
      const Interval& at_positive = upper ? box_.change_hi[row + at] : box_.change_lo[row + at];
      const Interval& at_negative = upper ? box_.change_lo[row + at] : box_.change_hi[row + at];
      Interval e;  // the corner's change of w_ij; both where x_j changes sign in X
      if (x.lo() >= 0) {
        e = at_positive;
        value += e * Interval(X_->c[at]);
      } else if (x.hi <= 0) {
        e = at_negative;
        value += e * Interval(X_->c[at]);
      } else {
        e = hull(at_positive, at_negative);
        value += (X_->c[at] >= 0 ? at_positive : at_negative) * Interval(X_->c[at]);
      }
      r.s[j] = r.g[j] = e;
      spread += e * X_->u[at];
      total += (Interval(w[j]) + e) * X_->u[at];
    }
    r.v = r.k = value;
    r.r = value + spread;
    r.mean_value = true;
    const Interval star = meet(a0_[0].r + r.r, a0_[0].v + value + total);
    return through(layer.activation, a0_[0], r, star, *X_, h0_[0], d_[0]);
  }

  const Network& network_;
  const ParameterBox& box_;
  const Domain* X_ = nullptr;
  Forms a0_, r_, h0_, d_, term_, other_;  // scratch, one form each
};

}  // namespace

std::unique_ptr<Trace> shallow_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<ShallowTrace>(network, box);
}

}  // namespace parabound
