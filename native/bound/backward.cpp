#include "backward.hpp"

#include <algorithm>

#include "../network/parameter_box.hpp"
#include "interrupt.hpp"

namespace parabound {
namespace {

std::vector<double> transposed(const Layer& layer, const double* weights) {
  std::vector<double> out(static_cast<std::size_t>(layer.inputs) * static_cast<std::size_t>(layer.outputs));
  for (int i = 0; i < layer.outputs; ++i)
    for (int j = 0; j < layer.inputs; ++j)
      out[static_cast<std::size_t>(j) * static_cast<std::size_t>(layer.outputs) + static_cast<std::size_t>(i)] =
          weights[static_cast<std::size_t>(i) * static_cast<std::size_t>(layer.inputs) + static_cast<std::size_t>(j)];
  return out;
}

PointLayer transposed_layer(const Layer& layer, const double* weights) {
  const std::vector<double> none(static_cast<std::size_t>(layer.inputs), 0.0);
  return PointLayer(layer.outputs, layer.inputs, transposed(layer, weights).data(), none.data());
}

/// Turns interval coefficients into points: the upper end is carried on, the width times the magnitude of
/// what it multiplies goes to the constants.
void settle_points(Columns& c, const std::vector<double>& magnitude, std::vector<double>& constant) {
  const std::size_t stride = c.stride(), count = constant.size();
  for (std::size_t j = 0; j < c.neurons(); ++j) {
    double* nlo = c.rows() + 2 * j * stride;
    const double* hi = nlo + stride;
    const double largest = magnitude[j];
    for (std::size_t k = 0; k < count; ++k) {
      constant[k] += mul_up(hi[k] + nlo[k], largest);
      nlo[k] = -hi[k];
    }
  }
}

void set_point(Columns& c, std::size_t neuron, std::size_t column, double a) {
  double* at = c.rows() + 2 * neuron * c.stride() + column;
  at[0] = -a;
  at[c.stride()] = a;
}

}  // namespace

Backward::Backward(const Network& network, const ParameterBox& box) : network_(network) {
  RoundUp up;  // the radii are rounded, and whoever makes a trace need not have one
  const std::size_t count = network.parameters.size();
  middle_.resize(count);
  radius_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Interval change = box.change(i);
    middle_[i] = change.nlo == change.hi ? 0.0 : change.mid();
    radius_[i] = change.is_finite() ? std::max(change.hi - middle_[i], change.nlo + middle_[i]) : kInf;
  }
  for (const Layer& layer : network.layers) {
    bool shifted = false;
    for (std::size_t at = layer.weights; at < layer.biases; ++at) shifted = shifted || middle_[at] != 0;
    const double* rho = radius_.data() + layer.weights;
    const bool uniform = std::all_of(rho, static_cast<const double*>(radius_.data() + layer.biases), [rho](double r) { return r == *rho; });
    const auto matrix = [&](bool wanted, const std::vector<double>& from) {
      return wanted ? std::optional<PointLayer>(transposed_layer(layer, from.data() + layer.weights)) : std::nullopt;
    };
    matrices_.push_back({transposed_layer(layer, network.parameters.data() + layer.weights), matrix(shifted, middle_),
                         matrix(!uniform, radius_), uniform ? *rho : 0.0});
  }
}

void Backward::start(const std::vector<Interval>& inputs, const std::vector<Interval>& centers) {
  inputs_ = inputs;
  centers_ = centers;
  ranges_.clear();
  for (auto& each : relaxations_) each.clear();
  noise_.clear();
  largest_.assign(1, {});
  for (const Interval& x : inputs) largest_[0].push_back(x.mag());
}

void Backward::settle(std::size_t layer, std::vector<NeuronRanges> ranges) {
  for (int under = 0; under < kUnders; ++under) {
    std::vector<Relaxation> relaxations;
    for (const NeuronRanges& n : ranges)
      relaxations.push_back(relax(network_.layers[layer].activation, n.z0, n.r, n.z, static_cast<Under>(under)));
    relaxations_[under].push_back(std::move(relaxations));
  }
  std::vector<double> largest;
  for (const NeuronRanges& n : ranges) largest.push_back(n.h.mag());
  ranges_.push_back(std::move(ranges));
  largest_.push_back(std::move(largest));
}

std::vector<double> Backward::upper(std::size_t layer, const Functionals& functionals, std::vector<std::vector<double>>* plane) {
  through_affine(layer, functionals, before_);
  for (std::size_t l = layer; l-- > 0;) {
    through_activation(l, before_, after_);
    through_affine(l, after_, before_);
  }
  return conclude(before_, plane);
}

std::vector<double> Backward::upper_after(std::size_t layer, const Functionals& functionals, std::vector<std::vector<double>>* plane) {
  through_activation(layer, functionals, after_);
  return upper(layer, after_, plane);
}

