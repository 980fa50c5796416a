// The exact real box of the parameters, B = [p_lo, p_hi], held in two ways.
//
// Its ends are seldom doubles (p0 + delta is a real sum), so each end is kept
//   outward, as a tiny interval round the exact end of the *change* e = p - p0: bounds rest on it;
//   inward, as the last double that is still inside the box: witnesses are made of these.
// The change, not p itself, is what is kept, because differences of outputs are computed from it:
// for |p - p0| <= delta its ends are exactly -delta and +delta.
#pragma once

#include <vector>

#include "../interval/interval.hpp"
#include "network.hpp"

namespace parabound {

struct ParameterBox {
  std::vector<Interval> change_lo;  // encloses p_lo - p0, for each parameter
  std::vector<Interval> change_hi;  // encloses p_hi - p0
  std::vector<double> inner_lo;     // smallest double in [p_lo, p_hi]
  std::vector<double> inner_hi;     // largest double in [p_lo, p_hi]

  /// Encloses every change e = p - p0 of parameter i.
  Interval change(std::size_t i) const { return Interval::of(change_lo[i].lo(), change_hi[i].hi); }
  bool fixed(std::size_t i) const { return change_lo[i].lo() == 0 && change_hi[i].hi == 0; }
};

/// |p - center| <= radius, componentwise. All three have `count` entries; radius >= 0, all finite.
ParameterBox box_from_radius(const double* nominal, const double* center, const double* radius, std::size_t count);

/// |p - center| <= ratio * |center| as a real product where mask is set, p = center elsewhere.
ParameterBox box_from_ratio(const double* nominal, const double* center, double ratio, const unsigned char* mask,
                            std::size_t count);

/// lower <= p <= upper.
ParameterBox box_from_bounds(const double* nominal, const double* lower, const double* upper, std::size_t count);

}  // namespace parabound
