#include "quadratic.hpp"

#include <algorithm>
#include <cmath>

#include "../network/network.hpp"
#include "interrupt.hpp"

namespace parabound {
namespace {

/// What n of them may cost where they underflow.
double least(std::size_t n) { return static_cast<double>(n + 8) * 0x1p-1072; }

constexpr double kSmall = 0x1p-500;
// Where z0 is known but for this part of how far r goes, the parabola of h itself is tried; and h is thought to be where a normal z would take it.
constexpr double kKnown = 0.125;

struct Normal {
  double mean, deviation;
};
/// Mean and deviation of relu(t).
Normal relu_of(Normal t) {
  const double u = t.mean / t.deviation, density = std::exp(-0.5 * u * u) * 0.3989422804014327, above = 0.5 * std::erfc(-u * 0.7071067811865476);
  const double first = t.mean * above + t.deviation * density;
  const double second = (t.mean * t.mean + t.deviation * t.deviation) * above + t.mean * t.deviation * density;
  return {first, std::sqrt(std::max(second - first * first, 0.0))};
}

}  // namespace

Quadratic::Quadratic(const Backward& backward) : backward_(backward) {
  const Network& network = backward.network();
  bool noisy = false;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const Activation act = network.layers[l].activation;
    covers_ = covers_ && (act == Activation::relu || act == Activation::linear);
    noisy = noisy || backward.noisy(l);
  }
  covers_ = covers_ && noisy && network.layers.size() > 2;
  if (!covers_) return;
  weights_ = network.parameters;
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] += backward.middle()[i];
}

/// Where the neurons of a layer are thought to be at the worst. All but the noise is a guess, and sound whatever it says.
void Quadratic::look(std::size_t l, double reach) {
  const Network& network = backward_.network();
  const Layer& layer = network.layers[l];
  const auto outputs = static_cast<std::size_t>(layer.outputs), inputs = static_cast<std::size_t>(layer.inputs);
  Middles& now = middles_[l];
  for (auto* each : {&now.r, &now.known, &now.sigma, &now.radius, &now.d, &now.size}) each->assign(outputs, 0.0);
  const auto largest = [&](std::size_t j) { return l > 0 ? backward_.ranges(l - 1, static_cast<int>(j)).h.mag() : backward_.inputs()[j].mag(); };
  const double uniform = backward_.uniform(l);
  double fed = 0;
  if (uniform >= 0)
    for (std::size_t j = 0; j < inputs; ++j) fed += largest(j);
  for (const int i : backward_.live(l)) {
    const auto row = static_cast<std::size_t>(i);
    const double *w = weights_.data() + layer.weight(i, 0), *rho = backward_.radius() + layer.weight(i, 0), *shift = backward_.middle() + layer.weight(i, 0);
    double radius = backward_.radius()[layer.bias(i)], middle = backward_.middle()[layer.bias(i)], square = 0;
    if (uniform >= 0) radius += mul_up(uniform, fed);
    else for (std::size_t j = 0; j < inputs; ++j) radius += mul_up(rho[j], largest(j));
    if (l > 0) {
      const Middles& before = middles_[l - 1];
      double sizes = std::fabs(middle);
      for (std::size_t j = 0; j < inputs; ++j) {
        const double term = w[j] * before.d[j], one = w[j] * before.size[j];
        middle += term;
        sizes += mul_up(std::fabs(w[j]), std::fabs(before.d[j]) + backward_.ranges(l - 1, static_cast<int>(j)).d.mag());
        square += one * one;
      }
      if (backward_.shifted(l)) {
        Interval known(0.0);
        for (std::size_t j = 0; j < inputs; ++j) known += shift[j] * backward_.ranges(l - 1, static_cast<int>(j)).h0;
        now.known[row] = known.mid();
        radius += known.rad();
        middle += now.known[row];
        sizes += std::fabs(now.known[row]);
      }
      radius += roundings(inputs) * sizes + least(inputs);  // what weights are rounded by, and what `middle` misses
    }
    const double half = 0.5 * backward_.ranges(l, i).r.width();
    now.radius[row] = radius;
    now.r[row] = middle;
    now.sigma[row] = std::max(l > 0 ? std::min(half, reach * std::sqrt(square + 0.5 * radius * radius)) : half, kSmall);
    suppose(l, i);
  }
}

