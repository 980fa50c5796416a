// ReLU. With lambda = u / (u - l), relu(t) <= lambda t + g on [l, u] for any lambda if
// g >= max(-lambda l, (1 - lambda) u): relu is convex, so the ends decide; g is rounded up. Below it lie
// t and 0. From these, for d = relu(z) - relu(z0):
//   chord of z minus a lower line of z0 (or exactly z0, or 0),
//   and since d lies between 0 and r: the chord of max(r, 0) above, its mirror below.
// Of the planes that hold the one lower (higher) at the middle of the ranges is taken.
//
// Smooth activations: act(t) - act(c) = act'(xi) (t - c), with act' in [p, q]: the line of slope
// m = (p + q) / 2 is off by at most (q - p) / 2 |t - c|, and d = act'(xi) r likewise.
#include "relaxation.hpp"

namespace parabound {
namespace {

struct Line {
  double slope = 0, constant = 0;
};

/// relu(t) <= slope t + constant on [l, u].
Line chord(Interval t) {
  if (t.lo() >= 0) return {1, 0};
  if (t.hi <= 0) return {0, 0};
  double lambda = t.hi / -(t.lo() - t.hi);
  if (!(lambda >= 0 && lambda <= 1)) lambda = 1;
  // A multiple of 2^-40, so that lambda - 1 is exact here and where planes are put together.
  constexpr double kGrid = 0x1.8p12;
  lambda = (lambda + kGrid) - kGrid;
  const double above = mul_up(lambda, t.nlo), rest = 1 - lambda;
  return {lambda, std::max(above, mul_up(rest, t.hi))};
}

/// relu(t) >= slope t.
double slope_under(Interval t, Under under) {
  return under == Under::zero ? 0 : (under == Under::identity ? 1 : (t.hi > t.nlo ? 1 : 0));
}

class Choice {
 public:
  Choice(Interval z0, Interval r, double sign) : z0_(z0.mid()), r_(r.mid()), sign_(sign) {}
  void offer(double slope_r, double slope_z, double constant) {
    const double value = sign_ * (slope_r * r_ + slope_z * z0_ + constant);
    if (any_ && !(value < value_)) return;
    any_ = true;
    value_ = value;
    best_ = {slope_r, slope_z, constant};
  }
  Plane best() const { return best_; }

 private:
  double z0_, r_, sign_, value_ = 0;
  bool any_ = false;
  Plane best_;
};

Relaxation relax_relu(Interval z0, Interval r, Interval z, Under under) {
  Relaxation relaxation;
  const Line chord0 = chord(z0), chordz = chord(z), chordr = chord(r), mirror = chord(-r);
  const bool on0 = z0.lo() >= 0, off0 = z0.hi <= 0, on = z.lo() >= 0, off = z.hi <= 0;
  const double under0 = on0 ? 1 : (off0 ? 0 : slope_under(z0, under)), underz = on ? 1 : (off ? 0 : slope_under(z, under));
  relaxation.nominal_upper = {0, chord0.slope, chord0.constant};
  relaxation.nominal_lower = {0, under0, 0};
  relaxation.perturbed_upper = {chordz.slope, chordz.slope, chordz.constant};
  relaxation.perturbed_lower = {underz, underz, 0};
  relaxation.exact = (on0 || off0) && (on || off);
  if (on0 && on) relaxation.kind = Relaxation::Kind::on;
  if (off0 && off) relaxation.kind = Relaxation::Kind::off;

  Choice upper(z0, r, 1), lower(z0, r, -1);
  // relu(z) - relu(z0), each by a line; exact where both are.
  upper.offer(chordz.slope, chordz.slope - under0, chordz.constant);
  lower.offer(underz, -(chord0.slope - underz), -chord0.constant);
  if (!relaxation.exact) {
    upper.offer(chordr.slope, 0, chordr.constant);
    lower.offer(mirror.slope, 0, -mirror.constant);
    if (under != Under::closest) {
      relaxation.upper = upper.best();
      relaxation.lower = lower.best();
      return relaxation;
    }
    if (!on && !off && underz == 1) lower.offer(0, -chord0.slope, -chord0.constant);
    if (!on && !off && underz == 0) lower.offer(1, -(chord0.slope - 1), -chord0.constant);
    if (!on0 && !off0 && under0 == 1) upper.offer(chordz.slope, chordz.slope, chordz.constant);
    if (!on0 && !off0 && under0 == 0) upper.offer(chordz.slope, chordz.slope - 1, chordz.constant);
  }
  relaxation.upper = upper.best();
  relaxation.lower = lower.best();
  return relaxation;
}

Relaxation relax_smooth(Activation act, Interval z0, Interval r, Interval z) {
  Relaxation relaxation;
  const auto line = [&](Interval slopes, Interval at, double value_up, double value_down, double around, Plane& up, Plane& down, bool change) {
    const double m = slopes.mid(), slack = mul_up(std::max(slopes.hi - m, slopes.nlo + m), at.mag());
    // value + m (t - around) +- slack
    const double base_up = value_up + mul_up(-m, around), base_down = -(-value_down + mul_up(m, around));
    up = {change ? m : 0, change ? 0 : m, base_up + slack};
    down = {change ? m : 0, change ? 0 : m, -(-base_down + slack)};
  };
  const double c = z0.mid();
  const Interval at_c = activate(act, Interval(c));
  line(derivative(act, z0), z0 - Interval(c), at_c.hi, at_c.lo(), c, relaxation.nominal_upper, relaxation.nominal_lower, false);
  line(derivative(act, hull(z0, z)), r, 0, 0, 0, relaxation.upper, relaxation.lower, true);
  const double middle = z.mid();
  const Interval at_middle = activate(act, Interval(middle));
  line(derivative(act, z), z - Interval(middle), at_middle.hi, at_middle.lo(), middle, relaxation.perturbed_upper, relaxation.perturbed_lower, false);
  relaxation.perturbed_upper.slope_r = relaxation.perturbed_upper.slope_z;
  relaxation.perturbed_lower.slope_r = relaxation.perturbed_lower.slope_z;
  return relaxation;
}

}  // namespace

Relaxation relax(Activation act, Interval nominal, Interval change, Interval perturbed, Under under) {
  if (act == Activation::relu) return relax_relu(nominal, change, perturbed, under);
  if (act == Activation::sigmoid || act == Activation::tanh) return relax_smooth(act, nominal, change, perturbed);
  Relaxation identity;
  identity.upper = identity.lower = {1, 0, 0};
  identity.nominal_upper = identity.nominal_lower = {0, 1, 0};
  identity.perturbed_upper = identity.perturbed_lower = {1, 1, 0};
  identity.exact = true;
  identity.kind = Relaxation::Kind::on;
  return identity;
}

}  // namespace parabound
