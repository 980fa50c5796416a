#include "tuning.hpp"

#include <cmath>
#include <cstdint>

#include "../interval/simd/backend.hpp"
#include "../interval/simd/tally.hpp"

namespace parabound {
namespace {

// Adam (Kingma and Ba 2015), with a step that shrinks.
constexpr double kStep = 0.3, kWarmStep = 0.1, kShrink = 0.9, kMean = 0.8, kSquare = 0.95;

double plain_relu(double t) { return t > 0 ? t : 0; }

struct Adam {
  double step, mean_scale, square_scale;  // of this round
  /// Moves `value` against its derivative, within [0, most].
  void move(double& value, double& mean, double& square, double derivative, double scale = 1, double most = 1) const {
    mean = kMean * mean + (1 - kMean) * derivative;
    square = kSquare * square + (1 - kSquare) * derivative * derivative;
    if (!(square > 0)) return;
    const double next = value - scale * step * (mean * mean_scale) / std::sqrt(square * square_scale);
    value = next > 0 ? std::min(next, most) : 0;  // 0 where it is no number
  }
};

}  // namespace

std::vector<double> Tuner::upper(std::size_t layer, const Functionals& functionals, const std::vector<int>& rows, int rounds) {
  return tune(layer, functionals, rounds, nullptr, [&](const Pass& pass) { return backward_.upper(layer, functionals, rows, pass); });
}

std::vector<double> Tuner::upper_after(std::size_t layer, const Functionals& functionals, int rounds, std::vector<std::vector<double>>* planes) {
  std::vector<double> best = tune(layer + 1, functionals, rounds, planes, [&](const Pass& pass) { return backward_.upper_after(layer, functionals, pass); });
  look(layer + 1);
  return best;
}

template <class Back>
std::vector<double> Tuner::tune(std::size_t hidden, const Functionals& functionals, int rounds, std::vector<std::vector<double>>* planes, Back back) {
  start(hidden, functionals.shape());
  const bool warm = recalled_ != nullptr;
  if (warm) start_from(recalled_, hidden);
  recalled_ = nullptr;
  first_step_ = warm ? kWarmStep : kStep;
  std::vector<double> best;
  std::vector<std::vector<double>> found;
  for (int round = 0; round < rounds; ++round) {
    Pass pass;
    if (round > 0 || warm) pass.tuned = &tuning_;
    else pass.shares = &tuning_.share;
    pass.tape = &tape_;
    pass.inputs = &inputs_;
    if (planes) pass.planes = &found;
    const std::vector<double> upper = back(pass);
    if (best.empty()) {
      best = upper;
      if (planes) *planes = found;
    }
    for (std::size_t k = 0; k < best.size(); ++k) {
      if (!(upper[k] < best[k])) continue;
      best[k] = upper[k];
      if (planes) (*planes)[k] = found[k];
    }
    if (round + 1 == rounds) break;
    if (round == 0) scale_prices(hidden);
    forward(hidden, round);
  }
  return best;
}

/// All dials of hidden layer l, with the means that move them.
template <class Each>
void Tuner::each_dial(std::size_t l, Each each) {
  const auto neurons = static_cast<std::size_t>(backward_.network().layers[l].outputs);
  each(tuning_.share[l], 0, neurons, shape_.alphas());
  each(tuning_.perturbed[l], 1, neurons, shape_.alphas());
  each(tuning_.nominal[l], 2, neurons, shape_.betas());
  each(tuning_.price[l], 3, 2 * neurons, shape_.betas());
}

void Tuner::start(std::size_t hidden, Shape shape) {
  shape_ = shape;
  for (std::vector<Rows>* rows : {&tuning_.share, &tuning_.perturbed, &tuning_.nominal, &tuning_.price}) rows->resize(hidden);
  for (int i = 0; i < 4; ++i) {
    means_[i].resize(hidden);
    squares_[i].resize(hidden);
  }
  for (std::size_t l = 0; l < hidden; ++l) {
    each_dial(l, [&](Rows& dial, int i, std::size_t rows, std::size_t columns) {
      for (Rows* each : {&dial, &means_[i][l], &squares_[i][l]}) {
        each->reshape(rows, columns);
        each->fill(0);
      }
    });
    for (const int j : backward_.live(l)) {
      const auto row = static_cast<std::size_t>(j);
      const NeuronLines& lines = backward_.lines(l, j);
      std::fill_n(tuning_.perturbed[l].row(row), shape.alphas(), lines.perturbed_lower.slope);
      std::fill_n(tuning_.nominal[l].row(row), shape.betas(), lines.nominal_lower.slope);
    }
  }
}

namespace {

// A neuron's dials in 41 bits: share and slopes in 256ths, prices by their logarithm, and that they are there.
constexpr double kThere = 0x1p40;
std::uint64_t pack_part(double value) { return static_cast<std::uint64_t>(std::min(std::max(value, 0.0), 1.0) * 255 + 0.5); }
double part(std::uint64_t bits) { return static_cast<double>(bits & 255) / 255; }
std::uint64_t pack_price(double value) {
  if (!(value > 0)) return 0;
  return static_cast<std::uint64_t>(std::min(std::max(std::log2(value) * 8 + 128, 1.0), 255.0));
}
double price(std::uint64_t bits) { return (bits & 255) == 0 ? 0 : std::exp2((static_cast<double>(bits & 255) - 128) / 8); }

}  // namespace

void Tuner::remember(std::size_t k, double* dials) const {
  for (std::size_t l = 0; l < tuning_.share.size(); ++l) {
    const auto neurons = static_cast<std::size_t>(backward_.network().layers[l].outputs);
    for (std::size_t j = 0; j < neurons; ++j)
      *dials++ = kThere + static_cast<double>(pack_part(tuning_.share[l].row(j)[k]) | pack_part(tuning_.perturbed[l].row(j)[k]) << 8 |
                                              pack_part(tuning_.nominal[l].row(j)[k]) << 16 | pack_price(tuning_.price[l].row(2 * j)[k]) << 24 |
                                              pack_price(tuning_.price[l].row(2 * j + 1)[k]) << 32);
  }
}

void Tuner::start_from(const double* dials, std::size_t hidden) {
  for (std::size_t l = 0; l < hidden; ++l) {
    const auto neurons = static_cast<std::size_t>(backward_.network().layers[l].outputs);
    for (std::size_t j = 0; j < neurons; ++j, ++dials) {
      if (!(*dials >= kThere)) continue;
      const auto bits = static_cast<std::uint64_t>(*dials - kThere);
      const auto fill = [j](Rows& rows, double value) { std::fill_n(rows.row(j), rows.stride(), value); };
      fill(tuning_.share[l], part(bits));
      fill(tuning_.perturbed[l], part(bits >> 8));
      fill(tuning_.nominal[l], part(bits >> 16));
    }
    dials -= neurons;
    for (const Constraint& one : backward_.constraints(l)) {
      const double packed = dials[one.neuron];
      if (!(packed >= kThere)) continue;
      const auto bits = static_cast<std::uint64_t>(packed - kThere);
      std::fill_n(tuning_.price[l].row(one.row()), shape_.betas(), price(bits >> (one.side == Side::nominal ? 24 : 32)));
    }
    dials += neurons;
  }
}

/// Prices move by what the coefficients are like.
void Tuner::scale_prices(std::size_t hidden) {
  scales_.resize(hidden);
  for (std::size_t l = 0; l < hidden; ++l) {
    scales_[l].assign(shape_.betas(), 0.0);
    if (backward_.constraints(l).empty()) continue;
    for (const int j : backward_.live(l)) {
      const auto row = static_cast<std::size_t>(j);
      for (std::size_t k = 0; k < shape_.count(); ++k) {
        const double coefficient = k < shape_.changes ? tape_.fed[l].change(row)[k] : tape_.fed[l].nominal(row)[k];
        scales_[l][k] = std::max(scales_[l][k], std::fabs(coefficient));
      }
    }
  }
}

void Tuner::adjust_prices(std::size_t l, double step, double mean, double square) {
  const Adam adam{step, mean, square};
  for (const Constraint& one : backward_.constraints(l)) {
    const auto row = static_cast<std::size_t>(one.neuron);
    const bool perturbed = one.side == Side::perturbed;
    const double *r = pre_.change(row), *z0 = pre_.nominal(row);
    double *price = tuning_.price[l].row(one.row()), *means = means_[3][l].row(one.row()), *squares = squares_[3][l].row(one.row());
    for (std::size_t k = 0; k < (perturbed ? shape_.changes : shape_.count()); ++k)
      adam.move(price[k], means[k], squares[k], one.sign * (z0[k] + (perturbed ? r[k] : 0.0)), scales_[l][k], kInf);
  }
}

void Tuner::forward(std::size_t hidden, int round) {
  walk(hidden, first_step_ * std::pow(kShrink, round), 1 / (1 - std::pow(kMean, round + 1)), 1 / (1 - std::pow(kSquare, round + 1)), false);
}

/// A walk that moves nothing.
void Tuner::look(std::size_t hidden) {
  seen_.resize(hidden);
  walk(hidden, 0, 1, 1, true);
}

void Tuner::walk(std::size_t hidden, double step, double mean, double square, bool keep) {
  if (!backward_.at_point()) feed_worst_inputs();
  for (std::size_t l = 0; l < hidden; ++l) {
    if (l == 0 && backward_.at_point()) start_at_point();
    else through_affine(l);
    if (keep) seen_[l] = pre_;
    fed_.reshape(pre_.neurons(), shape_);
    for (const int j : backward_.live(l)) through_neuron(l, j, step, mean, square);
    adjust_prices(l, step, mean, square);
  }
}

namespace {

double by(const Line& line, double t) { return line.slope * t + line.constant; }
double below(const Line& line, bool free, double slope, double t) { return free ? slope * t : by(line, t); }

/// A d + C h0 by the lines, at r and z0: p d + q h + rest h0.
struct Parts {
  double p, q, rest, change, h, base;
  Parts(const NeuronLines& n, double A, double C, double share, double perturbed, double nominal, double r, double z0) {
    p = share * A;
    q = A - p;
    rest = C - q;
    change = p >= 0 ? by(n.change_upper, r) : by(n.change_lower, r);
    h = q >= 0 ? by(n.perturbed_upper, z0 + r) : below(n.perturbed_lower, n.free_perturbed, perturbed, z0 + r);
    base = rest >= 0 ? by(n.nominal_upper, z0) : below(n.nominal_lower, n.free_nominal, nominal, z0);
  }
};

}  // namespace

Tuner::Looseness Tuner::looseness(std::size_t l, int neuron, std::size_t k) const {
  const auto row = static_cast<std::size_t>(neuron);
  const NeuronLines& n = backward_.lines(l, neuron);
  if (n.kind != NeuronLines::Kind::open) return {0, 0, 0, 0};
  const double r = seen_[l].change(row)[k], z0 = seen_[l].nominal(row)[k];
  const Parts parts(n, tape_.fed[l].change(row)[k], tape_.fed[l].nominal(row)[k], tuning_.share[l].row(row)[k], tuning_.perturbed[l].row(row)[k],
                    tuning_.nominal[l].row(row)[k], r, z0);
  const double h0 = plain_relu(z0), h = plain_relu(z0 + r);
  return {parts.rest * (parts.base - h0), parts.q * (parts.h - h) + parts.p * (parts.change - (h - h0)), tape_.fed[l].change(row)[k], tape_.fed[l].nominal(row)[k]};
}

/// The first layer's pre-activations, where passes back ended.
void Tuner::start_at_point() {
  pre_.reshape(static_cast<std::size_t>(backward_.network().layers[0].outputs), shape_);
  for (const int i : backward_.carried(0)) {
    const auto row = static_cast<std::size_t>(i);
    const NeuronRanges& n = backward_.ranges(0, i);
    const double *alpha = tape_.taken[0].change(row), *beta = tape_.taken[0].nominal(row);
    for (std::size_t k = 0; k < shape_.alphas(); ++k) pre_.change(row)[k] = alpha[k] >= 0 ? n.r.hi : n.r.lo();
    for (std::size_t k = 0; k < shape_.betas(); ++k) pre_.nominal(row)[k] = beta[k] >= 0 ? n.z0.hi : n.z0.lo();
  }
}

void Tuner::feed_worst_inputs() {
  const std::vector<Interval>& x = backward_.inputs();
  fed_.reshape(x.size(), shape_);
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double* coefficient = inputs_.nominal(j);
    double* value = fed_.nominal(j);
    for (std::size_t k = 0; k < shape_.betas(); ++k) value[k] = coefficient[k] >= 0 ? x[j].hi : x[j].lo();
    std::fill_n(fed_.change(j), shape_.alphas(), 0.0);
  }
}

