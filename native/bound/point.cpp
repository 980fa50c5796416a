#include "point.hpp"

#include "../interval/simd/backend.hpp"
#include "interrupt.hpp"

namespace parabound {
namespace {

/// Encloses W h for exact W, in all columns.
void times(const Layer& layer, const double* parameters, const Columns& h, Columns& a) {
  backend().dense_weights(parameters + layer.weights, layer.inputs, layer.outputs, h.rows(), a.rows(), a.stride(), a.columns());
}

/// Encloses W h + b for exact W, b.
std::vector<Interval> affine(const Layer& layer, const double* parameters, const std::vector<Interval>& h) {
  const auto inputs = static_cast<std::size_t>(layer.inputs), outputs = static_cast<std::size_t>(layer.outputs);
  Columns in(inputs, 1), out(outputs, 1);
  for (std::size_t j = 0; j < inputs; ++j) in.set(j, 0, h[j]);
  times(layer, parameters, in, out);
  std::vector<Interval> a(outputs);
  for (std::size_t i = 0; i < outputs; ++i) a[i] = out.get(i, 0) + Interval(parameters[layer.biases + i]);
  return a;
}

/// Encloses (W - W0) h: the differences rounded up, and below them what the rounding may have added. A few rows at a time, which
/// stay in the cache.
std::vector<Interval> change_times(const Layer& layer, const double* nominal, const double* parameters, const std::vector<Interval>& h) {
  constexpr int kRows = 8;
  const auto inputs = static_cast<std::size_t>(layer.inputs), outputs = static_cast<std::size_t>(layer.outputs);
  Columns in(inputs, 1), out(kRows, 1);
  for (std::size_t j = 0; j < inputs; ++j) in.set(j, 0, h[j]);
  std::vector<double> change(kRows * inputs);
  std::vector<Interval> product(outputs);
  for (int first = 0; first < layer.outputs; first += kRows) {
    const int rows = std::min(kRows, layer.outputs - first);
    const double *from = nominal + layer.weight(first, 0), *to = parameters + layer.weight(first, 0);
    double inexact = 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(rows) * inputs; ++at) {
      change[at] = to[at] - from[at];
      inexact += change[at] + (from[at] - to[at]);  // terms of at least zero
    }
    backend().dense_weights(change.data(), layer.inputs, rows, in.rows(), out.rows(), out.stride(), out.columns());
    for (int r = 0; r < rows; ++r) {
      const auto row = static_cast<std::size_t>(r);
      Interval sum = out.get(row, 0);
      if (!(inexact == 0))
        for (std::size_t j = 0; j < inputs; ++j) {
          const std::size_t at = row * inputs + j;
          const double slack = change[at] + (from[at] - to[at]);
          if (!(slack == 0)) sum += Interval::of(-slack, 0) * h[j];
        }
      product[static_cast<std::size_t>(first) + row] = sum;
    }
  }
  return product;
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
    const auto inputs = static_cast<std::size_t>(layer.inputs), outputs = static_cast<std::size_t>(layer.outputs);
    Columns in(inputs, 2), out(outputs, 2);
    for (std::size_t j = 0; j < inputs; ++j) {
      in.set(j, 0, h0[j]);
      in.set(j, 1, d[j]);
    }
    times(layer, nominal, in, out);
    // r = W0 d + (W - W0) h + (b - b0)
    std::vector<Interval> r = change_times(layer, nominal, parameters, h), a0(outputs), a(outputs);
    bool wide = false;
    for (std::size_t i = 0; i < outputs; ++i) {
      const Interval b(parameters[layer.biases + i]), b0(nominal[layer.biases + i]);
      a0[i] = out.get(i, 0) + b0;
      r[i] += out.get(i, 1) + (b - b0);
      a[i] = a0[i] + r[i];
      wide = wide || !(r[i].width() <= a0[i].width());
    }
    if (wide) {  // else a from its own weights would tell nothing new
      const std::vector<Interval> own = affine(layer, parameters, h);
      for (std::size_t i = 0; i < outputs; ++i) {
        r[i] = meet(r[i], own[i] - a0[i]);
        a[i] = meet(own[i], a0[i] + r[i]);
      }
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
