#include "backward.hpp"

#include <algorithm>

#include "../interval/simd/backend.hpp"
#include "../interval/simd/tally.hpp"
#include "../network/parameter_box.hpp"
#include "interrupt.hpp"

namespace parabound {
namespace {

/// Some rows at a time, so that lines of the cache that are written to stay there.
std::vector<double> transposed(const Layer& layer, const double* weights) {
  constexpr std::size_t kRows = 8;
  const auto inputs = static_cast<std::size_t>(layer.inputs), outputs = static_cast<std::size_t>(layer.outputs);
  std::vector<double> out(inputs * outputs);
  for (std::size_t first = 0; first < outputs; first += kRows) {
    const std::size_t last = std::min(outputs, first + kRows);
    for (std::size_t j = 0; j < inputs; ++j)
      for (std::size_t i = first; i < last; ++i) out[j * outputs + i] = weights[i * inputs + j];
  }
  return out;
}

std::vector<int> numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) all[static_cast<std::size_t>(i)] = i;
  return all;
}

constexpr double kLeast = 0x1p-1070;

/// The constants; NaN, from an infinite range, says nothing.
std::vector<double> values(const Functionals& functionals) {
  std::vector<double> upper(functionals.constant.begin(), functionals.constant.begin() + static_cast<std::ptrdiff_t>(functionals.shape().count()));
  for (double& one : upper)
    if (!(one == one)) one = kInf;
  return upper;
}

/// |t| <= slope t + constant on the range; |t| is convex, so its ends decide.
Line over_magnitude(Interval t) {
  if (t.lo() >= 0) return {1, 0};
  if (t.hi <= 0) return {-1, 0};
  if (!t.is_finite()) return {0, kInf};
  const double slope = std::min(std::max((t.hi - t.nlo) / (t.hi + t.nlo), -1.0), 1.0);
  return {slope, std::max(mul_up(1 - slope, t.hi), mul_up(1 + slope, t.nlo))};
}

}  // namespace

Backward::Backward(const Network& network, const ParameterBox& box) : network_(network), all_inputs_(numbers(network.inputs)) {
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
    LayerMatrices m;
    const double* rho = radius_.data() + layer.weights;
    double largest_shift = 0, largest_rho = 0, least_rho = kInf;
    for (std::size_t at = layer.weights; at < layer.biases; ++at) {
      largest_shift = std::max(largest_shift, std::fabs(middle_[at]));
      largest_rho = std::max(largest_rho, radius_[at]);
      least_rho = std::min(least_rho, radius_[at]);
    }
    m.shifted = largest_shift > 0;
    const auto is_noise = [](double rho, double shift) { return rho > 0x1p-40 * shift; };
    m.noisy = is_noise(largest_rho, largest_shift);
    // The changes of a copy are known but for roundings: one number for all of them costs nothing.
    const bool uniform = least_rho == largest_rho || !m.noisy;
    for (int i = 0; i < layer.outputs; ++i) m.noisy = m.noisy || is_noise(radius_[layer.bias(i)], std::fabs(middle_[layer.bias(i)]));
    m.uniform = uniform ? largest_rho : -1;
    const double* weights = network.parameters.data() + layer.weights;
    m.nominal = transposed(layer, weights);
    if (m.shifted) m.middle = transposed(layer, middle_.data() + layer.weights);
    if (!uniform) m.radius = transposed(layer, rho);
    const auto inputs = static_cast<std::size_t>(layer.inputs);
    m.largest.assign(inputs, 0.0);
    m.largest_known.assign(inputs, 0.0);
    for (int i = 0; i < layer.outputs; ++i)
      for (std::size_t j = 0; j < inputs; ++j) {
        const std::size_t at = layer.weight(i, 0) + j;
        const double known = std::fabs(middle_[at]) + (uniform ? largest_rho : radius_[at]);
        m.largest_known[j] = std::max(m.largest_known[j], known);
        m.largest[j] = std::max(m.largest[j], std::fabs(network.parameters[at]) + known);
      }
    matrices_.push_back(std::move(m));
  }
}

