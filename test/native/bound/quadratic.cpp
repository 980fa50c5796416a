// Quadratic back-substitution of small random relu networks, over the ranges of interval arithmetic, against the largest value that
// flipping parameters one at a time finds. However the bound is put together, it has to hold.
#include "bound/quadratic.hpp"

#include "bound/activation.hpp"
#include "bound/head_bounds.hpp"
#include "bound/trace.hpp"
#include "random.hpp"
#include "truth.hpp"

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

using namespace parabound;
using truth::Real;

/// sign * z0 >= 0, or sign * z >= 0, of a neuron.
struct Assumed {
  std::size_t layer = 0;
  int neuron = -1;
  Side side = Side::nominal;
  double sign = 1;
};

struct Case {
  Network network;
  ParameterBox box;
  std::vector<double> lower, upper;  // of the inputs
  Assumed assumed;                   // the box stands for what has this sign alone, if a neuron is named
};

Case make(cases::Source& source, int outputs = 1) {
  Case c;
  c.network.inputs = 1 + static_cast<int>(source.below(3));
  const long hidden = 2 + source.below(3);
  for (long l = 0; l < hidden; ++l) c.network.add_layer(1 + static_cast<int>(source.below(5)), source.below(8) ? Activation::relu : Activation::linear);
  c.network.add_layer(outputs, Activation::linear);
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
  if (source.below(3) == 0) {
    c.assumed.layer = static_cast<std::size_t>(source.below(hidden));
    c.assumed.neuron = static_cast<int>(source.below(c.network.layers[c.assumed.layer].outputs));
    c.assumed.side = source.below(2) ? Side::nominal : Side::perturbed;
    c.assumed.sign = source.below(2) ? 1 : -1;
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
    if (c.assumed.neuron == i && c.assumed.layer == l) {
      Interval& t = c.assumed.side == Side::nominal ? n.z0 : n.z;
      t = meet(t, c.assumed.sign > 0 ? Interval::of(0, kInf) : Interval::of(-kInf, 0));
      n.z = meet(n.z, n.z0 + n.r);
      n.z0 = meet(n.z0, n.z - n.r);
      n.r = meet(n.r, n.z - n.z0);
    }
    if (source.below(100) == 0) {  // far beyond what is reached
      Interval& t = source.below(3) == 0 ? n.z0 : source.below(2) ? n.r : n.z;
      const double far = source.below(2) ? kInf : std::ldexp(1.0, static_cast<int>(source.below(1024)));
      t = hull(t, Interval(source.below(2) ? far : -far));
    }
    n.h0 = activate(layer.activation, n.z0);
    n.h = activate(layer.activation, n.z);
    n.d = meet(difference_range(layer.activation, n.z0, n.r), n.h - n.h0);
    ranges.push_back(n);
  }
  return ranges;
}

/// Is the sign that was assumed another one there?
bool violates(const Case& c, const double* p, const std::vector<double>& x) {
  if (c.assumed.neuron < 0) return false;
  Network part = c.network;
  part.layers.resize(c.assumed.layer + 1);
  const double* of = c.assumed.side == Side::nominal ? c.network.parameters.data() : p;
  return c.assumed.sign * truth::logits(part, of, x)[static_cast<std::size_t>(c.assumed.neuron)] < 0;
}

/// sum alpha d + beta h0 after hidden layer `last`; or sign * r of a neuron of that layer.
struct Question {
  std::size_t last = 0;
  std::vector<double> alpha, beta;
  int neuron = -1;
  double sign = 1;

