// Heads of a deep trace, bounded together by back-substitution: the largest change of each and (if wanted) its nominal value up and down.
#pragma once

#include "backward.hpp"
#include "head.hpp"

namespace parabound {

struct HeadBounds {
  std::vector<const Head*> heads;
  Functionals functionals;  // of d and h0 of the last hidden layer: the changes, then for each head z0 and -z0
  std::vector<double> upper;
  std::vector<std::vector<double>> planes;  // that `upper` came from (Pass::planes); empty where there is none yet
  std::vector<int> tuned;                   // of each head, the tuner's column for it; -1 if there is none
  std::vector<double> squared;              // of each head, what quadratic back-substitution bounds its change by: no plane belongs to it

  HeadBounds() = default;
  /// `last` hidden layer of `backward`, whose ranges are settled.
  HeadBounds(const Backward& backward, std::size_t last, std::vector<const Head*> some, bool nominals);

  bool nominals() const { return upper.size() > heads.size(); }
  std::size_t nominal_up(std::size_t i) const { return heads.size() + 2 * i; }
  std::size_t nominal_down(std::size_t i) const { return nominal_up(i) + 1; }

  /// What is lower of what is known and what was found, for all functionals.
  void keep(const std::vector<double>& values, const std::vector<std::vector<double>>& found);
  /// The same of head i, which was tuned as head k of `from`.
  void keep_tuned(std::size_t i, const HeadBounds& from, std::size_t k);
  /// Meets z0 and the upper ends of dz of head i with it, over X (without variables: ranges alone).
  void meet(std::size_t i, const Domain& X, Form& z0, Form& dz) const;

 private:
  void add_columns(const Backward& backward, std::size_t last, std::size_t k);
  void keep(std::size_t column, const HeadBounds& from, std::size_t other);
};

}  // namespace parabound
