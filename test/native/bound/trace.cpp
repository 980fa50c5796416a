// The traces against brute force: what `head` promises of z0 and dz, for every form entry.
//
// Shallow and hidden traces eliminate the parameters, so dz is one function of x (and of the hidden shares t), the
// largest change over all corners of the box; a deep trace encloses the change under each p by itself.
#include "random.hpp"
#include "truth.hpp"

#include "bound/hidden.hpp"
#include "bound/trace.hpp"

namespace {

using namespace parabound;
using random_case::Case;
using random_case::Shape;
using random_case::Style;
using truth::Point;
using truth::Real;

struct Ends {
  Real lo, hi;
};

/// The coefficient of hidden unit i in the head, at p0 and at both ends of the box.
Real coefficient(const Case& c, const Head& head, int i, Ends& ends) {
  const auto& last = c.network.last();
  Real nominal = 0;
  ends = {0, 0};
  const auto add = [&](int row, bool negate) {
    if (row < 0) return;
    const std::size_t at = i < last.inputs ? last.weight(row, i) : last.bias(row);
    const Real p0 = c.network.parameters[at], lo = c.box.inner_lo[at], hi = c.box.inner_hi[at];
    nominal += negate ? -p0 : p0;
    ends.lo += negate ? -hi : lo;
    ends.hi += negate ? -lo : hi;
  };
  add(head.plus, false);
  add(head.minus, true);
  return nominal;
}

/// The least and the largest value of hidden unit i (or input i) at x, over all corners of its row.
Ends unit_range(const Case& c, int i, const Point& x) {
  if (c.network.hidden_layers() == 0) return {x[static_cast<std::size_t>(i)], x[static_cast<std::size_t>(i)]};
  const auto& first = c.network.layers[0];
  Ends range{INFINITY, -INFINITY};
  for (unsigned pattern = 0; pattern < 2u << first.inputs; ++pattern) {
    const auto end = [&](std::size_t at, int bit) -> Real { return (pattern >> bit) & 1 ? c.box.inner_hi[at] : c.box.inner_lo[at]; };
    Real a = end(first.bias(i), first.inputs);
    for (int j = 0; j < first.inputs; ++j) a += end(first.weight(i, j), j) * x[static_cast<std::size_t>(j)];
    const Real h = truth::apply(first.activation, a);
    range = {std::min(range.lo, h), std::max(range.hi, h)};
  }
  return range;
}

Real nominal_head(const Case& c, const Head& head, const Point& x) {
  const std::vector<Real> z = truth::logits(c.network, c.network.parameters.data(), x);
  return (head.plus >= 0 ? z[static_cast<std::size_t>(head.plus)] : 0) - (head.minus >= 0 ? z[static_cast<std::size_t>(head.minus)] : 0);
}

/// max over p of z_p - z_0. With shares t, hidden unit i is held at lo + t_i (hi - lo) instead.
Real largest_change(const Case& c, const Head& head, const Point& x, const double* shares) {
  const std::vector<Real> h0 = truth::hidden(c.network, c.network.parameters.data(), x);
  Ends constant;
  const Real b0 = coefficient(c, head, c.network.last().inputs, constant);
  Real sum = constant.hi - b0;
  for (int i = 0; i < c.network.last().inputs; ++i) {
    Ends v, h = unit_range(c, i, x);
    const Real v0 = coefficient(c, head, i, v);
    if (shares) h.lo = h.hi = h.lo + shares[i] * (h.hi - h.lo);
    sum += std::max(std::max(v.lo * h.lo, v.lo * h.hi), std::max(v.hi * h.lo, v.hi * h.hi)) - v0 * h0[static_cast<std::size_t>(i)];
  }
  return sum;
}

Head random_head(cases::Source& source, const Case& c) {
  const int k = c.network.outputs(), a = static_cast<int>(source.below(k)), b = (a + 1) % k;
  switch (source.below(k > 1 ? 4 : 2)) {
    case 0: return make_head(c.network, c.box, a, -1);
    case 1: return make_head(c.network, c.box, -1, a);
    default: return make_head(c.network, c.box, a, b);
  }
}

/// At least every sum that the oracle forms on its way: what its rounding is measured by where numbers are enormous.
Real magnitude(const Case& c, const Point& x) {
  Real most = 1;
  for (const double one : x) most = std::max(most, std::fabs(static_cast<Real>(one)));
  for (const auto& layer : c.network.layers) {
    Real weight = 1;
    for (std::size_t at = layer.weights; at < layer.bias(layer.outputs); ++at)
      weight = std::max({weight, std::fabs(static_cast<Real>(c.box.inner_lo[at])), std::fabs(static_cast<Real>(c.box.inner_hi[at])),
                         std::fabs(static_cast<Real>(c.network.parameters[at]))});
    most *= weight * static_cast<Real>(layer.inputs + 1);
  }
  return most;
}

/// Where the box's ends are not doubles the brute force sees a slightly smaller box: the upper bounds still hold for it.
void check_upper(const Form& q, const Domain& X, bool slopes, const Point& x, Real value, Real room) {
  CHECK_THAT(value <= q.r.hi + room, "r.hi=%a value %La", q.r.hi, value);
  if (!slopes) return;
  Real lo, hi;
  truth::affine_at(q, X, x, lo, hi);
  CHECK_THAT(value <= hi + room, "affine %La value %La", hi, value);
}

void eliminated(cases::Source& source, Style style, bool with_shares) {
  Shape shape;
  shape.style = style;
  if (with_shares) shape.least_hidden = 1;
  const Case c = random_case::make(source, shape);
  const auto trace = with_shares ? hidden_trace(c.network, c.box) : shallow_trace(c.network, c.box);
  CHECK(trace->exact());
  std::vector<double> whole = random_case::domain(source, c.network.inputs, style);
  for (int i = c.network.inputs; i < trace->slopes(); ++i) whole.insert(whole.end(), {0.0, 1.0});
  for (int n = 0; n < 3; ++n) {
    const std::vector<double> ends = n == 0 ? whole : random_case::part(source, whole);
    Domain X;
    X.set(ends.data(), trace->slopes());
    Forms forms;
    forms.resize(2, trace->slopes());
    trace->move_to(X);
    for (int m = 0; m < 2; ++m) {
      const Head head = random_head(source, c);
      trace->head(head, forms[0], forms[1]);
      const auto inputs = [&](const Point& at) { return Point(at.begin(), at.begin() + c.network.inputs); };
      const auto z0 = [&](const Point& at) { return nominal_head(c, head, inputs(at)); };
      const auto dz = [&](const Point& at) { return largest_change(c, head, inputs(at), with_shares ? at.data() + c.network.inputs : nullptr); };
      const auto pick = [&] { return random_case::point(source, ends); };
      if (style != Style::huge) truth::check_form(forms[0], X, true, z0, source, pick, 6, "z0");
      if (c.exact_ends) {
        truth::check_form(forms[1], X, true, dz, source, pick, 6, "dz");
      } else {
        for (int i = 0; i < 6; ++i) {
          const Point x = pick();
          const Real value = dz(x);
          // A share of a smaller range may lie above the same share of the exact one, by as much as the ends differ.
          const Real room = style == Style::huge ? magnitude(c, x) * 0x1p-50L : with_shares ? 0x1p-48L : 0;
          check_upper(forms[1], X, true, x, value, room + truth::slack);
        }
      }
    }
  }
}

void deep(cases::Source& source, Style style, bool many_inputs) {
  Shape shape;
  shape.style = style;
  shape.least_hidden = 2;
  shape.most_hidden = 3;
  if (many_inputs) shape.most_inputs = 60;  // beyond 24 there are no slopes
  const Case c = random_case::make(source, shape);
  const auto trace = deep_trace(c.network, c.box);
  CHECK(!trace->exact());
  const bool slopes = trace->slopes() > 0;
  const std::vector<double> whole = random_case::domain(source, c.network.inputs, style);
  for (int n = 0; n < 3; ++n) {
    const std::vector<double> ends = n == 0 ? whole : random_case::part(source, whole);
    Domain X;
    X.set(ends.data(), c.network.inputs);
    Forms forms;
    forms.resize(2, trace->slopes());
    trace->move_to(X);
    const Head head = random_head(source, c);
    trace->head(head, forms[0], forms[1]);
    const auto pick = [&] { return random_case::point(source, ends); };
    const auto z0 = [&](const Point& at) { return nominal_head(c, head, at); };
    const Real room = many_inputs ? 0x1p-48L : 0x1p-53L;  // values grow with depth
    if (style != Style::huge) truth::check_form(forms[0], X, slopes, z0, source, pick, 4, "z0", room);
    for (int m = 0; m < 4; ++m) {
      const std::vector<double> p = random_case::parameters(source, c);
      const auto dz = [&](const Point& at) {
        const std::vector<Real> z = truth::logits(c.network, p.data(), at);
        return (head.plus >= 0 ? z[static_cast<std::size_t>(head.plus)] : 0) - (head.minus >= 0 ? z[static_cast<std::size_t>(head.minus)] : 0) - z0(at);
      };
      if (style == Style::huge) {
        const Point x = pick();
        const Real value = dz(x);
        check_upper(forms[1], X, slopes, x, value, magnitude(c, x) * 0x1p-50L);
      } else {
        truth::check_form(forms[1], X, slopes, dz, source, pick, 3, "dz", room);
      }
    }
  }
}

/// A trace made in whatever rounding mode: one weight moves, the rest are ones, so that dz is its change at x = 1.
void made_to_nearest(cases::Source& source) {
  Case c;
  c.network.inputs = 1;
  for (int l = 0; l < 3; ++l) c.network.add_layer(1, Activation::linear);
  c.network.parameters = {0, 0, 1, 0, 1, 0};
  std::vector<double> lower(c.network.parameters), upper(lower);
  lower[0] = -source.uniform(0, 1);
  upper[0] = source.uniform(0, 1) * std::ldexp(1.0, static_cast<int>(source.below(40)) - 20);
  c.box = box_from_bounds(c.network.parameters.data(), lower.data(), upper.data(), lower.size());
  const auto trace = deep_trace(c.network, c.box);
  RoundUp up;
  const std::vector<double> ends{1, 1};
  Domain X;
  X.set(ends.data(), 1);
  Forms forms;
  forms.resize(2, trace->slopes());
  trace->move_to(X);
  trace->head(make_head(c.network, c.box, 0, -1), forms[0], forms[1]);
  CHECK_THAT(forms[1].r.hi >= upper[0] && forms[1].r.lo() <= lower[0], "[%a, %a] for a change within [%a, %a]", forms[1].r.lo(), forms[1].r.hi,
             lower[0], upper[0]);
}

}  // namespace

int main() {
  cases::Source source(1);
  for (long n = cases::count(2000); n > 0; --n) made_to_nearest(source);
  RoundUp up;
  for (long n = cases::count(5000); n > 0; --n) {
    for (const Style style : {Style::coarse, Style::fine}) {
      eliminated(source, style, false);
      eliminated(source, style, true);
      deep(source, style, false);
    }
    if (n % 8 == 0) {
      eliminated(source, Style::huge, false);
      eliminated(source, Style::huge, true);
      deep(source, Style::huge, false);
      deep(source, Style::coarse, true);
    }
  }
  return check::outcome();
}
