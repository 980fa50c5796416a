// Small random relu networks, boxes of parameters and inputs, an assumed sign, and ranges of interval arithmetic: what the tests of quadratic
// back-substitution ask about, and what they find to be attained by flipping parameters one at a time.
#pragma once

#include "bound/activation.hpp"
#include "bound/backward.hpp"
#include "random.hpp"
#include "truth.hpp"

namespace quadratic_case {

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

inline Case make(cases::Source& source, int outputs = 1) {
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
inline std::vector<NeuronRanges> ranges_of(const Case& c, std::size_t l, const std::vector<NeuronRanges>& before, cases::Source& source) {
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
inline bool violates(const Case& c, const double* p, const std::vector<double>& x) {
  if (c.assumed.neuron < 0) return false;
  Network part = c.network;
  part.layers.resize(c.assumed.layer + 1);
  const double* of = c.assumed.side == Side::nominal ? c.network.parameters.data() : p;
  return c.assumed.sign * truth::logits(part, of, x)[static_cast<std::size_t>(c.assumed.neuron)] < 0;
}

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

}  // namespace quadratic_case
