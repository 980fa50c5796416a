// sigma: how far from the decision boundary an input of nominal label c can lie and still flip
// (Eq. 13, with a label that changes: docs/reproduction.md says why), and with it whether any label flips at all; and `reach`:
// whether some input has that label.
#pragma once

#include "epsilon.hpp"

namespace parabound {

struct Decision {
  int label = 0;
  double level = 0;       // on the output as the model gives it; one output only
  bool smallest = false;  // the smallest output names the label
};

std::unique_ptr<Objective> sigma_objective(const Network& network, const ParameterBox& box, Decision decision, Measure measure);
std::unique_ptr<Objective> reach_objective(const Network& network, const ParameterBox& box, Decision decision);

/// Encloses the z at which the increasing activation reaches `level`; infinite where it never does.
Interval inverse_activation(Activation act, double level);

}  // namespace parabound
