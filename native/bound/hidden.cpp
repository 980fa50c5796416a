#include "hidden.hpp"

#include "interrupt.hpp"

namespace parabound {
namespace {

class HiddenTrace final : public Trace {
 public:
  HiddenTrace(const Network& network, const ParameterBox& box)
      : network_(network), box_(box), inputs_(network.inputs), units_(network.layers[0].outputs) {
    h0_.resize(units_, slopes());
    d_.resize(units_, slopes());
    star_.resize(static_cast<std::size_t>(units_));
    scratch_.resize(5, slopes());
  }

  bool exact() const override { return true; }
  int slopes() const override { return inputs_ + units_; }

  void move_to(const Domain& X) override {
    breathe();
    X_ = &X;
    for (int i = 0; i < units_; ++i) unit(i);
  }

  void head(const Head& head, Form& z0, Form& dz) override {
    const int n = slopes();
    zero(z0, n);
    zero(dz, n);
    for (int i = 0; i < units_; ++i) {
      const Coefficient& c = head.coefficients[static_cast<std::size_t>(i)];
      if (c.frozen_zero) continue;
      add_scaled(z0, c.nominal, h0_[i], n);
      add_scaled(dz, c.nominal, d_[i], n);
      add_corner(c, i, dz);
    }
    add_constant(z0, head.constant.nominal);
    add_constant(dz, head.constant.change_hi);
  }

 private:
  /// dz += max over e of e h_i, h = h0 + d: the high end where h >= 0, the low end where h <= 0.
  void add_corner(const Coefficient& c, int i, Form& dz) {
    const Interval star = star_[static_cast<std::size_t>(i)];
    const Form &h0 = h0_[i], &d = d_[i];
    const Interval value = h0.v + d.v;
    const Interval e = star.lo() >= 0 ? c.change_hi : (star.hi <= 0 ? c.change_lo : hull(c.change_lo, c.change_hi));
    const auto largest = [&](Interval h) {
      const Interval a = c.change_lo * h, b = c.change_hi * h;
      return Interval::of(std::max(a.lo(), b.lo()), std::max(a.hi, b.hi));
    };
    dz.v += largest(value);
    dz.r += largest(star);
    const bool smooth = h0.mean_value && d.mean_value;
    dz.k += smooth ? largest(value) : e * (h0.k + d.k);
    dz.mean_value = dz.mean_value && smooth;
    for (int j = 0; j < slopes(); ++j) {
      dz.s[j] += e * (h0.s[j] + d.s[j]);
      dz.g[j] += e * (h0.g[j] + d.g[j]);
    }
  }

  void unit(int i) {
    const Layer& layer = network_.layers[0];
    const std::size_t row = layer.weight(i, 0);
    Form &a0 = scratch_[0], &r = scratch_[1], &low = scratch_[2], &high = scratch_[3], &again = scratch_[4];
    zero(a0, slopes());
    a0.v = Interval(network_.parameters[layer.bias(i)]);
    for (int j = 0; j < inputs_; ++j) {
      const double w = network_.parameters[row + static_cast<std::size_t>(j)];
      a0.v += w * Interval(X_->c[static_cast<std::size_t>(j)]);
      a0.s[j] = a0.g[j] = Interval(w);
    }
    a0.k = a0.v;
    a0.r = a0.v + slope_range(a0.s, *X_);
    const Interval star_low = side(i, false, a0, r, h0_[i], low);
    const Interval star_high = side(i, true, a0, r, again, high);

    // d = (1 - t) low + t high
    const auto at = static_cast<std::size_t>(inputs_ + i);
    const Interval t = X_->x[at], rest = Interval(1.0) - t, tc(X_->c[at]), restc = Interval(1.0) - tc;
    const Interval spread = [&] {
      const Interval both = high.r - low.r;
      return Interval::of(std::max(both.lo(), 0.0), std::max(both.hi, 0.0));
    }();
    Form& d = d_[i];
    d.v = restc * low.v + tc * high.v;
    d.r = Interval::of((rest * low.r + t * high.r).lo(), (rest * low.r + t * high.r).hi);
    d.r = meet(d.r, hull(low.r, high.r));
    d.mean_value = low.mean_value && high.mean_value;
    for (int j = 0; j < slopes(); ++j) {
      d.g[j] = rest * low.g[j] + t * high.g[j];
      d.s[j] = d.mean_value ? d.g[j] : rest * low.s[j] + t * high.s[j];
    }
    d.g[inputs_ + i] = spread;
    if (d.mean_value) {
      d.k = d.v;
      d.s[inputs_ + i] = spread;
    } else {
      d.k = rest * low.k + t * high.k;
    }
    star_[static_cast<std::size_t>(i)] = meet(hull(star_low, star_high), h0_[i].r + d.r);
  }

  /// The change of h_i at the least or largest a_i over p.
  Interval side(int i, bool upper, const Form& a0, Form& r, Form& h0, Form& d) {
    const Layer& layer = network_.layers[0];
    const std::size_t row = layer.weight(i, 0), b = layer.bias(i);
    zero(r, slopes());
    r.v = upper ? box_.change_hi[b] : box_.change_lo[b];
    for (int j = 0; j < inputs_; ++j) {
      const auto at = static_cast<std::size_t>(j);
      const Interval x = X_->x[at], c(X_->c[at]);
      const Interval& at_positive = upper ? box_.change_hi[row + at] : box_.change_lo[row + at];
      const Interval& at_negative = upper ? box_.change_lo[row + at] : box_.change_hi[row + at];
      const Interval e = x.lo() >= 0 ? at_positive : (x.hi <= 0 ? at_negative : hull(at_positive, at_negative));
      r.v += (X_->c[at] >= 0 ? at_positive : at_negative) * c;
      r.s[j] = r.g[j] = e;
    }
    r.k = r.v;
    r.r = r.v + slope_range(r.s, *X_);
    return through(layer.activation, a0, r, a0.r + r.r, *X_, h0, d);
  }

  const Network& network_;
  const ParameterBox& box_;
  int inputs_, units_;
  const Domain* X_ = nullptr;
  Forms h0_, d_, scratch_;
  std::vector<Interval> star_;
};

}  // namespace

std::unique_ptr<Trace> hidden_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<HiddenTrace>(network, box);
}

}  // namespace parabound
