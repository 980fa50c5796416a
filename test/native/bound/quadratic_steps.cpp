// The steps of quadratic back-substitution, one by one: what each makes of a functional lies above it, whatever was carried and guessed.
#include "bound/quadratic.hpp"
#include "quadratic_case.hpp"

namespace parabound {

/// The steps of a quadratic back-substitution one by one, from anything that may be carried and guessed.
class QuadraticProbe {
 public:
  explicit QuadraticProbe(const Backward& backward, std::size_t layers) : q_(backward) {
    q_.manner_ = &manner;
    q_.middles_.resize(layers);
  }
  Quadratic::Quadric through_neuron(double a, double q, double b, double r, double sigma, double m) {
    q_.a_ = {a};
    q_.q_ = {q};
    q_.b_ = {b};
    q_.middles_[0].r = {r};
    q_.middles_[0].sigma = {sigma};
    q_.middles_[0].d = {m};
    return q_.through_neuron(0, 0);
  }
  void look(std::size_t layer, double reach) { q_.look(layer, reach); }
  auto& middles(std::size_t layer) { return q_.middles_[layer]; }
  /// The constant; infinite where there is none.
  double through_affine(std::size_t layer, const std::vector<int>& neurons, const std::vector<double>& c, const std::vector<double>& beta, const std::vector<double>& e) {
    q_.c_ = c;
    q_.beta_ = beta;
    q_.e_ = e;
    q_.constant_ = 0;
    return q_.through_affine(layer, neurons) ? q_.constant_ : kInf;
  }
  double first_layer(const std::vector<double>& a, const std::vector<double>& q, const std::vector<double>& b) {
    q_.a_ = a;
    q_.q_ = q;
    q_.b_ = b;
    return q_.first_layer();
  }
  const std::vector<double>&a() const { return q_.a_; }
  const std::vector<double>&q() const { return q_.q_; }
  const std::vector<double>&b() const { return q_.b_; }

  Manner manner;

 private:
  Quadratic q_;
};

}  // namespace parabound

