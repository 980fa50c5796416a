// Any depth: forms of the nominal trace h0 and of its change d = h_p - h0, layer by layer, each an
// enclosure for every p of the box at once. With E = W - W0 and e = b - b0,
//   a0 = W0 h0 + b0,   r = a_p - a0 = W0 d + E (h0 + d) + e,
// (problem fact 2, kept as intervals). Sound at whatever tightness: what is lost is that the same
// x-independent E stands in every row as an interval.
#include "trace.hpp"

namespace parabound {
namespace {

// Above this many inputs the forms carry ranges only: slopes would cost more than they tell.
constexpr int kMostSlopes = 24;

class DeepTrace final : public Trace {
 public:
  DeepTrace(const Network& network, const ParameterBox& box)
      : network_(network), box_(box), slopes_(network.inputs <= kMostSlopes ? network.inputs : 0) {
    const std::size_t layers = network.layers.size() - 1;
    h0_.resize(layers);
    d_.resize(layers);
    star_.resize(layers);
    for (std::size_t l = 0; l < layers; ++l) {
      h0_[l].resize(network.layers[l].outputs, slopes_);
      d_[l].resize(network.layers[l].outputs, slopes_);
      star_[l].resize(static_cast<std::size_t>(network.layers[l].outputs));
    }
    a0_.resize(1, slopes_);
    r_.resize(1, slopes_);
    inputs_.resize(network.inputs, slopes_);
    still_.resize(1, slopes_);
  }

  bool exact() const override { return false; }
  int slopes() const override { return slopes_; }

  void move_to(const Domain& X) override {
    sides_ = X;
    if (slopes_ == 0) sides_.variables = 0;
    for (int j = 0; j < network_.inputs; ++j) input(X, j);
    for (std::size_t l = 0; l + 1 < network_.layers.size(); ++l) layer(l);
  }

  void head(const Head& head, Form& z0, Form& dz) override {
    const std::size_t l = h0_.size() - 1;
    zero(z0, slopes_);
    zero(dz, slopes_);
    for (std::size_t i = 0; i < head.coefficients.size(); ++i) {
      const Coefficient& c = head.coefficients[i];
      if (c.frozen_zero) continue;
      const Form &h0 = h0_[l][static_cast<int>(i)], &d = d_[l][static_cast<int>(i)];
      add_scaled(z0, c.nominal, h0, slopes_);
      add_scaled(dz, c.nominal, d, slopes_);
      add_noise(dz, hull(c.change_lo, c.change_hi), h0, d, star_[l][i]);
    }
    add_constant(z0, head.constant.nominal);
    add_constant(dz, hull(head.constant.change_lo, head.constant.change_hi));
  }

 private:
  void input(const Domain& X, int j) {
    const auto at = static_cast<std::size_t>(j);
    Form& x = inputs_[j];
    zero(x, slopes_);
    x.v = Interval(X.c[at]);
    x.r = X.x[at];
    x.k = slopes_ ? x.v : x.r;
    x.mean_value = slopes_ > 0;
    if (slopes_) x.s[j] = x.g[j] = Interval(1.0);
  }

  /// to += e (h0 + d) for the same unknown e in `e` at every x.
  void add_noise(Form& to, Interval e, const Form& h0, const Form& d, Interval star) {
    if (e.is_point() && e.hi == 0) return;
    to.v += e * (h0.v + d.v);
    to.r += e * star;
    to.k += e * (h0.k + d.k);
    to.mean_value = to.mean_value && h0.mean_value && d.mean_value;
    for (int j = 0; j < slopes_; ++j) {
      to.s[j] += e * (h0.s[j] + d.s[j]);
      to.g[j] += e * (h0.g[j] + d.g[j]);
    }
  }

  void layer(std::size_t l) {
    const Layer& layer = network_.layers[l];
    zero(still_[0], slopes_);
    for (int i = 0; i < layer.outputs; ++i) {
      Form &a0 = a0_[0], &r = r_[0];
      zero(a0, slopes_);
      zero(r, slopes_);
      Interval natural(0.0);  // sum of (w0 + e) h over perturbed h, as one natural enclosure
      for (int j = 0; j < layer.inputs; ++j) {
        const std::size_t at = layer.weight(i, j);
        const double w = network_.parameters[at];
        const Interval e = box_.change(at);
        const Form& h0 = l ? h0_[l - 1][j] : inputs_[j];
        const Form& d = l ? d_[l - 1][j] : still_[0];
        const Interval star = l ? star_[l - 1][static_cast<std::size_t>(j)] : h0.r;
        add_scaled(a0, w, h0, slopes_);
        if (l) add_scaled(r, w, d, slopes_);
        add_noise(r, e, h0, d, star);
        natural += (Interval(w) + e) * star;
      }
      const std::size_t b = layer.bias(i);
      add_constant(a0, Interval(network_.parameters[b]));
      add_constant(r, box_.change(b));
      natural += Interval(network_.parameters[b]) + box_.change(b);
      if (slopes_) {
        a0.r = meet(a0.r, affine_range(a0, sides_));
        r.r = meet(r.r, affine_range(r, sides_));
      }
      const Interval perturbed = meet(natural, a0.r + r.r);
      star_[l][static_cast<std::size_t>(i)] = through(layer.activation, a0, r, perturbed, sides_, h0_[l][i], d_[l][i]);
    }
  }

  const Network& network_;
  const ParameterBox& box_;
  int slopes_;
  Domain sides_;
  std::vector<Forms> h0_, d_;
  std::vector<std::vector<Interval>> star_;
  Forms a0_, r_, inputs_, still_;
};

}  // namespace

std::unique_ptr<Trace> deep_trace(const Network& network, const ParameterBox& box) {
  return std::make_unique<DeepTrace>(network, box);
}

}  // namespace parabound
