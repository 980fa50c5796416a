// Quadratic back-substitution of small random relu networks, over the ranges of interval arithmetic, against the largest value that
// flipping parameters one at a time finds. However the bound is put together, it has to hold.
#include "bound/quadratic.hpp"

#include "bound/activation.hpp"
#include "random.hpp"
#include "truth.hpp"

namespace {

using namespace parabound;
using truth::Real;

struct Case {
  Network network;
  ParameterBox box;
  std::vector<double> lower, upper;  // of the inputs
};

Case make(cases::Source& source) {
  Case c;
  c.network.inputs = 1 + static_cast<int>(source.below(3));
  const long hidden = 2 + source.below(3);
  for (long l = 0; l < hidden; ++l) c.network.add_layer(1 + static_cast<int>(source.below(5)), source.below(8) ? Activation::relu : Activation::linear);
  c.network.add_layer(1, Activation::linear);
  const std::size_t count = c.network.parameter_count();
  const auto style = source.below(2) ? random_case::Style::coarse : random_case::Style::fine;
  for (std::size_t i = 0; i < count; ++i) c.network.parameters.push_back(random_case::number(source, style));
  const bool uniform = source.below(2), large = source.below(2);
  const double common = std::ldexp(1.0, -static_cast<int>(source.below(large ? 4 : 30)));
  std::vector<double> radius(count, common);
  if (!uniform)
    for (double& r : radius) r = source.below(4) ? source.uniform(0, common) : 0;
  std::vector<double> center(c.network.parameters);
  if (source.below(3) == 0)
    for (double& p : center) p += source.below(3) ? common * random_case::number(source, style, 8) : 0;
  if (source.below(4) == 0) radius.assign(count, 0.0);
  c.box = box_from_radius(c.network.parameters.data(), center.data(), radius.data(), count);
  const std::vector<double> ends = random_case::domain(source, c.network.inputs, style);
  const bool point = source.below(2);
  for (std::size_t j = 0; j < ends.size(); j += 2) {
    c.lower.push_back(ends[j]);
    c.upper.push_back(point ? ends[j] : ends[j + 1]);
  }
  return c;
}

/// Ranges of hidden layer l, neuron by neuron, from those before it.
std::vector<NeuronRanges> ranges_of(const Case& c, std::size_t l, const std::vector<NeuronRanges>& before, cases::Source& source) {
  const Layer& layer = c.network.layers[l];
  std::vector<NeuronRanges> ranges;
  for (int i = 0; i < layer.outputs; ++i) {
    NeuronRanges n;
    const Interval shift = c.box.change(layer.bias(i)), bias(c.network.parameters[layer.bias(i)]);
    n.z0 = bias;
    n.r = shift;
    n.z = bias + shift;
    for (int j = 0; j < layer.inputs; ++j) {
      const auto at = static_cast<std::size_t>(j);
      const Interval w(c.network.parameters[layer.weight(i, j)]), e = c.box.change(layer.weight(i, j)), x = Interval::of(c.lower[l > 0 ? 0 : at], c.upper[l > 0 ? 0 : at]);
      const Interval h0 = l > 0 ? before[at].h0 : x, d = l > 0 ? before[at].d : Interval(0.0), h = l > 0 ? before[at].h : x;
      n.z0 += w * h0;
      n.r += w * d + e * h;
      n.z += (w + e) * h;
    }
    n.z = meet(n.z, n.z0 + n.r);
    n.r = meet(n.r, n.z - n.z0);
    if (source.below(8) == 0) n.r = hull(n.r, n.r * Interval(1.5));
    n.h0 = activate(layer.activation, n.z0);
    n.h = activate(layer.activation, n.z);
    n.d = meet(difference_range(layer.activation, n.z0, n.r), n.h - n.h0);
    ranges.push_back(n);
  }
  return ranges;
}

/// sum alpha d + beta h0 after hidden layer `last`; or sign * r of a neuron of that layer.
struct Question {
  std::size_t last = 0;
  std::vector<double> alpha, beta;
  int neuron = -1;
  double sign = 1;