void Backward::start(const std::vector<Interval>& inputs, const std::vector<Interval>& centers) {
  inputs_ = inputs;
  centers_ = centers;
  point_ = std::all_of(inputs.begin(), inputs.end(), [](Interval x) { return x.is_point(); });
  keep_before(0);
  noise_.clear();
  noise_slopes_.clear();
  sizes_.clear();
  size_up(0);
}

void Backward::keep_before(std::size_t layer) {
  const auto cut = [](auto& each, std::size_t size) { each.erase(each.begin() + static_cast<std::ptrdiff_t>(std::min(size, each.size())), each.end()); };
  cut(ranges_, layer);
  for (auto& each : lines_) cut(each, layer);
  cut(live_, layer);
  cut(carried_, layer);
  cut(constraints_, layer);
  // Of what the next layer is fed all is known.
  cut(noise_, layer + 1);
  cut(noise_slopes_, layer + 1);
  cut(sizes_, layer + 1);
}

void Backward::settle(std::size_t layer, std::vector<NeuronRanges> ranges) {
  ranges_.push_back(std::move(ranges));
  for (auto& each : lines_) each.emplace_back();
  std::vector<int> live, carried;
  std::vector<Constraint> constraints;
  const std::vector<NeuronLines>& lines = lines_by(Under::closest, layer);
  for (std::size_t j = 0; j < lines.size(); ++j) {
    const int neuron = static_cast<int>(j);
    const std::size_t before = constraints.size();
    const NeuronRanges& n = ranges_.back()[j];
    if (is_assumed(n.nominal)) constraints.push_back({neuron, Side::nominal, is_nonnegative(n.nominal) ? 1.0 : -1.0});
    if (is_assumed(n.perturbed)) constraints.push_back({neuron, Side::perturbed, is_nonnegative(n.perturbed) ? 1.0 : -1.0});
    const bool is_live = lines[j].kind != NeuronLines::Kind::off;
    if (is_live) live.push_back(neuron);
    if (is_live || constraints.size() > before) carried.push_back(neuron);
  }
  live_.push_back(std::move(live));
  carried_.push_back(std::move(carried));
  constraints_.push_back(std::move(constraints));
  size_up(layer + 1);
}

const std::vector<NeuronLines>& Backward::lines_by(Under under, std::size_t layer) {
  std::vector<NeuronLines>& lines = lines_[static_cast<int>(under)][layer];
  if (!lines.empty()) return lines;
  const Activation act = network_.layers[layer].activation;
  if (under == Under::closest) {
    lines.reserve(ranges_[layer].size());
    for (const NeuronRanges& n : ranges_[layer]) lines.push_back(relax(act, n, under));
    return lines;
  }
  lines = lines_[static_cast<int>(Under::closest)][layer];  // rules differ where neurons are open alone
  for (std::size_t j = 0; j < lines.size(); ++j)
    if (lines[j].kind == NeuronLines::Kind::open) lines[j] = relax(act, ranges_[layer][j], under);
  return lines;
}

/// What is known of layer l's noise and roundings once the layer before is settled.
void Backward::size_up(std::size_t l) {
  const Layer& layer = network_.layers[l];
  const LayerMatrices& m = matrices_[l];
  const auto magnitude = [&](std::size_t j) { return l > 0 ? ranges_[l - 1][j].h0.mag() : inputs_[j].mag(); };
  Sizes sizes;
  for (const int row : fed_rows(l)) {
    const auto j = static_cast<std::size_t>(row);
    const double h0 = magnitude(j), d = l > 0 ? ranges_[l - 1][j].d.mag() : 0.0;
    sizes.change += mul_up(m.largest[j], d);
    sizes.known += mul_up(m.largest_known[j], h0);
    sizes.nominal += mul_up(m.largest[j], h0);
    sizes.any += h0 + d;
  }
  sizes_.push_back(sizes);
  std::vector<double> slopes(static_cast<std::size_t>(layer.inputs), 0.0), above(slopes), noise(static_cast<std::size_t>(layer.outputs));
  double common = 0;
  for (const int row : fed_rows(l)) {
    const auto j = static_cast<std::size_t>(row);
    const Line line = over_magnitude(l > 0 ? ranges_[l - 1][j].h : inputs_[j]);
    slopes[j] = line.slope;
    above[j] = line.constant;
    if (m.uniform >= 0) common += mul_up(m.uniform, line.constant);
  }
  for (int i = 0; i < layer.outputs; ++i) {
    double sum = radius_[layer.bias(i)] + common;
    if (m.uniform < 0)
      for (const int row : fed_rows(l)) sum += mul_up(radius_[layer.weight(i, row)], above[static_cast<std::size_t>(row)]);
    noise[static_cast<std::size_t>(i)] = sum;
  }
  noise_.push_back(std::move(noise));
  noise_slopes_.push_back(std::move(slopes));
}

