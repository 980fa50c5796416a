// A layer as forms are carried through it: matrices ready for the kernel, and the columns that come out.
#pragma once

#include <optional>

#include "../interval/simd/dense.hpp"
#include "functionals.hpp"
#include "trace.hpp"

namespace parabound {

/// The columns of one form: v, r, k, then slopes s and gradients g; without slopes k is r.
struct FormColumns {
  int slopes;
  std::size_t count() const { return slopes > 0 ? 3 + 2 * static_cast<std::size_t>(slopes) : 2; }

  void store(Columns& to, std::size_t neuron, std::size_t first, const Form& form) const {
    to.set(neuron, first, form.v);
    to.set(neuron, first + 1, form.r);
    if (slopes == 0) return;
    to.set(neuron, first + 2, form.k);
    for (int j = 0; j < slopes; ++j) {
      to.set(neuron, first + 3 + static_cast<std::size_t>(j), form.s[j]);
      to.set(neuron, first + 3 + static_cast<std::size_t>(slopes + j), form.g[j]);
    }
  }
  void load(Form& form, const Columns& from, std::size_t neuron, std::size_t first) const {
    form.v = from.get(neuron, first);
    form.r = from.get(neuron, first + 1);
    form.k = form.r;
    if (slopes == 0) return;
    form.k = from.get(neuron, first + 2);
    for (int j = 0; j < slopes; ++j) {
      form.s[j] = from.get(neuron, first + 3 + static_cast<std::size_t>(j));
      form.g[j] = from.get(neuron, first + 3 + static_cast<std::size_t>(slopes + j));
    }
  }
};

/// One layer ready for the kernel, with the columns that come out of it. Few columns are multiplied by point weights as they are:
/// packing a wide layer would take longer than a box does.
struct DeepLayer {
  std::optional<PointLayer> nominal;    // none: the network's own
  std::optional<IntervalLayer> change;  // none: known changes (Backward::middle), each by as much more or less
  Columns point_in, point_out;  // h0 | d | perturbed range  ->  a0 | W0 d | W0 h
  Columns noise_in, noise_out;  // h = h0 + d, with its range  ->  E h
  double size = 0, size_of_center = 0;  // sum |h_j| of what the layer is fed, at most: over the box, and at its centre
  Forms a0, r, h0, d;
  std::vector<Interval> range, perturbed;  // of a_p and h_p
  std::vector<Interval> free_z0, free_z;   // of a0 and a_p, before signs are assumed of them
  Rows slopes;  // how steep an open neuron's bounds are in each input

  DeepLayer(const Layer& layer, std::optional<PointLayer> point, std::optional<IntervalLayer> noise, FormColumns form)
      : nominal(std::move(point)), change(std::move(noise)),
        point_in(static_cast<std::size_t>(layer.inputs), 2 * form.count() + 1),
        point_out(static_cast<std::size_t>(layer.outputs), 2 * form.count() + 1),
        noise_in(static_cast<std::size_t>(layer.inputs), form.count()),
        noise_out(static_cast<std::size_t>(layer.outputs), form.count()),
        range(static_cast<std::size_t>(layer.outputs)), perturbed(range), free_z0(range), free_z(range) {
    a0.resize(layer.outputs, form.slopes);
    r.resize(layer.outputs, form.slopes);
    h0.resize(layer.outputs, form.slopes);
    d.resize(layer.outputs, form.slopes);
    slopes.reshape(static_cast<std::size_t>(layer.outputs), 32);
    slopes.fill(0);
  }
};

/// Intervals that become narrower; what is left empty says that a box stands for nothing.
struct Narrowing {
  bool empty = false;

  /// Keeps of a what a sign leaves.
  void by(Interval& a, Sign sign) {
    if (is_nonnegative(sign)) {
      if (a.hi < 0) empty = true;
      a = Interval::of(std::max(a.lo(), 0.0), std::max(a.hi, 0.0));
    } else if (is_nonpositive(sign)) {
      if (a.lo() > 0) empty = true;
      a = Interval::of(std::min(a.lo(), 0.0), std::min(a.hi, 0.0));
    }
  }
  /// a becomes its common part with b; both enclose the same.
  void by(Interval& a, Interval b) {
    if (b.hi < a.lo() || a.hi < b.lo()) empty = true;
    a = meet(a, b);
  }
};

inline bool settled(Interval a) { return a.lo() >= 0 || a.hi <= 0; }

/// Neurons that are not yet known to be linear.
inline std::vector<int> open_neurons(const DeepLayer& layer, Activation activation) {
  std::vector<int> open;
  for (int i = 0; i < layer.a0.count(); ++i)
    if (activation != Activation::relu || !settled(layer.a0[i].r) || !settled(layer.range[static_cast<std::size_t>(i)])) open.push_back(i);
  return open;
}

}  // namespace parabound