  Real value(const Case& c, const double* p, const std::vector<double>& x) const {
    const Network& network = c.network;
    if (violates(c, p, x)) return -HUGE_VALL;
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

/// The best of some starts, each climbed by setting one of the first `moving` parameters or an input to its other end while that helps.
template <class Value>
Real climbed(cases::Source& source, const Case& c, std::size_t moving, int starts, const Value& value) {
  Real best = -HUGE_VALL;
  for (int start = 0; start < starts; ++start) {
    std::vector<double> p(c.network.parameters), x;
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = source.below(2) ? c.box.inner_lo[i] : c.box.inner_hi[i];
    for (std::size_t j = 0; j < c.lower.size(); ++j) x.push_back(source.below(2) ? source.uniform(c.lower[j], c.upper[j]) : (source.below(2) ? c.lower[j] : c.upper[j]));
    Real here = value(p.data(), x);
    for (bool better = true; better;) {
      better = false;
      const auto attempt = [&](double& variable, double to) {
        const double from = variable;
        if (from == to) return;
        variable = to;
        const Real there = value(p.data(), x);
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

Real attacked(cases::Source& source, const Case& c, const Question& question) {
  const std::size_t moving = c.network.layers[question.last].biases + static_cast<std::size_t>(c.network.layers[question.last].outputs);
  return climbed(source, c, moving, 4, [&](const double* p, const std::vector<double>& x) { return question.value(c, p, x); });
}

long tight = 0, bounded = 0, asked = 0, exact = 0, steps = 0, touching = 0, stepped = 0, reached = 0;

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
  functionals.constant[0] = source.below(2) ? source.uniform(-2, 2) : 0;

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
  if (source.below(2) && question.neuron >= 0) {  // what an earlier question left behind
    backward.settle(question.last, ranges_of(c, question.last, ranges, source));
    quadratic.upper_after(question.last, functionals, 0, Manner{std::vector<double>(question.last + 1, 2.0)});
  }
  for (const bool tuned : {false, true}) {
    Manner manner;
    for (std::size_t l = 0; l <= question.last; ++l) manner.reach.push_back(source.below(4) ? source.uniform(0.2, 5) : 100);
    if (tuned) manner.tuning = &tuning;
    Real upper = question.neuron < 0 ? quadratic.upper_after(question.last, functionals, 0, manner) : quadratic.upper_change(question.last, question.neuron, question.sign, manner);
    if (value == -HUGE_VALL) continue;
    const Real room = 0x1p-52L * std::fabs(value) + 0x1p-54L;
    if (question.neuron < 0) upper -= functionals.constant[0];
    CHECK_THAT(upper >= value - room, "neuron %d of layer %zu, tuned %d: %La, is %La", question.neuron, question.last, tuned, upper, value);
    if (upper < kInf) ++bounded;
    if (upper - value < 0.02 * std::fabs(value)) ++tight;
  }
}

/// A range with room on one side, or none.
Interval loosened(cases::Source& source, Interval x) {
  switch (source.below(5)) {
    case 0: return hull(x, x + Interval(source.uniform(0, 3)));
    case 1: return hull(x, x - Interval(source.uniform(0, 3)));
    default: return x;
  }
}

/// The largest sum of sizes that a functional of this network goes through: what long double may have lost of it is below 2^-58 of that.
Real magnitude(const Case& c, const std::vector<double>& p, const Question& question) {
  std::vector<Real> h{std::fabs(c.lower[0])};
  for (std::size_t l = 0; l <= question.last; ++l) {
    const Layer& layer = c.network.layers[l];
    std::vector<Real> next;
    for (int i = 0; i < layer.outputs; ++i) {
      const auto size = [&](std::size_t at) { return std::fabs(static_cast<Real>(p[at])) + std::fabs(c.network.parameters[at]); };
      Real sum = size(layer.bias(i));
      for (int j = 0; j < layer.inputs; ++j) sum += size(layer.weight(i, j)) * h[static_cast<std::size_t>(j)];
      next.push_back(sum);
    }
    h = std::move(next);
  }
  Real sum = 0;
  for (std::size_t i = 0; i < h.size(); ++i) sum += question.neuron >= 0 ? h[i] : (std::fabs(question.alpha[i]) + std::fabs(question.beta[i])) * h[i];
  return sum;
}

/// A copy of the parameters at one input, with ranges that end at the true values: all that is added is roundings, so each that is not charged
/// for shows. Only a neuron that nothing listens to moves freely, without which nothing would be covered. Wide layers add up what they
/// round; weights may cancel.
void to_the_last_bits(cases::Source& source, bool wide) {
  Case c;
  c.network.inputs = 1;
  const auto width = [&] { return 1 + static_cast<int>(source.below(3)); };
  const auto act = [&] { return source.below(3) ? Activation::relu : Activation::linear; };
  const long hidden = 2 + source.below(2), wide_layer = source.below(hidden);
  for (long l = 0; l < hidden; ++l) c.network.add_layer(wide && l == wide_layer ? 400 : width(), act());
  c.network.add_layer(1, Activation::linear);
  const std::size_t count = c.network.parameter_count();
  const bool plain = source.below(2);
  for (std::size_t i = 0; i < count; ++i) c.network.parameters.push_back(source.uniform(-2, 2));
  for (const Layer& layer : c.network.layers) {
    for (int i = 0; i < layer.outputs && plain; ++i) c.network.parameters[layer.bias(i)] = 0;
    const double size = 1 / std::sqrt(static_cast<double>(layer.inputs));
    for (std::size_t at = layer.weights; at < layer.biases; ++at) c.network.parameters[at] *= size;
  }
  // The neuron that moves is the first layer's last.
  const Layer &first = c.network.layers[0], &second = c.network.layers[1];
  const std::size_t free = first.bias(first.outputs - 1);
  for (int i = 0; i < second.outputs; ++i) c.network.parameters[second.weight(i, first.outputs - 1)] = 0;
  std::vector<double> p(c.network.parameters);
  const double most = std::ldexp(1.0, -static_cast<int>(source.below(20)));
  for (const Layer& layer : c.network.layers) {
    const bool shifted = source.below(2);
    for (std::size_t at = layer.weights; at < layer.biases + static_cast<std::size_t>(layer.outputs); ++at)
      if ((at >= layer.biases ? source.below(2) : shifted) && c.network.parameters[at] != 0) p[at] += source.uniform(-most, most);
  }
  p[free] = c.network.parameters[free];
  c.box = box_from_bounds(c.network.parameters.data(), p.data(), p.data(), count);
  c.lower = c.upper = {source.uniform(-4, 4)};
  Question question;
  question.last = 1 + static_cast<std::size_t>(source.below(hidden - 1));
  const auto outputs = static_cast<std::size_t>(c.network.layers[question.last].outputs);
  Functionals functionals(outputs, {1, 0});
  for (std::size_t i = 0; i < outputs; ++i) {
    question.alpha.push_back(functionals.change(i)[0] = source.below(4) ? source.uniform(-2, 2) : 0);
    question.beta.push_back(functionals.nominal(i)[0] = source.below(2) ? source.uniform(-2, 2) : 0);
  }
  if (source.below(3) == 0) {
    question.neuron = static_cast<int>(source.below(static_cast<long>(outputs)));
    question.sign = source.below(2) ? 1 : -1;
  }
  const Real value = question.value(c, p.data(), c.lower), room = 0x1p-58L * magnitude(c, p, question);

  RoundUp up;
  c.box.change_lo[free] = Interval(-1.0);
  c.box.change_hi[free] = Interval(1.0);
  const std::vector<Interval> input{Interval(c.lower[0])};
  Backward backward(c.network, c.box);
  backward.start(input, input);
  // Activations of both networks in long double, and doubles on either side.
  std::vector<Real> from{c.lower[0]}, to(from);
  for (std::size_t l = 0; l <= question.last; ++l) {
    const Layer& layer = c.network.layers[l];
    std::vector<NeuronRanges> ranges;
    std::vector<Real> next_from, next_to;
    for (int i = 0; i < layer.outputs; ++i) {
      Real z0 = c.network.parameters[layer.bias(i)], z = p[layer.bias(i)], r = z - z0, size = std::fabs(z0) + std::fabs(z);
      for (int j = 0; j < layer.inputs; ++j) {
        const auto at = static_cast<std::size_t>(j);
        const Real w0 = c.network.parameters[layer.weight(i, j)], w = p[layer.weight(i, j)];
        z0 += w0 * from[at];
        z += w * to[at];
        r += w * (to[at] - from[at]) + (w - w0) * from[at];
        size += std::fabs(w0 * from[at]) + std::fabs(w * to[at]);
      }
      const auto about = [&](Real t, Real error) {
        return Interval::of(std::nextafter(static_cast<double>(t - error), -kInf), std::nextafter(static_cast<double>(t + error), kInf));
      };
      NeuronRanges n;
      n.z0 = about(z0, 0x1p-60L * size);
      n.z = about(z, 0x1p-60L * size);
      n.r = about(r, 0x1p-60L * size);
      if (l == 0 && i + 1 == layer.outputs) {
        n.r = Interval::of(-1, 1);
        n.z = n.z0 + n.r;
      }
      n.z0 = loosened(source, n.z0);
      n.r = loosened(source, n.r);
      n.z = loosened(source, n.z);
      n.h0 = activate(layer.activation, n.z0);
      n.h = activate(layer.activation, n.z);
      n.d = meet(difference_range(layer.activation, n.z0, n.r), n.h - n.h0);
      ranges.push_back(n);
      next_from.push_back(truth::apply(layer.activation, z0));
      next_to.push_back(truth::apply(layer.activation, z));
    }
    from = std::move(next_from);
    to = std::move(next_to);
    if (l < question.last || question.neuron < 0) backward.settle(l, std::move(ranges));
  }
  Quadratic quadratic(backward);
  CHECK(quadratic.covers());
  const Manner manner{std::vector<double>(question.last + 1, source.uniform(0.5, 3))};
  const double upper = question.neuron < 0 ? quadratic.upper_after(question.last, functionals, 0, manner) : quadratic.upper_change(question.last, question.neuron, question.sign, manner);
  CHECK_THAT(upper >= value - room, "neuron %d of layer %zu, wide %d: %a, is %La, %Lg below", question.neuron, question.last, wide, upper, value, value - upper);
  ++asked;
  if (upper - value < 0x1p-40L * magnitude(c, p, question)) ++exact;
}

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
  const auto end = [&](bool nothing) { return nothing ? 0 : (one_sign ? -1 : 1) * source.uniform(one_sign ? 0 : -1, 1); };
  std::vector<double> d, h0;
  std::vector<NeuronRanges> ranges;
  for (int j = 0; j < inputs; ++j) {
    d.push_back(end(still));
    h0.push_back(end(!on_h0));
    const Interval h = Interval(h0.back()) + Interval(d.back());
    ranges.push_back({Interval(h0.back()), Interval(d.back()), h, Interval(h0.back()), Interval(d.back()), h});
  }
  backward.settle(0, ranges);
  const Interval any = Interval::of(-8.0 * many, 8.0 * many);
  backward.settle(1, std::vector<NeuronRanges>(static_cast<std::size_t>(outputs), NeuronRanges{any, any, any, any, any, any}));
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

/// All of it, as a trace uses it: several heads at once at the root of a search, and then at a part of its inputs.
void heads(cases::Source& source) {
  const int outputs = 2 + static_cast<int>(source.below(2));
  Case c = make(source, outputs);
  c.assumed.neuron = -1;
  RoundUp up;
  const auto trace = deep_trace(c.network, c.box);
  std::vector<Head> all;
  for (int o = 0; o < outputs; ++o) {
    all.push_back(make_head(c.network, c.box, o, -1));
    all.push_back(make_head(c.network, c.box, -1, o));
  }
  std::vector<const Head*> wanted;
  for (const Head& head : all) wanted.push_back(&head);
  trace->expect(wanted, source.below(2));
  Forms forms;
  forms.resize(2, trace->slopes());
  for (const bool whole : {true, false}) {
    std::vector<double> ends;
    for (std::size_t j = 0; j < c.lower.size(); ++j) {
      if (!whole) (source.below(2) ? c.lower : c.upper)[j] = 0.5 * (c.lower[j] + c.upper[j]);
      ends.push_back(c.lower[j]);
      ends.push_back(c.upper[j]);
    }
    Domain X;
    X.set(ends.data(), c.network.inputs);
    trace->make(whole || source.below(2) ? Effort{2, 3} : Effort{});
    trace->move_to(X);
    for (const Head& head : all) {
      trace->head(head, forms[0], forms[1]);
      const Interval range = forms[1].r;
      const bool falls = source.below(4) == 0;
      climbed(source, c, c.network.parameter_count(), 2, [&](const double* p, const std::vector<double>& x) {
        const Real value = truth::logits(c.network, p, x)[static_cast<std::size_t>(std::max(head.plus, head.minus))] -
                           truth::logits(c.network, c.network.parameters.data(), x)[static_cast<std::size_t>(std::max(head.plus, head.minus))];
        const Real change = head.plus >= 0 ? value : -value, room = 0x1p-48L;
        Real lo, hi;
        truth::affine_at(forms[1], X, x, lo, hi);
        CHECK_THAT(truth::inside(range, change, room) && change <= hi + room, "head %d %d: %La not in [%a, %a], below %La", head.plus, head.minus, change, range.lo(), range.hi, hi);
        return falls ? -change : change;
      });
    }
  }
}

/// A head's range ends where squares say, its plane is that of the lines, and its lower end and other heads stay.
void meets() {
  RoundUp up;
  HeadBounds bounds;
  bounds.heads.resize(2);
  bounds.upper = {3, 4};
  bounds.squared = {1, 2};
  bounds.planes = {{0.5, 2.5}, {0.5, 3.5}};
  const double ends[] = {-1, 1};
  Domain X;
  X.set(ends, 1);
  Forms forms;
  forms.resize(2, 1);
  for (const int variables : {1, 0}) {
    X.variables = variables;
    for (std::size_t i = 0; i < 2; ++i) {
      Form &z0 = forms[0], &dz = forms[1];
      for (Form* form : {&z0, &dz}) {
        form->r = form->k = Interval::of(-5, 5);
        form->s[0] = Interval(0.0);
      }
      bounds.meet(i, X, z0, dz);
      CHECK(dz.r.lo() == -5 && dz.r.hi == bounds.squared[i] && z0.r.hi == 5);
      CHECK(variables == 1 ? dz.k.hi == bounds.planes[i][1] && dz.s[0].hi == 0.5 && dz.k.lo() <= -5.5 : dz.k.hi == bounds.squared[i]);
    }
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
  for (long n = cases::count(12000); n > 0; --n) one(source);
  CHECK_THAT(tight > bounded / 50, "only %ld of %ld bounds were within 2%% of what was found", tight, bounded);  // else faults would not show
  std::printf("%ld of %ld within 2%%\n", tight, bounded);
  for (long n = cases::count(40000); n > 0; --n) to_the_last_bits(source, false);
  for (long n = cases::count(600); n > 0; --n) to_the_last_bits(source, true);
  CHECK_THAT(exact > asked / 5, "only %ld of %ld bounds were within 2^-40", exact, asked);
  std::printf("%ld of %ld within 2^-40\n", exact, asked);
  for (long n = cases::count(40000); n > 0; --n) neuron(source);
  for (long n = cases::count(8000); n > 0; --n) layer(source);
  for (long n = cases::count(2000); n > 0; --n) sums(source);
  for (long n = cases::count(600); n > 0; --n) heads(source);
  CHECK_THAT(touching > steps / 50 && reached > stepped / 10, "neurons touched at %ld of %ld points, layers reached in %ld of %ld", touching, steps, reached, stepped);
  std::printf("neurons touched at %ld of %ld points, layers reached in %ld of %ld\n", touching, steps, reached, stepped);
  meets();
  covers();
  return check::outcome();
}
