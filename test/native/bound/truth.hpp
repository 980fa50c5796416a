// What a network really computes, in long double (11 more bits than the bounds have, and a huge range), and checks
// of what a Form promises of a function that can be evaluated. Written from the definitions alone: nothing of
// native/bound is used. Rounding towards +infinity, which the tests run under, does not reach the x87 unit; where
// long double is emulated its last bit may be rounded up, which `slack` covers as well.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "../check.hpp"
#include "bound/form.hpp"
#include "network/network.hpp"

namespace truth {

using parabound::Activation;
using parabound::Interval;
using parabound::Network;
using Real = long double;
using Point = std::vector<double>;

inline Real apply(Activation act, Real a) {
  switch (act) {
    case Activation::relu: return a > 0 ? a : 0;
    case Activation::sigmoid: return a >= 0 ? 1 / (1 + std::exp(-a)) : std::exp(a) / (1 + std::exp(a));
    case Activation::tanh: return std::tanh(a);
    default: return a;
  }
}

/// What the last layer reads, for an input of any numbers.
template <class Numbers>
std::vector<Real> hidden(const Network& network, const double* p, const Numbers& x) {
  std::vector<Real> h(x.begin(), x.end());
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    std::vector<Real> next;
    for (int i = 0; i < layer.outputs; ++i) {
      Real sum = p[layer.bias(i)];
      for (int j = 0; j < layer.inputs; ++j) sum += static_cast<Real>(p[layer.weight(i, j)]) * h[static_cast<std::size_t>(j)];
      next.push_back(apply(layer.activation, sum));
    }
    h = std::move(next);
  }
  return h;
}

inline std::vector<Real> last_affine(const Network& network, const double* p, const std::vector<Real>& h) {
  const auto& layer = network.last();
  std::vector<Real> z;
  for (int i = 0; i < layer.outputs; ++i) {
    Real sum = p[layer.bias(i)];
    for (int j = 0; j < layer.inputs; ++j) sum += static_cast<Real>(p[layer.weight(i, j)]) * h[static_cast<std::size_t>(j)];
    z.push_back(sum);
  }
  return z;
}

/// The pre-activations of the last layer.
template <class Numbers>
std::vector<Real> logits(const Network& network, const double* p, const Numbers& x) {
  return last_affine(network, p, hidden(network, p, x));
}

inline std::vector<Real> outputs(Activation act, const std::vector<Real>& z) {
  std::vector<Real> f;
  if (act == Activation::softmax) {
    for (const Real one : z) {
      Real sum = 0;
      for (const Real other : z) sum += std::exp(other - one);
      f.push_back(1 / sum);
    }
  } else {
    for (const Real one : z) f.push_back(apply(act, one));
  }
  return f;
}

/// Room for the oracle's own rounding: values here are below 2^7, long double has 64 bits at least.
constexpr Real slack = 0x1p-55L;

inline bool inside(const Interval& x, Real value, Real room = slack) {
  return static_cast<Real>(x.lo()) - room <= value && value <= static_cast<Real>(x.hi) + room;
}

using Function = std::function<Real(const Point&)>;

/// The affine enclosure k + s (x - c) at x: its ends.
inline void affine_at(const parabound::Form& q, const parabound::Domain& X, const Point& x, Real& lo, Real& hi) {
  lo = q.k.lo();
  hi = q.k.hi;
  for (int j = 0; j < X.variables; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const Real u = static_cast<Real>(x[at]) - static_cast<Real>(X.c[at]);
    if (u == 0) continue;
    const Real a = q.s[j].lo() * u, b = q.s[j].hi * u;
    lo += std::min(a, b);
    hi += std::max(a, b);
  }
}

/// q(c) in v, q(x) in r and in k + s (x - c), and what `mean_value` adds.
inline void check_values(const parabound::Form& q, const parabound::Domain& X, const Point& x, Real value, Real at_center,
                         bool slopes, const char* what, Real room = slack) {
  CHECK_THAT(inside(q.v, at_center, room), "%s: v=[%a, %a] value %La", what, q.v.lo(), q.v.hi, at_center);
  CHECK_THAT(inside(q.r, value, room), "%s: r=[%a, %a] value %La", what, q.r.lo(), q.r.hi, value);
  if (!slopes) {
    CHECK_THAT(inside(q.k, value, room), "%s: k=[%a, %a] without slopes, value %La", what, q.k.lo(), q.k.hi, value);
    return;
  }
  Real lo, hi;
  affine_at(q, X, x, lo, hi);
  CHECK_THAT(lo - room <= value && value <= hi + room, "%s: affine [%La, %La] value %La", what, lo, hi, value);
  if (!q.mean_value) return;
  CHECK_THAT(q.k.nlo == q.v.nlo && q.k.hi == q.v.hi, "%s: mean_value, but k is not v", what);
  for (int j = 0; j < X.variables; ++j)
    CHECK_THAT(q.s[j].nlo == q.g[j].nlo && q.s[j].hi == q.g[j].hi, "%s: mean_value, but s is not g", what);
}

/// The gradient along a step of one coordinate, which stays in X: q(y) - q(x) in g_j (y_j - x_j).
inline void check_gradient(const parabound::Form& q, int j, double from, double to, Real change, const char* what, Real room = slack) {
  if (from == to) return;
  const Real step = static_cast<Real>(to) - static_cast<Real>(from);
  const Real a = q.g[j].lo() * step, b = q.g[j].hi * step;
  CHECK_THAT(std::min(a, b) - room <= change && change <= std::max(a, b) + room, "%s: g_%d=[%a, %a] step %La change %La", what, j,
             q.g[j].lo(), q.g[j].hi, step, change);
}

/// All of it for one function, at some points of X.
template <class Source, class Pick>
void check_form(const parabound::Form& q, const parabound::Domain& X, bool slopes, const Function& value, Source& source, Pick pick, int points,
                const char* what, Real room = slack) {
  const Real at_center = value(X.c);
  for (int n = 0; n < points; ++n) {
    const Point x = pick();
    const Real here = value(x);
    check_values(q, X, x, here, at_center, slopes, what, room);
    if (!slopes || X.variables == 0) continue;
    const int j = static_cast<int>(source.below(X.variables));
    Point y = x;
    y[static_cast<std::size_t>(j)] = pick()[static_cast<std::size_t>(j)];
    check_gradient(q, j, x[static_cast<std::size_t>(j)], y[static_cast<std::size_t>(j)], value(y) - here, what, room);
  }
}

}  // namespace truth