std::vector<double> Backward::upper(std::size_t layer, const Functionals& functionals, const std::vector<int>& rows, const Pass& pass) {
  if (pass.tape && pass.tape->fed.size() != layer) {
    pass.tape->fed.resize(layer);
    pass.tape->taken.resize(layer);
  }
  through_affine(layer, functionals, rows, there_);
  return descend(layer, pass);
}

std::vector<double> Backward::upper_after(std::size_t layer, const Functionals& functionals, const Pass& pass) {
  if (pass.tape && pass.tape->fed.size() != layer + 1) {
    pass.tape->fed.resize(layer + 1);
    pass.tape->taken.resize(layer + 1);
  }
  there_ = functionals;
  return descend(layer + 1, pass);
}

/// From what layer l is fed, which there_ speaks of, down to the inputs.
std::vector<double> Backward::descend(std::size_t layer, const Pass& pass) {
  for (std::size_t l = layer; l-- > 0;) {
    std::swap(here_, there_);
    through_activation(l, here_, pass);
    if (l == 0 && point_) return conclude_at_point(here_, pass);
    through_affine(l, here_, carried_[l], there_);
  }
  return conclude(there_, pass);
}

void Backward::through_affine(std::size_t l, const Functionals& from, const std::vector<int>& rows, Functionals& to) {
  breathe();
  const Backend& kernel = backend();
  const Layer& layer = network_.layers[l];
  const LayerMatrices& m = matrices_[l];
  const Shape shape = from.shape();
  const std::size_t alphas = shape.alphas(), betas = shape.betas();
  to.reshape(static_cast<std::size_t>(layer.inputs), shape);
  to.constant = from.constant;

  sum_.assign(alphas, 0.0);
  sum_nominal_.assign(betas, 0.0);
  for (const int i : rows) {
    const auto row = static_cast<std::size_t>(i);
    if (alphas) kernel.collect(from.change(row), middle_[layer.bias(i)], noise_[l][row], to.constant.data(), sum_.data(), alphas);
    kernel.collect(from.nominal(row), network_.parameters[layer.bias(i)], 0, to.constant.data(), sum_nominal_.data(), betas);
  }
  const double unit = roundings(rows.size()), least = mul_up(static_cast<double>(rows.size() + 8) * kLeast, sizes_[l].any);
  const double per_change = mul_up(unit, sizes_[l].change + sizes_[l].known), per_nominal = mul_up(unit, sizes_[l].nominal);
  for (std::size_t k = 0; k < alphas; ++k) to.constant[k] += sum_[k] * per_change;
  for (std::size_t k = 0; k < betas; ++k) to.constant[k] += sum_nominal_[k] * per_nominal + least;

  const std::vector<int>& onto = fed_rows(l);
  if (onto.empty()) return;
  Product product{m.nominal.data(), static_cast<std::size_t>(layer.outputs), onto.data(), rows.data(), static_cast<int>(onto.size()), static_cast<int>(rows.size())};
  // The changes' coefficients are of use only where there is a change: not on the inputs.
  Tally::product(onto.size(), rows.size(), shape.count() + (l > 0 ? shape.changes : 0));
  if (l > 0) kernel.product(product, from.change(0), from.stride(), to.change(0), to.stride(), alphas + betas, false);
  else kernel.product(product, from.nominal(0), from.stride(), to.nominal(0), to.stride(), betas, false);
  if (!alphas) return;
  if (m.shifted) {  // M h = M h0 + M d
    known_.reshape(static_cast<std::size_t>(layer.inputs), alphas);
    product.weights = m.middle.data();
    Tally::product(onto.size(), rows.size(), shape.changes);
    kernel.product(product, from.change(0), from.stride(), known_.row(0), alphas, alphas, false);
    for (const int j : onto) {
      const auto row = static_cast<std::size_t>(j);
      const double* known = known_.row(row);
      double *change = to.change(row), *nominal = to.nominal(row);
      if (l > 0)
        for (std::size_t k = 0; k < alphas; ++k) change[k] += known[k];
      for (std::size_t k = 0; k < alphas; ++k) nominal[k] += known[k];
    }
  }
  add_linear_noise(l, from, rows, to, onto);
}

