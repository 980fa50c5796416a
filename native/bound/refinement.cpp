#include "refinement.hpp"

#include <cmath>
#include <limits>

#include "interrupt.hpp"

namespace parabound {
namespace {

constexpr double kNegligible = 1.0 / 16, kKnown = 1e-9;
constexpr std::size_t kTrySquares = 8;
constexpr double kSquaresTell = 0.99;
constexpr std::size_t kPart = 32;  // neurons at a time: what stays in the cache
// A second rule is tried where it lately narrowed the ranges of a layer's neurons by such a part; and now and then.
constexpr double kTells = 0.005, kForget = 0.1;
constexpr int kAskAgain = 32;

/// Does z deserve columns of its own? Not where it is z0 but for little, nor where z0 is known: it is z0 + r.
bool is_mixed(Interval z0, Interval r) { return r.width() > kNegligible * z0.width() && z0.width() > kKnown * r.width(); }

}  // namespace

/// Back-substitutes the neurons of layer l that are not yet known to be linear.
void Refinement::layer(std::size_t l, Effort effort, Narrowing& narrowing) {
  effort_ = effort;
  narrowing_ = &narrowing;
  if (network_.layers[l].activation == Activation::linear) return;
  for (int under = 0; under < kUnders; ++under) {
    const std::vector<int> open = still_open(l);
    const bool again = under > 0;
    if (again && effort_.neurons == 0 && told_[l] < kTells && ++passed_over_[l] % kAskAgain != 0) break;
    const double before = again ? log_widths(l, open) : 0;
    for (std::size_t first = 0; first < open.size(); first += kPart) {
      const std::size_t last = std::min(open.size(), first + kPart);
      refine_with(static_cast<Under>(under), l, {open.begin() + static_cast<std::ptrdiff_t>(first), open.begin() + static_cast<std::ptrdiff_t>(last)});
    }
    if (network_.layers[l].activation != Activation::relu) return;  // their lines have one slope only
    if (again && !open.empty()) told_[l] += kForget * ((before - log_widths(l, open)) / static_cast<double>(open.size()) - told_[l]);
  }
  if (effort_.neurons > 0 && squares_.covers()) square(l);
}

/// Of the ranges of r and z0.
double Refinement::log_widths(std::size_t l, const std::vector<int>& neurons) const {
  double sum = 0;
  for (const int i : neurons)
    for (const Form* form : {&forms_.layers()[l].r[i], &forms_.layers()[l].a0[i]}) sum += std::log(std::max(form->r.width(), std::numeric_limits<double>::min()));
  return sum;
}

/// Quadratic back-substitution of the changes of layer l's open neurons, as long as it tells anything.
void Refinement::square(std::size_t l) {
  std::size_t tried = 0;
  double left = 0;
  for (const int i : still_open(l)) {
    Form &a0 = forms_.layers()[l].a0[i], &r = forms_.layers()[l].r[i];
    Interval& z = forms_.layers()[l].range[static_cast<std::size_t>(i)];
    const double before = r.r.width();
    narrowing_->by(r.r, squares_.change(l, i));
    left += before > 0 ? r.r.width() / before : 1;
    relate(a0, r, z);
    if (++tried >= kTrySquares && left > kSquaresTell * static_cast<double>(tried)) return;
  }
}

/// Bounds r of the open neurons, z0 where its sign is open, and z.
void Refinement::refine_with(Under under, std::size_t l, const std::vector<int>& open) {
  DeepLayer& layer = forms_.layers()[l];
  const bool relu = network_.layers[l].activation == Activation::relu;
  std::vector<int> mixed, nominal;
  for (const int i : open) {
    const Interval z0 = layer.a0[i].r;
    const bool is_mixed_one = is_mixed(z0, layer.r[i].r);
    if (is_mixed_one) mixed.push_back(i);
    if (!relu || !settled(z0) || !is_mixed_one) nominal.push_back(i);  // z has to be known by one of them
  }
  // Columns: r and -r of the open, z and -z of the mixed, z0 and -z0.
  const std::size_t first_z = 2 * open.size(), first_nominal = first_z + 2 * mixed.size();
  wanted_.reshape(static_cast<std::size_t>(layer.a0.count()), {first_nominal, 2 * nominal.size()});
  wanted_.clear(open);
  const auto want = [](double* row, std::size_t column) {
    row[column] = 1;
    row[column + 1] = -1;
  };
  for (std::size_t k = 0; k < open.size(); ++k) want(wanted_.change(static_cast<std::size_t>(open[k])), 2 * k);
  for (std::size_t k = 0; k < mixed.size(); ++k) {
    want(wanted_.change(static_cast<std::size_t>(mixed[k])), first_z + 2 * k);
    want(wanted_.nominal(static_cast<std::size_t>(mixed[k])), first_z + 2 * k);
  }
  for (std::size_t k = 0; k < nominal.size(); ++k) want(wanted_.nominal(static_cast<std::size_t>(nominal[k])), first_nominal + 2 * k);

  Pass pass;
  pass.under = under;
  const bool first = under == Under::closest;
  if (with_slopes_ && first && !backward_.at_point()) pass.inputs = &reached_;
  const bool tuned = effort_.neurons > 0 && under == Under::zero;
  const std::vector<double> upper = tuned ? tuner_.upper(l, wanted_, open, effort_.neurons) : backward_.upper(l, wanted_, open, pass);
  const auto range = [&](std::size_t column) { return Interval::stored(upper[column + 1], upper[column]); };
  for (std::size_t k = 0; k < nominal.size(); ++k) {
    Interval& z0 = layer.a0[nominal[k]].r;
    narrowing_->by(z0, range(first_nominal + 2 * k));
    if (first) keep_slopes(l, nominal[k], first_nominal + 2 * k);
  }
  for (std::size_t k = 0; k < mixed.size(); ++k) {
    Interval& z = layer.range[static_cast<std::size_t>(mixed[k])];
    narrowing_->by(z, range(first_z + 2 * k));
    if (first) keep_slopes(l, mixed[k], first_z + 2 * k);
  }
  for (std::size_t k = 0; k < open.size(); ++k) {
    Form &a0 = layer.a0[open[k]], &r = layer.r[open[k]];
    Interval& z = layer.range[static_cast<std::size_t>(open[k])];
    narrowing_->by(r.r, range(2 * k));
    relate(a0, r, z);
  }
}

/// z = z0 + r narrows all three.
void Refinement::relate(Form& a0, Form& r, Interval& z) {
  narrowing_->by(z, a0.r + r.r);
  narrowing_->by(a0.r, z - r.r);
  narrowing_->by(r.r, z - a0.r);
  if (forms_.slopes()) return;
  a0.k = a0.r;
  r.k = r.r;
}

/// How steep the bounds of a neuron's pre-activation are, from what the last pass left at the inputs.
void Refinement::keep_slopes(std::size_t l, int neuron, std::size_t column) {
  if (!with_slopes_ || backward_.at_point()) return;
  double* slope = forms_.layers()[l].slopes.row(static_cast<std::size_t>(neuron));
  for (std::size_t j = 0; j < static_cast<std::size_t>(network_.inputs); ++j)
    slope[j] = std::fabs(reached_.nominal(j)[column]) + std::fabs(reached_.nominal(j)[column + 1]);
}

}  // namespace parabound
