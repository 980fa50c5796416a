// Rigorous values at one (x, p): they hold what the definitions give.
#include "random.hpp"
#include "truth.hpp"

#include "bound/point.hpp"

namespace {

using namespace parabound;
using truth::Real;

void one(cases::Source& source, random_case::Style style) {
  random_case::Shape shape;
  shape.style = style;
  shape.most_hidden = 3;
  shape.last = {Activation::linear, Activation::relu, Activation::sigmoid, Activation::tanh, Activation::softmax};
  const random_case::Case c = random_case::make(source, shape);
  const double* nominal = c.network.parameters.data();
  const std::vector<double> p = random_case::parameters(source, c);
  const truth::Point x = random_case::point(source, random_case::domain(source, c.network.inputs, style));
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(c.box.inner_lo[i] <= p[i] && p[i] <= c.box.inner_hi[i]);

  const Activation last = c.network.last().activation;
  const std::vector<Real> z0 = truth::logits(c.network, nominal, x), z = truth::logits(c.network, p.data(), x);
  const std::vector<Real> f0 = truth::outputs(last, z0), f = truth::outputs(last, z);
  const PointValues values = evaluate_point(c.network, x.data(), p.data());
  const std::vector<Interval> outputs = evaluate_outputs(c.network, x.data(), p.data()), difference = output_difference(last, values.z0, values.dz);
  const Real room = 0x1p-53L;
  for (std::size_t o = 0; o < z.size(); ++o) {
    CHECK(truth::inside(values.z0[o], z0[o], room));
    CHECK_THAT(truth::inside(values.dz[o], z[o] - z0[o], room), "dz [%a, %a] %La", values.dz[o].lo(), values.dz[o].hi, z[o] - z0[o]);
    CHECK(truth::inside(outputs[o], f[o], room));
    CHECK_THAT(truth::inside(difference[o], f[o] - f0[o], room), "df [%a, %a] %La", difference[o].lo(), difference[o].hi, f[o] - f0[o]);
  }
}

/// Wider logits, for the mean value along the path.
void paths(cases::Source& source) {
  const std::size_t k = 2 + static_cast<std::size_t>(source.below(3));
  std::vector<Interval> z0, dz;
  std::vector<Real> from, to;
  for (std::size_t o = 0; o < k; ++o) {
    const double a = source.uniform(-3, 3), b = a + std::ldexp(source.uniform(0, 1), -static_cast<int>(source.below(20)));
    const double r = std::ldexp(source.uniform(-1, 1), -static_cast<int>(source.below(20))), s = r + std::ldexp(source.uniform(0, 1), -20);
    z0.push_back(Interval::of(a, b));
    dz.push_back(Interval::of(r, s));
    from.push_back(source.uniform(a, b));
    to.push_back(from.back() + source.uniform(r, s));
  }
  for (const Activation last : {Activation::softmax, Activation::sigmoid, Activation::tanh, Activation::relu, Activation::linear}) {
    const std::vector<Interval> difference = output_difference(last, z0, dz);
    const std::vector<Real> f0 = truth::outputs(last, from), f = truth::outputs(last, to);
    for (std::size_t o = 0; o < k; ++o)
      CHECK_THAT(truth::inside(difference[o], f[o] - f0[o]), "path, act %d: [%a, %a] %La", static_cast<int>(last), difference[o].lo(),
                 difference[o].hi, f[o] - f0[o]);
  }
}

/// Changes that are no doubles, each multiplied by a power of two: exact in a long double, so with no room at all.
void inexact_changes(cases::Source& source) {
  Network network;
  network.inputs = 3;
  network.add_layer(1 + static_cast<int>(source.below(10)), Activation::linear);
  std::vector<double> p;
  const auto number = [&] { return std::ldexp(source.uniform(-1, 1), -static_cast<int>(source.below(10))); };
  for (std::size_t i = 0; i < network.parameter_count(); ++i) {
    const bool bias = i >= network.layers[0].biases;
    network.parameters.push_back(bias ? 0 : number());
    p.push_back(bias ? 0 : number());
  }
  const std::size_t fed = source.below(3);
  double x[3] = {0, 0, 0};
  x[fed] = std::ldexp(source.below(2) ? 1 : -1, static_cast<int>(source.below(5)));
  const PointValues values = evaluate_point(network, x, p.data());
  for (std::size_t o = 0; o < values.dz.size(); ++o) {
    const std::size_t at = network.layers[0].weight(static_cast<int>(o), static_cast<int>(fed));
    const Real change = (static_cast<Real>(p[at]) - network.parameters[at]) * x[fed];
    CHECK_THAT(values.dz[o].lo() <= change && change <= values.dz[o].hi, "dz [%a, %a] %La", values.dz[o].lo(), values.dz[o].hi, change);
  }
}

}  // namespace

int main() {
  RoundUp up;
  cases::Source source(3);
  for (long n = cases::count(20000); n > 0; --n) {
    one(source, random_case::Style::coarse);
    one(source, random_case::Style::fine);
    paths(source);
    inexact_changes(source);
  }
  return check::outcome();
}