/// to += sum_i |alpha_i| rho_ij s_j on both h0_j and d_j.
void Backward::add_linear_noise(std::size_t l, const Functionals& from, const std::vector<int>& rows, Functionals& to, const std::vector<int>& onto) {
  const std::size_t alphas = from.shape().alphas();
  const LayerMatrices& m = matrices_[l];
  const auto add = [&](std::size_t j, const double* noise) {
    const double slope = noise_slopes_[l][j];
    double *change = to.change(j), *nominal = to.nominal(j);
    if (l > 0)
      for (std::size_t k = 0; k < alphas; ++k) change[k] += slope * noise[k];
    for (std::size_t k = 0; k < alphas; ++k) nominal[k] += slope * noise[k];
  };
  if (m.uniform >= 0) {
    if (m.uniform == 0) return;
    for (double& one : sum_) one = mul_up(one, m.uniform);  // sum |alpha_i|, as through_affine left it
    for (const int j : onto) add(static_cast<std::size_t>(j), sum_.data());
    return;
  }
  absolute_.reshape(from.neurons(), alphas);
  known_.reshape(static_cast<std::size_t>(network_.layers[l].inputs), alphas);
  for (const int i : rows) {
    const double* alpha = from.change(static_cast<std::size_t>(i));
    double* size = absolute_.row(static_cast<std::size_t>(i));
    for (std::size_t k = 0; k < alphas; ++k) size[k] = std::fabs(alpha[k]);
  }
  const Product product{m.radius.data(), static_cast<std::size_t>(network_.layers[l].outputs), onto.data(), rows.data(),
                        static_cast<int>(onto.size()), static_cast<int>(rows.size())};
  Tally::product(onto.size(), rows.size(), from.shape().changes);
  backend().product(product, absolute_.row(0), alphas, known_.row(0), alphas, alphas, false);
  for (const int j : onto) add(static_cast<std::size_t>(j), known_.row(static_cast<std::size_t>(j)));
}

void Backward::through_activation(std::size_t l, Functionals& functionals, const Pass& pass) {
  const Backend& kernel = backend();
  const Shape shape = functionals.shape();
  const std::size_t alphas = shape.alphas(), rest = shape.betas() - alphas;
  if (pass.tape) pass.tape->fed[l] = functionals;
  const std::vector<NeuronLines>& lines = lines_by(pass.under, l);
  double* constant = functionals.constant.data();
  for (const int j : live_[l]) {
    const auto row = static_cast<std::size_t>(j);
    const NeuronLines& n = lines[row];
    if (n.kind == NeuronLines::Kind::on) continue;
    Tuned tuned;
    if (pass.tuned) tuned = {pass.tuned->share[l].row(row), pass.tuned->perturbed[l].row(row), pass.tuned->nominal[l].row(row)};
    if (alphas) kernel.relax_changes(n, tuned, functionals.change(row), functionals.nominal(row), constant, pass.shares ? (*pass.shares)[l].row(row) : nullptr, alphas);
    if (rest) kernel.relax_nominals(n, tuned.nominal ? tuned.nominal + alphas : nullptr, functionals.nominal(row) + alphas, constant + alphas, rest);
  }
  if (!constraints_[l].empty()) {
    for (const int j : carried_[l])
      if (lines[static_cast<std::size_t>(j)].kind == NeuronLines::Kind::off)
        std::fill_n(functionals.change(static_cast<std::size_t>(j)), alphas + shape.betas(), 0.0);
    if (pass.tuned) price(l, functionals, pass.tuned->price[l]);
  }
  if (pass.tape) pass.tape->taken[l] = functionals;
}