/// From what layer l is fed to its z0 and r, with the noise that is worst for each column.
void Tuner::through_affine(std::size_t l) {
  const Backend& kernel = backend();
  const Layer& layer = backward_.network().layers[l];
  const std::size_t alphas = shape_.alphas(), betas = shape_.betas();
  const std::vector<int> &inputs = l > 0 ? backward_.live(l - 1) : backward_.all_inputs(), &outputs = backward_.carried(l);
  pre_.reshape(static_cast<std::size_t>(layer.outputs), shape_);
  Product product{backward_.network().parameters.data() + layer.weights, static_cast<std::size_t>(layer.inputs), outputs.data(), inputs.data(),
                  static_cast<int>(outputs.size()), static_cast<int>(inputs.size())};
  Tally::product(outputs.size(), inputs.size(), shape_.changes + shape_.count());
  kernel.product(product, fed_.change(0), fed_.stride(), pre_.change(0), pre_.stride(), alphas + betas, false);
  const std::size_t changes = shape_.changes, count = shape_.count();
  std::vector<double> total(changes, 0.0);
  const std::vector<double>& slopes = backward_.noise_slopes(l);
  const double uniform = backward_.uniform(l);
  if (uniform > 0)
    for (const int j : inputs) {
      const auto row = static_cast<std::size_t>(j);
      for (std::size_t k = 0; k < changes; ++k) total[k] += uniform * slopes[row] * (fed_.change(row)[k] + fed_.nominal(row)[k]);
    }
  if (changes && (uniform < 0 || backward_.shifted(l))) {  // h = h0 + d
    sum_.reshape(fed_.neurons(), alphas);
    for (const int j : inputs) {
      const auto row = static_cast<std::size_t>(j);
      for (std::size_t k = 0; k < alphas; ++k) sum_.row(row)[k] = fed_.change(row)[k] + fed_.nominal(row)[k];
    }
    if (backward_.shifted(l)) {
      product.weights = backward_.middle() + layer.weights;
      Tally::product(outputs.size(), inputs.size(), shape_.changes);
      kernel.product(product, sum_.row(0), alphas, pre_.change(0), pre_.stride(), alphas, true);
    }
  }
  for (const int i : outputs) {
    const auto row = static_cast<std::size_t>(i);
    double *r = pre_.change(row), *z0 = pre_.nominal(row);
    const double bias = backward_.network().parameters[layer.bias(i)], shift = backward_.middle()[layer.bias(i)], noise = backward_.noise(l, i);
    for (std::size_t k = 0; k < count; ++k) z0[k] += bias;
    const double* alpha = tape_.taken[l].change(row);
    const double* rho = backward_.radius() + layer.weight(i, 0);
    for (std::size_t k = 0; k < changes; ++k) {
      double size = noise + total[k];
      if (uniform < 0)
        for (const int j : inputs) size += rho[j] * slopes[static_cast<std::size_t>(j)] * sum_.row(static_cast<std::size_t>(j))[k];
      r[k] += shift + (alpha[k] > 0 ? size : (alpha[k] < 0 ? -size : 0.0));
    }
  }
}