/// The same of a neuron's d.
void Quadratic::suppose(std::size_t l, int neuron) {
  const auto row = static_cast<std::size_t>(neuron);
  const NeuronRanges& n = backward_.ranges(l, neuron);
  Middles& now = middles_[l];
  const double middle = now.r[row], sigma = now.sigma[row];
  const bool known = n.z0.width() <= kKnown * sigma;
  double d = 0.5 * middle, size = 0.75 * sigma;
  if (backward_.lines(l, neuron).kind == NeuronLines::Kind::on) {
    d = middle;
    size = sigma;
  } else if (l == 0) {  // its noise is its own, and takes it to its ends
    d = known ? n.d.mid() : 0.0;
    size = kInf;
  } else if (known) {
    const Normal h = relu_of({n.z0.mid() + middle, sigma});
    d = h.mean - std::max(n.z0.mid(), 0.0);
    size = h.deviation;
  }
  now.d[row] = std::min(std::max(d, n.d.lo()), n.d.hi);
  const double most = std::max(n.d.hi - now.d[row], now.d[row] + n.d.nlo);
  now.size[row] = std::max(std::min(size, most), std::max(0x1p-20 * most, kSmall));
}

double Quadratic::upper_after(std::size_t last, const Functionals& functionals, std::size_t column, const Manner& manner) {
  manner_ = &manner;
  middles_.resize(std::max(last + 1, middles_.size()));
  for (std::size_t l = 0; l <= last; ++l) look(l, manner.reach[l]);
  const auto width = static_cast<std::size_t>(backward_.network().layers[last].outputs);
  for (auto* each : {&a_, &b_, &q_}) each->assign(width, 0.0);
  for (std::size_t i = 0; i < width; ++i) {
    a_[i] = functionals.change(i)[column];
    b_[i] = functionals.nominal(i)[column];
  }
  constant_ = functionals.constant[column];
  return descend(last);
}

double Quadratic::upper_change(std::size_t l, int neuron, double sign, const Manner& manner) {
  manner_ = &manner;
  middles_.resize(std::max(l + 1, middles_.size()));
  for (std::size_t k = 0; k < l; ++k) look(k, manner.reach[k]);
  for (auto* each : {&c_, &beta_, &e_}) each->assign(static_cast<std::size_t>(backward_.network().layers[l].outputs), 0.0);
  c_[static_cast<std::size_t>(neuron)] = sign;
  // What is carried is about the middle of r: W m and the bias's.
  const Layer& layer = backward_.network().layers[l];
  middles_[l].known.assign(c_.size(), 0.0);
  constant_ = mul_up(sign, backward_.middle()[layer.bias(neuron)]);
  for (int j = 0; j < layer.inputs; ++j) constant_ += mul_up(sign * weights_[layer.weight(neuron, j)], middles_[l - 1].d[static_cast<std::size_t>(j)]);
  return through_affine(l, {neuron}) ? descend(l - 1) : kInf;
}

/// Of what is carried on d and h0 of hidden layer `last`.
double Quadratic::descend(std::size_t last) {
  for (std::size_t l = last; l > 0; --l) {
    breathe();
    const std::size_t neurons = a_.size();
    c_.assign(neurons, 0.0);
    beta_.assign(neurons, 0.0);
    e_.assign(neurons, 0.0);
    for (const int i : backward_.live(l)) {
      const auto row = static_cast<std::size_t>(i);
      const Quadric to = through_neuron(l, row);
      c_[row] = to.c;
      beta_[row] = to.beta;
      e_[row] = to.e;
      constant_ += to.constant;
    }
    if (!(constant_ < kInf) || !through_affine(l, backward_.live(l))) return kInf;
  }
  const double upper = constant_ + first_layer();
  return upper == upper ? upper : kInf;
}

