#include "head_bounds.hpp"

#include <algorithm>

namespace parabound {

HeadBounds::HeadBounds(const Backward& backward, std::size_t last, std::vector<const Head*> some, bool nominals)
    : heads(std::move(some)),
      functionals(static_cast<std::size_t>(backward.network().last().inputs), {heads.size(), nominals ? 2 * heads.size() : 0}),
      upper(functionals.shape().count(), kInf), planes(upper.size()), tuned(heads.size(), -1), squared(heads.size(), kInf) {
  for (std::size_t k = 0; k < heads.size(); ++k) add_columns(backward, last, k);
}

/// The functionals z0, -z0 and dz = (v0 + e) d + e h0, e = m + noise of radius rho, of one head.
void HeadBounds::add_columns(const Backward& backward, std::size_t last, std::size_t k) {
  const Head& head = *heads[k];
  Functionals& back = functionals;
  const Activation act = backward.network().layers[last].activation;
  const bool nonnegative = act == Activation::relu || act == Activation::sigmoid;
  double change = hull(head.constant.change_lo, head.constant.change_hi).hi, up = head.constant.nominal.hi, down = head.constant.nominal.nlo;
  for (std::size_t i = 0; i < head.coefficients.size(); ++i) {
    const Coefficient& c = head.coefficients[i];
    if (c.frozen_zero) continue;
    const Interval v0 = c.nominal, e = hull(c.change_lo, c.change_hi);
    const double m = e.is_finite() ? e.mid() : 0.0, rho = e.is_finite() ? std::max(e.hi - m, e.nlo + m) : kInf;
    const Interval both = v0 + Interval(m);
    // The kernel takes points: the widths of the coefficients go to the constants.
    const NeuronRanges& ranges = backward.ranges(last, static_cast<int>(i));
    const double h0 = ranges.h0.mag(), d = ranges.d.mag(), h = ranges.h.mag();
    change += mul_up(both.width(), d);
    if (nonnegative) {  // rho |h| = rho (h0 + d)
      back.nominal(i)[k] = m + rho;
      back.change(i)[k] = both.hi + rho;
      // Both sums rounded up by an ulp at most, on factors whose sum h is not negative.
      change += mul_up((m + rho) - -(-m - rho), h0) + mul_up((both.hi + rho) - -(-both.hi - rho), d);
    } else {
      back.nominal(i)[k] = m;
      back.change(i)[k] = both.hi;
      change += mul_up(rho, h);
    }
    if (!nominals()) continue;
    back.nominal(i)[nominal_up(k)] = v0.hi;
    back.nominal(i)[nominal_down(k)] = -v0.hi;
    up += mul_up(v0.width(), h0);
    down += mul_up(v0.width(), h0);
  }
  back.constant[k] = change;
  if (!nominals()) return;
  back.constant[nominal_up(k)] = up;
  back.constant[nominal_down(k)] = down;
}

void HeadBounds::keep(const std::vector<double>& values, const std::vector<std::vector<double>>& found) {
  for (std::size_t k = 0; k < upper.size(); ++k) {
    if (!(values[k] < upper[k])) continue;
    upper[k] = values[k];
    if (!found.empty()) planes[k] = found[k];
  }
}

void HeadBounds::keep(std::size_t column, const HeadBounds& from, std::size_t other) {
  if (!(from.upper[other] < upper[column])) return;
  upper[column] = from.upper[other];
  planes[column] = from.planes[other];
}

void HeadBounds::keep_tuned(std::size_t i, const HeadBounds& from, std::size_t k) {
  tuned[i] = static_cast<int>(k);
  keep(i, from, k);
  if (!nominals()) return;
  keep(nominal_up(i), from, from.nominal_up(k));
  keep(nominal_down(i), from, from.nominal_down(k));
}

namespace {

/// q takes the slopes and the upper constant of `plane`; its lower constant is moved to the new slopes.
void tilt(Form& q, const std::vector<double>& plane, const Domain& X) {
  double nlo = q.k.nlo;
  for (int j = 0; j < X.variables; ++j) {
    const auto at = static_cast<std::size_t>(j);
    nlo += ((q.s[j] - Interval(plane[at])) * X.u[at]).nlo;
    q.s[j] = Interval(plane[at]);
  }
  q.k = Interval::stored(nlo, plane.back());
  q.mean_value = false;
}

}  // namespace

void HeadBounds::meet(std::size_t i, const Domain& X, Form& z0, Form& dz) const {
  dz.r = parabound::meet(dz.r, Interval::stored(dz.r.nlo, std::min(upper[i], squared[i])));
  if (nominals()) z0.r = parabound::meet(z0.r, Interval::stored(upper[nominal_down(i)], upper[nominal_up(i)]));
  if (X.variables == 0) {
    z0.k = z0.r;
    dz.k = dz.r;
    return;
  }
  if (nominals() && upper[nominal_up(i)] + upper[nominal_down(i)] < affine_range(z0, X).width()) {
    const std::vector<double> &above = planes[nominal_up(i)], &below = planes[nominal_down(i)];
    tilt(z0, above, X);
    // Below: z0 >= -(down . u + constant), moved to the slopes of the plane above.
    double nlo = below.back();
    for (int j = 0; j < X.variables; ++j) {
      const auto at = static_cast<std::size_t>(j);
      nlo += ((Interval(below[at]) + Interval(above[at])) * X.u[at]).hi;
    }
    z0.k.nlo = nlo;
  }
  if (upper[i] < affine_range(dz, X).hi) tilt(dz, planes[i], X);
}

}  // namespace parabound