void Backward::through_affine(std::size_t l, const Functionals& from, Functionals& to) {
  breathe();
  const Layer& layer = network_.layers[l];
  const std::size_t count = from.constant.size(), stride = from.on_change.stride();
  const auto inputs = static_cast<std::size_t>(layer.inputs);
  while (noise_.size() <= l) {  // R of the layers, once what they are fed is known
    const std::size_t at = noise_.size();
    const Layer& one = network_.layers[at];
    std::vector<double> noise(static_cast<std::size_t>(one.outputs));
    for (int i = 0; i < one.outputs; ++i) {
      const double* rho = radius_.data() + one.weight(i, 0);
      double sum = radius_[one.bias(i)];
      if (!fed_nonnegative(at))
        for (std::size_t j = 0; j < largest_[at].size(); ++j) sum += mul_up(rho[j], largest_[at][j]);
      noise[static_cast<std::size_t>(i)] = sum;
    }
    noise_.push_back(std::move(noise));
  }

  to.reshape(inputs, from.constant);
  for (int i = 0; i < layer.outputs; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const double* alpha = from.on_change.rows() + (2 * row + 1) * stride;
    const double* beta = from.on_nominal.rows() + (2 * row + 1) * stride;
    const double bias = network_.parameters[layer.bias(i)], shift = middle_[layer.bias(i)], noise = noise_[l][row];
    for (std::size_t k = 0; k < count; ++k)
      to.constant[k] += mul_up(std::fabs(alpha[k]), noise) + (mul_up(alpha[k], shift) + mul_up(beta[k], bias));
  }
  const Backend& kernel = backend();
  const LayerMatrices& matrices = matrices_[l];
  kernel.dense_point(matrices.nominal, from.on_change.rows(), to.on_change.rows(), stride);
  kernel.dense_point(matrices.nominal, from.on_nominal.rows(), to.on_nominal.rows(), stride);
  if (matrices.middle) {  // M h = M h0 + M d
    known_.reshape(inputs, count);
    kernel.dense_point(*matrices.middle, from.on_change.rows(), known_.rows(), stride);
    for (std::size_t at = 0; at < 2 * inputs * stride; ++at) {
      to.on_change.rows()[at] += known_.rows()[at];
      to.on_nominal.rows()[at] += known_.rows()[at];
    }
  }
  if (fed_nonnegative(l)) add_linear_noise(l, from, to);
  std::vector<double> change(inputs, 0.0), nominal(inputs);
  for (std::size_t j = 0; j < inputs; ++j) {
    if (l > 0) change[j] = ranges_[l - 1][j].d.mag();
    nominal[j] = l > 0 ? ranges_[l - 1][j].h0.mag() : inputs_[j].mag();
  }
  settle_points(to.on_change, change, to.constant);
  settle_points(to.on_nominal, nominal, to.constant);
}

bool Backward::fed_nonnegative(std::size_t layer) const {
  if (layer == 0) return false;
  const Activation act = network_.layers[layer - 1].activation;
  return act == Activation::relu || act == Activation::sigmoid;
}

/// to += sum_i |alpha_i| rho_ij on both h0_j and d_j, rounded up: h_j = h0_j + d_j >= 0.
void Backward::add_linear_noise(std::size_t l, const Functionals& from, Functionals& to) {
  const std::size_t count = from.constant.size(), stride = from.on_change.stride(), neurons = from.on_change.neurons();
  const LayerMatrices& matrices = matrices_[l];
  const auto add = [stride, count](Columns& c, std::size_t j, const double* noise) {
    double* nlo = c.rows() + 2 * j * stride;
    double* hi = nlo + stride;
    for (std::size_t k = 0; k < count; ++k) {
      nlo[k] -= noise[k];
      hi[k] += noise[k];
    }
  };
  const auto row = [&](const Columns& c, std::size_t i) { return c.rows() + (2 * i + 1) * stride; };
  if (!matrices.radius) {
    if (matrices.uniform == 0) return;
    std::vector<double> noise(count, 0.0);
    for (std::size_t i = 0; i < neurons; ++i)
      for (std::size_t k = 0; k < count; ++k) noise[k] += std::fabs(row(from.on_change, i)[k]);
    for (double& one : noise) one = mul_up(one, matrices.uniform);
    for (std::size_t j = 0; j < to.on_change.neurons(); ++j) {
      add(to.on_change, j, noise.data());
      add(to.on_nominal, j, noise.data());
    }
    return;
  }
  absolute_.reshape(neurons, count);
  spread_.reshape(to.on_change.neurons(), count);
  for (std::size_t i = 0; i < neurons; ++i)
    for (std::size_t k = 0; k < count; ++k) set_point(absolute_, i, k, std::fabs(row(from.on_change, i)[k]));
  backend().dense_point(*matrices.radius, absolute_.rows(), spread_.rows(), stride);
  for (std::size_t j = 0; j < to.on_change.neurons(); ++j) {
    add(to.on_change, j, row(spread_, j));
    add(to.on_nominal, j, row(spread_, j));
  }
}