  Real value(const Network& network, const double* p, const std::vector<double>& x) const {
    Network part = network;
    part.layers.resize(last + 1);
    if (neuron >= 0) return sign * (truth::logits(part, p, x)[static_cast<std::size_t>(neuron)] - truth::logits(part, network.parameters.data(), x)[static_cast<std::size_t>(neuron)]);
    const auto after = [&](const double* of) {
      std::vector<Real> h;
      for (const Real z : truth::logits(part, of, x)) h.push_back(truth::apply(part.last().activation, z));
      return h;
    };
    const std::vector<Real> h = after(p), h0 = after(network.parameters.data());
    Real sum = 0;
    for (std::size_t i = 0; i < h.size(); ++i) sum += alpha[i] * (h[i] - h0[i]) + beta[i] * h0[i];
    return sum;
  }
};

/// The best of some starts, each climbed by setting one parameter or input to its other end while that helps.
Real attacked(cases::Source& source, const Case& c, const Question& question) {
  Real best = -HUGE_VALL;
  const std::size_t moving = c.network.layers[question.last].biases + static_cast<std::size_t>(c.network.layers[question.last].outputs);
  for (int start = 0; start < 4; ++start) {
    std::vector<double> p(c.network.parameters), x;
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = source.below(2) ? c.box.inner_lo[i] : c.box.inner_hi[i];
    for (std::size_t j = 0; j < c.lower.size(); ++j) x.push_back(source.below(2) ? source.uniform(c.lower[j], c.upper[j]) : (source.below(2) ? c.lower[j] : c.upper[j]));
    Real here = question.value(c.network, p.data(), x);
    for (bool better = true; better;) {
      better = false;
      const auto attempt = [&](double& variable, double to) {
        const double from = variable;
        if (from == to) return;
        variable = to;
        const Real there = question.value(c.network, p.data(), x);
        if (there > here + 1e-15L) {
          here = there;
          better = true;
        } else {
          variable = from;
        }
      };
      for (std::size_t i = 0; i < moving; ++i)
        for (const double to : {c.box.inner_lo[i], c.box.inner_hi[i]}) attempt(p[i], to);
      for (std::size_t j = 0; j < x.size(); ++j)
        for (const double to : {c.lower[j], c.upper[j]}) attempt(x[j], to);
    }
    best = std::max(best, here);
  }
  return best;
}

long tight = 0, bounded = 0;

void one(cases::Source& source) {
  const Case c = make(source);
  Question question;
  question.last = 1 + static_cast<std::size_t>(source.below(static_cast<long>(c.network.layers.size()) - 2));
  const auto width = static_cast<std::size_t>(c.network.layers[question.last].outputs);
  Functionals functionals(width, {1, 0});
  for (std::size_t i = 0; i < width; ++i) {
    question.alpha.push_back(random_case::number(source, random_case::Style::fine));
    question.beta.push_back(source.below(3) ? 0 : random_case::number(source, random_case::Style::fine));
    functionals.change(i)[0] = question.alpha[i];
    functionals.nominal(i)[0] = question.beta[i];
  }
  if (source.below(2)) {
    question.neuron = static_cast<int>(source.below(static_cast<long>(width)));
    question.sign = source.below(2) ? 1 : -1;
  }
  const Real value = attacked(source, c, question);

  RoundUp up;
  std::vector<Interval> inputs;
  for (std::size_t j = 0; j < c.lower.size(); ++j) inputs.push_back(Interval::of(c.lower[j], c.upper[j]));
  Backward backward(c.network, c.box);
  backward.start(inputs, inputs);
  std::vector<NeuronRanges> ranges;
  Tuning tuning;
  for (std::size_t l = 0; l < question.last + (question.neuron < 0 ? 1 : 0); ++l) {
    ranges = ranges_of(c, l, ranges, source);
    backward.settle(l, ranges);
    for (auto* dials : {&tuning.share, &tuning.perturbed, &tuning.nominal}) {
      dials->emplace_back();
      dials->back().reshape(ranges.size(), 1);
      for (std::size_t i = 0; i < ranges.size(); ++i) dials->back().row(i)[0] = source.below(3) ? source.uniform(0, 1) : static_cast<double>(source.below(2));
    }
  }
  Quadratic quadratic(backward);
  if (!quadratic.covers()) return;
  for (const bool tuned : {false, true}) {
    Manner manner;
    for (std::size_t l = 0; l <= question.last; ++l) manner.reach.push_back(source.below(4) ? source.uniform(0.2, 5) : 100);
    if (tuned) manner.tuning = &tuning;
    const double upper = question.neuron < 0 ? quadratic.upper_after(question.last, functionals, 0, manner) : quadratic.upper_change(question.last, question.neuron, question.sign, manner);
    const Real room = 0x1p-52L * std::fabs(value) + 0x1p-54L;
    CHECK_THAT(upper >= value - room, "neuron %d of layer %zu, tuned %d: %a, is %La", question.neuron, question.last, tuned, upper, value);
    if (upper < kInf) ++bounded;
    if (upper - value < 0.02 * std::fabs(value)) ++tight;
  }
}

/// Sigmoids and parameters that do not move, or are known to move, are not covered.
void covers() {
  RoundUp up;
  const auto covered = [](Activation act, double shift, double radius) {
    Network network;
    network.inputs = 1;
    network.add_layer(1, act);
    network.add_layer(1, Activation::relu);
    network.add_layer(1, Activation::linear);
    network.parameters.assign(network.parameter_count(), 1.0);
    std::vector<double> lower(network.parameters), upper(network.parameters);
    for (double& p : lower) p += shift - radius;
    for (double& p : upper) p += shift + radius;
    const Backward backward(network, box_from_bounds(network.parameters.data(), lower.data(), upper.data(), lower.size()));
    return Quadratic(backward).covers();
  };
  CHECK(covered(Activation::relu, 0, 0.5) && covered(Activation::linear, 0, 0.5));
  CHECK(!covered(Activation::sigmoid, 0, 0.5) && !covered(Activation::tanh, 0, 0.5));
  CHECK(covered(Activation::relu, 0.25, 0.5) && !covered(Activation::relu, 0.25, 0) && !covered(Activation::relu, 0, 0));
}

}  // namespace

int main() {
  cases::Source source(29);
  for (long n = cases::count(20000); n > 0; --n) one(source);
  CHECK_THAT(tight > bounded / 50, "only %ld of %ld bounds were within 2%% of what was found", tight, bounded);  // else faults would not show
  std::printf("%ld of %ld within 2%%\n", tight, bounded);
  covers();
  return check::outcome();
}
