// epsilon: the largest |f_p(x) - f_p0(x)| over x, p and the chosen outputs (Eqs. 11, 12).
#pragma once

#include "objective.hpp"

namespace parabound {

enum class Measure { confidence, logit };

/// Outputs whose activation acts on them alone (or, with logits, whatever it is).
std::unique_ptr<Objective> epsilon_objective(const Network& network, const ParameterBox& box,
                                             const std::vector<int>& outputs, Measure measure);

/// Softmax confidences.
std::unique_ptr<Objective> softmax_epsilon_objective(const Network& network, const ParameterBox& box,
                                                     const std::vector<int>& outputs);

}  // namespace parabound