namespace {

/// An upper bound of one term A d + C h0 at a neuron: alpha r + beta z0 + constant, with what rounding the two
/// coefficients upwards may cost.
struct Term {
  double alpha, beta, constant;
};

/// a p + b q with both coefficients rounded up, their excess charged on the magnitudes of r, z0.
inline Term combine(double a, const Plane& p, double b, const Plane& q, double r_largest, double z_largest) {
  Term t;
  t.alpha = a * p.slope_r + b * q.slope_r;
  t.beta = a * p.slope_z + b * q.slope_z;
  const double alpha_low = -a * p.slope_r + -b * q.slope_r, beta_low = -a * p.slope_z + -b * q.slope_z;
  t.constant = mul_up(a, p.constant) + mul_up(b, q.constant) +
               (mul_up(t.alpha + alpha_low, r_largest) + mul_up(t.beta + beta_low, z_largest));
  return t;
}

}  // namespace

void Backward::through_activation(std::size_t l, const Functionals& from, Functionals& to) const {
  const std::size_t count = from.constant.size(), stride = from.on_change.stride(), neurons = from.on_change.neurons();
  to.reshape(neurons, from.constant);
  const auto clear = [stride](Columns& c, std::size_t j) { std::fill(c.rows() + 2 * j * stride, c.rows() + 2 * (j + 1) * stride, 0.0); };
  for (std::size_t j = 0; j < neurons; ++j) {
    const Relaxation& relaxation = relaxations_[under_][l][j];
    const NeuronRanges& range = ranges_[l][j];
    const double r_largest = range.r.mag(), z_largest = range.z0.mag(), h_largest = range.h0.mag();
    const double r_middle = range.r.mid(), z_middle = range.z0.mid();
    const double* a = from.on_change.rows() + (2 * j + 1) * stride;
    const double* c = from.on_nominal.rows() + (2 * j + 1) * stride;
    if (relaxation.kind != Relaxation::Kind::on) {
      clear(to.on_change, j);
      clear(to.on_nominal, j);
      if (relaxation.kind == Relaxation::Kind::off) continue;
    }
    if (relaxation.kind == Relaxation::Kind::on) {
      std::copy(a - stride, a + stride, to.on_change.rows() + 2 * j * stride);
      std::copy(c - stride, c + stride, to.on_nominal.rows() + 2 * j * stride);
      continue;
    }
    for (std::size_t k = 0; k < count; ++k) {
      const double A = a[k], C = c[k];
      if (A == 0 && C == 0) continue;
      Term best = combine(A, A >= 0 ? relaxation.upper : relaxation.lower, C, C >= 0 ? relaxation.nominal_upper : relaxation.nominal_lower,
                          r_largest, z_largest);
      if (!relaxation.exact) {
        // A d + C h0 = A h + (C - A) h0: the two networks apart. Whichever is lower in the middle.
        const double rest = C - A, excess = rest - -(A - C);
        Term apart = combine(A, A >= 0 ? relaxation.perturbed_upper : relaxation.perturbed_lower, rest,
                             rest >= 0 ? relaxation.nominal_upper : relaxation.nominal_lower, r_largest, z_largest);
        apart.constant += mul_up(excess, h_largest);
        const auto middle = [&](const Term& t) { return t.alpha * r_middle + t.beta * z_middle + t.constant; };
        if (middle(apart) < middle(best)) best = apart;
      }
      set_point(to.on_change, j, k, best.alpha);
      set_point(to.on_nominal, j, k, best.beta);
      to.constant[k] += best.constant;
    }
  }
}

std::vector<double> Backward::conclude(const Functionals& functionals, std::vector<std::vector<double>>* plane) const {
  // d = 0 and h0 = x = c + u at the inputs.
  const std::size_t count = functionals.constant.size(), stride = functionals.on_nominal.stride(), n = inputs_.size();
  std::vector<double> value(functionals.constant);
  if (plane) plane->assign(count, std::vector<double>(n + 1));
  for (std::size_t k = 0; k < count; ++k) {
    double fixed = functionals.constant[k];
    for (std::size_t j = 0; j < n; ++j) {
      const double coefficient = functionals.on_nominal.rows()[(2 * j + 1) * stride + k];
      value[k] += (coefficient * inputs_[j]).hi;
      if (plane) {
        (*plane)[k][j] = coefficient;
        fixed += (coefficient * centers_[j]).hi;
      }
    }
    if (!(value[k] == value[k])) value[k] = kInf;
    if (plane) (*plane)[k][n] = fixed == fixed ? fixed : kInf;
  }
  return value;
}

}  // namespace parabound
