// Boxes of which signs are assumed: the bound holds for every (x, p) that has them. The signs are taken from a random
// (x, p), so that it must; prices, narrowed ranges and tuned slopes each would show a mistake as a bound below its value.
#include "random.hpp"
#include "truth.hpp"

#include "bound/trace.hpp"

namespace {

using namespace parabound;
using random_case::Case;
using random_case::Style;
using truth::Point;
using truth::Real;

/// Pre-activations of the hidden layers.
std::vector<std::vector<Real>> preactivations(const Network& network, const double* p, const Point& x) {
  std::vector<std::vector<Real>> all;
  std::vector<Real> h(x.begin(), x.end());
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const auto& layer = network.layers[l];
    std::vector<Real> z;
    for (int i = 0; i < layer.outputs; ++i) {
      Real sum = p[layer.bias(i)];
      for (int j = 0; j < layer.inputs; ++j) sum += static_cast<Real>(p[layer.weight(i, j)]) * h[static_cast<std::size_t>(j)];
      z.push_back(sum);
    }
    h.clear();
    for (const Real one : z) h.push_back(truth::apply(layer.activation, one));
    all.push_back(std::move(z));
  }
  return all;
}

Real value(const Network& network, const Head& head, const double* p, const Point& x) {
  const std::vector<Real> z = truth::logits(network, p, x);
  return (head.plus >= 0 ? z[static_cast<std::size_t>(head.plus)] : 0) - (head.minus >= 0 ? z[static_cast<std::size_t>(head.minus)] : 0);
}

/// A narrow network of two to four hidden layers, most of them relu.
Case deep(cases::Source& source, Style style) {
  random_case::Shape shape;
  shape.style = style;
  shape.most_units = 5;
  shape.least_hidden = 2;
  shape.most_hidden = 4;
  shape.hidden = {Activation::relu, Activation::relu, Activation::relu, Activation::linear};
  return random_case::make(source, shape);
}

void one(cases::Source& source, Style style) {
  const Case c = deep(source, style);
  const auto trace = deep_trace(c.network, c.box);
  const std::vector<double> whole = random_case::domain(source, c.network.inputs, style);
  const int o = static_cast<int>(source.below(c.network.outputs()));
  const Head up = make_head(c.network, c.box, o, -1), down = make_head(c.network, c.box, -1, o);
  trace->expect({&up, &down}, true);
  Forms forms;
  forms.resize(2, trace->slopes());
  Domain X;
  if (source.below(2)) {  // an anchor, which serves the parts
    X.set(whole.data(), c.network.inputs);
    trace->make({3, 3});
    trace->move_to(X);
  }
  for (int n = 0; n < 4; ++n) {
    const std::vector<double> ends = source.below(2) ? whole : random_case::part(source, whole);
    X.set(ends.data(), c.network.inputs);
    const Point x = random_case::point(source, ends);
    const std::vector<double> p = random_case::parameters(source, c);
    const auto z0 = preactivations(c.network, c.network.parameters.data(), x), z = preactivations(c.network, p.data(), x);
    Pattern signs(c.network);
    const auto assume = [&](std::size_t l, int i, Side side, Real at) {
      // Near zero the oracle's own rounding would decide.
      if (source.below(2) || (style != Style::coarse && std::fabs(at) < 0x1p-40L)) return;
      const bool nonnegative = at > 0 || (at == 0 && source.below(2));
      const Sign known = nonnegative ? Sign::nonnegative : Sign::nonpositive, assumed = nonnegative ? Sign::assumed_nonnegative : Sign::assumed_nonpositive;
      signs.set(signs.number(l, i, side), source.below(4) ? assumed : known);
    };
    for (std::size_t l = 0; l < z.size(); ++l)
      for (int i = 0; i < c.network.layers[l].outputs; ++i) {
        assume(l, i, Side::nominal, z0[l][static_cast<std::size_t>(i)]);
        assume(l, i, Side::perturbed, z[l][static_cast<std::size_t>(i)]);
      }
    std::vector<double> packed(trace->pattern_size());
    signs.pack(packed.data());
    trace->make(source.below(3) ? Effort{} : Effort{2, 5});
    trace->assume(packed.data());
    trace->move_to(X);
    CHECK(!trace->is_empty());
    if (trace->is_empty()) continue;
    // What it says it knows is true there.
    trace->known(packed.data());
    signs.unpack(packed.data());
    for (std::size_t l = 0; l < z.size(); ++l)
      for (int i = 0; i < c.network.layers[l].outputs; ++i)
        for (const Side side : {Side::nominal, Side::perturbed}) {
          const Real at = (side == Side::nominal ? z0 : z)[l][static_cast<std::size_t>(i)];
          const Sign sign = signs.at(l, i, side);
          CHECK_THAT(sign == Sign::open || (is_nonnegative(sign) ? at >= -truth::slack : at <= truth::slack), "sign %d of neuron %d of layer %zu: %La", static_cast<int>(sign), i, l, at);
        }
    for (const Head* head : {&up, &down}) {
      trace->head(*head, forms[0], forms[1]);
      const Real nominal = value(c.network, *head, c.network.parameters.data(), x), change = value(c.network, *head, p.data(), x) - nominal;
      const Real room = 0x1p-50L;
      Real lo, hi;
      CHECK_THAT(change <= forms[1].r.hi + room, "change %La above %a", change, forms[1].r.hi);
      truth::affine_at(forms[1], X, x, lo, hi);
      CHECK_THAT(change <= hi + room, "change %La above its plane %La", change, hi);
      CHECK_THAT(truth::inside(forms[0].r, nominal, room), "nominal %La not in [%a, %a]", nominal, forms[0].r.lo(), forms[0].r.hi);
      truth::affine_at(forms[0], X, x, lo, hi);
      CHECK(lo - room <= nominal && nominal <= hi + room);
    }
  }
}

