#include "squares.hpp"

#include <algorithm>

namespace parabound {
namespace {

constexpr double kReaches[] = {2, 3}, kChangeReaches[] = {1.5, 2, 3};
constexpr double kLayerReaches[] = {1.6, 2.5, 100};  // the last: by lines alone
constexpr int kSweeps = 2;
// It is used where it leaves at most this part of a bound; asked again every so many bounds; what it left counts by so much.
constexpr double kWorthIt = 0.95, kForget = 0.1;
constexpr std::size_t kAskAgain = 32;

}  // namespace

Interval Squares::change(std::size_t layer, int neuron) {
  double up = kInf, down = kInf;
  for (const double reach : kChangeReaches) {
    const Manner manner{std::vector<double>(layer, reach)};
    up = std::min(up, quadratic_.upper_change(layer, neuron, 1, manner));
    down = std::min(down, quadratic_.upper_change(layer, neuron, -1, manner));
  }
  return Interval::stored(down, up);
}

void Squares::bound(HeadBounds& bounds, std::size_t last, const Tuner& tuner, double aim, bool thorough) {
  if (!covers() || !(thorough || left_ < kWorthIt || ++asked_ % kAskAgain == 0)) return;
  const auto upper = [&](std::size_t i) { return std::min(bounds.upper[i], bounds.squared[i]); };
  std::vector<bool> done(bounds.heads.size());
  for (bool first = true;; first = false) {
    std::size_t worst = 0;
    for (std::size_t i = 1; i < done.size(); ++i)
      if (upper(i) > upper(worst)) worst = i;
    if (done[worst] || !(upper(worst) > aim)) return;
    done[worst] = true;
    const auto known = choices_.find(bounds.heads[worst]);
    bounds.squared[worst] = thorough || known == choices_.end() ? search(bounds, last, worst, tuner, thorough) : look(bounds, last, worst, tuner, known->second);
    if (!first) continue;
    const double part = std::min(1.0, bounds.squared[worst] / bounds.upper[worst]);
    left_ = thorough ? part : left_ + kForget * (part - left_);
  }
}

double Squares::look(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, const Choice& choice) {
  Manner manner{choice.reach};
  if (choice.tuned && bounds.tuned[head] >= 0) {
    manner.tuning = &tuner.tuning();
    manner.column = static_cast<std::size_t>(bounds.tuned[head]);
  }
  return quadratic_.upper_after(last, bounds.functionals, head, manner);
}

/// Looks for the best choice: the same reach in all layers, then layer by layer.
double Squares::search(const HeadBounds& bounds, std::size_t last, std::size_t head, const Tuner& tuner, bool thorough) {
  Choice best;
  double least = kInf;
  for (const bool tuned : {false, true}) {
    Choice here{{}, tuned};
    double most = kInf;
    const auto consider = [&](std::vector<double> reach) {
      Choice other{std::move(reach), tuned};
      const double upper = look(bounds, last, head, tuner, other);
      if (!here.reach.empty() && !(upper < most)) return;
      most = upper;
      here = std::move(other);
    };
    for (const double reach : kReaches) consider(std::vector<double>(last + 1, reach));
    for (int sweep = 0; thorough && sweep < kSweeps; ++sweep)
      for (std::size_t l = last; l > 0; --l)
        for (const double reach : kLayerReaches) {
          std::vector<double> other = here.reach;
          other[l] = reach;
          consider(std::move(other));
        }
    if (!best.reach.empty() && !(most < least)) continue;
    least = most;
    best = std::move(here);
  }
  choices_[bounds.heads[head]] = best;
  return least;
}

}  // namespace parabound