Quadratic::Quadric Quadratic::through_neuron(std::size_t l, std::size_t row) const {
  const NeuronRanges& n = backward_.ranges(l, static_cast<int>(row));
  const NeuronLines& lines = backward_.lines(l, static_cast<int>(row));
  const Middles& here = middles_[l];
  const double a = a_[row], q = q_[row], b = b_[row], sigma = here.sigma[row];
  const Interval r(here.r[row]), m(here.d[row]);  // points: the middles
  const double most_r = (n.r - r).mag(), most_0 = n.z0.mag() + n.h0.mag();
  Quadric best;
  double least = kInf;
  /// The coefficients lie in intervals: what the doubles chosen of them miss goes to the constant.
  const auto consider = [&](Interval c, double beta, Interval e, Interval constant) {
    Quadric one;
    one.c = c.mid();
    one.beta = beta;
    one.e = e.mid();
    one.constant = constant.hi + mul_up(c.rad(), most_r) + mul_up(e.rad(), most_0);
    const double value = one.constant + one.beta * sigma * sigma + std::max(one.e * n.z0.hi, one.e * n.z0.lo());
    if (!(value < least)) return;
    least = value;
    best = one;
  };
  /// Adds what `on_h0` times h0 becomes by the lines of h0.
  const auto nominal = [&](Interval c, double beta, Interval on_h0, Interval constant, Interval e = Interval(0.0)) {
    if (lines.kind == NeuronLines::Kind::on) return consider(c, beta, e + on_h0, constant);
    const bool above = on_h0.mid() > 0;
    const Line line = above ? lines.nominal_upper : lines.nominal_lower;
    consider(c, beta, e + on_h0.mid() * Interval(line.slope), constant + on_h0.mid() * Interval(line.constant) + Interval(mul_up(on_h0.rad(), n.h0.mag())));
  };
  const Interval A(a), Q(q), B(b);
  /// d = slope r + k, k in an interval.
  const auto exactly = [&](Interval slope, Interval k) {
    const Interval t = slope * r + k - m, beta = Q * sqr(slope);
    nominal(A * slope + 2.0 * (Q * t) * slope, beta.hi, B, A * (slope * r + k) + Q * sqr(t));
  };
  if (lines.kind == NeuronLines::Kind::on) {
    exactly(Interval(1.0), Interval(0.0));
    return best;
  }
  if (n.z.lo() >= 0) exactly(Interval(1.0), n.z0 - n.h0);
  else if (n.z.hi <= 0) exactly(Interval(0.0), -n.h0);

  // By a line; (d - m)^2 lies below its chord.
  const Interval lo(n.d.lo()), hi(n.d.hi), slope = A + Q * (lo + hi - 2.0 * m), fixed = q > 0 ? Q * (sqr(m) - lo * hi) : Interval(0.0);
  const double s = slope.mid();
  const Interval loose(mul_up(slope.rad(), n.d.mag()));
  /// s d by lines of d and of h: `share` of it by the former.
  const auto by_lines = [&](double share, Line perturbed, const double* slope_0) {
    const Line change = s > 0 ? lines.change_upper : lines.change_lower;
    const Interval by_change = s * Interval(share), rest = Interval(s) - by_change, on_z = rest * Interval(perturbed.slope), on_h0 = B - rest;
    const Interval c = by_change * Interval(change.slope) + on_z;
    const Interval constant = fixed + loose + by_change * (change.slope * r + Interval(change.constant)) + on_z * r + rest * Interval(perturbed.constant);
    nominal(c, 0, on_h0, constant, on_z);
    if (slope_0 && lines.free_nominal && on_h0.hi <= 0) consider(c, 0, on_z + on_h0 * Interval(*slope_0), constant);  // h0 >= slope z0
  };
  if (const Tuning* tuning = manner_->tuning) {
    const auto dial = [&](const Rows& dials) { return std::min(std::max(dials.row(row)[manner_->column], 0.0), 1.0); };
    const double slope_0 = dial(tuning->nominal[l]);
    by_lines(dial(tuning->share[l]), s > 0 ? lines.perturbed_upper : (lines.free_perturbed ? Line{dial(tuning->perturbed[l]), 0} : lines.perturbed_lower), &slope_0);
  } else {
    by_lines(1, s > 0 ? lines.perturbed_upper : lines.perturbed_lower, nullptr);
    by_lines(0, s > 0 ? lines.perturbed_upper : lines.perturbed_lower, nullptr);
    if (s <= 0 && lines.free_perturbed)
      for (const double slope : {0.0, 1.0}) by_lines(0, {slope, 0}, nullptr);
  }

  // (g + lambda (r - r'))^2 / 4 (lambda - q)
  const auto parabola = [&](Interval g, double lambda, Interval on_h0, Interval constant, Interval on_z = Interval(0.0)) {
    const Interval under = 4.0 * (Interval(lambda) - Q);
    if (!(under.lo() > 0)) return;
    const Interval L(lambda);
    nominal(2.0 * (g * L) / under - on_z, (sqr(L) / under).hi, on_h0, sqr(g) / under + constant - on_z * r, -on_z);
  };
  /// The lambda that makes (g0 + lambda at)^2 + lambda^2 sigma^2 over 4 (lambda - q) least.
  const auto best_lambda = [&](double g0, double at) {
    const double power = at * at + sigma * sigma, under = q * q + (2 * g0 * at * q + g0 * g0) / power;
    return under > 0 ? q + std::max(std::sqrt(under), 0x1p-40 * q) : -1.0;
  };
  {
    const double g0 = a - 2 * q * m.hi, lambda = best_lambda(g0, r.hi);
    if (lambda > q) parabola(A - 2.0 * (Q * m) + lambda * r, lambda, B, Q * sqr(m));
  }
  if (n.z0.width() > kKnown * sigma) return best;
  // h (z - h) = 0, h >= 0, h >= z at prices.
  const Interval m_h = m + n.h0;
  const double start = a - 2 * q * m_h.mid(), at = n.z0.mid() + r.hi;
  const auto with_prices = [&](double zero, double z) {
    const double lambda = best_lambda(start + zero + z, at);
    if (lambda > q)
      parabola(A - 2.0 * (Q * m_h) + Interval(zero) + Interval(z) + lambda * (n.z0 + r), lambda, B, Q * sqr(m_h) - A * n.h0, Interval(z));
  };
  with_prices(0, 0);
  if (start < 0) {
    with_prices(-start, 0);
    with_prices(0, -start);
    with_prices(-0.5 * start, 0);
    with_prices(0, -0.5 * start);
    with_prices(-0.5 * start, -0.5 * start);
  }
  return best;
}

