// The ways in which an input of nominal label c can flip, on the logits. With z a head and t a threshold,
//     nominal label c:  z0(x) <= t,    flipped by p:  z_p(x) > t.
// One output: z is the output's head or its mirror, t the level's logit; k outputs: z = z_j - z_c for the class j that
// overtakes, t = 0. Which of the two inequalities is strict follows the tie rule; of any one way exactly one is.
#pragma once

#include <vector>

#include "../bound/head.hpp"
#include "sigma.hpp"

namespace parabound {

struct Flip {
  Head head;
  int overtaker;        // the label that p gives
  bool strict_nominal;  // nominal label needs z0 < t
  bool strict_flip;     // the flip needs z_p > t
};

struct Flips {
  Interval threshold;
  std::vector<Flip> ways;
};

/// No value of at most `highest` is above zero, or (not strict) at least zero.
inline bool infeasible(double highest, bool strict) { return highest < 0 || (strict && highest <= 0); }

/// Of nominal label `decision.label`. Needs RoundUp.
Flips flips_of(const Network& network, const ParameterBox& box, Decision decision);

}  // namespace parabound
