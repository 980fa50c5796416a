#include "activation.hpp"

namespace parabound {

Interval activate(Activation act, Interval a) {
  switch (act) {
    case Activation::relu: return relu(a);
    case Activation::sigmoid: return sigmoid(a);
    case Activation::tanh: return tanh(a);
    default: return a;
  }
}

namespace {

/// For sigmoid and tanh and a fixed y > 0, phi(z) = act(z + y) - act(z) rises up to z = -y/2 and
/// falls after it: phi'(z) = act'(z + y) - act'(z), act' is even and falls with |z|, and
/// |z + y| < |z| exactly where z < -y/2. phi also rises with y. So its maximum over Z x Y is at
/// y = max Y and z = the point of Z nearest to -y/2.
double largest_increase(Activation act, Interval z, double y) {
  const double peak = std::min(std::max(-0.5 * y, z.lo()), z.hi);
  return (activate(act, Interval(peak) + Interval(y)) - activate(act, Interval(peak))).hi;
}

bool is_smooth(Activation act) { return act == Activation::sigmoid || act == Activation::tanh; }

Interval relu_difference(Interval z, Interval y, Interval perturbed) {
  if (z.lo() >= 0 && perturbed.lo() >= 0) return y;
  if (z.hi <= 0 && perturbed.hi <= 0) return Interval(0.0);
  // relu(z + y) - relu(z) = t y for some t in [0, 1].
  return meet(relu(perturbed) - relu(z), hull(Interval(0.0), y));
}

double excess(const Interval& k, const Interval* s, const Domain& X) {
  double total = k.width();
  for (int j = 0; j < X.variables; ++j) total += s[j].width() * X.u[static_cast<std::size_t>(j)].mag();
  return total;
}

/// h0 = relu(a0).
void relu_nominal(const Form& a0, const Domain& X, Form& h0) {
  const int n = X.variables;
  if (a0.r.lo() >= 0) return copy(h0, a0, n);
  if (a0.r.hi <= 0) return zero(h0, n);
  h0.v = relu(a0.v);
  h0.r = relu(a0.r);
  // Parallel lines round the chord: lambda a <= relu(a) <= lambda a - lambda l for l <= a <= u and
  // any lambda in [0, 1] with lambda >= u / (u - l); the float quotient rounded up is one.
  const double l = a0.r.lo(), u = a0.r.hi;
  const double width = u - l;
  double lambda = width < kInf ? std::min(1.0, u / -(l - u)) : 1.0;
  if (!(lambda >= 0)) lambda = 1.0;
  h0.k = lambda * a0.k + Interval::of(0.0, mul_up(lambda, -l));
  for (int j = 0; j < n; ++j) {
    h0.s[j] = lambda * a0.s[j];
    h0.g[j] = hull(Interval(0.0), a0.g[j]);
  }
  h0.mean_value = false;
}

/// d = relu(a0 + r) - relu(a0) where at least one side changes sign in X.
void relu_unstable(const Form& a0, const Form& r, Interval perturbed, const Domain& X, Form& d) {
  const int n = X.variables;
  d.v = relu_difference(a0.v, r.v, a0.v + r.v);
  d.r = relu_difference(a0.r, r.r, perturbed);
  // Which pairs (step(a0), step(a0 + r)) occur: (1, 0) needs r < 0, (0, 1) needs r > 0.
  const bool on0 = a0.r.hi > 0, off0 = a0.r.lo() < 0, on = perturbed.hi > 0, off = perturbed.lo() < 0;
  const bool both = on0 && on, neither = off0 && off;
  const bool rises = off0 && on && r.r.hi > 0, falls = on0 && off && r.r.lo() < 0;
  const auto slopes = [&](const Interval& s0, const Interval& sr) {
    bool any = false;
    Interval sum(0.0);
    const auto take = [&](Interval s) {
      sum = any ? hull(sum, s) : s;
      any = true;
    };
    if (neither) take(Interval(0.0));
    if (both) take(sr);
    if (rises) take(s0 + sr);
    if (falls) take(-s0);
    return any ? sum : hull(hull(Interval(0.0), sr), hull(s0 + sr, -s0));
  };
  for (int j = 0; j < n; ++j) d.g[j] = slopes(a0.g[j], r.g[j]);
  d.mean_value = false;

  // Three affine enclosures; the one with the least slack is kept.
  //  A mean value: k = v, s = g (only if a0 and r are mean-value forms themselves)
  //  B t r(x) with t in [0, 1]
  //  C the range, with no slope
  const Interval kb = hull(Interval(0.0), r.k);
  double best = d.r.width();
  int choice = 2;
  double slack = kb.width();
  for (int j = 0; j < n; ++j)
    slack += hull(Interval(0.0), r.s[j]).width() * X.u[static_cast<std::size_t>(j)].mag();
  if (slack <= best) best = slack, choice = 1;
  if (a0.mean_value && r.mean_value && excess(d.v, d.g, X) <= best) choice = 0;
  if (choice == 0) {
    d.k = d.v;
    for (int j = 0; j < n; ++j) d.s[j] = d.g[j];
    d.mean_value = true;
  } else if (choice == 1) {
    d.k = kb;
    for (int j = 0; j < n; ++j) d.s[j] = hull(Interval(0.0), r.s[j]);
  } else {
    d.k = d.r;
    for (int j = 0; j < n; ++j) d.s[j] = Interval(0.0);
  }
}

void relu_difference(const Form& a0, const Form& r, Interval perturbed, const Domain& X, Form& d) {
  const int n = X.variables;
  const bool on0 = a0.r.lo() >= 0, off0 = a0.r.hi <= 0, on = perturbed.lo() >= 0, off = perturbed.hi <= 0;
  if (on0 && on) return copy(d, r, n);
  if (off0 && off) return zero(d, n);
  zero(d, n);
  if (on0 && off) return add_scaled(d, -1.0, a0, n);  // -a0
  if (off0 && on) {                                   // a0 + r
    add_scaled(d, 1.0, a0, n);
    add_scaled(d, 1.0, r, n);
    d.r = meet(d.r, perturbed);
    return;
  }
  relu_unstable(a0, r, perturbed, X, d);
}

/// act' as a function of act: 1 - t^2 for tanh, s (1 - s) for the sigmoid, which rises up to s = 1/2.
Interval slope_of(Activation act, Interval value) {
  if (act == Activation::tanh) {
    const Interval slope = Interval(1.0) - sqr(value);
    return Interval::of(std::max(slope.lo(), 0.0), slope.hi);
  }
  const auto at = [](double s) { return Interval(s) * (Interval(1.0) - Interval(s)); };
  const Interval low = at(value.lo()), high = at(value.hi);
  const bool peak = value.lo() < 0.5 && value.hi > 0.5;
  return Interval::of(std::max(0.0, std::min(low.lo(), high.lo())), peak ? 0.25 : std::max(low.hi, high.hi));
}

/// act'' as a function of act: -2 t (1 - t^2), extreme where t^2 = 1/3 (+-0.7698003589...), and
/// s (1 - s) (1 - 2 s), extreme where s = 1/2 +- sqrt(1/12) (+-0.0962250448...). Between these points it
/// is monotone, so the ends tell the rest.
Interval bend_of(Activation act, Interval value) {
  const bool tanh = act == Activation::tanh;
  const auto at = [tanh](double v) {
    const Interval p(v);
    return tanh ? -2.0 * (p * (Interval(1.0) - p * p)) : p * (Interval(1.0) - p) * (Interval(1.0) - 2.0 * p);
  };
  Interval bend = hull(at(value.lo()), at(value.hi));
  const double extreme = tanh ? 0.76980035892 : 0.09622504487;
  const double left = tanh ? -0.5774 : 0.2113, right = tanh ? 0.5773 : 0.7886;  // the points lie in [., . + 1e-4]
  if (value.lo() <= left + 1e-4 && value.hi >= left) bend.hi = std::max(bend.hi, extreme);
  if (value.lo() <= right + 1e-4 && value.hi >= right) bend.nlo = std::max(bend.nlo, extreme);
  return bend;
}

/// act' and the change of act' along the step from `from` to `to` by `step`, all from values of act.
struct Slopes {
  Interval before, after, along, change;
  Slopes(Activation act, Interval from, Interval to, Interval step)
      : before(slope_of(act, from)), after(slope_of(act, to)), along(slope_of(act, hull(from, to))),
        change(meet(after - before, bend_of(act, hull(from, to)) * step)) {}
};

void smooth(Activation act, const Form& a0, const Form& r, Interval perturbed, const Domain& X, Form& h0, Form& d) {
  const int n = X.variables;
  const Interval from = activate(act, a0.r), to = activate(act, perturbed);
  const Slopes slopes(act, from, to, r.r);
  const Interval v0 = activate(act, a0.v), v1 = activate(act, a0.v + r.v);
  h0.v = v0;
  d.v = meet(v1 - v0, slope_of(act, hull(v0, v1)) * r.v);
  for (int j = 0; j < n; ++j) {
    h0.g[j] = slopes.before * a0.g[j];
    d.g[j] = slopes.after * r.g[j] + slopes.change * a0.g[j];
  }
  h0.r = from;
  h0.mean_value = d.mean_value = a0.mean_value && r.mean_value;
  if (h0.mean_value) {
    h0.k = h0.v;
    d.k = d.v;
    for (int j = 0; j < n; ++j) {
      h0.s[j] = h0.g[j];
      d.s[j] = d.g[j];
    }
  } else {
    // The constants need not be values of a0 and r, so the path from them is part of the hull.
    const Interval base = hull(a0.r, a0.k), step = hull(r.r, r.k);
    const Slopes wide(act, activate(act, base), activate(act, hull(perturbed, base + step)), step);
    const Interval k0 = activate(act, a0.k), k1 = activate(act, a0.k + r.k);
    h0.k = k0;
    d.k = meet(k1 - k0, slope_of(act, hull(k0, k1)) * r.k);
    for (int j = 0; j < n; ++j) {
      h0.s[j] = wide.before * a0.s[j];
      d.s[j] = wide.after * r.s[j] + wide.change * a0.s[j];
    }
    h0.r = meet(from, affine_range(h0, X));
  }
  d.r = meet(meet(to - from, slopes.along * r.r), affine_range(d, X));
}

}  // namespace

Interval derivative(Activation act, Interval a) { return slope_of(act, activate(act, a)); }

Interval difference_range(Activation act, Interval z, Interval y) {
  if (act == Activation::relu) return relu_difference(z, y, z + y);
  if (!is_smooth(act)) return y;
  const Interval perturbed = z + y;
  const Interval from = activate(act, z), to = activate(act, perturbed);
  Interval range = meet(to - from, slope_of(act, hull(from, to)) * y);
  if (y.hi > 0 && z.is_finite() && y.is_finite()) {
    const double hi = largest_increase(act, z, y.hi);
    if (hi < range.hi && hi >= range.lo()) range.hi = hi;
  }
  if (y.lo() < 0 && z.is_finite() && y.is_finite()) {  // act is odd up to a constant: mirror
    const double nlo = largest_increase(act, -z, -y.lo());
    if (nlo < range.nlo && -nlo <= range.hi) range.nlo = nlo;
  }
  return range;
}

Interval through(Activation act, const Form& a0, const Form& r, Interval perturbed, const Domain& X, Form& h0, Form& d) {
  switch (act) {
    case Activation::relu:
      relu_nominal(a0, X, h0);
      relu_difference(a0, r, perturbed, X, d);
      return relu(perturbed);
    case Activation::sigmoid:
    case Activation::tanh:
      smooth(act, a0, r, perturbed, X, h0, d);
      return meet(activate(act, perturbed), h0.r + d.r);
    default:
      copy(h0, a0, X.variables);
      copy(d, r, X.variables);
      return perturbed;
  }
}

}  // namespace parabound
