// Back-substitution where its bound is tight to the last bits: one neuron, one input, a fixed copy of the parameters, ranges
// that end at the true values. Every rounding that is not charged for shows here and nowhere else.
#include "bound/backward.hpp"

#include "random.hpp"
#include "truth.hpp"

namespace {

using namespace parabound;
using truth::Real;

const std::vector<Activation> kActivations{Activation::linear, Activation::relu, Activation::sigmoid, Activation::tanh};

/// Room on one side of a range, or none.
Interval loosened(cases::Source& source, Interval x) {
  switch (source.below(4)) {
    case 0: return hull(x, x + Interval(source.uniform(0, 3)));
    case 1: return hull(x, x - Interval(source.uniform(0, 3)));
    default: return x;
  }
}

void one(cases::Source& source) {
  Network network;
  network.inputs = 1;
  network.add_layer(1, random_case::one_of(source, kActivations));
  network.add_layer(1, Activation::linear);
  network.add_layer(1, Activation::linear);
  const bool plain = source.below(2);  // ones and zeros where they only add roundings
  const double x = source.uniform(-8, 8);
  network.parameters = {plain ? 1 : source.uniform(-2, 2), plain ? 0 : source.uniform(-2, 2), source.uniform(-2, 2), plain ? 0 : source.uniform(-2, 2), 1, 0};
  std::vector<double> p(network.parameters);
  for (std::size_t i = 0; i < 4; ++i)
    if (source.below(2)) p[i] += source.uniform(-1, 1);
  const ParameterBox box = box_from_bounds(network.parameters.data(), p.data(), p.data(), p.size());
  RoundUp up;

  const Activation act = network.layers[0].activation;
  NeuronRanges n;
  n.z0 = Interval(network.parameters[0]) * Interval(x) + Interval(network.parameters[1]);
  n.z = Interval(p[0]) * Interval(x) + Interval(p[1]);
  n.r = loosened(source, n.z - n.z0);
  n.z0 = loosened(source, n.z0);
  n.z = loosened(source, n.z);
  n.h0 = activate(act, n.z0);
  n.h = activate(act, n.z);
  n.d = meet(difference_range(act, n.z0, n.r), n.h - n.h0);

  Backward backward(network, box);
  backward.start({Interval(x)}, {Interval(x)});
  backward.settle(0, {n});
  const double alpha = source.below(3) ? source.uniform(-3, 3) : 0, beta = source.below(3) ? source.uniform(-3, 3) : 0;
  Functionals functionals(1, {1, 1});
  functionals.change(0)[0] = alpha;
  functionals.nominal(0)[0] = beta;
  functionals.nominal(0)[1] = beta;
  const auto first = [&](const double* q) { return static_cast<Real>(q[0]) * x + q[1]; };
  const auto second = [&](const double* q) { return q[2] * truth::apply(act, first(q)) + q[3]; };
  const Real z0 = second(network.parameters.data()), r = second(p.data()) - z0, value = alpha * r + beta * z0;
  const Real room = 0x1p-58L * (std::fabs(alpha * z0) + std::fabs(alpha * (z0 + r)) + std::fabs(beta * z0) + 0x1p-10L);
  for (int under = 0; under < kUnders; ++under) {
    std::vector<std::vector<double>> planes;
    Pass pass;
    pass.under = static_cast<Under>(under);
    pass.planes = &planes;
    const std::vector<double> upper = backward.upper(1, functionals, {0}, pass);
    CHECK_THAT(upper[0] >= value - room, "act %d at %a: %a, is %La", static_cast<int>(act), x, upper[0], value);
    CHECK(planes[0][1] >= value - room);
    CHECK(upper[1] >= beta * z0 - room && planes[1][1] >= beta * z0 - room);
  }
}

}  // namespace

int main() {
  cases::Source source(13);
  for (long n = cases::count(300000); n > 0; --n) one(source);
  return check::outcome();
}