/// From r and z0 of layer l to d and h0 of the one before. False where no majorant is found.
bool Quadratic::through_affine(std::size_t l, const std::vector<int>& neurons) {
  const Network& network = backward_.network();
  const Layer& layer = network.layers[l];
  const auto inputs = static_cast<std::size_t>(layer.inputs);
  const Middles &here = middles_[l], &before = middles_[l - 1];
  const std::vector<int>& fed = backward_.live(l - 1);
  std::vector<double> a(inputs, 0.0), b(inputs, 0.0), size_a(inputs, 0.0), size_b(inputs, 0.0), noise(inputs, 0.0);
  std::vector<std::vector<double>> kept;
  std::vector<const double*> rows;
  std::vector<double> weights, sizes;
  const std::vector<double>& slopes = backward_.noise_slopes(l);
  const double uniform = backward_.uniform(l);
  double sum = 0;
  for (const int i : neurons) {
    const auto row = static_cast<std::size_t>(i);
    const double c = c_[row], e = e_[row], beta = beta_[row];
    const double *w0 = network.parameters.data() + layer.weight(i, 0), *w = weights_.data() + layer.weight(i, 0), *shift = backward_.middle() + layer.weight(i, 0);
    constant_ += mul_up(e, network.parameters[layer.bias(i)]);
    constant_ += mul_up(std::fabs(c), backward_.noise(l, i)) + mul_up(-c, here.known[row]);
    sum += std::fabs(c);
    double inexact = 0;
    for (const int at : fed) {
      const auto j = static_cast<std::size_t>(at);
      a[j] += c * w[j];
      b[j] += e * w0[j] + c * shift[j];
      size_a[j] += std::fabs(c * w[j]);
      size_b[j] += std::fabs(e * w0[j]) + std::fabs(c * shift[j]);
      inexact += std::fabs(w[j] * before.d[j]);
    }
    inexact += std::fabs(backward_.middle()[layer.bias(i)]) + std::fabs(here.known[row]);
    constant_ += mul_up(std::fabs(c), roundings(inputs) * inexact + least(inputs));  // what the middle of r misses
    if (uniform < 0) {
      const double* rho = backward_.radius() + layer.weight(i, 0);
      for (const int at : fed) noise[static_cast<std::size_t>(at)] += mul_up(std::fabs(c), rho[at]);
    }
    if (!(beta > 0)) continue;
    // (w + eta)^2 <= (1 + t) w^2 + (1 + 1/t) eta^2
    const double radius = here.radius[row];
    const double t = radius > 0 ? std::max(radius / here.sigma[row], 0x1p-30) : 0.0;
    if (radius > 0) constant_ += mul_up(beta + beta / t, mul_up(radius, radius));
    std::vector<double> some;
    some.reserve(fed.size());
    for (const int at : fed) some.push_back(w[at]);
    kept.push_back(std::move(some));
    weights.push_back(mul_up(beta, 1 + t));
  }
  for (const std::vector<double>& some : kept) rows.push_back(some.data());
  const double unit = roundings(2 * neurons.size() + 4), lost = least(2 * neurons.size() + 4);
  for (const int at : fed) {
    const auto j = static_cast<std::size_t>(at);
    const NeuronRanges& n = backward_.ranges(l - 1, at);
    const double d = n.d.mag() + std::fabs(before.d[j]);
    constant_ += mul_up(-a[j], before.d[j]);
    constant_ += mul_up(mul_up(unit, size_a[j]) + lost, d) + mul_up(mul_up(unit, size_b[j]) + lost, n.h0.mag());
    // The noise of r, |c| rho |h| <= |c| rho (slope h + constant), the constants being part of noise().
    const double tilted = slopes[j] * (uniform >= 0 ? mul_up(uniform, sum) : noise[j]);
    constant_ += mul_up(mul_up(unit, std::fabs(tilted)) + lost, n.d.mag() + n.h0.mag());
    a[j] += tilted;
    b[j] += tilted;
    constant_ += mul_up(mul_up(0x1p-50, std::fabs(a[j])) + lost, n.d.mag()) + mul_up(mul_up(0x1p-50, std::fabs(b[j])) + lost, n.h0.mag());
    sizes.push_back(before.size[j]);
  }
  a_ = std::move(a);
  b_ = std::move(b);
  q_.assign(inputs, 0.0);
  if (rows.empty()) return constant_ < kInf;
  if (!majorant_.find(rows, weights, sizes)) return false;
  for (std::size_t k = 0; k < fed.size(); ++k) q_[static_cast<std::size_t>(fed[k])] = majorant_.q()[k];
  return constant_ < kInf;
}