namespace {

using namespace quadratic_case;

long steps = 0, touching = 0, stepped = 0, reached = 0;

/// A neuron by itself: what it becomes lies above it wherever z0, r and z are in their ranges, whatever was carried and guessed.
void neuron(cases::Source& source) {
  Network network;
  network.inputs = 1;
  network.add_layer(1, source.below(8) ? Activation::relu : Activation::linear);
  network.add_layer(1, Activation::relu);
  network.add_layer(1, Activation::linear);
  network.parameters.assign(network.parameter_count(), 1.0);
  const std::vector<double> ones(network.parameters);
  const ParameterBox box = box_from_radius(ones.data(), ones.data(), ones.data(), ones.size());
  RoundUp up;
  const Activation act = network.layers[0].activation;
  const auto style = source.below(2) ? random_case::Style::coarse : random_case::Style::fine;
  const auto range = [&] {
    const double one = random_case::number(source, style), other = source.below(3) ? random_case::number(source, style) : one + std::ldexp(source.uniform(0, 1), -static_cast<int>(source.below(8)));
    return Interval::of(std::min(one, other), std::max(one, other));
  };
  NeuronRanges n;
  n.z0 = range();
  n.r = range();
  n.z = n.z0 + n.r;
  if (source.below(3) == 0) n.z = meet(n.z, source.below(2) ? Interval::of(0, kInf) : Interval::of(-kInf, 0));
  if (source.below(4) == 0) n.z = meet(n.z, range());
  n.h0 = activate(act, n.z0);
  n.h = activate(act, n.z);
  n.d = meet(difference_range(act, n.z0, n.r), n.h - n.h0);
  Backward backward(network, box);
  backward.start({Interval(0.0)}, {Interval(0.0)});
  backward.settle(0, {n});
  if (backward.lines(0, 0).kind == NeuronLines::Kind::off) return;
  QuadraticProbe probe(backward, 1);
  Tuning tuning;
  for (auto* dials : {&tuning.share, &tuning.perturbed, &tuning.nominal}) {
    dials->resize(1);
    dials->back().reshape(1, 1);
    dials->back().row(0)[0] = source.uniform(-0.2, 1.2);
  }
  if (source.below(3) == 0) probe.manner.tuning = &tuning;
  const auto number = [&] { return random_case::number(source, random_case::Style::fine); };
  const double a = number(), b = source.below(2) ? number() : 0, q = source.below(4) ? std::ldexp(source.uniform(0, 2), static_cast<int>(source.below(9)) - 6) : 0;
  const double m = source.below(3) ? n.d.lo() + source.uniform(0, 1) * (n.d.hi + n.d.nlo) : number(), middle = source.below(3) ? n.r.lo() + source.uniform(0, 1) * (n.r.hi + n.r.nlo) : number();
  const double sigma = std::ldexp(source.uniform(1, 2), static_cast<int>(source.below(14)) - 10);
  const auto to = probe.through_neuron(a, q, b, middle, sigma, m);
  const double first = probe.first_layer({a}, {q}, {b});  // at a single input it goes by the ranges
  const auto pick = [&](Interval t) {
    switch (source.below(4)) {
      case 0: return t.lo();
      case 1: return t.hi;
      case 2: return std::min(std::max(0.0, t.lo()), t.hi);
      default: return std::min(std::max(t.lo() + source.uniform(0, 1) * (t.hi + t.nlo), t.lo()), t.hi);
    }
  };
  for (int k = 0; k < 60; ++k) {
    double z0 = pick(n.z0), r = pick(n.r);
    if (source.below(4) == 0) r = std::min(std::max(source.below(2) ? -z0 : (source.below(2) ? n.z.lo() : n.z.hi) - z0, n.r.lo()), n.r.hi);
    const Real z = static_cast<Real>(z0) + r;
    if (z < n.z.lo() || z > n.z.hi) continue;
    const Real h0 = truth::apply(act, z0), d = truth::apply(act, z) - h0, x = d - m, y = static_cast<Real>(r) - middle;
    const Real here = a * d + q * x * x + b * h0, there = to.c * y + to.beta * y * y + to.e * static_cast<Real>(z0) + to.constant;
    const Real room = 0x1p-60L * (std::fabs(a * d) + q * x * x + std::fabs(b * h0) + std::fabs(to.c * y) + to.beta * y * y + std::fabs(to.e * static_cast<Real>(z0)) + std::fabs(to.constant) + (std::fabs(a) + q * std::fabs(x)) * (std::fabs(static_cast<Real>(z0)) + std::fabs(r)));
    CHECK_THAT(here <= there + room, "z0=%a r=%a: %Lg above %Lg", z0, r, here, there);
    CHECK_THAT(here <= first + room, "first z0=%a r=%a: %Lg above %g", z0, r, here, first);
    ++steps;
    if (there - here < 0x1p-40L) ++touching;
  }
}

/// The same of a layer, and of the first by itself, at parameters and inputs where it is nearest, as flips find them.
void layer(cases::Source& source) {
  const Case c = make(source);
  const auto l = static_cast<std::size_t>(1 + source.below(c.network.hidden_layers() - 1));
  RoundUp up;
  std::vector<Interval> inputs;
  for (std::size_t j = 0; j < c.lower.size(); ++j) inputs.push_back(Interval::of(c.lower[j], c.upper[j]));
  Backward backward(c.network, c.box);
  backward.start(inputs, inputs);
  std::vector<std::vector<NeuronRanges>> ranges{{}};
  for (std::size_t k = 0; k <= l; ++k) {
    ranges.push_back(ranges_of(c, k, ranges.back(), source));
    backward.settle(k, ranges.back());
  }
  if (!Quadratic(backward).covers()) return;
  QuadraticProbe probe(backward, l + 1);
  for (std::size_t k = 0; k < l; ++k) probe.look(k, 2);
  auto& before = probe.middles(l - 1);
  for (const int j : backward.live(l - 1)) {
    const auto at = static_cast<std::size_t>(j);
    const Interval d = ranges[l][at].d;
    if (source.below(2)) before.d[at] = d.is_finite() ? d.lo() + source.uniform(0, 1) * d.width() : 0;
    if (source.below(2)) before.size[at] = std::ldexp(source.uniform(1, 2), static_cast<int>(source.below(8)) - 5);
  }
  probe.look(l, source.uniform(0.3, 4));
  const auto width = static_cast<std::size_t>(c.network.layers[l].outputs);
  std::vector<double> on_r(width), beta(width), e(width);
  for (std::size_t i = 0; i < width; ++i) {
    if (source.below(4)) on_r[i] = source.uniform(-2, 2);
    if (source.below(4)) beta[i] = std::ldexp(source.uniform(0, 1), static_cast<int>(source.below(10)) - 5);
    if (source.below(3) == 0) e[i] = source.uniform(-2, 2);
  }
  const double constant = probe.through_affine(l, backward.live(l), on_r, beta, e);
  const std::vector<double> a(probe.a()), q(probe.q()), b(probe.b()), middle(probe.middles(l).r), m(before.d);
  Network part = c.network, fed = c.network;
  part.layers.resize(l + 1);
  fed.layers.resize(l);
  const Activation act = fed.last().activation;
  Real room = 0;
  constexpr Real kDifference = 0x1p-53L;  // what d and r, differences of values below 2^9, may have lost
  /// What was carried to the layer, less what it became; or what is carried to the first layer.
  const auto above = [&](const double* p, const std::vector<double>& x, bool first) {
    const double* p0 = c.network.parameters.data();
    const std::vector<Real> z = truth::logits(part, p, x), z0 = truth::logits(part, p0, x), t = truth::logits(fed, p, x), t0 = truth::logits(fed, p0, x);
    Real sum = first ? 0 : -constant;
    room = 0x1p-60L * std::fabs(constant);
    const auto add = [&](Real term) {
      sum += term;
      room += 0x1p-56L * std::fabs(term);
    };
    if (!first)
      for (const int i : backward.live(l)) {
        const auto row = static_cast<std::size_t>(i);
        const Real y = z[row] - z0[row] - middle[row];
        add(on_r[row] * y);
        add(beta[row] * y * y);
        room += kDifference * (std::fabs(on_r[row]) + beta[row] * std::fabs(y));
        add(e[row] * z0[row]);
      }
    for (const int j : backward.live(l - 1)) {
      const auto at = static_cast<std::size_t>(j);
      const Real h0 = truth::apply(act, t0[at]), d = truth::apply(act, t[at]) - h0, x1 = d - m[at], sign = first ? 1 : -1;
      add(sign * a[at] * d);
      add(sign * q[at] * x1 * x1);
      room += kDifference * (std::fabs(a[at]) + q[at] * std::fabs(x1));
      add(sign * b[at] * h0);
    }
    return sum;
  };
  const double first = l == 1 && constant < kInf ? probe.first_layer(a, q, b) : kInf;
  for (const bool of_first : {false, true}) {
    const double most = of_first ? first : 0;
    if (!(most < kInf && constant < kInf)) continue;
    const Real best = climbed(source, c, c.network.layers[l].biases + width, 3, [&](const double* p, const std::vector<double>& x) {
      if (violates(c, p, x)) return -HUGE_VALL;
      const Real value = above(p, x, of_first);
      CHECK_THAT(value <= most + room + 0x1p-56L, "%s: %La above %a by %Lg, room %Lg", of_first ? "first layer" : "layer", value, most, value - most, room);
      return value;
    });
    ++stepped;
    if (best > most - 0.01L * (1 + std::fabs(most))) ++reached;
  }
}

/// The sums of a wide layer, of many neurons or of many inputs, at one d and h0: each rounding goes up, so together they are far from what they are of.
void sums(cases::Source& source) {
  const bool many_inputs = source.below(2), shifted = source.below(2), on_h0 = source.below(2), one_sign = source.below(2);
  const int many = 600, inputs = many_inputs ? many : 1, outputs = many_inputs ? 1 : many;
  Network network;
  network.inputs = 1;
  network.add_layer(inputs, Activation::linear);
  network.add_layer(outputs, Activation::linear);
  network.add_layer(1, Activation::linear);
  for (std::size_t i = network.parameter_count(); i > 0; --i) network.parameters.push_back(source.uniform(one_sign ? 0 : -1, 1));
  const Layer& wide = network.layers[1];
  std::vector<double> p(network.parameters), radius(p.size(), 0.0);
  for (std::size_t at = wide.weights; at < wide.biases && shifted; ++at) p[at] += source.uniform(one_sign ? 0 : -1, 1);
  radius[0] = 1;
  const ParameterBox box = box_from_radius(network.parameters.data(), p.data(), radius.data(), p.size());
  RoundUp up;
  Backward backward(network, box);
  backward.start({Interval(1.0)}, {Interval(1.0)});
  const bool still = source.below(3) == 0;
  const auto alike = [](Interval z0, Interval r, Interval z) { return NeuronRanges{z0, r, z, z0, r, z, Sign::open, Sign::open, z0, z}; };
  const auto end = [&](bool nothing) { return nothing ? 0 : (one_sign ? -1 : 1) * source.uniform(one_sign ? 0 : -1, 1); };
  std::vector<double> d, h0;
  std::vector<NeuronRanges> ranges;
  for (int j = 0; j < inputs; ++j) {
    d.push_back(end(still));
    h0.push_back(end(!on_h0));
    const Interval h = Interval(h0.back()) + Interval(d.back());
    ranges.push_back(alike(Interval(h0.back()), Interval(d.back()), h));
  }
  backward.settle(0, ranges);
  const Interval any = Interval::of(-8.0 * many, 8.0 * many);
  backward.settle(1, std::vector<NeuronRanges>(static_cast<std::size_t>(outputs), alike(any, any, any)));
  QuadraticProbe probe(backward, 2);
  probe.look(0, 2);
  std::vector<double>& m = probe.middles(0).d;
  const long style = source.below(3);
  for (std::size_t j = 0; j < m.size(); ++j) m[j] = style == 0 ? 0 : style == 1 ? d[j] : source.uniform(one_sign ? 0 : -1, 1);
  probe.look(1, 2);
  const auto width = static_cast<std::size_t>(outputs);
  const double sign = source.below(2) ? 1 : -1;
  const bool by_c = source.below(4), by_e = !by_c || source.below(2);
  std::vector<double> c(width), e(width);
  for (std::size_t i = 0; i < width; ++i) {
    if (by_c) c[i] = sign * source.uniform(one_sign ? 0 : -1, 1);
    if (by_e && on_h0) e[i] = sign * source.uniform(one_sign ? 0 : -1, 1);
  }
  const double constant = probe.through_affine(1, backward.live(1), c, std::vector<double>(width), e);
  Real here = 0, there = constant, size = std::fabs(constant);
  const auto add = [&](Real& to, Real term) {
    to += term;
    size += std::fabs(term);
  };
  for (std::size_t i = 0; i < width; ++i) {
    const int row = static_cast<int>(i);
    add(here, -c[i] * static_cast<Real>(probe.middles(1).r[i]));
    add(here, e[i] * static_cast<Real>(network.parameters[wide.bias(row)]));
    for (std::size_t j = 0; j < d.size(); ++j) {
      const std::size_t at = wide.weight(row, static_cast<int>(j));
      const Real w = network.parameters[at], shift = backward.middle()[at];
      add(here, c[i] * (w + shift) * d[j] + (c[i] * shift + e[i] * w) * h0[j]);
    }
  }
  for (std::size_t j = 0; j < d.size(); ++j) add(there, static_cast<Real>(probe.a()[j]) * d[j] + static_cast<Real>(probe.b()[j]) * h0[j]);
  CHECK_THAT(here <= there + 0x1p-60L * size, "sums of %d x %d: %La above %La by %Lg", inputs, outputs, here, there, here - there);
}

}  // namespace

int main() {
  cases::Source source(31);
  for (long n = cases::count(40000); n > 0; --n) neuron(source);
  for (long n = cases::count(8000); n > 0; --n) layer(source);
  for (long n = cases::count(2000); n > 0; --n) sums(source);
  CHECK_THAT(touching > steps / 50 && reached > stepped / 10, "neurons touched at %ld of %ld points, layers reached in %ld of %ld", touching, steps, reached, stepped);
  std::printf("neurons touched at %ld of %ld points, layers reached in %ld of %ld\n", touching, steps, reached, stepped);
  return check::outcome();
}
