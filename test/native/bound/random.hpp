// Random networks, parameter boxes and input boxes, small enough for brute force.
//
// Most numbers are multiples of 1/8 and often zero, so that kinks, exact ties, dead units and frozen parameters
// come up, and so that the exact box has doubles for ends: the truth is then known to the last bit.
#pragma once

#include <vector>

#include "../interval/cases.hpp"
#include "network/parameter_box.hpp"

namespace random_case {

using parabound::Activation;
using parabound::Network;
using parabound::ParameterBox;

enum class Style { coarse, fine, huge };

struct Shape {
  int most_inputs = 3, most_units = 3, least_hidden = 0, most_hidden = 1, least_outputs = 1, most_outputs = 3;
  std::vector<Activation> hidden{Activation::linear, Activation::relu, Activation::relu, Activation::sigmoid, Activation::tanh};
  std::vector<Activation> last{Activation::linear};
  Style style = Style::coarse;
};

struct Case {
  Network network;
  ParameterBox box;
  bool exact_ends = true;  // the inner ends are the box's own
};

inline double number(cases::Source& source, Style style, int eighths = 16) {
  if (source.below(6) == 0) return 0;
  if (style == Style::fine) return source.uniform(-0.125 * eighths, 0.125 * eighths);
  return 0.125 * static_cast<double>(source.below(2 * eighths + 1) - eighths);
}

/// A half-width of the box: often nothing, once in a while enormous where the style says so.
inline double radius(cases::Source& source, Style style) {
  if (style == Style::huge && source.below(4) == 0) return std::ldexp(1.0, static_cast<int>(source.below(1024)));
  if (source.below(4) == 0) return 0;
  if (style == Style::fine) return source.below(3) ? source.uniform(0, 0.3) : std::ldexp(1.0, -30);
  return 0.0625 * static_cast<double>(source.below(6));
}

template <class T>
const T& one_of(cases::Source& source, const std::vector<T>& list) {
  return list[static_cast<std::size_t>(source.below(static_cast<long>(list.size())))];
}

inline Case make(cases::Source& source, const Shape& shape) {
  Case c;
  Network& network = c.network;
  network.inputs = 1 + static_cast<int>(source.below(shape.most_inputs));
  const auto hidden = shape.least_hidden + source.below(shape.most_hidden - shape.least_hidden + 1);
  for (long l = 0; l < hidden; ++l) network.add_layer(1 + static_cast<int>(source.below(shape.most_units)), one_of(source, shape.hidden));
  network.add_layer(shape.least_outputs + static_cast<int>(source.below(shape.most_outputs - shape.least_outputs + 1)), one_of(source, shape.last));

  const std::size_t count = network.parameter_count();
  std::vector<double> center(count), spread(count), lower(count), upper(count);
  std::vector<unsigned char> mask(count);
  for (std::size_t i = 0; i < count; ++i) network.parameters.push_back(number(source, shape.style));
  const bool shifted = source.below(3) == 0;  // p0 need not be the centre, nor inside
  for (std::size_t i = 0; i < count; ++i) {
    center[i] = network.parameters[i] + (shifted ? number(source, shape.style, 4) : 0.0);
    spread[i] = radius(source, shape.style);
    lower[i] = center[i] - spread[i];
    upper[i] = center[i] + (source.below(2) ? spread[i] : radius(source, shape.style));
    mask[i] = source.below(4) != 0;
  }
  const double* nominal = network.parameters.data();
  switch (source.below(3)) {
    case 0: c.box = parabound::box_from_radius(nominal, center.data(), spread.data(), count); break;
    case 1: c.box = parabound::box_from_ratio(nominal, center.data(), radius(source, shape.style), mask.data(), count); break;
    default: c.box = parabound::box_from_bounds(nominal, lower.data(), upper.data(), count);
  }
  c.exact_ends = shape.style == Style::coarse;
  return c;
}

/// An input box: ends lo_0, hi_0, ...; straddling zero, touching it, flat in some directions or in all.
inline std::vector<double> domain(cases::Source& source, int inputs, Style style) {
  std::vector<double> ends;
  const bool narrow = source.below(3) == 0, point = source.below(8) == 0;
  for (int j = 0; j < inputs; ++j) {
    double a = number(source, style), b = narrow ? a + std::ldexp(1.0, -static_cast<int>(source.below(20))) : number(source, style);
    if (point || source.below(8) == 0) b = a;
    ends.push_back(std::min(a, b));
    ends.push_back(std::max(a, b));
  }
  return ends;
}

/// A box inside: halves and quarters, so that sides and corners are often shared.
inline std::vector<double> part(cases::Source& source, const std::vector<double>& ends) {
  std::vector<double> inner;
  for (std::size_t j = 0; j < ends.size(); j += 2) {
    const double width = ends[j + 1] - ends[j];
    const double a = ends[j] + width * 0.25 * static_cast<double>(source.below(5)), b = ends[j] + width * 0.25 * static_cast<double>(source.below(5));
    inner.push_back(std::max(ends[j], std::min(a, b)));
    inner.push_back(std::min(ends[j + 1], std::max(a, b)));
  }
  return inner;
}

/// A point of the box: corners, sides, its middle, zero where it has it, anything.
inline std::vector<double> point(cases::Source& source, const std::vector<double>& ends) {
  std::vector<double> x;
  for (std::size_t j = 0; j < ends.size(); j += 2) {
    const double lo = ends[j], hi = ends[j + 1];
    double at = lo;
    switch (source.below(6)) {
      case 0: break;
      case 1: at = hi; break;
      case 2: at = 0; break;
      case 3: at = lo + (hi - lo) * 0.125 * static_cast<double>(source.below(9)); break;
      default: at = source.uniform(lo, hi);
    }
    x.push_back(std::min(std::max(at, lo), hi));
  }
  return x;
}

/// Parameters of the box: mostly corners.
inline std::vector<double> parameters(cases::Source& source, const Case& c) {
  std::vector<double> p(c.network.parameters);
  const bool corner = source.below(4) != 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double lo = c.box.inner_lo[i], hi = c.box.inner_hi[i];
    const double part = corner ? static_cast<double>(source.below(2)) : source.uniform(0, 1);
    p[i] = part == 0 ? lo : part == 1 ? hi : std::min(std::max(lo + part * (hi - lo), lo), hi);
  }
  return p;
}

}  // namespace random_case