/// The neurons of the first layer move independently: the largest value of each.
double Quadratic::first_layer() const {
  const Network& network = backward_.network();
  const Layer& layer = network.layers[0];
  double sum = 0;
  std::vector<double> e(static_cast<std::size_t>(layer.outputs), 0.0);
  for (const int i : backward_.live(0)) {
    const auto row = static_cast<std::size_t>(i);
    const NeuronRanges& n = backward_.ranges(0, i);
    const NeuronLines& lines = backward_.lines(0, i);
    const Interval A(a_[row]), Q(q_[row]), m(middles_[0].d[row]);
    double most = -kInf;
    for (const double end : {n.d.lo(), n.d.hi}) most = std::max(most, (A * Interval(end) + Q * sqr(Interval(end) - m)).hi);
    sum += most;
    const double b = b_[row];
    const Line line = lines.kind == NeuronLines::Kind::on ? Line{1, 0} : (b > 0 ? lines.nominal_upper : lines.nominal_lower);
    const Interval slope = b * Interval(line.slope);
    e[row] = slope.mid();
    sum += mul_up(b, line.constant) + mul_up(slope.rad(), n.z0.mag()) + mul_up(e[row], network.parameters[layer.bias(i)]);
  }
  // z0 = W0 x + b0, or what is known of it otherwise: whichever is less in all.
  double by_ranges = 0, by_inputs = 0;
  for (const int i : backward_.live(0)) {
    const auto row = static_cast<std::size_t>(i);
    const NeuronRanges& n = backward_.ranges(0, i);
    by_ranges += (e[row] * n.z0).hi + mul_up(-e[row], network.parameters[layer.bias(i)]);
  }
  if (!backward_.at_point()) {
    for (int j = 0; j < layer.inputs; ++j) {
      Interval coefficient(0.0);
      for (const int i : backward_.live(0)) coefficient += e[static_cast<std::size_t>(i)] * Interval(network.parameters[layer.weight(i, j)]);
      by_inputs += (coefficient * backward_.inputs()[static_cast<std::size_t>(j)]).hi;
    }
    by_ranges = std::min(by_ranges, by_inputs);
  }
  return sum + by_ranges;
}

}  // namespace parabound
