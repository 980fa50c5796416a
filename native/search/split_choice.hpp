// Which split of a box gives most for its time: an input's side or a neuron's sign. What a split is estimated to give (Blame) is put right by
// what splits of the same variable gave before, and where few have, by what splits of its kind did: pseudo-costs of integer programming
// (Benichou et al. 1971; Achterberg, Koch and Martin, Branching rules revisited, 2005).
#pragma once

#include <vector>

namespace parabound {

/// A split that may be chosen, and what part of the bound it is estimated to take away.
struct Offer {
  int variable = -1;
  double estimate = 0;
};

class SplitChoice {
 public:
  /// Variables from `inputs` on are signs.
  explicit SplitChoice(int inputs) : inputs_(inputs) {}

  /// The best of the offers, of which there is at least one; every so often the best of the kind that is not.
  Offer choose(const std::vector<Offer>& offers);
  /// What a split gave: the log of the bound before over the bound after, the mean over its halves; and what it took.
  void gave(Offer offer, double gain, double milliseconds);
  /// What splits of either kind gave lately.
  double gain() const { return gain_; }

 private:
  struct Sums {
    double gain = 0, estimate = 0;
  };
  struct Kind {
    double gain = 0.1, estimate = 0.5, milliseconds = 1;
  };
  const Kind& kind(int variable) const { return kinds_[variable < inputs_ ? 0 : 1]; }
  double rate(Offer offer) const;

  int inputs_;
  Kind kinds_[2];
  std::vector<Sums> sums_;
  int choices_ = 0;
  double gain_ = 0.1;
};

}  // namespace parabound