/// Through one neuron's lines, and a step of its slopes and shares.
void Tuner::through_neuron(std::size_t l, int neuron, double step, double mean, double square) {
  const auto row = static_cast<std::size_t>(neuron);
  const std::size_t alphas = shape_.alphas(), betas = shape_.betas();
  const NeuronLines& n = backward_.lines(l, neuron);
  const double *r = pre_.change(row), *z0 = pre_.nominal(row);
  double *d = fed_.change(row), *h0 = fed_.nominal(row);
  if (n.kind == NeuronLines::Kind::on) {
    std::copy(r, r + alphas, d);
    std::copy(z0, z0 + betas, h0);
    return;
  }
  const Adam adam{step, mean, square};
  const double *A = tape_.fed[l].change(row), *C = tape_.fed[l].nominal(row);
  double *share = tuning_.share[l].row(row), *perturbed = tuning_.perturbed[l].row(row), *nominal = tuning_.nominal[l].row(row);
  for (std::size_t k = 0; k < shape_.changes; ++k) {
    const double t = share[k];
    const auto [p, q, rest, change, h, base] = Parts(n, A[k], C[k], t, perturbed[k], nominal[k], r[k], z0[k]);
    const double z = z0[k] + r[k];
    d[k] = t * change + (1 - t) * (h - base);
    h0[k] = base;
    adam.move(share[k], means_[0][l].row(row)[k], squares_[0][l].row(row)[k], A[k] * (change - h + base));
    if (n.free_perturbed) adam.move(perturbed[k], means_[1][l].row(row)[k], squares_[1][l].row(row)[k], q < 0 ? q * z : 0.0);
    if (n.free_nominal) adam.move(nominal[k], means_[2][l].row(row)[k], squares_[2][l].row(row)[k], rest < 0 ? rest * z0[k] : 0.0);
  }
  for (std::size_t k = shape_.changes; k < shape_.count(); ++k) {
    h0[k] = C[k] >= 0 ? by(n.nominal_upper, z0[k]) : below(n.nominal_lower, n.free_nominal, nominal[k], z0[k]);
    if (n.free_nominal) adam.move(nominal[k], means_[2][l].row(row)[k], squares_[2][l].row(row)[k], C[k] < 0 ? C[k] * z0[k] : 0.0);
  }
}

}  // namespace parabound