/// Adds the prices of what is assumed of layer l's signs, and charges for the roundings.
void Backward::price(std::size_t l, Functionals& functionals, const Rows& prices) const {
  const Shape shape = functionals.shape();
  for (std::size_t c = 0; c < constraints_[l].size(); ++c) {
    const Constraint& one = constraints_[l][c];
    const auto row = static_cast<std::size_t>(one.neuron);
    const NeuronLines& n = lines_[0][l][row];
    double *change = functionals.change(row), *nominal = functionals.nominal(row);
    const double* by = prices.row(one.row());
    const bool perturbed = one.side == Side::perturbed;
    for (std::size_t k = 0; k < (perturbed ? shape.changes : shape.count()); ++k) {
      const double paid = one.sign * by[k];
      if (paid == 0) continue;
      nominal[k] += paid;
      double charge = mul_up(std::fabs(nominal[k]), n.nominal_error) + n.least_error;
      if (perturbed) {
        change[k] += paid;
        charge += mul_up(std::fabs(change[k]), n.change_error);
      }
      functionals.constant[k] += charge;
    }
  }
}

std::vector<double> Backward::conclude(Functionals& functionals, const Pass& pass) {
  // d = 0 and h0 = x = c + u at the inputs.
  const std::size_t count = functionals.shape().count(), betas = functionals.shape().betas(), n = inputs_.size();
  if (pass.inputs) *pass.inputs = functionals;
  if (pass.planes) {
    pass.planes->assign(count, std::vector<double>(n + 1));
    for (std::size_t k = 0; k < count; ++k) {
      double fixed = functionals.constant[k];
      for (std::size_t j = 0; j < n; ++j) {
        const double coefficient = functionals.nominal(j)[k];
        (*pass.planes)[k][j] = coefficient;
        fixed += (coefficient * centers_[j]).hi;
      }
      (*pass.planes)[k][n] = fixed == fixed ? fixed : kInf;
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    NeuronLines ends;  // coefficient * x <= coefficient * hi or * lo
    ends.nominal_upper.constant = inputs_[j].hi;
    ends.nominal_lower.constant = inputs_[j].lo();
    backend().relax_nominals(ends, nullptr, functionals.nominal(j), functionals.constant.data(), betas);
  }
  return values(functionals);
}

std::vector<double> Backward::conclude_at_point(Functionals& functionals, const Pass& pass) {
  const Shape shape = functionals.shape();
  for (const int i : carried_[0]) {
    const auto row = static_cast<std::size_t>(i);
    const NeuronRanges& n = ranges_[0][row];
    NeuronLines ends;
    const auto add = [&](Interval range, double* coefficients, std::size_t columns) {
      ends.nominal_upper.constant = range.hi;
      ends.nominal_lower.constant = range.lo();
      backend().relax_nominals(ends, nullptr, coefficients, functionals.constant.data(), columns);
    };
    if (shape.alphas()) add(n.r, functionals.change(row), shape.alphas());
    add(n.z0, functionals.nominal(row), shape.betas());
  }
  std::vector<double> upper = values(functionals);
  if (pass.planes) {  // no offsets from a point
    pass.planes->assign(upper.size(), std::vector<double>(inputs_.size() + 1, 0.0));
    for (std::size_t k = 0; k < upper.size(); ++k) (*pass.planes)[k].back() = upper[k];
  }
  return upper;
}

}  // namespace parabound
