// A trace over the inputs *and* the hidden layer, for softmax confidences of one hidden layer and three
// or more classes: there each hidden unit counts in every logit, so its
// value is a variable of its own. Variable n + i is t_i in [0, 1], h_i = h_i^L + t_i (h_i^U - h_i^L).
// Given x and t the last layer's parameters still occur once each, and heads are exact.
#pragma once

#include "trace.hpp"

namespace parabound {

std::unique_ptr<Trace> hidden_trace(const Network& network, const ParameterBox& box);

}  // namespace parabound
