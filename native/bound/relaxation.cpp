// ReLU. With lambda = u / (u - l), relu(t) <= lambda t + g on [l, u] for any lambda in [0, 1] if
// g >= max(-lambda l, (1 - lambda) u): relu is convex, so the ends decide; g is rounded up. Below it lies s t
// for any s in [0, 1]. Since d lies between 0 and r: the chord of max(r, 0) above it, its mirror below.
//
// Smooth activations: act(t) - act(c) = act'(xi) (t - c), with act' in [p, q]: the line of slope
// m = (p + q) / 2 is off by at most (q - p) / 2 |t - c|, and d = act'(xi) r likewise.
#include "relaxation.hpp"

namespace parabound {
namespace {

/// relu(t) <= slope t + constant on [l, u].
Line chord(Interval t) {
  if (t.lo() >= 0) return {1, 0};
  if (t.hi <= 0) return {0, 0};
  double lambda = t.hi / -(t.lo() - t.hi);
  if (!(lambda >= 0 && lambda <= 1)) lambda = 1;
  // A multiple of 2^-40, so that 1 - lambda is exact.
  constexpr double kGrid = 0x1.8p12;
  lambda = (lambda + kGrid) - kGrid;
  const double above = mul_up(lambda, t.nlo), rest = 1 - lambda;
  return {lambda, std::max(above, mul_up(rest, t.hi))};
}

/// relu(t) >= slope t.
double slope_under(Interval t, Under under) {
  return under == Under::closest && t.hi > t.nlo ? 1 : 0;
}

void relax_relu(const NeuronRanges& n, Under under, NeuronLines& lines) {
  const Line mirror = chord(-n.r);
  lines.change_upper = chord(n.r);
  lines.change_lower = {mirror.slope, -mirror.constant};
  // Where a sign is assumed, relu is one of its own pieces, and above it that is the best line. Below it any slope in [0, 1] does, as before:
  // a pass without prices meets inputs at which the sign does not hold, and there the piece alone can be far worse than the line that it replaced.
  const auto one = [under](Interval t, Sign sign, Interval free_t, Line& upper, Line& lower, bool& free) {
    upper = chord(t);
    const Interval other = is_assumed(sign) ? free_t : t;
    free = other.lo() < 0 && other.hi > 0;
    lower = {free ? slope_under(other, under) : upper.slope, 0};
  };
  one(n.z0, n.nominal, n.free_z0, lines.nominal_upper, lines.nominal_lower, lines.free_nominal);
  one(n.z, n.perturbed, n.free_z, lines.perturbed_upper, lines.perturbed_lower, lines.free_perturbed);
  if (lines.free_nominal || lines.free_perturbed) return;
  if (n.z0.lo() >= 0 && n.z.lo() >= 0) lines.kind = NeuronLines::Kind::on;
  if (n.z0.hi <= 0 && n.z.hi <= 0) lines.kind = NeuronLines::Kind::off;
}

/// act(t) for t in `at`, from its value at `around` (enclosed) and its slopes: value + m (t - around) +- slack.
void tangent(Interval slopes, Interval at, Interval value, double around, Line& upper, Line& lower) {
  const double m = slopes.mid(), slack = mul_up(std::max(slopes.hi - m, slopes.nlo + m), (at - Interval(around)).mag());
  const double up = value.hi + mul_up(-m, around), down = -(value.nlo + mul_up(m, around));
  upper = {m, up + slack};
  lower = {m, -(-down + slack)};
}

void relax_smooth(Activation act, const NeuronRanges& n, NeuronLines& lines) {
  const auto about_middle = [act](Interval t, Line& upper, Line& lower) {
    const double c = t.mid();
    tangent(derivative(act, t), t, activate(act, Interval(c)), c, upper, lower);
  };
  about_middle(n.z0, lines.nominal_upper, lines.nominal_lower);
  about_middle(n.z, lines.perturbed_upper, lines.perturbed_lower);
  tangent(derivative(act, hull(n.z0, n.z)), n.r, Interval(0.0), 0, lines.change_upper, lines.change_lower);
}

/// The roundings that backward.cpp and its kernels make with coefficients, in units of 2^-52 or of the least number.
void charge(const NeuronRanges& n, NeuronLines& lines) {
  constexpr double kUnit = 0x1p-50, kLeast = 0x1p-1070;
  const double r = n.r.mag(), z0 = n.z0.mag(), z = n.z.mag(), d = n.d.mag(), h0 = n.h0.mag();
  lines.change_error = mul_up(kUnit, r);
  lines.perturbed_error = mul_up(kUnit, d + z + r + z0);
  lines.nominal_error = mul_up(kUnit, h0 + z0);
  lines.least_error = mul_up(kLeast, d + z + r + z0 + h0);
}

NeuronLines known(bool on) {
  NeuronLines lines;
  lines.kind = on ? NeuronLines::Kind::on : NeuronLines::Kind::off;
  if (on) lines.change_upper = lines.change_lower = lines.perturbed_upper = lines.perturbed_lower = lines.nominal_upper = lines.nominal_lower = {1, 0};
  return lines;
}

}  // namespace

NeuronLines relax(Activation act, const NeuronRanges& ranges, Under under) {
  NeuronLines lines;
  if (act == Activation::relu && !is_assumed(ranges.nominal) && !is_assumed(ranges.perturbed)) {
    // Mostly both signs are known: then there is nothing to relax and nothing to charge.
    const bool on = ranges.z0.lo() >= 0 && ranges.z.lo() >= 0;
    if (on || (ranges.z0.hi <= 0 && ranges.z.hi <= 0)) return known(on);
  }
  lines.r_middle = ranges.r.mid();
  lines.z_middle = ranges.z.mid();
  lines.z0_middle = ranges.z0.mid();
  charge(ranges, lines);
  if (act == Activation::relu) {
    relax_relu(ranges, under, lines);
  } else if (act == Activation::sigmoid || act == Activation::tanh) {
    relax_smooth(act, ranges, lines);
  } else {
    lines.change_upper = lines.change_lower = lines.perturbed_upper = lines.perturbed_lower = lines.nominal_upper = lines.nominal_lower = {1, 0};
    lines.kind = NeuronLines::Kind::on;
  }
  return lines;
}

}  // namespace parabound
