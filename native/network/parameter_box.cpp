#include "parameter_box.hpp"

namespace parabound {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();

ParameterBox sized(std::size_t count) {
  ParameterBox box;
  box.change_lo.resize(count);
  box.change_hi.resize(count);
  box.inner_lo.resize(count);
  box.inner_hi.resize(count);
  return box;
}

/// Encloses a - b: exact where a = b, else a rounded pair.
Interval difference(double a, double b) { return a == b ? Interval(0.0) : Interval(a) - Interval(b); }

// An inner end that overflowed is the largest double: it is inside, since the real end lies beyond it.
double clamp_finite(double x) { return std::min(std::max(x, -kMax), kMax); }

/// The box {center}, its ends alike: of a wide copy they take as long as anything that is done with it.
ParameterBox box_of_point(const double* nominal, const double* center, std::size_t count) {
  ParameterBox box;
  box.inner_lo.assign(center, center + count);
  box.inner_hi = box.inner_lo;
  box.change_lo.reserve(count);
  for (std::size_t i = 0; i < count; ++i) box.change_lo.push_back(difference(center[i], nominal[i]));
  box.change_hi = box.change_lo;
  return box;
}

}  // namespace

ParameterBox box_from_radius(const double* nominal, const double* center, const double* radius, std::size_t count) {
  RoundUp up;
  if (std::all_of(radius, radius + count, [](double r) { return r == 0; })) return box_of_point(nominal, center, count);
  ParameterBox box = sized(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Interval shift = difference(center[i], nominal[i]);
    box.change_lo[i] = shift - Interval(radius[i]);
    box.change_hi[i] = shift + Interval(radius[i]);
    // Inward: the upper end rounded down, -( (-c) + (-r) rounded up ); the lower one rounded up.
    box.inner_hi[i] = clamp_finite(-(-center[i] - radius[i]));
    box.inner_lo[i] = clamp_finite(center[i] - radius[i]);
  }
  return box;
}

ParameterBox box_from_ratio(const double* nominal, const double* center, double ratio, const unsigned char* mask,
                            std::size_t count) {
  RoundUp up;
  ParameterBox box = sized(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Interval shift = difference(center[i], nominal[i]);
    const double m = mask[i] ? std::fabs(center[i]) : 0.0;
    const Interval radius = Interval::stored(-ratio * m, ratio * m);
    box.change_lo[i] = shift - radius;
    box.change_hi[i] = shift + radius;
    // Inward twice: the radius rounded down, then the sum towards the centre.
    box.inner_hi[i] = clamp_finite(-(-center[i] - radius.lo()));
    box.inner_lo[i] = clamp_finite(center[i] - radius.lo());
  }
  return box;
}

ParameterBox box_from_bounds(const double* nominal, const double* lower, const double* upper, std::size_t count) {
  RoundUp up;
  ParameterBox box = sized(count);
  for (std::size_t i = 0; i < count; ++i) {
    box.change_lo[i] = difference(lower[i], nominal[i]);
    box.change_hi[i] = difference(upper[i], nominal[i]);
    box.inner_lo[i] = lower[i];
    box.inner_hi[i] = upper[i];
  }
  return box;
}

}  // namespace parabound