/// Assuming signs should seldom loosen a bound: a pass without prices goes through inputs where they do not hold too.
struct Halves {
  long count = 0, looser = 0;
};

void split(cases::Source& source, Halves& halves) {
  random_case::Shape shape;
  shape.style = Style::fine;
  shape.most_units = 8;
  shape.least_hidden = 3;
  shape.most_hidden = 4;
  shape.hidden = {Activation::relu};
  const Case c = random_case::make(source, shape);
  const auto trace = deep_trace(c.network, c.box);
  const std::vector<double> ends = random_case::domain(source, c.network.inputs, shape.style);
  Domain X;
  X.set(ends.data(), c.network.inputs);
  const Head head = make_head(c.network, c.box, 0, -1);
  trace->expect({&head}, false);
  Forms forms;
  forms.resize(2, trace->slopes());
  const auto bound = [&](const std::vector<double>& signs) {
    trace->assume(signs.data());
    trace->move_to(X);
    if (trace->is_empty()) return -kInf;
    trace->head(head, forms[0], forms[1]);
    return forms[1].r.hi;
  };
  std::vector<double> signs(trace->pattern_size(), 0.0);
  const double before = bound(signs);
  Pattern known(c.network);
  for (int n = 0; n < 6; ++n) {  // one after the other, any that is open
    trace->known(signs.data());
    known.unpack(signs.data());
    std::vector<int> open;
    for (std::size_t l = 0; l + 1 < c.network.layers.size(); ++l)
      for (int i = 0; i < c.network.layers[l].outputs; ++i)
        for (const Side side : {Side::nominal, Side::perturbed})
          if (known.at(l, i, side) == Sign::open) open.push_back(static_cast<int>(known.number(l, i, side)));
    if (open.empty()) return;
    trace->add_sign(open[static_cast<std::size_t>(source.below(static_cast<long>(open.size())))], source.below(2) ? Sign::assumed_nonnegative : Sign::assumed_nonpositive, signs.data());
    const double after = bound(signs);
    if (after == -kInf) return;
    ++halves.count;
    halves.looser += after > 1.01 * before;
  }
}

/// A trace that goes from box to box knows what one made for the last of them would: layers that two have in common are not bounded again.
void go_on(cases::Source& source, Style style) {
  const Case c = deep(source, style);
  const auto trace = deep_trace(c.network, c.box);
  const std::vector<double> whole = random_case::domain(source, c.network.inputs, style), other = random_case::part(source, whole);
  const Head head = make_head(c.network, c.box, 0, -1);
  trace->expect({&head}, true);
  Forms forms;
  forms.resize(4, trace->slopes());
  Pattern signs(c.network);
  for (int n = 0; n < 8; ++n) {
    Domain X;
    X.set(source.below(4) ? whole.data() : other.data(), c.network.inputs);
    for (int k = 0; k < 2; ++k) {  // signs come and go, mostly in later layers
      const std::size_t l = static_cast<std::size_t>(source.below(2) ? static_cast<long>(c.network.layers.size()) - 2 : source.below(static_cast<long>(c.network.layers.size()) - 1));
      const std::size_t at = signs.number(l, static_cast<int>(source.below(c.network.layers[l].outputs)), source.below(2) ? Side::nominal : Side::perturbed);
      signs.set(at, source.below(3) ? (source.below(2) ? Sign::assumed_nonnegative : Sign::assumed_nonpositive) : Sign::open);
    }
    std::vector<double> packed(trace->pattern_size()), by_one(packed), by_other(packed);
    signs.pack(packed.data());
    const auto fresh = deep_trace(c.network, c.box);
    fresh->expect({&head}, true);
    for (Trace* each : {trace.get(), fresh.get()}) {
      each->assume(packed.data());
      each->move_to(X);
    }
    CHECK(trace->is_empty() == fresh->is_empty());
    if (trace->is_empty() || fresh->is_empty()) continue;
    trace->known(by_one.data());
    fresh->known(by_other.data());
    CHECK(by_one == by_other);
    trace->head(head, forms[0], forms[1]);
    fresh->head(head, forms[2], forms[3]);
    CHECK_THAT(forms[0].r.hi == forms[2].r.hi && forms[0].r.nlo == forms[2].r.nlo, "[%a, %a], not [%a, %a]", forms[0].r.lo(), forms[0].r.hi, forms[2].r.lo(), forms[2].r.hi);
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(17);
  for (long n = cases::count(2500); n > 0; --n) {
    one(source, Style::coarse);
    one(source, Style::fine);
  }
  for (long n = cases::count(500); n > 0; --n) {
    go_on(source, Style::coarse);
    go_on(source, Style::fine);
  }
  Halves halves;
  for (int n = 0; n < 600; ++n) split(source, halves);
  CHECK_THAT(halves.count > 1000 && halves.looser * 100 < 3 * halves.count, "%ld of %ld halves are looser by 1%%", halves.looser, halves.count);
  return check::outcome();
}
