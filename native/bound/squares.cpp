#include "squares.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace parabound {
namespace {

constexpr double kReaches[] = {2, 3}, kChangeReaches[] = {1.5, 2, 3};
constexpr double kLayerReaches[] = {1.6, 2.5, 100};  // the last: by lines alone
constexpr int kSweeps = 2;
// Of the last bounds each counts by so much; asked again every so many bounds; no use below such a gain.
constexpr double kForget = 0.1, kLeastGain = 0.01;
// A search best first need not split every box to lower its bound: twice the time gives so many times what a split does.
constexpr double kBestFirst = 1.5;
constexpr std::size_t kAskAgain = 32;
constexpr double kFarBelow = 0.25;  // a bound that is closed is no more gain than that
constexpr std::chrono::duration<double> kShortest{1e-6};

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

/// 1 + share times the time would make log2(1 + share) more splits one below the other.
bool Squares::worth_it() const { return gain_ > std::max(kLeastGain, kBestFirst * split_gain_ * std::log2(1 + share_)); }

void Squares::bound(HeadBounds& bounds, std::size_t last, const Tuner& tuner, double aim, bool thorough) {
  if (!covers() || !(thorough || worth_it() || asked_++ % kAskAgain == 0)) return;
  const Clock::time_point now = Clock::now();
  const auto upper = [&](std::size_t i) { return std::min(bounds.upper[i], bounds.squared[i]); };
  std::vector<bool> done(bounds.heads.size());
  const auto worst = [&] {
    std::size_t at = 0;
    for (std::size_t i = 1; i < done.size(); ++i)
      if (upper(i) > upper(at)) at = i;
    return at;
  };
  const double before = upper(worst());
  for (std::size_t at = worst(); !done[at] && upper(at) > aim; at = worst()) {
    done[at] = true;
    const auto known = choices_.find(bounds.heads[at]);
    bounds.squared[at] = thorough || known == choices_.end() ? search(bounds, last, at, tuner, thorough) : look(bounds, last, at, tuner, known->second);
  }
  const double after = std::max({upper(worst()), aim, kFarBelow * before}), gain = before > after ? std::log(before / after) : 0;
  const double share = std::chrono::duration<double>(Clock::now() - now) / std::max(std::chrono::duration<double>(now - began_), kShortest);
  if (thorough) {  // boxes take nothing like the root's time
    gain_ = gain;
    return;
  }
  const double part = std::max(kForget, 1.0 / ++seen_);
  gain_ += part * (gain - gain_);
  share_ += part * (share - share_);
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
