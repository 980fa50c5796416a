#include "point.hpp"

#include "interrupt.hpp"

namespace parabound {
namespace {

/// Encloses W h + b for exact W, b.
std::vector<Interval> affine(const Layer& layer, const double* parameters, const std::vector<Interval>& h) {
  std::vector<Interval> a(static_cast<std::size_t>(layer.outputs));
  for (int i = 0; i < layer.outputs; ++i) {
    const double* w = parameters + layer.weight(i, 0);
    Interval sum(parameters[layer.bias(i)]);
    for (std::size_t j = 0; j < h.size(); ++j) sum += w[j] * h[j];
    a[static_cast<std::size_t>(i)] = sum;
  }
  return a;
}

std::vector<Interval> point(const double* x, int n) { return std::vector<Interval>(x, x + n); }

/// The softmax of z.
std::vector<Interval> softmax_of(const std::vector<Interval>& z) {
  std::vector<Interval> f(z.size());
  softmax(z.data(), static_cast<int>(z.size()), f.data());
  return f;
}

}  // namespace

PointValues evaluate_point(const Network& network, const double* x, const double* parameters) {
  return evaluate_point(network, point(x, network.inputs), parameters);
}

PointValues evaluate_point(const Network& network, const std::vector<Interval>& x, const double* parameters) {
  const double* nominal = network.parameters.data();
  std::vector<Interval> h0 = x, h = x, d(x.size(), Interval(0.0));
  PointValues values;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    breathe();
    const Layer& layer = network.layers[l];
    std::vector<Interval> a0 = affine(layer, nominal, h0), a = affine(layer, parameters, h), r(a0.size());
    for (int i = 0; i < layer.outputs; ++i) {
      // r = W0 d + (W - W0) h + (b - b0)
      const std::size_t row = layer.weight(i, 0), b = layer.bias(i);
      Interval sum = Interval(parameters[b]) - Interval(nominal[b]);
      for (std::size_t j = 0; j < h.size(); ++j) {
        sum += nominal[row + j] * d[j];
        if (parameters[row + j] != nominal[row + j])
          sum += (Interval(parameters[row + j]) - Interval(nominal[row + j])) * h[j];
      }
      const auto at = static_cast<std::size_t>(i);
      r[at] = meet(sum, a[at] - a0[at]);
      a[at] = meet(a[at], a0[at] + r[at]);
    }
    if (l + 1 == network.layers.size()) {
      values.z0 = std::move(a0);
      values.dz = std::move(r);
      return values;
    }
    h0.resize(a0.size());
    h.resize(a0.size());
    d.resize(a0.size());
    for (std::size_t i = 0; i < a0.size(); ++i) {
      h0[i] = activate(layer.activation, a0[i]);
      d[i] = difference_range(layer.activation, a0[i], r[i]);
      h[i] = meet(activate(layer.activation, a[i]), h0[i] + d[i]);
    }
  }
  return values;
}

std::vector<Interval> evaluate_outputs(const Network& network, const double* x, const double* parameters) {
  std::vector<Interval> h = point(x, network.inputs);
  for (const Layer& layer : network.layers) {
    h = affine(layer, parameters, h);
    if (layer.activation == Activation::softmax) return softmax_of(h);
    for (Interval& one : h) one = activate(layer.activation, one);
  }
  return h;
}

std::vector<Interval> output_difference(Activation last, const std::vector<Interval>& z0, const std::vector<Interval>& dz) {
  const std::size_t k = z0.size();
  std::vector<Interval> difference(k);
  if (last != Activation::softmax) {
    for (std::size_t o = 0; o < k; ++o) difference[o] = difference_range(last, z0[o], dz[o]);
    return difference;
  }
  std::vector<Interval> z(k), path(k);
  for (std::size_t o = 0; o < k; ++o) {
    z[o] = z0[o] + dz[o];
    path[o] = hull(z0[o], z[o]);
  }
  const std::vector<Interval> f0 = softmax_of(z0), f = softmax_of(z), between = softmax_of(path);
  for (std::size_t o = 0; o < k; ++o) {
    // Mean value along the path: f_o - f0_o = f_o(xi) sum_j (1[o = j] - f_j(xi)) dz_j.
    Interval sum = (Interval(1.0) - between[o]) * dz[o];
    for (std::size_t j = 0; j < k; ++j)
      if (j != o) sum += -(between[j] * dz[j]);
    difference[o] = meet(f[o] - f0[o], between[o] * sum);
  }
  return difference;
}

}  // namespace parabound
