// The change of one output in one direction: how far up, how far down. The direction down is the head of
// the negated row, so that in both the change dz is at its largest; the output's activation is then applied
// to the difference. Two softmax outputs are one sigmoid of the difference of logits.
#pragma once

#include "../bound/trace.hpp"
#include "epsilon.hpp"

namespace parabound {

struct Direction {
  Head head;
  int output;
  double sign;  // +1: f_p - f_p0; -1: f_p0 - f_p
};

/// What epsilon measures, and on what.
class Changes {
 public:
  Changes(const Network& network, const ParameterBox& box, const std::vector<int>& outputs, Measure measure);

  const std::vector<Direction>& directions() const { return directions_; }
  /// The activation that a head's value goes through.
  Activation activation() const { return act_; }

  /// Forms of sign * (f_p - f_p0) over the box where the trace stands. Valid until the next call.
  const Form& enclose(const Direction& direction, Trace& trace, const Domain& X);

  /// A lower bound of |f_p - f_p0| of the direction's output at one input, given after scaling.
  double proved(const Direction& direction, const std::vector<Interval>& input, const std::vector<double>& parameters) const;

 private:
  const Network& network_;
  Activation act_, last_;
  std::vector<Direction> directions_;
  Forms forms_;
  Domain none_;  // no variables, for forms without slopes
};

/// One box for all directions at once, for traces that are not exact.
std::unique_ptr<Objective> deep_epsilon_objective(const Network& network, const ParameterBox& box,
                                                  const std::vector<int>& outputs, Measure measure);

}  // namespace parabound
