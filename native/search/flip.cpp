#include "flip.hpp"

namespace parabound {

Flips flips_of(const Network& network, const ParameterBox& box, Decision decision) {
  const int k = network.outputs(), c = decision.label;
  Flips flips;
  if (k == 1) {
    const Interval t = inverse_activation(network.last().activation, decision.level);
    flips.threshold = c == 0 ? t : -t;
    flips.ways.push_back({c == 0 ? make_head(network, box, 0, -1) : make_head(network, box, -1, 0), 1 - c, c == 1, c == 0});
    return flips;
  }
  flips.threshold = Interval(0.0);
  for (int j = 0; j < k; ++j) {
    if (j == c) continue;
    const int plus = decision.smallest ? c : j, minus = decision.smallest ? j : c;
    // The lowest index wins a tie: c against j > c keeps it, and j < c takes it.
    flips.ways.push_back({make_head(network, box, plus, minus), j, j < c, j > c});
  }
  return flips;
}

}  // namespace parabound
