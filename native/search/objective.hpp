// What branch and bound asks of a query. A box is a region of the query's variables (the inputs, and
// for softmax confidences also one coordinate for each hidden unit) together with the number of a
// subproblem: one output and direction, or one class that may overtake. The query's value is the
// largest over all boxes of all subproblems.
//
// Everything here runs under a live RoundUp.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "../bound/form.hpp"
#include "../network/parameter_box.hpp"
#include "../network/scaling.hpp"

namespace parabound {

/// A concrete (x, p) with a proved lower bound on the value attained there.
struct Witness {
  double value = -kInf;
  std::vector<double> input, parameters;  // the input before scaling
  int output = 0, nominal_label = -1, label = -1;
  /// False: intervals could not decide whether the label flips (a tie, to rounding); exact arithmetic has to.
  bool proved = true;
};

struct Bound {
  double upper = kInf;   // the value is at most this on the box; -inf: nothing in it counts
  double center = -kInf; // an estimate from above of the value at the centre: worth a local search?
  bool flat = false;     // no split can lower `upper` by more than rounding (or, for an inexact
                         // trace, by more than what its parameters alone cost at the centre)
};

/// One of several subproblems that together are a box's: its own bound, what to split first, and its notes.
struct Part {
  int subproblem;
  double upper;
  int branch;  // -1: nothing
  std::vector<double> notes;
};

enum class Contraction { none, some, much, empty };

class Objective {
 public:
  virtual ~Objective() = default;
  /// From a witness's inputs to the variables, which are those that the network is fed.
  Scaling scaling;
  /// One input is asked about: X is that point, or (scaled) the doubles round its image.
  bool single(const Domain& X) const { return scaling.identity() ? X.is_point() : scaling.lower == scaling.upper; }

  virtual int variables() const = 0;
  virtual int subproblems() const = 0;
  /// True where the bound on a point is the value there, up to rounding.
  virtual bool exact() const = 0;
  /// The root's ends from the input domain's (lo_0, hi_0, ...).
  virtual std::vector<double> root(const double* domain) const = 0;

  virtual Bound bound(int subproblem, const Domain& X) = 0;
  /// What was found at the root and holds below it, for other objectives of the same problem. Empty: nothing.
  virtual std::vector<double> anchor() const { return {}; }
  virtual void set_anchor(const std::vector<double>& from) { static_cast<void>(from); }
  /// Boxes are done with a bound of at most this: no need to work on what is below it.
  virtual void aim(double threshold) { static_cast<void>(threshold); }
  /// Whether the next bounds may take their time: those of the roots.
  virtual void thorough(bool yes) { static_cast<void>(yes); }
  /// After `bound` on the same X: narrows `ends` to a part that still holds every point of value
  /// above `threshold` and a maximiser, if it lies in X.
  virtual Contraction contract(int subproblem, const Domain& X, double threshold, double* ends) = 0;
  /// After `bound` on the same X: the variable to split, or `variables()` + a number that `divide` knows; -1 if there is nothing.
  virtual int branch(int subproblem, const Domain& X) = 0;
  /// By the notes of a box that is split: what its halves had best be split by in turn if they are not bounded (level 1), and then the
  /// quarters (level 2); -1: that is not known.
  virtual int then(const double* notes, int level) const {
    static_cast<void>(notes), static_cast<void>(level);
    return -1;
  }
  /// After `branch`: what the box falls into, where it had better be searched in parts from here on. Each part's numbers may go beyond
  /// `subproblems()`.
  virtual std::vector<Part> parts(int subproblem, const Domain& X) {
    static_cast<void>(subproblem), static_cast<void>(X);
    return {};
  }
  /// Doubles in which a box carries what else it stands for than its ends (record.hpp); all zero at the root.
  virtual std::size_t notes() const { return 0; }
  /// The notes of the box that `bound` is called for next; and what they are after it.
  virtual void read(const double* notes) { static_cast<void>(notes); }
  virtual void write(double* notes) const { static_cast<void>(notes); }
  /// Narrows notes to one half of what `branch` named, beyond the variables: the two halves cover it.
  virtual void divide(int number, bool upper, double* notes) { static_cast<void>(number), static_cast<void>(upper), static_cast<void>(notes); }
  /// What a split that `branch` named gave, the mean over both halves of log(bound before / bound after), up to where they close; and
  /// what it took. The notes are of the box that was split, as they were after `branch`.
  virtual void gave(int branch, const double* notes, double gain, double milliseconds) {
    static_cast<void>(branch), static_cast<void>(notes), static_cast<void>(gain), static_cast<void>(milliseconds);
  }
  /// False where `improve` moves what `bound` left for `contract` and `branch`: bound again after it.
  virtual bool improve_keeps_bound() const { return false; }
  /// Looks for a witness of value above `incumbent`, from the centre of X. `whole` is the root box.
  virtual bool improve(int subproblem, const Domain& X, const Domain& whole, double incumbent, Witness& found) = 0;
};

}  // namespace parabound
