#include "split_choice.hpp"

#include <algorithm>
#include <cstddef>

namespace parabound {
namespace {

// Every so many choices between the kinds fall on the one that promises less.
constexpr int kTryOther = 16;
// By how much of what is known of a kind a split counts; by how much what is known of a variable fades with each of its splits, and how many
// splits of its kind stand beside them.
constexpr double kForget = 0.1, kFade = 0.95, kOfKind = 8;

/// An estimate that can be divided by.
double sane(double estimate) { return estimate > 1e-9 ? std::min(estimate, 1e9) : 1e-9; }

}  // namespace

double SplitChoice::rate(Offer offer) const {
  const Kind& k = kind(offer.variable);
  const auto at = static_cast<std::size_t>(offer.variable);
  const Sums own = at < sums_.size() ? sums_[at] : Sums{};
  const double worth = (own.gain + kOfKind * k.gain) / (own.estimate + kOfKind * k.estimate);
  return worth * sane(offer.estimate) / k.milliseconds;
}

Offer SplitChoice::choose(const std::vector<Offer>& offers) {
  Offer best[2];
  double most[2] = {-1, -1};
  for (const Offer& one : offers) {
    const int which = one.variable < inputs_ ? 0 : 1;
    const double value = rate(one);
    if (value <= most[which]) continue;
    most[which] = value;
    best[which] = one;
  }
  const bool sign = most[1] > most[0];
  if (most[0] < 0 || most[1] < 0) return best[sign];
  const bool other = ++choices_ % kTryOther == 0;
  return best[sign != other];
}

void SplitChoice::gave(Offer offer, double gain, double milliseconds) {
  if (offer.variable < 0 || !(gain >= 0)) return;
  const double estimate = sane(offer.estimate);
  gain_ += kForget * (gain - gain_);
  Kind& k = kinds_[offer.variable < inputs_ ? 0 : 1];
  k.gain += kForget * (gain - k.gain);
  k.estimate += kForget * (estimate - k.estimate);
  k.milliseconds += kForget * (milliseconds - k.milliseconds);
  const auto at = static_cast<std::size_t>(offer.variable);
  if (at >= sums_.size()) sums_.resize(at + 1);
  sums_[at].gain = kFade * sums_[at].gain + gain;
  sums_[at].estimate = kFade * sums_[at].estimate + estimate;
}

}  // namespace parabound
